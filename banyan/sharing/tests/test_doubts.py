"""Orders that look made up: held with reasons, answered once, settled by a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from banyan.core.jobs import run_due
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.orders.tests.conftest import ADDRESS
from banyan.outreach.models import Notice
from banyan.sellers.models import Book
from banyan.sharing import accounts, rules, scoring, traces, visits
from banyan.sharing.actions import attributing, clearing, doubting
from banyan.sharing.models import Attribution, Commission, Doubt, Trace

from .conftest import again, came_by
from .test_pages import send, signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PHONE, LAPTOP = (scoring.DEVICE, "p" * 32), (scoring.DEVICE, "l" * 32)


@pytest.fixture
def purse(kiln: Any, cast: Any) -> Any:
    def read() -> tuple[int, int, int]:
        found = accounts.purse(Book.objects.get(community=kiln), cast.jonas.pseudonym)
        return found.held.minor, found.available.minor, found.debt.minor

    return read


@pytest.fixture
def doubted(kiln, links_of, sent_by, order_of, offered, complete, cup, cast, now) -> Doubt:
    """Jonas's guest lives where Jonas lives: one cup (68.00) at ten per cent."""
    offered(cast.jonas)
    order_of((cup, 1), person=cast.jonas, at=now - DAY)
    complete(sent_by(links_of(cast.jonas)["link"], at=now), now)
    return Doubt.objects.select_related("attribution").get()


def test_an_order_to_the_sharers_own_door_is_held_with_its_reason(doubted, purse, now):
    assert [(one.key, one.points) for one in doubted.why] == [("home", 60), ("contact", 60)]
    assert doubted.state == rules.OPEN
    assert clearing.clear_due(now=now + 30 * DAY) == 0
    with pytest.raises(WrongMoment):
        clearing.clear(commission_id=Commission.objects.get().pk, now=now + 30 * DAY)
    assert purse() == (680, 0, 0)


def test_what_a_person_lets_count_is_cleared(doubted, purse, member_of, kiln, cast, now):
    mei = member_of(kiln, cast.mei)
    attributing.let_count(attribution=doubted.attribution, by=mei, now=now + DAY)
    with pytest.raises(WrongMoment):
        attributing.let_count(attribution=doubted.attribution, by=mei, now=now + DAY)
    assert clearing.clear_due(now=now + 14 * DAY) == 1
    assert purse() == (0, 680, 0)


def test_an_honest_order_is_not_held(links_of, sent_by, offered, complete, cast, now):
    offered(cast.jonas)
    complete(sent_by(links_of(cast.jonas)["link"], at=now), now)
    assert not Doubt.objects.exists()


def test_only_the_sharer_appeals_and_only_once(doubted, member_of, kiln, cast, now):
    jonas, mei = member_of(kiln, cast.jonas), member_of(kiln, cast.mei)
    with pytest.raises(NotAllowed):
        doubting.appeal(doubt=doubted, by=mei, text="Mine", now=now)
    doubting.appeal(doubt=doubted, by=jonas, text="My sister lives with me", now=now)
    with pytest.raises(WrongMoment):
        doubting.appeal(doubt=doubted, by=jonas, text="And again", now=now)
    doubted.refresh_from_db()
    assert (doubted.state, doubted.appeal) == (rules.APPEALED, "My sister lives with me")
    assert clearing.clear_due(now=now + 30 * DAY) == 0


@pytest.mark.parametrize("cleared", [False, True])
def test_a_void_that_is_appealed_and_does_not_stand_gives_it_again(
    kiln, links_of, sent_by, offered, complete, purse, books, in_balance, member_of, cast, now,
    cleared,
):  # fmt: skip
    """Also of what had been paid out, and was a debt meanwhile: it pays that debt."""
    from banyan.sharing.actions import payouts

    offered(cast.jonas)
    mei, jonas = member_of(kiln, cast.mei), member_of(kiln, cast.jonas)
    complete(sent_by(links_of(cast.jonas)["link"], at=now), now)
    fixed = Attribution.objects.get()
    if cleared:
        clearing.clear_due(now=now + 14 * DAY)
        payouts.begin(member=jonas, amount_minor=680, by=mei, now=now + 14 * DAY)
    attributing.void(attribution=fixed, by=mei, reason="Own shop", now=now + 15 * DAY)
    assert purse() == (0, 0, 680 if cleared else 0)
    doubting.appeal(doubt=Doubt.objects.get(), by=jonas, text="It was my aunt", now=now + 16 * DAY)
    attributing.let_count(attribution=fixed, by=mei, now=now + 17 * DAY)
    assert Attribution.objects.get().voided_at is None
    assert purse() == (680, 0, 680 if cleared else 0)
    assert clearing.clear_due(now=now + 18 * DAY) == 1
    assert purse() == ((0, 0, 0) if cleared else (0, 680, 0))
    assert books("commission") == 680
    assert in_balance()
    attributing.void(attribution=fixed, by=mei, reason="Really", now=now + 19 * DAY)
    assert books("commission") == 0
    assert in_balance()
    with pytest.raises(WrongMoment):  # an appeal is heard once
        doubting.appeal(doubt=Doubt.objects.get(), by=jonas, text="No!", now=now + 20 * DAY)


def test_a_void_that_stands_after_an_appeal_stands_for_good(
    doubted, purse, member_of, kiln, cast, now
):
    jonas, mei = member_of(kiln, cast.jonas), member_of(kiln, cast.mei)
    fixed = doubted.attribution
    attributing.void(attribution=fixed, by=mei, reason="Same door", now=now)
    doubting.appeal(doubt=doubted, by=jonas, text="My flatmate", now=now + DAY)
    attributing.void(attribution=fixed, by=mei, reason="Same telephone too", now=now + 2 * DAY)
    fixed.refresh_from_db()
    doubted.refresh_from_db()
    assert (fixed.reason, doubted.state) == ("Same telephone too", rules.VOID)
    for act in (attributing.let_count, attributing.void):
        with pytest.raises(WrongMoment):
            act(attribution=fixed, by=mei, now=now + 3 * DAY, **_reason(act))
    assert purse() == (0, 0, 0)


def _reason(act: Any) -> dict[str, str]:
    return {"reason": "x"} if act is attributing.void else {}


def test_an_order_voided_before_it_was_complete_earns_once_it_counts_after_all(
    kiln, links_of, sent_by, offered, complete, purse, member_of, cast, now
):
    offered(cast.jonas)
    jonas, mei = member_of(kiln, cast.jonas), member_of(kiln, cast.mei)
    order = sent_by(links_of(cast.jonas)["link"], at=now)
    fixed = Attribution.objects.get()
    attributing.void(attribution=fixed, by=mei, reason="Own shop", now=now)
    complete(order, now)
    doubting.appeal(doubt=Doubt.objects.get(), by=jonas, text="No", now=now)
    attributing.let_count(attribution=fixed, by=mei, now=now)
    assert purse() == (680, 0, 0)


def test_what_came_back_meanwhile_is_not_given_again(
    doubted, purse, books, give_back, in_balance, member_of, kiln, cast, now
):
    jonas, mei = member_of(kiln, cast.jonas), member_of(kiln, cast.mei)
    fixed = doubted.attribution
    attributing.void(attribution=fixed, by=mei, reason="Same door", now=now)
    give_back(again(fixed.order), 1, at=now)
    doubting.appeal(doubt=doubted, by=jonas, text="My flatmate", now=now)
    attributing.let_count(attribution=fixed, by=mei, now=now)
    assert (purse(), books("commission")) == ((0, 0, 0), 0)
    assert in_balance()


def test_traces_are_kept_only_where_something_is_earned_and_for_ninety_days(
    kiln, links_of, order_of, offered, cup, cast, now
):
    def order(sharer: Any) -> None:
        seen = (came_by(links_of(sharer)["link"], now),)
        with visits.carrying(lambda: visits.Carried(seen, None, (PHONE, LAPTOP))):
            order_of((cup, 1), at=now)

    order(cast.jonas)
    assert not Trace.objects.exists()
    offered(cast.lan)
    order(cast.lan)
    assert set(Trace.objects.values_list("kind", "mark")) == {PHONE, LAPTOP}
    assert traces.forget(now=now + 90 * DAY - timedelta(seconds=1)) == 0
    assert traces.forget(now=now + 90 * DAY) == 2


def test_a_guest_in_the_sharers_own_browser_is_held(
    kiln, links_of, offered, complete, order_of, cup, cast
):
    """The browser that accepted the terms comes back signed out, by the sharer's own link."""
    from banyan.sharing.models import Offer

    offered()
    jonas = signed_in(cast.jonas)
    assert send(jonas, f"/kiln/sharing/{Offer.objects.get().oid}/accept").status_code == 302
    request = type("Request", (), {"COOKIES": {traces.COOKIE: jonas.cookies["device"].value},
                                   "META": {"REMOTE_ADDR": "203.0.113.9"}})()  # fmt: skip
    now = timezone.now()
    seen = (came_by(links_of(cast.jonas, at=now)["link"], now),)
    elsewhere = replace(ADDRESS, line1="Ostweg 1", postcode="04103", phone="")
    with visits.carrying(lambda: visits.Carried(seen, None, traces.marks_of(request))):
        order = order_of((cup, 1), at=now, address=elsewhere)
    complete(order, now)
    assert [one.key for one in Doubt.objects.get().why] == ["device"]


def test_a_forged_device_is_no_device_and_neighbours_share_a_network():
    def marks(device: str, address: str) -> Any:
        request = type("Request", (), {"COOKIES": {traces.COOKIE: device},
                                       "META": {"REMOTE_ADDR": address}})()  # fmt: skip
        return dict(traces.marks_of(request))

    assert set(marks("x' OR 1=1", "")) == set()
    assert marks("", "203.0.113.9") == marks("", "203.0.113.77") != marks("", "203.0.114.9")
    assert marks("", "2001:db8:1:2::5") == marks("", "2001:db8:1:ff::9")
    assert marks("", "::ffff:203.0.113.9") == marks("", "203.0.113.9")
    assert "203" not in marks("", "203.0.113.9")[scoring.NETWORK][:3]


def test_only_sharers_who_earn_get_the_cookie(kiln, links_of, offered, cast):
    link = links_of(cast.jonas)["link"]
    assert traces.COOKIE not in Client().get(f"/s/{link.code}").cookies
    offered(cast.jonas)
    answer = Client().get(f"/s/{link.code}")
    assert answer.cookies[traces.COOKIE]["httponly"]
    assert "90 days" in Client().get(f"/s/{link.code}", follow=True).content.decode()


def test_the_sharer_reads_the_reasons_and_answers(doubted, cast, kiln):
    jonas = signed_in(cast.jonas)
    page = jonas.get("/kiln/sharing").content.decode()
    assert "Goes to an address where the sharer’s own orders go" in page
    path = f"/kiln/sharing/doubts/{doubted.oid}/appeal"
    wrong = send(jonas, path, appeal=" ")
    assert wrong.status_code == 422
    assert "<details open" in wrong.content.decode()
    assert send(signed_in(cast.lan), path, appeal="Me too").status_code == 404
    assert send(jonas, path, appeal="My sister lives with me").status_code == 302
    assert send(jonas, path, appeal="Again").status_code == 409
    assert "My sister lives with me" in jonas.get("/kiln/sharing").content.decode()


def test_operators_see_what_waits_and_decide(doubted, tea, cast, kiln, purse, now):
    mei = signed_in(cast.mei)
    assert "waits for a look" in mei.get("/studio/kiln/today").content.decode()
    page = mei.get("/studio/kiln/commission").content.decode()
    assert "Goes to an address where the sharer’s own orders go" in page
    number = doubted.attribution.order.number
    assert "Waits for a look" in mei.get(f"/studio/kiln/orders/{number}").content.decode()
    path = f"/studio/kiln/sharing/doubts/{doubted.oid}/counts"
    assert send(signed_in(cast.kenji), path).status_code == 403
    assert send(signed_in(cast.sol), path.replace("kiln", "four")).status_code == 404
    assert send(mei, path).status_code == 302
    assert send(mei, path).status_code == 409
    assert "waits for a look" not in mei.get("/studio/kiln/today").content.decode()


def test_the_sharer_is_told_when_it_is_held_and_when_it_is_decided(
    doubted, member_of, kiln, cast, now
):
    mei = member_of(kiln, cast.mei)
    attributing.void(attribution=doubted.attribution, by=mei, reason="Same door", now=now)
    doubting.appeal(doubt=doubted, by=member_of(kiln, cast.jonas), text="No", now=now + DAY)
    attributing.let_count(attribution=doubted.attribution, by=mei, now=now + 2 * DAY)
    for _time in range(2):
        run_due(now=now + 2 * DAY)
    told = list(Notice.objects.filter(person=cast.jonas).values_list("topic", flat=True))
    assert sorted(topic for topic in told if topic.startswith("doubt")) == [
        "doubt",
        "doubt-answer",
        "doubt-answer",
    ]
