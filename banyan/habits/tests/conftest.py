"""Slow Kiln thanks for days and acts: 10 leaves a day, 50 and 200 more, a point a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from banyan.core.jobs import run_due
from banyan.habits import rules
from banyan.habits.actions import days, quests
from banyan.habits.actions import terms as setting
from banyan.habits.models import CheckIn, Gift, Habit, Quest, Terms
from banyan.leaves.tests.conftest import (
    DAY,
    again,
    answered,
    book,
    books,
    capture,
    complete,
    cup,
    give_back,
    gives,
    holds,
    in_balance,
    new_variant,
    order_of,
    pay_back,
    post,
    pot,
    purse,
    thank,
    wrote,
)

__all__ = [
    "DAY", "again", "answered", "book", "books", "capture", "complete", "cup", "give_back",
    "gives", "holds", "in_balance", "new_variant", "order_of", "pay_back", "post", "pot",
    "purse", "thank", "wrote",
]  # fmt: skip
TERMS: dict[str, Any] = {
    "is_on": True, "day_minor": 10, "week_minor": 50, "month_minor": 200, "day_points": 1,
    "point_minor": 0,
}  # fmt: skip


@pytest.fixture
def thanks_days(kiln: Any, cast: Any, member_of: Any, gives: Any, now: datetime) -> Any:
    """What a day gives: thanks_days(), thanks_days(day_minor=0)."""

    def make(budget: int = 100_000, **given: Any) -> Terms:
        gives(month_minor=budget)
        return setting.change_terms(by=member_of(kiln, cast.mei), now=now, **(TERMS | given))

    return make


@pytest.fixture
def here(kiln: Any, member_of: Any) -> Callable[..., CheckIn]:
    """here(cast.jonas, at): a tap."""

    def tap(person: Any, at: datetime) -> CheckIn:
        return days.check_in(member=member_of(kiln, person), now=at)

    return tap


@pytest.fixture
def quest(kiln: Any, cast: Any, member_of: Any, gives: Any, now: datetime) -> Callable[..., Quest]:
    """quest(rules.POSTS), quest(rules.ORDERS, minor=0, points=9)."""
    gives(month_minor=100_000)

    def make(act: str, **given: Any) -> Quest:
        fields: dict[str, Any] = {
            "name": "A first step", "number": 1, "period": rules.ONCE, "minor": 30, "points": 5,
        } | given  # fmt: skip
        return quests.put_up(by=member_of(kiln, cast.mei), act=act, now=now, **fields)

    return make


@pytest.fixture
def level(kiln: Any, cast: Any, member_of: Any, now: datetime) -> Callable[..., Any]:
    def make(name: str, from_points: int) -> Any:
        return setting.set_level(
            by=member_of(kiln, cast.mei), now=now, name=name, second_name="",
            from_points=from_points,
        )  # fmt: skip

    return make


def heard() -> None:
    """Let what was announced be heard, as the worker would."""
    while run_due():
        pass


def habit_of(person: Any) -> Habit:
    return Habit.objects.select_related("level").get(member__person=person)


def gifts_of(person: Any) -> list[Gift]:
    return list(Gift.objects.filter(member__person=person).order_by("pk"))
