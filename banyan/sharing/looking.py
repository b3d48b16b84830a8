"""What is known around an order that came by sharing: a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Sum

from banyan.orders.models import Order, OrderLine, Refund

from . import scoring
from .models import Attribution, Commission, Trace
from .scoring import Facts, Who

MOST = 200  # of the sharer's other orders, the newest first
MOST_FIRSTS = 20


def facts_of(fixed: Attribution, order: Order) -> Facts:
    """Everything that `scoring.weigh` asks about one order; `order` with its lines."""
    since = fixed.made_at - scoring.KEPT
    others = list(
        Attribution.objects.filter(member=fixed.member, made_at__gt=since)
        .exclude(pk=fixed.pk)
        .select_related("order")
        .order_by("-made_at", "-pk")[:MOST]
    )
    strangers = [one for one in others if not _is_same_buyer(one.order, order)]
    traces = _traces(fixed, strangers)
    cleared, came_back = _after_clearing(fixed, since)
    firsts = _firsts([order, *(one.order for one in strangers)])
    return Facts(
        buyer=_who([order], traces.get(fixed.pk, ())),
        sharer=_sharer(fixed, since, traces.get(None, ())),
        others=tuple(_who([one.order], traces.get(one.pk, ())) for one in strangers),
        in_hour=1 + sum(_within_hour(one.made_at, fixed.made_at) for one in others),
        cycle=_cycle(fixed, order, since),
        cleared=cleared,
        came_back=came_back,
        is_coupon_first=order.pk in firsts,
        coupon_firsts=len(firsts - {order.pk}),
    )


def _is_same_buyer(one: Order, other: Order) -> bool:
    if one.person_id is not None and one.person_id == other.person_id:
        return True
    return one.email.casefold() == other.email.casefold()


def _within_hour(at: datetime, made_at: datetime) -> bool:
    return abs(at - made_at) <= scoring.HALF_HOUR


def _who(orders: Iterable[Order], marks: Iterable[tuple[str, str]], *emails: str) -> Who:
    rows = list(orders)
    homes = {scoring.home_of(o.line1, o.line2, o.postcode, o.country) for o in rows}
    mailboxes = {scoring.mailbox_of(email) for email in (*emails, *(o.email for o in rows))}
    telephones = {scoring.telephone_of(o.phone) for o in rows}
    return Who(
        homes=frozenset(homes - {""}),
        contacts=frozenset((mailboxes | telephones) - {""}),
        marks=frozenset(marks),
    )


def _sharer(fixed: Attribution, since: datetime, marks: Iterable[tuple[str, str]]) -> Who:
    """By their account, and by what they ordered here themselves."""
    person = fixed.member.person
    own = Order.objects.filter(community_id=fixed.community_id, person=person, placed_at__gt=since)
    return _who(own.order_by("-placed_at", "-pk")[:MOST], marks, person.email)


def _traces(
    fixed: Attribution, others: list[Attribution]
) -> dict[int | None, list[tuple[str, str]]]:
    """Marks by attribution; under None those of the sharer."""
    ids = [fixed.pk, *(one.pk for one in others)]
    rows = Trace.objects.filter(Q(member=fixed.member) | Q(attribution__in=ids))
    found: dict[int | None, list[tuple[str, str]]] = {}
    for pk, kind, mark in rows.values_list("attribution", "kind", "mark"):
        found.setdefault(pk, []).append((kind, mark))
    return found


def _cycle(fixed: Attribution, order: Order, since: datetime) -> int:
    """How many orders lead from this buyer's own sharing back to the sharer; 0 for no way."""
    if order.person_id is None:
        return 0
    reached: set[int] = {order.person_id}
    known = set(reached)
    for hop in range(2, scoring.HOPS + 1):
        rows = Attribution.objects.filter(
            community_id=fixed.community_id, made_at__gt=since,
            member__person__in=reached, order__person__isnull=False,
        )  # fmt: skip
        reached = set(rows.values_list("order__person", flat=True).distinct()) - known
        if fixed.member.person_id in reached:
            return hop
        if not reached:
            return 0
        known |= reached
    return 0


def _after_clearing(fixed: Attribution, since: datetime) -> tuple[int, int]:
    """Orders whose commission cleared, and those of them that came back afterwards."""
    rows = Commission.objects.filter(
        member=fixed.member, level=1, cleared_at__gt=since, attribution__voided_at=None
    )
    back = Refund.objects.filter(order=OuterRef("order"), asked_at__gte=OuterRef("cleared_at"))
    return rows.count(), rows.filter(Exists(back)).count()


def _firsts(orders: list[Order]) -> set[int]:
    """Which of these are their buyer's first here, at least half of the goods taken off."""
    lines = OrderLine.objects.filter(order__in=orders, discount_minor__gt=0)
    sums = lines.values("order").annotate(off=Sum("discount_minor"), paid=Sum("total_minor"))
    half = {row["order"] for row in sums if row["off"] >= row["paid"]}
    found: set[int] = set()
    for order in [one for one in orders if one.pk in half][:MOST_FIRSTS]:
        before = Order.objects.filter(
            community_id=order.community_id, paid_at__isnull=False, placed_at__lt=order.placed_at
        )
        buyer = Q(email__iexact=order.email)
        if order.person_id is not None:
            buyer |= Q(person=order.person_id)
        if not before.filter(buyer).exists():
            found.add(order.pk)
    return found
