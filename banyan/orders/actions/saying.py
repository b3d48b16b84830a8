"""Every event of an order, said in one way: number, buyer and sum, and nothing about the person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from banyan.core.events import announce
from banyan.people.models import Person

from ..models import Order


def say(
    kind: type,
    order: Order,
    *,
    now: datetime,
    by: Person | None = None,
    amount_minor: int | None = None,
    **more: Any,
) -> None:
    """Announce `kind` about `order`; its sum is the order's unless another is given."""
    announce(
        kind(
            community_id=order.community_id,
            object_id=order.pk,
            number=order.number,
            buyer=order.person.pseudonym if order.person else None,
            actor=by.pseudonym if by else None,
            amount_minor=order.total_minor if amount_minor is None else amount_minor,
            currency=order.currency,
            lang=order.lang,
            now=now,
            **more,
        )
    )
