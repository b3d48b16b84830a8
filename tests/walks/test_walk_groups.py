"""On a phone: a member opens a group, a friend joins by its link, a third one makes the price fall.

The difference comes back at closing. Then a flash sale, in which somebody is faster. In both
languages, through the real sandbox.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from banyan.campaigns import rules
from banyan.campaigns.actions import planning
from banyan.campaigns.models import Campaign, Claim, Seat, Team
from banyan.catalog.models import Product, Variant
from banyan.core.jobs import run_due
from banyan.culture import actions as culture
from banyan.ledger.queries import balance, trial_balance
from banyan.orders import rules as orders
from banyan.orders.models import Refund
from banyan.sellers.models import Book

from .eyes import english_in
from .test_walk_buy import phone, shelf
from .test_walk_post import is_whole

__all__ = ["phone", "shelf"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def group_buy(kiln: Any, shelf: Any, cast: Any, member_of: Any) -> Any:
    """The moon jar, 420 alone: 400 for two, 360 for three."""
    now, mei = timezone.now(), member_of(kiln, cast.mei)
    Variant.objects.filter(product__slug="jar").update(on_hand=9)
    jar = Product.objects.with_currency().get(slug="jar")
    made = planning.draft(
        product=jar, by=mei, now=now, steps=[(2, 40000), (3, 36000)], size=3, hours=24,
        starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=3),
    )  # fmt: skip
    planning.put_up(campaign=made, by=mei, now=now)
    return made


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_group_is_opened_joined_by_its_link_and_the_difference_comes_back(
    language: str, kiln: Any, cast: Any, group_buy: Any, phone: Any, live_server: Any,
    sandbox: Any, settings: Any,
) -> None:  # fmt: skip
    settings.SITE_URL = live_server.url
    culture.join(community=kiln, person=cast.dara, version=1, now=timezone.now())

    def look(page: Any) -> None:
        assert is_whole(page)
        if language == "zh-hans":
            assert english_in(page) == []

    def check_out(page: Any, shown: str) -> None:
        """At the till: what is paid now is explained; then pay at the provider."""
        page.wait_for_url("**/checkout/*")
        look(page)
        assert "400" in page.inner_text(".deal-note")
        assert "40" in page.inner_text(".deal-note")
        assert shown in page.inner_text("#summary .total")
        page.fill("[name=name]", "安娜")
        page.fill("[name=line1]", "湖滨路8号")
        page.fill("[name=city]", "杭州")
        page.click("#bar button.buy")
        page.locator("button[value=approve]").click()
        page.wait_for_url("**/orders/**")
        page.wait_for_selector(".path")
        look(page)

    # Jonas opens a group from the product's page
    jonas = phone(cast.jonas, language)
    jonas.goto(f"{live_server.url}/kiln/shop/jar")
    look(jonas)
    jonas.click(".open-one button")
    check_out(jonas, "412")
    jonas.click(".my-seat a.btn")
    jonas.wait_for_selector(".tell-friends")
    look(jonas)
    link = jonas.input_value("#share-address")
    team = Team.objects.get()
    assert link == f"{live_server.url}/kiln/g/{team.oid}"

    # Lan and Dara join by the link; with the third the price falls and the group closes
    for person in (cast.lan, cast.dara):
        friend = phone(person, language)
        friend.goto(link)
        look(friend)
        friend.click(".buybar button.buy")
        check_out(friend, "412")
    team.refresh_from_db()
    assert (team.verdict, team.final_minor) == (rules.SUCCESS, 36000)
    run_due()
    sandbox.settle()

    # Forty yuan are back with each of them, and everybody reads it
    jonas.goto(link)
    look(jonas)
    assert "360" in jonas.inner_text(".pr")
    assert "40" in jonas.inner_text(".my-seat")
    assert set(Seat.objects.values_list("state", "back_minor")) == {(rules.CONFIRMED, 4000)}
    assert set(Refund.objects.values_list("state", "amount_minor")) == {(orders.EXECUTED, 4000)}
    book = Book.objects.get(community=kiln)
    for seat in Seat.objects.select_related("order"):
        assert balance(book, f"escrow.{seat.order.oid}").minor == 36000 + 1200
    assert not any(trial_balance(book).values())

    # The shop sees it and may pack
    mei = phone(cast.mei, language)
    mei.goto(f"{live_server.url}/studio/kiln/campaigns")
    look(mei)
    mei.click("table a")
    mei.wait_for_selector(".team-row")
    look(mei)
    mei.click(".seat-rows a")
    mei.wait_for_selector("form[action$='/pack'] button")
    look(mei)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_flash_sale_is_put_up_in_the_studio_and_sold_to_the_last_piece(
    language: str, kiln: Any, cast: Any, shelf: Any, phone: Any, live_server: Any, sandbox: Any,
    settings: Any,
) -> None:  # fmt: skip
    settings.SITE_URL = live_server.url
    Variant.objects.filter(product__slug="jar").update(on_hand=9)
    shop, studio = f"{live_server.url}/kiln/shop/jar", f"{live_server.url}/studio/kiln"

    def look(page: Any) -> None:
        assert is_whole(page)
        if language == "zh-hans":
            assert english_in(page) == []

    # The shop: three pieces at 350, two for each
    mei = phone(cast.mei, language)
    mei.goto(f"{studio}/campaigns")
    look(mei)
    mei.click("a[href$='kind=flash_sale']")
    mei.wait_for_selector("[name=price]")
    look(mei)
    jar = Product.objects.get(slug="jar")
    mei.select_option("[name=product]", str(jar.pk))
    mei.fill("[name=price]", "350")
    mei.fill("[name=size]", "3")
    mei.fill("[name=most_each]", "2")
    mei.click(".form-acts button.main")
    mei.wait_for_selector("form[action$='/up'] button")
    look(mei)
    mei.click("form[action$='/up'] button")
    mei.wait_for_selector("form[action$='/stop']", state="attached")

    # Jonas buys two of them
    jonas = phone(cast.jonas, language)
    jonas.goto(shop)
    look(jonas)
    jonas.select_option("#flash-many", "2")
    jonas.click(".flash button")
    jonas.wait_for_url("**/checkout/*")
    look(jonas)
    assert "712" in jonas.inner_text("#summary .total")
    jonas.fill("[name=name]", "乔纳斯")
    jonas.fill("[name=line1]", "湖滨路8号")
    jonas.fill("[name=city]", "杭州")

    # Lan and Jonas stand at the till for the last pieces: whoever orders first has them
    lan = phone(cast.lan, language)
    lan.goto(shop)
    lan.select_option("#flash-many", "2")
    lan.click(".flash button")
    lan.wait_for_url("**/checkout/*")
    jonas.click("#bar button.buy")
    jonas.locator("button[value=approve]").click()
    jonas.wait_for_url("**/orders/**")
    jonas.wait_for_selector(".path")
    look(jonas)
    lan.fill("[name=name]", "阿岚")
    lan.fill("[name=line1]", "湖滨路9号")
    lan.fill("[name=city]", "杭州")
    lan.click("#bar button.buy")
    lan.wait_for_selector(".errors")  # only one is left; what was typed is still there
    look(lan)
    assert lan.input_value("[name=line1]") == "湖滨路9号"
    claim = Claim.objects.get()
    assert (claim.state, claim.pieces) == (rules.PAID, 2)
    campaign = Campaign.objects.get()
    assert (campaign.taken, campaign.pieces_left) == (2, 1)
    mei.goto(f"{studio}/campaigns/{campaign.oid}")
    look(mei)
    assert claim.order.number in mei.inner_text(".seat-rows")
    assert not any(trial_balance(Book.objects.get(community=kiln)).values())
