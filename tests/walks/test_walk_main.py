"""The main job as one walk: a place is founded, filled from a file, sold from, and paid back into.

In English at a desk and in Chinese on a phone, through the real sandbox. At the end the same
amounts stand in the buyer's wallet, in the studio and in the Beancount export.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from beancount.core import data
from django.core import mail

import banyan
from banyan.catalog.models import Product
from banyan.communities.models import Community, Member
from banyan.content.models import Post
from banyan.core.jobs import run_due
from banyan.orders.models import Order, Refund

from .eyes import english_in, note_fault, sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILE = Path(banyan.__file__).parent / "catalog" / "tests" / "fixtures" / "three-options.csv"
WORDS = {
    "en": {
        "place": "Blue Shed", "purpose": "Mugs for people who get up early.",
        "goal": "Every morning its own mug.", "title": "Mine leans to the left",
        "reason": "The glaze ran",
    },
    "zh-hans": {
        "place": "蓝棚", "purpose": "给早起的人做的杯子。", "goal": "每个早晨都有自己的杯子。",
        "title": "我的这只往左歪", "reason": "釉流了",
    },
}  # fmt: skip


@pytest.fixture
def visitor(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """A page of somebody nobody knows yet: visitor("en", 1440)."""
    opened, faults = [], []

    def open_page(language: str, width: int) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, accept_downloads=True
        )
        context.add_cookies(
            [{"name": "django_language", "value": language, "url": live_server.url}]
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda fault: note_fault(faults, fault))
        page.on(
            "console", lambda m: faults.append(m.text) if "Content Security" in m.text else None
        )
        return page

    yield open_page
    for context in opened:
        context.close()
    assert not faults


def amounts_in(text: str) -> set[Decimal]:
    """Every amount of money in a text, without its sign."""
    return {Decimal(n.replace(",", "")) for n in re.findall(r"¥\s?([\d,]+(?:\.\d\d)?)", text)}


def sign_up(page: Any, base: str, email: str, name: str, to: str) -> None:
    """By a code from the letter; then the name, and on to where one wanted to go."""
    page.goto(f"{base}/accounts/signup/?next={to}")
    page.fill("main [name=email]", email)
    page.click("main form button.btn.main")
    page.wait_for_selector("main [name=code]")
    (letter,) = [m for m in mail.outbox if email in m.to]
    code = re.search(r"^\s+([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", letter.body, re.MULTILINE)
    assert code is not None, letter.body
    page.fill("main [name=code]", code[1])
    page.click("main form:has([name=code]) button.btn.main")
    page.wait_for_selector("main [name=name]")
    page.fill("main [name=name]", name)
    page.click("main form button.btn.main")
    page.wait_for_url(f"**{to}")


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("zh-hans", 390)])
def test_a_place_is_founded_filled_sold_from_and_its_money_followed(
    language: str, width: int, db: Any, visitor: Any, live_server: Any, sandbox: Any,
    settings: Any,
) -> None:  # fmt: skip
    base, say = live_server.url, WORDS[language]
    settings.SITE_URL = base

    def look(page: Any) -> None:
        assert sideways(page) == []
        if language != "en":
            assert english_in(page) == []

    # Somebody signs up and founds a place, in five steps
    owner = visitor(language, width)
    sign_up(owner, base, "ada@example.org", "阿达", "/start")
    look(owner)
    owner.click(".top .menu.me summary")  # the menu hangs below the bar, whole
    box = owner.locator(".top .menu.me .menu-box").bounding_box()
    assert box is not None
    assert box["y"] > 40
    owner.keyboard.press("Escape")
    owner.fill("[name=name]", say["place"])
    owner.fill("[name=slug]", "shed")
    owner.fill("[name=purpose]", say["purpose"])
    owner.click(".next-step")
    owner.click(".next-step")
    owner.locator("[name=interests][value=ceramics]").check(force=True)
    owner.click(".next-step")
    owner.fill("[name=goal]", say["goal"])
    look(owner)
    owner.click(".next-step")
    owner.select_option("[name=currency]", "CNY")
    owner.click(".submit-all")
    owner.wait_for_url(f"{base}/shed/**")
    look(owner)
    shed = Community.objects.get(slug="shed")
    assert (shed.name, shed.member_count) == (say["place"], 1)

    # A shop's file: looked at first, brought in, published
    studio = f"{base}/studio/shed"
    owner.goto(f"{studio}/catalog/import")
    owner.set_input_files("[name=file]", FILE)
    look(owner)
    owner.click("main form button.btn.main")
    owner.wait_for_selector("form[action$='/apply']")
    look(owner)
    assert not Product.objects.exists()
    owner.click("form[action$='/apply'] button")
    owner.wait_for_selector("main .acts a.btn.main")
    look(owner)
    owner.goto(f"{studio}/catalog?state=draft")
    look(owner)
    owner.click("form.goods button[name=all]")
    owner.wait_for_selector(".toast")
    mug = Product.objects.get(handle="dipped-mug")
    assert mug.state == "published"

    # How parcels go
    owner.goto(f"{studio}/shipping/new")
    owner.fill("[name=name]", "顺丰")
    owner.fill("[name=price]", "12")
    owner.click("main form.rate-form button.btn.main")
    owner.wait_for_selector(".rates")
    look(owner)

    # A second person signs up, joins, and posts with the product
    buyer = visitor(language, width)
    sign_up(buyer, base, "bo@example.org", "小波", "/shed/join")
    look(buyer)
    buyer.check("[name=accept]")
    buyer.click("main form button.btn.buy")
    buyer.wait_for_selector(".composer")
    look(buyer)
    buyer.goto(f"{base}/shed/new")
    buyer.fill("[name=title]", say["title"])
    with buyer.expect_response("**/new/products*"):
        buyer.fill("main [name=q]", "mug")
    buyer.wait_for_timeout(200)  # the list is swapped in
    buyer.check("[name=product][value=dipped-mug]")
    look(buyer)
    buyer.click(".form-acts button.btn.main")
    buyer.wait_for_selector(".in-post .product")
    look(buyer)
    assert Post.objects.get().lead == mug
    assert Member.objects.filter(community=shed).count() == 2

    # From the card to the product: two of one kind, one of another
    buyer.click(".in-post .product h2 a")
    buyer.wait_for_url("**/shop/dipped-mug*")
    look(buyer)
    buyer.click("button[name=do][value=add]")
    buyer.wait_for_url("**/cart")
    buyer.goto(f"{base}/shed/shop/dipped-mug")
    buyer.locator("label.choice", has_text="350 ml").first.click()
    buyer.click("button[name=do][value=buy]")
    buyer.wait_for_url("**/checkout/*")
    look(buyer)
    buyer.fill("[name=name]", "小波")
    buyer.fill("[name=line1]", "湖滨路8号")
    buyer.fill("[name=city]", "杭州")
    buyer.click("#bar button.buy")
    buyer.locator("button[value=approve]").click()
    buyer.wait_for_url("**/orders/**")
    buyer.wait_for_selector(".path")
    look(buyer)
    order = Order.objects.get()
    assert order.state == "paid"
    assert len(order.rows) == 2

    # Packed, sent, and one line paid back
    owner.goto(f"{studio}/orders/{order.number}")
    look(owner)
    owner.click("form[action$='/pack'] button")
    owner.wait_for_selector("form[action$='/ship'] button.main")
    owner.fill("[name=carrier]", "顺丰")
    owner.click("form[action$='/ship'] button")
    owner.wait_for_selector("form[action$='/receive']")
    owner.click("a[href$='/refund']")
    owner.wait_for_selector(".choose")
    owner.select_option(".choose li:first-child select", "1")
    owner.click(".choose button.main")
    owner.wait_for_selector("form button.buy")
    owner.fill("[name=reason]", say["reason"])
    look(owner)
    owner.click("form button.buy")
    owner.wait_for_url(f"**/orders/{order.number}")
    run_due()
    sandbox.settle()
    refund = Refund.objects.get()
    assert refund.state == "executed"
    buyer.reload()
    buyer.click("form[action*='/received'] button")
    buyer.wait_for_load_state()
    order.refresh_from_db()
    assert order.state == "completed"

    # The same money, wherever it is read
    paid, back = Decimal(order.total_minor) / 100, Decimal(refund.amount_minor) / 100
    assert (paid, back) == (Decimal("268.00"), Decimal("128.00"))
    buyer.goto(f"{base}/wallet")
    look(buyer)
    assert {paid, back, paid - back} <= amounts_in(buyer.inner_text(".wallet"))
    owner.goto(f"{studio}/money")
    look(owner)
    assert {paid, back, paid - back} <= amounts_in(owner.inner_text("main"))
    with owner.expect_download() as taken:
        owner.click("a[href$='/beancount']")
    entries, errors, _options = loader.load_string(Path(taken.value.path()).read_text())
    assert errors == []
    assert booked(entries, "order_paid", "Assets:Psp") == paid
    assert booked(entries, "refund_executed", "Assets:Psp") == -back
    assert -booked(entries, "", "Income:") == paid - back


def booked(entries: list[Any], kind: str, account: str) -> Decimal:
    """The sum of all postings of a kind ("" is every kind) on accounts that begin so."""
    return sum(
        (
            posting.units.number
            for entry in entries
            if isinstance(entry, data.Transaction) and kind in ("", entry.payee)
            for posting in entry.postings
            if posting.account.startswith(account)
        ),
        Decimal(0),
    )
