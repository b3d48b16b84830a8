"""Many at once: one day, one quest, the month's last leaves, a refund in between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banyan.culture import actions as culture
from banyan.habits import rules
from banyan.habits.actions import days, gifts, quests
from banyan.habits.models import CheckIn, Gift, Habit
from banyan.leaves.models import LeafLot, Month
from banyan.leaves.tests.test_race import at_once
from banyan.sellers.models import Book

from .conftest import DAY, gifts_of, habit_of, holds, purse

pytestmark = [pytest.mark.trust, pytest.mark.django_db(transaction=True)]
HOUR = timedelta(hours=1)


def test_however_often_one_taps_at_once_a_day_is_paid_once(thanks_days, kiln, cast, member_of, now):
    """24 taps of one thumb, from two devices that say different zones."""
    thanks_days()
    jonas = member_of(kiln, cast.jonas)
    there = member_of(kiln, cast.jonas)
    there.person.zone = "Pacific/Kiritimati"
    found = at_once(lambda n: days.check_in(member=there if n % 2 else jonas, now=now), count=24)
    assert found == {"done": 1, "refused": 23}
    assert (CheckIn.objects.count(), Gift.objects.count(), LeafLot.objects.count()) == (1, 1, 1)
    book = Book.objects.get(community=kiln)
    assert purse(book, cast.jonas) == (0, 10, 0)
    assert (Month.objects.get().given_minor, habit_of(cast.jonas).days) == (10, 1)
    holds(book)


def test_at_once_the_days_of_all_do_not_pass_the_months_leaves(
    thanks_days, kiln, cast, new_person, member_of, now
):
    thanks_days(budget=55)
    crowd = [new_person(f"Helper {n}") for n in range(12)]
    for person in crowd:
        culture.join(community=kiln, person=person, version=1, now=now)
    members = [member_of(kiln, person) for person in crowd]
    found = at_once(lambda n: days.check_in(member=members[n], now=now))
    assert found == {"done": 12}
    assert (LeafLot.objects.count(), Month.objects.get().given_minor) == (5, 50)
    assert Gift.objects.filter(lot=None).count() == 7
    holds(Book.objects.get(community=kiln))


def test_a_quest_settled_by_many_at_once_gives_once(quest, wrote, kiln, cast, member_of, now):
    quest(rules.POSTS)
    wrote(cast.jonas, at=now + HOUR)
    member = member_of(kiln, cast.jonas)
    at_once(lambda _n: quests.settle(member_id=member.pk, of_acts=(rules.POSTS,), now=now + HOUR))
    assert (Gift.objects.count(), LeafLot.objects.count()) == (1, 1)
    assert habit_of(cast.jonas).points == 5
    holds(Book.objects.get(community=kiln))


def test_taking_back_checking_in_and_settling_at_once_leave_the_books_whole(
    thanks_days, quest, wrote, here, kiln, cast, member_of, now
):
    thanks_days()
    quest(rules.POSTS)
    here(cast.jonas, now)
    post = wrote(cast.jonas, at=now + HOUR)
    mei, jonas = member_of(kiln, cast.mei), member_of(kiln, cast.jonas)
    quests.settle(member_id=jonas.pk, of_acts=(rules.POSTS,), now=now + HOUR)
    made = gifts_of(cast.jonas)
    post.__class__.objects.filter(pk=post.pk).update(state="hidden")

    def act(n: int) -> None:
        if n % 3 == 0:
            gifts.take_back(gift=made[n % 2], by=mei, reason="x", now=now + HOUR)
        elif n % 3 == 1:
            days.check_in(member=jonas, now=now + DAY)
        else:
            quests.settle(member_id=jonas.pk, of_acts=(rules.POSTS,), now=now + HOUR)

    at_once(act)
    day, deed = made[0], made[1]
    day.refresh_from_db()
    deed.refresh_from_db()
    assert (day.state, deed.state in (rules.BACK, rules.TAKEN)) == (rules.TAKEN, True)
    book = Book.objects.get(community=kiln)
    assert purse(book, cast.jonas) == (0, 10, 0)
    assert (Month.objects.get().given_minor, Habit.objects.get().points) == (10, 1)
    holds(book)
