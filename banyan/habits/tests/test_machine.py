"""Days, quests and levels under random acts, refunds, clocks and zones: after each of them every
day is paid once, everything given rests on what stands, and the books are whole.

BANYAN_RUNS says how many runs (a short count by itself, 200 in CI, more in a soak).
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from banyan.content.actions import post as posts
from banyan.content.models import Post
from banyan.core.refusals import Refusal
from banyan.habits import acts as counting
from banyan.habits import rules
from banyan.habits.actions import days, gifts, quests
from banyan.habits.actions import terms as setting
from banyan.habits.models import CheckIn, Gift, Habit, Level, Quest
from banyan.leaves.actions import giving, lots
from banyan.leaves.models import LeafLot, Month
from banyan.orders.models import Order
from banyan.sellers.models import Book

from .conftest import TERMS, again, give_back, holds

pytestmark = pytest.mark.django_db
RUNS = int(os.environ.get("BANYAN_RUNS", "12"))
ZONES = ["", "UTC", "Asia/Shanghai", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Lisbon"]
Few = st.integers(0, 2)
Act = st.one_of(
    st.tuples(st.just("tap"), Few, st.integers(0, 30)),
    st.tuples(st.just("tap"), Few, st.integers(20, 30)),
    st.tuples(st.just("zone"), Few, st.sampled_from(ZONES)),
    st.tuples(st.just("place"), st.sampled_from(ZONES[1:]), Few),
    st.tuples(st.just("post"), Few, Few),
    st.tuples(st.just("delete"), st.integers(0, 9), Few),
    st.tuples(st.just("undelete"), st.integers(0, 9), Few),
    st.tuples(st.just("order"), Few, st.integers(1, 2)),
    st.tuples(st.just("refund"), st.integers(0, 9), st.integers(1, 2)),
    st.tuples(st.just("take"), st.integers(0, 9), Few),
    st.tuples(st.just("withdraw"), st.integers(0, 9), Few),
    st.tuples(st.just("turn"), st.integers(0, 2), st.sampled_from([rules.ON, rules.OFF])),
    st.tuples(st.just("terms"), st.integers(0, 1), st.sampled_from([0, 500, 3000])),
    st.tuples(st.just("wait"), st.integers(1, 9), Few),
)  # fmt: skip


def test_no_run_of_acts_pays_a_day_twice_or_keeps_what_was_undone(
    kiln, gives, wrote, order_of, complete, cup, cast, member_of, now
):
    gives(month_minor=900, order_bp=0, expires_days=30, hold_days=7)
    here = locals()
    acts_done: list[str] = []

    @settings(
        max_examples=RUNS, deadline=None, database=None,
        phases=[Phase.generate],  # a run is slow: one that fails is told as it was
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(acts=st.lists(Act, min_size=8, max_size=24))
    def run(acts: list[Any]) -> None:
        with transaction.atomic():
            _one_run(acts, here)
            acts_done.extend(act[0] for act in acts)
            transaction.set_rollback(True)

    run()
    print(f"{RUNS} runs, {len(acts_done)} acts, 0 broken")


class Run:
    """One run: who is in it, what time it is, and what was done."""

    def __init__(self, here: dict[str, Any]) -> None:
        self.here, self.now = here, here["now"]
        self.kiln, self.cup = here["kiln"], here["cup"]
        self.people = [here["cast"].jonas, here["cast"].lan, here["cast"].kenji]
        self.mei = here["member_of"](self.kiln, here["cast"].mei)
        self.cup.on_hand = 1000
        self.cup.save()
        self.book = Book.objects.get(community=self.kiln)
        self.orders: list[int] = []
        self.first: dict[int, Any] = {}
        setting.change_terms(by=self.mei, now=self.now, **TERMS | {"point_minor": 3000})
        for points in (0, 3, 9):
            setting.set_level(
                by=self.mei, now=self.now, name=f"L{points}", second_name="", from_points=points
            )
        for act, period, number in (
            (rules.POSTS, rules.ONCE, 1), (rules.POSTS, rules.WEEKLY, 2),
            (rules.ORDERS, rules.ONCE, 1),
        ):  # fmt: skip
            quests.put_up(
                by=self.mei, act=act, number=number, period=period, minor=40, points=4,
                now=self.now, name="Q",
            )  # fmt: skip

    def member(self, n: int) -> Any:
        return self.here["member_of"](self.kiln, self.people[n])

    def tap(self, n: int, hours: int) -> None:
        self.now += timedelta(hours=hours)
        made = days.check_in(member=self.member(n), now=self.now)
        self.first.setdefault(made.member_id, self.now)

    def zone(self, n: int, zone: str) -> None:
        person = self.people[n]
        type(person).objects.filter(pk=person.pk).update(zone=zone)

    def place(self, zone: str, _n: int) -> None:
        """The community says it is elsewhere; a week of it begins at another hour."""
        type(self.kiln).objects.filter(pk=self.kiln.pk).update(zone=zone)

    def post(self, n: int, _m: int) -> None:
        self.here["wrote"](self.people[n], at=self.now)

    def delete(self, n: int, _m: int) -> None:
        if post := nth(Post, n):
            posts.delete(post=post, by=post.author, now=self.now)

    def undelete(self, n: int, _m: int) -> None:
        if post := nth(Post, n):
            posts.undelete(post=post, by=post.author, now=self.now)

    def order(self, n: int, pieces: int) -> None:
        placed = self.here["order_of"]((self.cup, pieces), person=self.people[n], at=self.now)
        self.orders.append(self.here["complete"](placed, self.now).pk)

    def refund(self, n: int, pieces: int) -> None:
        if self.orders:
            order = Order.objects.get(pk=self.orders[n % len(self.orders)])
            give_back(order, pieces, at=self.now)

    def take(self, n: int, _m: int) -> None:
        if gift := nth(Gift, n):
            gifts.take_back(gift=gift, by=self.mei, reason="x", now=self.now)

    def withdraw(self, n: int, _m: int) -> None:
        if lot := nth(LeafLot, n):
            giving.withdraw(lot=lot, by=self.mei, now=self.now)

    def turn(self, n: int, to: str) -> None:
        quest = nth(Quest, n)
        quests.turn(quest=quest, to=to, by=self.mei, now=self.now)

    def terms(self, is_on: int, point_minor: int) -> None:
        setting.change_terms(
            by=self.mei, now=self.now,
            **TERMS | {"is_on": bool(is_on), "point_minor": point_minor},
        )  # fmt: skip

    def wait(self, n: int, _m: int) -> None:
        self.now += timedelta(days=n)
        for _twice in range(2):
            lots.clear_due(now=self.now)
            lots.expire_due(now=self.now)


def nth(model: Any, number: int) -> Any:
    rows = list(model.objects.order_by("pk"))
    return rows[number % len(rows)] if rows else None


def _one_run(acts: list[Any], here: dict[str, Any]) -> None:
    run = Run(here)
    for act in [("tap", 0, 1), ("post", 1, 0), *acts]:
        run.now += timedelta(minutes=7)
        with suppress(Refusal), transaction.atomic():
            getattr(run, act[0])(*act[1:])
        _hear(run)
        _all_holds(run)
    _all_goes_back(run)


def _hear(run: Run) -> None:
    """What the listeners would do, in full and twice."""
    for _twice in range(2):
        for n in range(len(run.people)):
            quests.settle(
                member_id=run.member(n).pk, of_acts=(rules.POSTS, rules.ORDERS), now=run.now
            )


def _all_holds(run: Run) -> None:
    holds(run.book)
    for month in Month.objects.all():
        sums = LeafLot.objects.filter(month=month).aggregate(
            sum=Sum(F("amount_minor") - F("reversed_minor"))
        )
        assert month.given_minor == (sums["sum"] or 0) <= month.limit_minor
    for n in range(len(run.people)):
        _days_hold(run, n)
        _gifts_hold(run, n)


def _days_hold(run: Run, n: int) -> None:
    """Never more days than midnights by one clock; each paid at most once, in rising order."""
    member = run.member(n)
    rows = list(CheckIn.objects.filter(member=member).order_by("pk"))
    on = [one.day for one in rows]
    assert on == sorted(set(on))
    if rows:
        zone = Habit.objects.get(member=member).zone
        assert on == [rules.local_day(one.at, zone) for one in rows]
    assert Gift.objects.filter(member=member, day__isnull=False).count() <= len(on)
    for one in rows:
        assert Gift.objects.filter(member=member, day=one.day).count() <= 1


def _gifts_hold(run: Run, n: int) -> None:
    member = run.member(n)
    points = 0
    for gift in Gift.objects.filter(member=member).select_related("quest", "lot"):
        if gift.lot is not None:
            assert gift.lot.amount_minor == gift.minor
            assert gift.is_given or gift.lot.reversed_minor == gift.lot.amount_minor
        if gift.quest is not None and gift.state != rules.TAKEN:
            since, until = quests.window(gift.quest, gift.period_on, gift.zone, run.now)
            found = counting.count(
                gift.quest.act, community_id=run.kiln.pk, since=since, until=until
            )  # fmt: skip
            assert gift.is_given == (found.get(member.pk, 0) >= gift.quest.number)
        points += gift.points if gift.is_given else 0
    live = {gift.lot_id for gift in Gift.objects.filter(member=member)}
    for lot in LeafLot.objects.filter(member=member):
        assert lot.pk in live or lot.reversed_minor == lot.amount_minor
    _standing_holds(member, points)


def _standing_holds(member: Any, points: int) -> None:
    from banyan.habits.models import Terms

    per = Terms.objects.get().point_minor
    kept = sum(
        line.total_minor - line.refunded_minor
        for order in Order.objects.filter(person=member.person, state="completed")
        for line in order.rows
    )
    habit = Habit.objects.get(member=member)
    assert habit.points == points + (kept // per if per else 0)
    reached = Level.objects.filter(from_points__lte=habit.points).order_by("from_points").last()
    assert habit.level_id == reached.pk


def _all_goes_back(run: Run) -> None:
    """In the end everything is undone and returned: nothing was given, nobody stands on any."""
    for pk in run.orders:
        order = again(Order.objects.get(pk=pk))
        if order.rows[0].left:
            give_back(order, order.rows[0].left, at=run.now)
    _hear(run)
    for gift in Gift.objects.filter(state=rules.GIVEN):
        gifts.take_back(gift=gift, by=run.mei, reason="x", now=run.now)
    holds(run.book)
    assert not Month.objects.filter(given_minor__gt=0).exists()
    assert not Habit.objects.filter(points__gt=0).exists()
