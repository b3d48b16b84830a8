"""Slow Kiln thanks for days and acts: check-ins with their gaps, four quests, four levels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from random import Random

from banyan.communities.models import Member
from banyan.habits import queries, rules
from banyan.habits.actions import days, gifts, quests, terms
from banyan.habits.models import Gift

from ..plan.shapes import Plan
from .hands import Hands

PLACE = "kiln"
BEGINS = 34  # days before now
# Who comes by, and how often: one nearly every day, one now and then, one who stopped.
REGULARS = {"lan": 0.97, "sol": 0.9, "yusuf": 0.55, "kenji": 0.35}
STOPPED, STOPPED_AFTER = "kenji", 12
LEVELS = [
    ("New leaf", "新叶", 0), ("Regular", "常客", 20), ("Old hand", "老手", 60),
    ("Pillar", "栋梁", 150),
]  # fmt: skip
QUESTS = [
    ("Show a first piece", "晒第一件作品", rules.POSTS, 1, rules.ONCE, 60, 5),
    ("Help two newcomers", "帮两位新人", rules.WELCOMES, 2, rules.ONCE, 80, 8),
    ("Two posts in a week", "一周两帖", rules.POSTS, 2, rules.WEEKLY, 20, 3),
    ("Tell others what it is like", "说说用起来怎样", rules.REVIEWS, 1, rules.ONCE, 50, 5),
]

type Deed = tuple[datetime, str, Callable[[Hands, datetime], None]]


def steps(plan: Plan) -> Iterator[Deed]:
    rng, day = Random(plan.seed + 11), timedelta(days=1)
    begins = plan.now - BEGINS * day
    yield begins, "habits", begin
    for n in range(BEGINS):
        for who, share in REGULARS.items():
            if who == STOPPED and n >= STOPPED_AFTER:
                continue
            at = begins + n * day + timedelta(minutes=rng.randrange(5, 600))
            if rng.random() < share and at < plan.now:
                yield at, "habits", partial(tap, who)
        yield begins + (n + 1) * day - timedelta(minutes=1), "habits", settle
    yield plan.now - 3 * day, "habits", take_one_back
    yield plan.now - timedelta(seconds=30), "habits", finish


def begin(hands: Hands, now: datetime) -> None:
    owner = hands.members[hands.owners[PLACE], PLACE]
    terms.change_terms(
        by=owner, now=now, is_on=True, day_minor=5, week_minor=30, month_minor=150, day_points=1,
        point_minor=2000,
    )  # fmt: skip
    for name, second, points in LEVELS:
        terms.set_level(by=owner, now=now, name=name, second_name=second, from_points=points)
    for name, second, act, number, period, minor, worth in QUESTS:
        quests.put_up(
            by=owner, act=act, number=number, period=period, minor=minor, points=worth, now=now,
            name=name, second_name=second,
        )  # fmt: skip


def tap(who: str, hands: Hands, now: datetime) -> None:
    member: Member | None = hands.members.get((who, PLACE))
    if member is None:
        return
    member.refresh_from_db(fields=["state"])
    # A night owl may have begun the day before: what would be refused is not tried.
    if member.is_in and not queries.is_done_today(member, now=now):
        days.check_in(member=member, now=now)


def settle(hands: Hands, now: datetime) -> None:
    quests.settle_here(hands.places[PLACE], now=now)


def take_one_back(hands: Hands, now: datetime) -> None:
    """One day was paid for a test of the shop's own."""
    place = hands.places[PLACE]
    given = Gift.objects.of(place).filter(day__isnull=False, state=rules.GIVEN)
    gift = given.select_related("member__person").order_by("pk").first()
    if gift is not None:
        owner = hands.members[hands.owners[PLACE], PLACE]
        gifts.take_back(gift=gift, by=owner, reason="A test of the new button, ours.", now=now)


def finish(hands: Hands, now: datetime) -> None:
    """What listeners do elsewhere: everybody's standing, counted from what stands."""
    terms.recount_here(hands.places[PLACE].pk, now=now)
