"""A guest buys two things on a phone, is declined, pays; the studio packs, sends, refunds one line.

At 390 px, in both languages, through the real sandbox: nothing may be blocked, stand out sideways,
or be English in a Chinese page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from banyan.core.jobs import run_due
from banyan.ledger.queries import balance, trial_balance
from banyan.orders import rules
from banyan.orders.models import Order, Refund, ShippingRate
from banyan.sellers.models import Book

from .eyes import english_in
from .test_walk_post import is_whole

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shelf(kiln: Any) -> None:
    """Two products, one of them in two glazes, and a way of sending."""
    from banyan.catalog.models import Product, Variant

    now = timezone.now()
    bowl = Product.objects.create(
        community=kiln, slug="bowl", handle="bowl", title="Breakfast bowl", lang="en",
        second_title="早餐碗", second_lang="zh-Hans", state="published", price_from_minor=6800,
        published_at=now, options=["Glaze"],
    )  # fmt: skip
    for n, (glaze, price) in enumerate((("Ash", 6800), ("Celadon", 7800))):
        Variant.objects.create(
            community=kiln, product=bowl, option1=glaze, price_minor=price, on_hand=9, position=n
        )
    jar = Product.objects.create(
        community=kiln, slug="jar", handle="jar", title="Moon jar", lang="en",
        second_title="满月罐", second_lang="zh-Hans", state="published", price_from_minor=42000,
        published_at=now,
    )  # fmt: skip
    Variant.objects.create(community=kiln, product=jar, price_minor=42000, on_hand=2)
    ShippingRate.objects.create(community=kiln, name="包裹", lang="zh-Hans", price_minor=1200)


@pytest.fixture
def phone(browser: Any, live_server: Any) -> Iterator[Any]:
    """A page on a phone for somebody (None: a guest): phone(cast.mei, "en")."""
    from django.test import Client

    opened, faults = [], []

    def open_page(person: Any, language: str) -> Any:
        context = browser.new_context(viewport={"width": 390, "height": 844})
        cookies = {"django_language": language}
        if person is not None:
            client = Client()
            client.force_login(person, backend="banyan.people.backends.PasswordBackend")
            cookies["sessionid"] = client.cookies["sessionid"].value
        context.add_cookies(
            [{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()]
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on(
            "console", lambda m: faults.append(m.text) if "Content Security" in m.text else None
        )
        return page

    yield open_page
    for context in opened:
        context.close()
    assert not faults


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_bought_declined_paid_packed_sent_and_one_line_refunded(
    language: str, kiln: Any, cast: Any, shelf: Any, phone: Any, live_server: Any, sandbox: Any,
    settings: Any,
) -> None:  # fmt: skip
    settings.SITE_URL = live_server.url
    guest, shop = phone(None, language), f"{live_server.url}/kiln/shop"

    def look(page: Any) -> None:
        assert is_whole(page)
        if language == "zh-hans":
            assert english_in(page) == []

    # Choose a glaze and a number, then another thing
    guest.goto(f"{shop}/bowl")
    guest.locator("label.choice", has_text="Celadon").click()
    guest.select_option("#quantity", "2")
    look(guest)
    guest.click("button[name=do][value=add]")
    guest.wait_for_url("**/cart")
    guest.goto(f"{shop}/jar")
    guest.click("button[name=do][value=add]")
    guest.wait_for_url("**/cart")
    look(guest)
    assert "588" in guest.inner_text(".totals")  # 2 x 78 + 420 + 12
    guest.select_option(".goods li:first-child select", "1")
    guest.wait_for_function("document.querySelector('.totals').innerText.includes('510')")

    # One page; the total stands above the first field
    guest.click("a.btn.buy")
    guest.wait_for_url("**/checkout/*")
    look(guest)
    total = guest.locator("#summary .total")
    assert "510" in total.inner_text()
    assert total.bounding_box()["y"] < guest.locator("[name=email]").bounding_box()["y"]
    guest.click("#bar button.buy")
    guest.wait_for_selector(".errors")  # what is missing is named, nothing is lost
    look(guest)
    guest.fill("[name=email]", "ana@example.org")
    guest.fill("[name=name]", "安娜")
    guest.fill("[name=line1]", "湖滨路8号")
    guest.fill("[name=city]", "杭州")
    guest.click("#bar button.buy")

    # Declined, then paid, on the provider's page
    guest.locator("button[value=decline]").click()
    guest.wait_for_url("**/orders/**")
    guest.wait_for_selector(".pay .btn.buy")
    look(guest)
    order = Order.objects.get()
    assert order.state == rules.PLACED
    guest.click(".pay .btn.buy")
    guest.locator("button[value=approve]").click()
    guest.wait_for_url("**/orders/**")
    guest.wait_for_selector(".path")
    look(guest)
    order.refresh_from_db()
    assert (order.state, order.total_minor, order.lang) == (rules.PAID, 51000, language)

    # The studio packs and sends
    mei, desk = phone(cast.mei, language), f"{live_server.url}/studio/kiln/orders"
    mei.goto(desk)
    look(mei)
    mei.click(f"text={order.number}")
    mei.wait_for_selector(".next")
    look(mei)
    mei.click("form[action$='/pack'] button")
    mei.wait_for_selector("form[action$='/ship'] button.main")
    mei.fill("[name=carrier]", "顺丰")
    mei.fill("[name=tracking]", "SF1234567")
    mei.click("form[action$='/ship'] button")
    mei.wait_for_selector("form[action$='/receive']")
    look(mei)
    order.refresh_from_db()
    assert order.shipped_at is not None

    # One line goes back: first the sum, then the deed
    mei.click("a[href$='/refund']")
    mei.wait_for_selector(".choose")
    mei.select_option(".choose li:first-child select", "1")
    mei.click(".choose button.main")
    mei.wait_for_selector("form button.buy")
    assert "78" in mei.inner_text("form button.buy")
    look(mei)
    mei.fill("[name=reason]", "釉面有瑕疵")
    mei.click("form button.buy")
    mei.wait_for_url(f"**/orders/{order.number}")
    look(mei)
    made = Refund.objects.get()
    assert made.amount_minor == 7800
    run_due()
    sandbox.settle()
    made.refresh_from_db()
    assert made.state == rules.EXECUTED
    mei.goto(f"{desk}/{order.number}")
    look(mei)
    mei.goto(f"{desk}/{order.number}/slip")
    look(mei)
    mei.goto(f"{live_server.url}/studio/kiln/shipping")
    look(mei)

    # The buyer sees it, has three letters, and says that it arrived
    guest.reload()
    look(guest)
    assert "SF1234567" in guest.content()
    assert len(mail.outbox) == 3
    guest.click("form[action*='/received'] button")
    guest.wait_for_load_state()
    order.refresh_from_db()
    assert order.state == rules.COMPLETED
    book = Book.objects.get(community=kiln)
    assert balance(book, f"escrow.{order.oid}").minor == 0
    assert balance(book, "sales").minor == 42000
    assert balance(book, "shipping").minor == 1200
    assert not any(trial_balance(book).values())
