"""Whoever waits for a parcel cannot be erased yet: it could not find them any more."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import ngettext

from banyan.core.refusals import Refusal

from .. import rules
from ..models import Order


class OrdersAreOpen(Refusal):
    status = 409


def refuse_while_open(*, person_id: int) -> None:
    """OrdersAreOpen names what is neither sent nor cancelled nor run out."""
    waiting = Q(state__in=[rules.PLACED, rules.PAID])
    packed = Q(state=rules.FULFILLING, shipped_at=None)
    numbers = list(
        Order.objects.filter(waiting | packed, person_id=person_id)
        .order_by("pk")
        .values_list("number", flat=True)[:10]
    )
    if numbers:
        sentence = ngettext(
            "Your order %(numbers)s still needs your address. Cancel it, or wait until it is sent.",
            "Your orders %(numbers)s still need your address. "
            "Cancel them, or wait until they are sent.",
            len(numbers),
        )
        raise OrdersAreOpen(sentence % {"numbers": ", ".join(numbers)})
