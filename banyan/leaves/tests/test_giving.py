"""Thank-yous, completed orders, the month's budget: what gives leaves, and what does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banyan.communities import actions as communities
from banyan.communities.models import Member
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.health.models import MemberDay
from banyan.leaves import queries, rules
from banyan.leaves.actions import giving, lots
from banyan.leaves.models import LeafLot, Month, Terms, Thanks
from banyan.ledger import queries as ledger
from banyan.ledger.models import Entry
from banyan.people import privacy

from .conftest import DAY, give_back, holds, purse

pytestmark = pytest.mark.django_db


def test_a_thank_you_gives_leaves_out_of_the_months_budget(gives, thank, cast, book, now):
    gives()
    made = thank(cast.jonas, cast.lan)
    lot = made.lot
    assert (lot.amount_minor, lot.why, lot.state) == (50, rules.THANKS, rules.PENDING)
    assert purse(book, cast.lan) == (0, 50, 0)
    assert Month.objects.get().given_minor == 50
    assert ledger.balance(book, "rewards_cost").minor == 50
    assert ledger.balance(book, f"wallet.{cast.lan.pseudonym}.earned").minor == 50
    assert lots.clear_due(now=now + 2 * DAY) == 0
    assert lots.clear_due(now=now + 3 * DAY) == 1
    assert lots.clear_due(now=now + 3 * DAY) == 0
    assert purse(book, cast.lan) == (50, 0, 0)
    holds(book)


def test_a_comment_can_be_thanked_for_too(gives, thank, answered, cast, book):
    gives()
    thank(cast.jonas, cast.lan, what=answered(cast.lan))
    assert purse(book, cast.lan) == (0, 50, 0)


def test_nobody_thanks_themselves_and_no_stranger_thanks(
    gives, thank, wrote, tea, cast, member_of, now
):
    gives()
    with pytest.raises(NotAllowed):
        thank(cast.lan, cast.lan)
    sol = member_of(tea, cast.sol)
    with pytest.raises(NotAllowed):
        giving.thank(by=sol, kind=rules.POST, thing=wrote(cast.lan), now=now)
    assert not LeafLot.objects.exists()
    assert not Entry.objects.exists()


def test_one_thing_is_thanked_for_once_and_a_member_twice_a_month(gives, thank, wrote, cast, book):
    gives(thanks_a_month=9)
    shown = wrote(cast.lan)
    thank(cast.jonas, cast.lan, what=shown)
    with pytest.raises(giving.ThankedAlready):
        thank(cast.jonas, cast.lan, what=shown)
    thank(cast.jonas, cast.lan)
    with pytest.raises(giving.ThankedEnough):
        thank(cast.jonas, cast.lan)
    assert purse(book, cast.lan)[1] == 100
    assert Month.objects.get().given_minor == 100


def test_thank_yous_of_a_member_are_few_and_come_anew_next_month(gives, thank, cast, now):
    gives(thanks_a_month=2)
    thank(cast.jonas, cast.lan)
    thank(cast.jonas, cast.mei)
    with pytest.raises(giving.ThanksSpent):
        thank(cast.jonas, cast.kenji)
    thank(cast.jonas, cast.kenji, at=now + 10 * DAY)  # December
    assert Month.objects.count() == 2


def test_leaves_do_not_go_round_within_a_day(gives, thank, cast, now):
    gives()
    thank(cast.jonas, cast.lan)
    with pytest.raises(giving.GoesInACircle):
        thank(cast.lan, cast.jonas)
    thank(cast.lan, cast.kenji)
    with pytest.raises(giving.GoesInACircle):
        thank(cast.kenji, cast.jonas)
    thank(cast.lan, cast.jonas, at=now + timedelta(hours=25))


def test_beyond_the_budget_nothing_is_given_and_nothing_is_half_done(gives, thank, cast, book):
    gives(month_minor=99)
    thank(cast.jonas, cast.lan)
    entries = Entry.objects.count()
    with pytest.raises(giving.BudgetSpent):
        thank(cast.kenji, cast.lan)
    assert (Thanks.objects.count(), LeafLot.objects.count()) == (1, 1)
    assert Entry.objects.count() == entries
    assert Month.objects.get().given_minor == 50
    holds(book)


def test_where_nothing_gives_leaves_a_thank_you_is_refused(gives, thank, cast):
    with pytest.raises(giving.NoThanksHere):
        thank(cast.jonas, cast.lan)
    gives(thanks_minor=0)
    with pytest.raises(giving.NoThanksHere):
        thank(cast.jonas, cast.lan)


def test_a_thank_you_is_taken_back_while_it_waits_and_by_operators_later(
    gives, thank, kiln, cast, member_of, book, now
):
    gives()
    jonas, mei, kenji = (member_of(kiln, p) for p in (cast.jonas, cast.mei, cast.kenji))
    first, second = thank(cast.jonas, cast.lan), thank(cast.jonas, cast.mei)
    with pytest.raises(NotAllowed):
        giving.unthank(thanks=first, by=kenji, now=now)
    giving.unthank(thanks=first, by=jonas, now=now)
    with pytest.raises(WrongMoment):
        giving.unthank(thanks=first, by=jonas, now=now)
    assert purse(book, cast.lan) == (0, 0, 0)
    assert Month.objects.get().given_minor == 50
    lots.clear_due(now=now + 3 * DAY)
    with pytest.raises(WrongMoment):
        giving.unthank(thanks=second, by=jonas, now=now + 3 * DAY)
    giving.unthank(thanks=second, by=mei, now=now + 3 * DAY)
    assert purse(book, cast.mei) == (0, 0, 0)
    assert Month.objects.get().given_minor == 0
    holds(book)


def test_a_completed_order_gives_a_share_of_the_goods_after_the_return_window(
    gives, order_of, complete, cup, cast, book, now
):
    gives()
    order = complete(order_of((cup, 1), person=cast.jonas), now)
    lot = LeafLot.objects.get()
    assert (lot.amount_minor, lot.why, lot.order_id) == (680, rules.ORDER, order.pk)
    assert giving.earn_by_order(order_id=order.pk, now=now) is None  # twice
    assert purse(book, cast.jonas) == (0, 680, 0)
    lots.clear_due(now=now + 14 * DAY)
    assert purse(book, cast.jonas) == (680, 0, 0)
    assert ledger.flow(book).shared.minor == 680
    holds(book)


def test_an_order_that_the_budget_does_not_reach_for_gets_none_and_is_counted(
    gives, order_of, complete, cup, cast, now
):
    gives(month_minor=679)
    order = complete(order_of((cup, 1), person=cast.jonas), now)
    assert order.state == "completed"
    assert not LeafLot.objects.exists()
    assert (Month.objects.get().given_minor, Month.objects.get().missed) == (0, 1)


def test_guests_and_strangers_get_no_leaves_for_an_order(gives, order_of, complete, cup, cast, now):
    gives()
    complete(order_of((cup, 1)), now)
    complete(order_of((cup, 1), person=cast.sol), now)
    assert not LeafLot.objects.exists()


def test_what_comes_back_takes_its_leaves_along_in_any_parts(
    gives, order_of, complete, cup, cast, book, now
):
    """By cumulative target: three pieces, one by one, and nothing is left."""
    gives(month_minor=5000, order_bp=333)
    order = complete(order_of((cup, 3), person=cast.jonas), now)
    lot = LeafLot.objects.get()
    assert lot.amount_minor == 679  # of 20,400
    for _piece in range(2):
        give_back(order, 1, at=now)
        holds(book)
    lot.refresh_from_db()
    assert lot.left_minor == 226
    give_back(order, 1, at=now)
    assert purse(book, cast.jonas) == (0, 0, 0)
    assert ledger.balance(book, "rewards_cost").minor == 0
    assert Month.objects.get().given_minor == 0
    holds(book)


def test_leaves_lapse_when_nobody_used_them_and_the_sweep_may_run_twice(
    gives, thank, cast, book, now
):
    gives(expires_days=30)
    thank(cast.jonas, cast.lan)
    lots.clear_due(now=now + 3 * DAY)
    assert lots.expire_due(now=now + 33 * DAY - timedelta(seconds=1)) == 0
    assert lots.expire_due(now=now + 33 * DAY) == 1
    assert lots.expire_due(now=now + 33 * DAY) == 0
    assert purse(book, cast.lan) == (0, 0, 0)
    assert ledger.balance(book, "breakage").minor == 50
    flow = ledger.flow(book)
    assert (flow.shared.minor, flow.yours.minor, flow.sold.minor) == (0, 0, 0)
    holds(book)


def test_lower_terms_never_undo_what_was_given_and_can_be_undone(
    gives, thank, kiln, cast, member_of, now
):
    gives()
    thank(cast.jonas, cast.lan)
    terms = gives(month_minor=10)
    assert Month.objects.get().limit_minor == 50
    with pytest.raises(giving.BudgetSpent):
        thank(cast.kenji, cast.lan)
    giving.undo_terms(terms=terms, by=member_of(kiln, cast.mei), now=now)
    assert Terms.objects.get().month_minor == Month.objects.get().limit_minor == 1000
    thank(cast.kenji, cast.lan)


def test_who_is_erased_leaves_no_leaves_behind(gives, thank, cast, book, now):
    gives()
    thank(cast.jonas, cast.lan)
    thank(cast.kenji, cast.lan)
    lots.clear_due(now=now + 3 * DAY)
    thank(cast.mei, cast.lan, at=now + 3 * DAY)
    privacy.erase(person=cast.lan, now=now + 4 * DAY)
    assert not LeafLot.objects.filter(left_minor__gt=0).exists()
    assert ledger.balance(book, "leaf.earned").minor == 0
    assert ledger.balance(book, "breakage").minor == 150
    holds(book)


def test_the_share_of_active_members_who_gained_counts_leaves(gives, thank, kiln, cast, now):
    for person in (cast.mei, cast.lan, cast.jonas, cast.kenji):
        member = Member.objects.get(community=kiln, person=person)
        MemberDay.objects.create(community=kiln, member=member, day=now.date())
    gives()
    undone = thank(cast.jonas, cast.kenji)
    thank(cast.jonas, cast.lan)
    giving.unthank(thanks=undone, by=Member.objects.get(pk=undone.giver_id), now=now)
    found = queries.gain(kiln, now=now)
    assert (found.active, found.gained, found.percent) == (4, 1, 25)


def test_whoever_has_left_keeps_what_was_given_but_is_not_thanked(
    gives, thank, wrote, kiln, cast, member_of, book, now
):
    gives()
    shown = wrote(cast.lan)
    thank(cast.jonas, cast.lan)
    communities.leave(member=member_of(kiln, cast.lan), now=now)
    shown.author.refresh_from_db()
    with pytest.raises(WrongMoment):
        thank(cast.jonas, cast.lan, what=shown)
    assert purse(book, cast.lan)[1] == 50
