"""Money for sharing: accrued, held, cleared, paid out, taken back, owed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from banyan.communities.models import Member
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.culture import actions as culture
from banyan.ledger import queries as ledger
from banyan.orders.actions import refunding
from banyan.sellers.models import Book
from banyan.sharing import accounts, rules, visits
from banyan.sharing.actions import attributing, clearing, earning, payouts
from banyan.sharing.models import Attribution, Commission, Payout

from .conftest import again, came_by

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def purse(kiln: Any, cast: Any) -> Any:
    """(held, available, debt) of a person: purse(cast.jonas)."""

    def read(person: Any = cast.jonas) -> tuple[int, int, int]:
        found = accounts.purse(Book.objects.get(community=kiln), person.pseudonym)
        return found.held.minor, found.available.minor, found.debt.minor

    return read


@pytest.fixture
def earned(links_of, sent_by, offered, complete, cast, now):
    """A completed order of two cups (136.00) by Jonas's link, at ten per cent."""
    offered(cast.jonas)
    cups = sent_by(links_of(cast.jonas)["link"], at=now, what=(_cup(links_of), 2))
    return complete(cups, now)


def _cup(_links_of: Any) -> Any:
    from banyan.catalog.models import Variant

    return Variant.objects.get(product__slug="celadon-cup")


def test_a_completed_order_earns_its_sharer_a_share_that_is_held(earned, purse, books, now):
    one = Commission.objects.get(order=earned)
    assert (one.base_minor, one.accrued_minor, one.state) == (13600, 1360, rules.HELD)
    assert one.clears_at == now + 14 * DAY
    assert purse() == (1360, 0, 0)
    assert books("commission") == 1360


def test_nothing_is_earned_before_completion_nor_twice(
    links_of, sent_by, offered, capture, purse, cast, now
):
    offered(cast.jonas)
    order = sent_by(links_of(cast.jonas)["link"], at=now)
    capture(order)
    assert purse() == (0, 0, 0)
    earning.accrue(order_id=order.pk, now=now)
    assert earning.accrue(order_id=order.pk, now=now) == []
    assert purse() == (680, 0, 0)


def test_without_an_accepted_offer_sharing_earns_nothing(
    links_of, sent_by, offered, complete, cast, now
):
    offered(cast.lan)
    order = complete(sent_by(links_of(cast.jonas)["link"], at=now), now)
    assert Attribution.objects.get(order=order).offer is None
    assert not Commission.objects.exists()


def test_an_offer_that_ends_still_pays_for_orders_placed_before(
    kiln, links_of, sent_by, offered, complete, member_of, cast, now
):
    offer, link = offered(cast.jonas), links_of(cast.jonas)["link"]
    before = sent_by(link, at=now)
    mei = member_of(kiln, cast.mei)
    earning.end(offer=offer, by=mei, now=now + DAY)
    with pytest.raises(WrongMoment):
        earning.end(offer=offer, by=mei, now=now + DAY)
    after = sent_by(link, at=now + DAY)
    for order in (before, after):
        complete(order, now + 2 * DAY)
    assert list(Commission.objects.values_list("order", flat=True)) == [before.pk]
    with pytest.raises(earning.OfferOver):
        earning.accept(offer=offer, member=member_of(kiln, cast.lan), now=now + DAY)


def test_one_offer_runs_at_a_time_and_only_members_accept_it(
    kiln, tea, offered, member_of, cast, now
):
    offer = offered(cast.jonas)
    with pytest.raises(earning.OfferRuns):
        offered()
    with pytest.raises(NotAllowed):
        earning.accept(offer=offer, member=member_of(tea, cast.sol), now=now)
    jonas = member_of(kiln, cast.jonas)
    earning.accept(offer=offer, member=jonas, now=now)  # twice changes nothing
    earning.leave(offer=offer, member=jonas, now=now)
    with pytest.raises(WrongMoment):
        earning.leave(offer=offer, member=jonas, now=now)
    assert attributing.accepted_offer(jonas, now=now) is None
    earning.accept(offer=offer, member=jonas, now=now)
    assert attributing.accepted_offer(jonas, now=now) == offer


def test_the_hold_runs_from_completion_not_from_payment(
    links_of, sent_by, offered, capture, cast, now
):
    from banyan.orders.actions import fulfilling

    offered(cast.jonas)
    order = sent_by(links_of(cast.jonas)["link"], at=now)
    capture(order, at=now)
    fulfilling.ship(order=order, by=None, now=now + 2 * DAY)
    fulfilling.receive(order=order, by=None, by_buyer=True, now=now + 5 * DAY)
    assert Commission.objects.get().clears_at == now + 19 * DAY


def test_an_order_of_two_lines_earns_once_on_each(
    links_of, offered, order_of, complete, give_back, purse, cup, pot, cast, now
):
    """Not on a running sum: a cup and a pot earn for a cup and a pot, whichever comes back."""
    offered(cast.jonas)
    seen = (came_by(links_of(cast.jonas)["link"], now),)
    with visits.carrying(lambda: visits.Carried(seen, None)):
        order = order_of((cup, 2), (pot, 1), at=now)
    complete(order, now)
    one = Commission.objects.get()
    assert (one.base_minor, one.accrued_minor) == (2 * 6800 + 31000, 4460)
    give_back(order, 1, at=now + DAY)
    assert purse() == (3780, 0, 0)


def test_only_the_products_of_the_offer_earn_without_tax_and_post(
    kiln, links_of, sent_by, offered, complete, cup, pot, cast, now
):
    offered(cast.jonas, product_ids=[pot.product_id])
    order = sent_by(links_of(cast.jonas)["link"], at=now, what=(pot, 1))
    complete(order, now)
    assert Commission.objects.get().base_minor == 31000
    other = sent_by(links_of(cast.jonas)["link"], at=now, what=(cup, 1))
    complete(other, now)
    assert Commission.objects.count() == 1


def test_all_payees_of_an_order_stay_under_the_cap_and_there_are_two_levels_at_most(
    kiln, links_of, sent_by, offered, complete, purse, cast, member_of, now
):
    seen = (came_by(links_of(cast.lan)["link"], now - DAY),)
    with visits.carrying(lambda: visits.Carried(seen, cast.dara.pseudonym)):
        culture.join(community=kiln, person=cast.dara, version=1, now=now - DAY)
    offered(cast.lan, cast.dara, rate_bp=1000, second_bp=200, cap_minor=600)
    order = complete(sent_by(links_of(cast.dara)["link"], at=now), now)
    rows = Commission.objects.filter(order=order).order_by("level")
    assert [(c.member.person, c.accrued_minor) for c in rows] == [(cast.dara, 500), (cast.lan, 100)]
    assert purse(cast.dara) == (500, 0, 0)
    one = rows[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        one.pk, one.public_id, one.level = None, order.public_id, 3
        one.save(force_insert=True)


def test_it_clears_once_when_the_hold_is_over(earned, purse, now):
    one = Commission.objects.get()
    with pytest.raises(WrongMoment):
        clearing.clear(commission_id=one.pk, now=now + 14 * DAY - timedelta(seconds=1))
    assert clearing.clear_due(now=now + 14 * DAY) == 1
    assert clearing.clear_due(now=now + 15 * DAY) == 0
    with pytest.raises(WrongMoment):
        clearing.clear(commission_id=one.pk, now=now + 15 * DAY)
    assert purse() == (0, 1360, 0)


def test_a_partial_refund_takes_its_part_back_from_what_is_held(
    earned, purse, books, give_back, in_balance, now
):
    give_back(earned, 1, at=now + DAY)
    assert purse() == (680, 0, 0)
    give_back(earned, 1, at=now + 2 * DAY)
    one = Commission.objects.get()
    assert (one.state, one.reversed_minor, purse()) == (rules.REVERSED, 1360, (0, 0, 0))
    assert books("commission") == 0
    assert in_balance()
    assert clearing.clear_due(now=now + 30 * DAY) == 0


def test_a_refund_before_completion_leaves_less_to_earn(
    links_of, sent_by, offered, capture, give_back, cup, cast, now
):
    from banyan.orders.actions import fulfilling

    offered(cast.jonas)
    order = sent_by(links_of(cast.jonas)["link"], at=now, what=(cup, 2))
    capture(order)
    give_back(order, 1, at=now)
    fulfilling.ship(order=again(order), by=None, now=now)
    fulfilling.receive(order=again(order), by=None, by_buyer=True, now=now)
    one = Commission.objects.get()
    assert (one.base_minor, one.accrued_minor) == (6800, 680)


def test_paid_out_and_then_refunded_in_two_parts_is_a_debt_that_the_next_commission_pays(
    kiln, earned, links_of, sent_by, complete, purse, books, give_back, in_balance, member_of,
    cast, now,
):  # fmt: skip
    """Pay, complete, clear, withdraw all, refund in two parts; then earn again."""
    mei, jonas = member_of(kiln, cast.mei), member_of(kiln, cast.jonas)
    clearing.clear_due(now=now + 14 * DAY)
    payout = payouts.begin(member=jonas, amount_minor=1360, by=mei, now=now + 15 * DAY)
    payouts.done(payout=payout, by=mei, now=now + 16 * DAY)
    assert purse() == (0, 0, 0)
    assert books("bank") == -1360
    give_back(earned, 1, at=now + 20 * DAY)
    assert purse() == (0, 0, 680)
    give_back(earned, 1, at=now + 21 * DAY)
    assert purse() == (0, 0, 1360)
    assert books("commission") == 0
    assert Commission.objects.get().state == rules.REVERSED

    later = now + 30 * DAY
    link = links_of(cast.jonas, at=later)["link"]
    complete(sent_by(link, at=later, what=(_cup(None), 3)), later)
    assert purse() == (2040, 0, 1360)
    clearing.clear_due(now=later + 14 * DAY)
    assert purse() == (0, 680, 0)
    with pytest.raises(payouts.NotThatMuch):
        payouts.begin(member=jonas, amount_minor=681, by=mei, now=later + 15 * DAY)
    assert in_balance()
    flow = ledger.flow(Book.objects.get(community=kiln))
    parts = (flow.held, flow.refunded, flow.fees, flow.costs, flow.shared, flow.yours)
    assert flow.sold.minor == sum(part.minor for part in parts)
    assert flow.shared.minor == 2040
    assert flow.sold.minor == 2 * 6800 + 3 * 6800 + 2 * 1200


def test_what_is_left_to_pay_out_is_taken_back_before_a_debt_arises(
    kiln, earned, purse, give_back, member_of, cast, now
):
    mei, jonas = member_of(kiln, cast.mei), member_of(kiln, cast.jonas)
    clearing.clear_due(now=now + 14 * DAY)
    payouts.begin(member=jonas, amount_minor=1000, by=mei, now=now + 15 * DAY)
    give_back(earned, 2, at=now + 20 * DAY)
    assert purse() == (0, 0, 1000)


def test_a_payout_that_comes_back_pays_a_debt_first(
    kiln, earned, purse, give_back, member_of, cast, in_balance, now
):
    mei, jonas = member_of(kiln, cast.mei), member_of(kiln, cast.jonas)
    clearing.clear_due(now=now + 14 * DAY)
    payout = payouts.begin(member=jonas, amount_minor=1360, by=mei, now=now + 15 * DAY)
    give_back(earned, 1, at=now + 20 * DAY)
    payouts.came_back(payout=payout, by=mei, now=now + 21 * DAY)
    assert purse() == (0, 680, 0)
    for verb in (payouts.came_back, payouts.done):
        with pytest.raises(WrongMoment):
            verb(payout=Payout.objects.select_related("book").get(), by=mei, now=now + 22 * DAY)
    assert in_balance()


def test_nobody_is_paid_twice_or_more_than_is_there(kiln, earned, member_of, cast, now):
    mei, jonas = member_of(kiln, cast.mei), member_of(kiln, cast.jonas)
    with pytest.raises(payouts.NotThatMuch):  # held is not yet theirs
        payouts.begin(member=jonas, amount_minor=1, by=mei, now=now + DAY)
    clearing.clear_due(now=now + 14 * DAY)
    payout = payouts.begin(member=jonas, amount_minor=1360, by=mei, now=now + 15 * DAY)
    with pytest.raises(payouts.NotThatMuch):
        payouts.begin(member=jonas, amount_minor=1360, by=mei, now=now + 15 * DAY)
    for wrong in (0, -5):
        with pytest.raises(payouts.NotThatMuch):
            payouts.begin(member=jonas, amount_minor=wrong, by=mei, now=now + 15 * DAY)
    payouts.done(payout=payout, by=mei, now=now + 16 * DAY)
    with pytest.raises(WrongMoment):
        payouts.done(payout=payout, by=mei, now=now + 16 * DAY)


@pytest.mark.parametrize("cleared", [False, True])
def test_an_order_that_does_not_count_gives_its_commission_back_in_the_books(
    kiln, earned, purse, books, in_balance, member_of, cast, now, cleared
):
    if cleared:
        clearing.clear_due(now=now + 14 * DAY)
    fixed, mei = Attribution.objects.get(order=earned), member_of(kiln, cast.mei)
    attributing.void(attribution=fixed, by=mei, reason="Own shop", now=now + 15 * DAY)
    assert purse() == (0, 0, 0)
    assert (books("commission"), Commission.objects.get().state) == (0, rules.REVERSED)
    with pytest.raises(WrongMoment):
        attributing.void(attribution=fixed, by=mei, reason="Own shop", now=now + 16 * DAY)
    assert in_balance()


def test_an_order_that_was_voided_before_completion_earns_nothing(
    kiln, links_of, sent_by, offered, complete, member_of, cast, now
):
    offered(cast.jonas)
    order = sent_by(links_of(cast.jonas)["link"], at=now)
    fixed = Attribution.objects.get(order=order)
    attributing.void(attribution=fixed, by=member_of(kiln, cast.mei), reason="Own shop", now=now)
    complete(order, now)
    assert not Commission.objects.exists()


def test_a_price_that_fell_before_completion_lowers_the_share(
    links_of, sent_by, offered, capture, cup, cast, now
):
    from banyan.orders.actions import fulfilling

    offered(cast.jonas)
    order = sent_by(links_of(cast.jonas)["link"], at=now)
    capture(order)
    fresh = again(order)
    refunding.lower(order=fresh, line_id=fresh.rows[0].pk, to_minor=6000, now=now)
    fulfilling.ship(order=again(order), by=None, now=now)
    fulfilling.receive(order=again(order), by=None, by_buyer=True, now=now)
    assert Commission.objects.get().accrued_minor == 600


def test_an_erased_person_earns_nothing_more(links_of, sent_by, offered, complete, cast, now):
    from banyan.people.models import Person

    offered(cast.jonas)
    order = sent_by(links_of(cast.jonas)["link"], at=now)
    Person.objects.filter(pk=cast.jonas.pk).update(erased_at=now)
    complete(order, now)
    assert not Commission.objects.exists()
    assert Member.objects.filter(person=cast.jonas).exists()
