"""What the shops take off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from banyan.pricing.actions import planning

from ..plan.shapes import DiscountPlan, Plan
from .hands import Hands

TERMS = ("kind", "name", "code", "percent_bp", "amount_minor", "least_minor", "least_pieces",
         "members_only", "first_only", "is_shown", "most", "most_each", "ends_at")  # fmt: skip

type Deed = tuple[datetime, str, Callable[[Hands, datetime], None]]


def steps(plan: Plan) -> Iterator[Deed]:
    for one in plan.discounts:
        yield one.at, "discounts", partial(begin, one)


def begin(plan: DiscountPlan, hands: Hands, now: datetime) -> None:
    by = hands.members[hands.owners[plan.community], plan.community]
    terms = {name: getattr(plan, name) for name in TERMS}
    made = planning.draft(by=by, now=now, starts_at=now, **terms)
    planning.activate(discount=made, by=by, now=now)
