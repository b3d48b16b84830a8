"""One tap a day, days in a row, grace: what they give, and what gains nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from banyan.communities import actions as communities
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.habits import queries, rules
from banyan.habits.actions import days, gifts
from banyan.habits.actions import terms as setting
from banyan.habits.models import CheckIn, Gift, Terms
from banyan.leaves.actions import giving, lots
from banyan.leaves.models import LeafLot, Month
from banyan.people import privacy

from .conftest import DAY, gifts_of, habit_of, holds, purse

pytestmark = pytest.mark.django_db


def test_a_tap_gives_the_days_leaves_out_of_the_months_budget(thanks_days, here, cast, book, now):
    thanks_days()
    made = here(cast.jonas, now)
    assert (made.days, made.mended) == (1, 0)
    lot = LeafLot.objects.get()
    assert (lot.amount_minor, lot.why, lot.state) == (10, "checkin", "pending")
    assert Month.objects.get().given_minor == 10
    lots.clear_due(now=now + 3 * DAY)
    assert purse(book, cast.jonas) == (10, 0, 0)
    assert habit_of(cast.jonas).points == 1
    holds(book)


def test_a_second_tap_on_one_day_gives_nothing(thanks_days, here, cast, book, now):
    thanks_days()
    here(cast.jonas, now)
    for later in (timedelta(0), timedelta(hours=3)):
        with pytest.raises(days.CheckedInAlready):
            here(cast.jonas, now + later)
    assert (CheckIn.objects.count(), Gift.objects.count(), LeafLot.objects.count()) == (1, 1, 1)
    assert purse(book, cast.jonas) == (0, 10, 0)


def test_where_nobody_turned_it_on_there_is_no_checking_in(kiln, here, cast, thanks_days, now):
    with pytest.raises(days.NoCheckInHere):
        here(cast.jonas, now)
    thanks_days(is_on=False)
    with pytest.raises(days.NoCheckInHere):
        here(cast.jonas, now)
    assert not CheckIn.objects.exists()


def test_only_members_check_in(thanks_days, here, kiln, cast, member_of, now):
    thanks_days()
    communities.leave(member=member_of(kiln, cast.lan), now=now)
    with pytest.raises(NotAllowed):
        here(cast.lan, now)


def test_every_7th_and_30th_day_in_a_row_gives_more(thanks_days, here, cast, book, now):
    thanks_days()
    for n in range(35):
        here(cast.jonas, now + n * DAY)
    given = [one.minor for one in gifts_of(cast.jonas)]
    assert [n + 1 for n, minor in enumerate(given) if minor != 10] == [7, 14, 21, 28, 30, 35]
    assert (given[6], given[29]) == (60, 210)
    assert sum(given) == 35 * 10 + 5 * 50 + 200
    holds(book)


def test_a_missed_day_is_mended_by_grace_and_gives_nothing(thanks_days, here, cast, kiln, now,
                                                            member_of):  # fmt: skip
    thanks_days()
    for n in range(7):
        here(cast.jonas, now + n * DAY)
    assert habit_of(cast.jonas).grace == 1
    made = here(cast.jonas, now + 8 * DAY)
    assert (made.days, made.mended) == (8, 1)
    assert habit_of(cast.jonas).grace == 0
    assert len(gifts_of(cast.jonas)) == 8
    told = queries.today(member_of(kiln, cast.jonas), now=now + 8 * DAY)
    assert (told.days, told.mended) == (8, 1)
    assert told.states[-3:] == [rules.DONE, rules.MENDED, rules.DONE]


def test_without_grace_a_row_begins_anew_and_the_longest_is_kept(thanks_days, here, cast, now):
    thanks_days()
    for n in (0, 1, 2, 4):
        made = here(cast.jonas, now + n * DAY)
    assert (made.days, habit_of(cast.jonas).longest) == (1, 3)


def test_a_change_of_zone_gains_no_day(thanks_days, here, cast, now):
    """Jonas taps just before midnight in Lisbon, then says he lives where it is tomorrow."""
    thanks_days()
    cast.jonas.zone = "Europe/Lisbon"
    cast.jonas.save()
    late = datetime(2026, 11, 22, 23, 50, tzinfo=UTC)
    here(cast.jonas, late)
    for zone in ("Pacific/Kiritimati", "Asia/Shanghai", "Pacific/Pago_Pago", "Not/AZone", ""):
        cast.jonas.zone = zone
        cast.jonas.save()
        with pytest.raises(days.CheckedInAlready):
            here(cast.jonas, late + timedelta(minutes=1))
    assert here(cast.jonas, late + timedelta(minutes=11)).day.day == 23
    assert habit_of(cast.jonas).zone == "Europe/Lisbon"


def test_nor_does_a_change_of_the_communitys_zone(thanks_days, here, kiln, cast, now):
    thanks_days()
    here(cast.jonas, now)  # 20:00 in Shanghai
    kiln.zone = "Pacific/Kiritimati"
    kiln.save()
    with pytest.raises(days.CheckedInAlready):
        here(cast.jonas, now + timedelta(hours=3))


def test_beyond_the_budget_a_day_counts_and_gives_no_part_of_its_leaves(
    thanks_days, here, cast, book, kiln, now
):
    thanks_days(budget=60)
    for n in range(3):
        here(cast.jonas, now + n * DAY)
    for n in range(4):
        here(cast.lan, now + n * DAY)
    assert habit_of(cast.lan).days == 4
    assert [bool(one.lot_id) for one in gifts_of(cast.lan)] == [True, True, True, False]
    assert (Month.objects.get().given_minor, Month.objects.get().missed) == (60, 0)
    assert queries.given(kiln, "CNY", now=now).empty_handed == 1
    holds(book)


def test_an_operator_takes_one_back_with_a_reason_once(
    thanks_days, here, kiln, cast, member_of, book, now
):
    thanks_days()
    here(cast.jonas, now)
    (gift,) = gifts_of(cast.jonas)
    mei = member_of(kiln, cast.mei)
    gifts.take_back(gift=gift, by=mei, reason="A test of ours", now=now)
    with pytest.raises(WrongMoment):
        gifts.take_back(gift=gift, by=mei, reason="Again", now=now)
    assert purse(book, cast.jonas) == (0, 0, 0)
    assert (habit_of(cast.jonas).points, habit_of(cast.jonas).days) == (0, 1)
    assert gifts_of(cast.jonas)[0].reason == "A test of ours"
    assert Month.objects.get().given_minor == 0
    holds(book)


def test_what_was_used_already_is_owed_when_it_is_taken_back(
    thanks_days, here, kiln, cast, member_of, book, now
):
    from banyan.leaves.actions import rewards

    thanks_days(day_minor=80)
    here(cast.jonas, now)
    (gift,) = gifts_of(cast.jonas)
    lots.clear_due(now=now + 3 * DAY)
    mei, jonas = member_of(kiln, cast.mei), member_of(kiln, cast.jonas)
    reward = rewards.put_up(by=mei, title="Tile", words="", price_minor=80, stock=1, now=now)
    rewards.exchange(reward=reward, by=jonas, key="k", price_minor=80, now=now + 3 * DAY)
    gifts.take_back(gift=gift, by=mei, reason="Wrong", now=now + 4 * DAY)
    assert purse(book, cast.jonas) == (0, 0, 80)
    holds(book)


def test_leaves_taken_back_on_their_own_page_do_not_go_back_twice(
    thanks_days, here, kiln, cast, member_of, book, now
):
    thanks_days()
    here(cast.jonas, now)
    mei = member_of(kiln, cast.mei)
    giving.withdraw(lot=LeafLot.objects.get(), by=mei, now=now)
    gifts.take_back(gift=gifts_of(cast.jonas)[0], by=mei, reason="Wrong", now=now)
    assert purse(book, cast.jonas) == (0, 0, 0)
    assert Month.objects.get().given_minor == 0
    holds(book)


def test_other_terms_change_nothing_that_was_given_and_can_be_undone(
    thanks_days, here, kiln, cast, member_of, now
):
    thanks_days()
    here(cast.jonas, now)
    terms = thanks_days(day_minor=3, is_on=False)
    assert gifts_of(cast.jonas)[0].minor == 10
    kiln.refresh_from_db()
    assert rules.CHECK_IN not in kiln.switches
    setting.undo_terms(terms=terms, by=member_of(kiln, cast.mei), now=now)
    assert Terms.objects.get().day_minor == 10
    kiln.refresh_from_db()
    assert rules.CHECK_IN in kiln.switches


def test_who_is_erased_leaves_no_days_behind_and_no_leaves(thanks_days, here, cast, book, now):
    thanks_days()
    here(cast.jonas, now)
    privacy.erase(person=cast.jonas, now=now)
    assert not CheckIn.objects.exists()
    assert not LeafLot.objects.filter(left_minor__gt=0).exists()
    assert Gift.objects.count() == 1
    holds(book)
