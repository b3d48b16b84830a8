"""Every verb of the studio, pressed with a thumb: at 390 px, in both languages.

The other walks press pack, send, refund (test_walk_buy), hide with a word, show again
(test_walk_post), import, publish all drafts and add a way of sending (test_walk_main); here are
the rest: let in, do not let in, ban, lift the ban, give a role; leave as it is, hide, remove;
publish, take back, archive, restore; stock, prices, options, a photo's words; note a cost and take
it back; change and remove a way of sending, tax; receive, cancel, refund again; settings, charter,
topics.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from banyan.catalog.models import Product, StockChange, Variant
from banyan.communities.models import Community, Member
from banyan.content.models import Comment, Post, Topic
from banyan.culture import actions as culture
from banyan.culture.amendments import actions as amending
from banyan.culture.models import Amendment
from banyan.ledger.models import Cost
from banyan.moderation.models import Report
from banyan.orders.models import Order, Refund, ShippingRate

from .eyes import english_in, sideways
from .world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])


class Desk:
    """Mei's studio on a phone."""

    def __init__(self, page: Any, base: str, language: str) -> None:
        self.page, self.base, self.language = page, base, language

    def open(self, path: str) -> None:
        self.page.goto(f"{self.base}/studio/kiln/{path}")
        self.look()

    def press(self, selector: str) -> None:
        """Press, and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.look()

    def look(self) -> None:
        assert sideways(self.page) == []
        assert not self.page.locator(".errors").count()
        if self.language != "en":
            assert english_in(self.page) == []


@pytest.fixture
def desk(browser: Any, live_server: Any, world: World, language: str) -> Iterator[Desk]:
    client = Client()
    client.force_login(world.cast.mei)
    context = browser.new_context(viewport={"width": 390, "height": 844})
    cookies = {"django_language": language, "sessionid": client.cookies["sessionid"].value}
    context.add_cookies(
        [{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()]
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield Desk(page, live_server.url, language)
    context.close()


@LANGUAGES
def test_members_are_let_in_refused_banned_forgiven_and_given_a_role(
    desk: Desk, world: World
) -> None:
    page, kiln = desk.page, world.kiln
    culture.join(community=kiln, person=world.cast.sol, version=1, now=world.now)

    def state_of(person: Any) -> str:
        return str(Member.objects.get(community=kiln, person=person).state)

    dara = Member.objects.get(community=kiln, person=world.cast.dara)
    sol = Member.objects.get(community=kiln, person=world.cast.sol)
    lan = world.members["lan"]
    desk.open("members")
    desk.press(f"form[action$='{dara.oid}/admit'] button")
    assert state_of(world.cast.dara) == "joined"
    desk.press(f"a[href$='{sol.oid}/refuse']")
    page.fill("[name=reason]", "本月人已满")
    desk.press("main form button.danger")
    assert state_of(world.cast.sol) == "refused"
    desk.open("members")
    desk.press(f"a[href$='{lan.oid}/ban']")
    desk.press("main form button.danger")
    assert state_of(world.cast.lan) == "banned"
    desk.open("members?state=banned")
    desk.press(f"form[action$='{lan.oid}/unban'] button")
    assert state_of(world.cast.lan) != "banned"
    desk.open("members")
    desk.press(f"a[href$='{world.members['jonas'].oid}/role']")
    page.click("label.choice:has([value=operator])")
    desk.press("main form button.main")
    assert Member.objects.get(pk=world.members["jonas"].pk).role == "operator"


@LANGUAGES
def test_reports_are_dismissed_things_hidden_and_removed(desk: Desk, world: World) -> None:
    page = desk.page
    shown = Post.objects.filter(state="published").count()
    desk.open("content")
    desk.press("form[action*='/post/'][action$='/dismiss'] button")
    assert not Report.objects.filter(kind="post", decision=None).exists()
    desk.open("content")
    page.locator("details.why > summary").first.click()
    desk.press("form[action*='/comment/'][action$='/hide'] button")
    assert Comment.objects.filter(state="hidden").count() == 1
    desk.open("content?tab=hidden")
    remove = "form[action*='/comment/'][action$='/remove']"
    page.locator(f"details.why:has({remove}) > summary").first.click()
    desk.press(f"{remove} button")
    assert Comment.objects.filter(state="removed").count() == 1
    assert Post.objects.filter(state="published").count() == shown


@LANGUAGES
def test_products_are_written_published_counted_and_put_away(desk: Desk, world: World) -> None:
    page, draft = desk.page, world.products["draft"]

    def state() -> str:
        return str(Product.objects.get(pk=draft.pk).state)

    address = f"catalog/{draft.oid}"
    for verb, after in (
        ("publish", "published"), ("unpublish", "draft"), ("archive", "archived"),
        ("restore", "draft"),
    ):  # fmt: skip
        desk.open(address)
        desk.press(f"form[action$='/{verb}'] button")
        assert state() == after
    desk.open(address)
    page.locator("#variants input[name^=price-]").first.fill("61.50")
    desk.press("#variants .form-acts button")
    assert Variant.objects.get(product=draft).price_minor == 6150
    desk.press("#variants a[href*='/stock/']")
    page.fill("[name=step]", "3")
    desk.press("main form button.main")
    assert StockChange.objects.filter(variant__product=draft).latest("pk").step == 3
    desk.open(address)
    page.locator("#options input[type=text]").nth(0).fill("Size")
    page.locator("#options input[type=text]").nth(1).fill("Small, Large")
    desk.press("#options .form-acts button")
    assert Variant.objects.filter(product=draft, retired_at=None).count() == 2
    desk.open("catalog/new")
    page.fill("main [name=title]", "Lotus plate")
    page.fill("main [name=price]", "88")
    desk.press("main .form-acts button.main")
    new = Product.objects.get(title="Lotus plate")
    desk.open(f"catalog/{new.oid}")
    desk.press("form[action$='/delete'] button")
    assert not Product.objects.filter(pk=new.pk).exists()
    mug = world.products["morning-mug"]
    desk.open(f"catalog/{mug.oid}")
    page.fill("#photos [name=alt]", "清晨的杯子")
    desk.press("#photos form.alt button")
    assert mug.photos.get().alt == "清晨的杯子"


@LANGUAGES
def test_costs_and_ways_of_sending_come_and_go(desk: Desk, world: World) -> None:
    page, before = desk.page, Cost.objects.count()
    desk.open("costs")
    page.fill("[name=amount]", "35.50")
    page.fill("[name=note]", "胶带")
    desk.press("main form:has([name=amount]) button.main")
    made = Cost.objects.latest("pk")
    assert (Cost.objects.count(), made.amount_minor) == (before + 1, 3550)
    desk.press(f"form[action$='{made.oid}/undo'] button")
    assert Cost.objects.get(pk=made.pk).undone_at is not None

    desk.open(f"shipping/{world.rate.oid}")
    page.fill("[name=price]", "15")
    desk.press("form.rate-form button.main")
    assert ShippingRate.objects.get(pk=world.rate.pk).price_minor == 1500
    desk.open("shipping")
    desk.press("main form:has([name=tax]) button")
    desk.open(f"shipping/{world.rate.oid}")
    page.click("details.cancel > summary")
    desk.press("form[action$='/remove'] button")
    assert not ShippingRate.objects.filter(pk=world.rate.pk).exists()


@LANGUAGES
def test_orders_are_received_cancelled_and_paid_back_again(
    desk: Desk, world: World, sandbox: Any
) -> None:
    def state(name: str) -> str:
        return str(Order.objects.get(pk=world.orders[name].pk).state)

    desk.open(f"orders/{world.orders['shipped'].number}")
    desk.press("form[action$='/receive'] button")
    assert state("shipped") == "received"
    desk.open(f"orders/{world.orders['late'].number}")
    desk.page.locator("details.cancel > summary").first.click()
    desk.press("form[action$='/cancel'] button")
    assert state("late") == "cancelled"
    desk.open(f"orders/{world.orders['stuck'].number}")
    desk.press("form[action$='/refund/again'] button")
    assert Refund.objects.get(order=world.orders["stuck"]).state == "asked"


@LANGUAGES
def test_settings_charter_and_topics_are_saved(desk: Desk, world: World) -> None:
    page = desk.page
    desk.open("settings")
    page.fill("[name=purpose]", "One cup, well made.")
    desk.press("main form .form-acts button.main")
    assert Community.objects.get(slug="kiln").purpose == "One cup, well made."
    amending.withdraw(
        amendment=world.change, by=world.members["mei"], now=timezone.now()
    )  # the one that is open
    desk.open("charter")
    page.fill("[name=goal]", "Fewer things, kept for good.")
    page.fill("[name=why]", "For good is longer.")
    desk.press("main form .form-acts button.main")
    made = Amendment.objects.of(world.kiln).get(state="open")
    assert made.goal == "Fewer things, kept for good."
    first = world.topics[0]
    desk.open("topics")
    page.locator(f"form[action$='{first.oid}/rename'] [name=name]").fill("At the wheel")
    desk.press(f"form[action$='{first.oid}/rename'] button")
    assert Topic.objects.get(pk=first.pk).name == "At the wheel"
    desk.press(f"form[action$='{first.oid}/remove'] button")
    assert not Topic.objects.filter(pk=first.pk).exists()
