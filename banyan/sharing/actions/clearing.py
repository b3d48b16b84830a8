"""Commission is cleared once goods can no longer come back, unless the order is doubted."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from banyan.core.refusals import WrongMoment
from banyan.ledger import actions as ledger
from banyan.ledger.rules import Leg
from banyan.orders.models import Order
from banyan.sellers.models import Book

from .. import accounts, rules
from ..events import CommissionCleared
from ..models import Commission, Doubt
from . import doubting, earning

AT_ONCE = 200


@transaction.atomic
def clear(*, commission_id: int, now: datetime) -> bool:
    """The return window is over: it can be paid out, once debts are paid. Once, else WrongMoment.

    What happened since may speak against its order: then it is doubted now, and the answer False.
    The order is locked first, as its refunds do.
    """
    order_id = Commission.objects.values_list("order_id", flat=True).get(pk=commission_id)
    Order.objects.select_for_update(no_key=True).get(pk=order_id)
    one = Commission.objects.select_related("book", "attribution__member__person").get(
        pk=commission_id
    )
    if one.state != rules.HELD or now < one.clears_at:
        raise WrongMoment
    if _doubted().filter(attribution=one.attribution_id).exists():
        raise WrongMoment
    order = Order.objects.whole_by_id(order_id)
    assert order is not None
    if doubting.look_at(one.attribution, order, now=now):
        return False
    accounts.take(one.member_id)
    one.move(rules.CLEARED, only_from=(rules.HELD,), cleared_at=now)
    minor = one.left.minor
    ledger.post(
        book=one.book, key=earning.key_of(one, "cleared"), kind=accounts.CLEARED, now=now,
        legs=[
            Leg(accounts.held(one.payee), minor, order=order.oid, member=one.payee),
            *to_payee(one.book, one, minor, order=order.oid),
        ],
        memo=order.number,
    )  # fmt: skip
    earning.say(CommissionCleared, one, minor, now)
    return True


def _doubted() -> QuerySet[Doubt]:
    return Doubt.objects.filter(state__in=rules.DOUBTED)


def to_payee(book: Book, whose: object, minor: int, *, order: str = "") -> list[Leg]:
    """Credit a payee, taken before: a debt first, then what can be paid out."""
    payee = whose.payee  # type: ignore[attr-defined]
    debt = min(accounts.purse(book, payee).debt.minor, minor)
    return [
        Leg(accounts.clawback(payee), -debt, order=order, member=payee),
        Leg(accounts.available(payee), debt - minor, order=order, member=payee),
    ]


def clear_due(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Clear what is due. Safe to run twice; steps over what somebody else has just moved."""
    due = Commission.objects.filter(state=rules.HELD, clears_at__lte=now).exclude(
        attribution__in=_doubted().values("attribution")
    )
    done = 0
    for pk in due.order_by("clears_at").values_list("pk", flat=True)[:limit]:
        try:
            done += clear(commission_id=pk, now=now)
        except WrongMoment:
            continue
    return done
