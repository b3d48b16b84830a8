"""What was shared with members this month, kept for the home page with its other parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, F, Sum

from banyan.communities.models import Community
from banyan.core.money import Money
from banyan.core.zones import zone_of
from banyan.culture import kept
from banyan.sellers.queries import currency_of
from banyan.sharing.models import Commission

from . import rules
from .models import LeafLot, Terms

PART = "leaves"
SHARING = "sharing"
FEWEST = 3  # members: with fewer the figure would tell who got how much


@dataclass(frozen=True)
class Row:
    """`what` is thanks, order or sharing; `members` how many gained by it."""

    what: str
    members: int
    amount: Money


@dataclass(frozen=True)
class Shared:
    month: date
    total: Money | None  # of these rows: what few gained is in neither, so nobody can subtract
    rows: list[Row]
    gives_leaves: bool


def keep(community: Community, *, now: datetime) -> None:
    """Count the month afresh and keep it. The same again changes nothing."""
    month = rules.month_of(now, community.zone)
    since = datetime.combine(month, time.min, zone_of(community.zone))
    lots = (
        LeafLot.objects.of(community)
        .filter(earned_at__gte=since, reversed_minor__lt=F("amount_minor"))
        .annotate(kept_minor=F("amount_minor") - F("reversed_minor"))
    )
    commission = (
        Commission.objects.of(community)
        .filter(accrued_at__gte=since, reversed_minor__lt=F("accrued_minor"))
        .annotate(kept_minor=F("accrued_minor") - F("reversed_minor"))
    )
    rows = [
        [row["why"], row["members"], int(row["sum"])]
        for row in lots.values("why")
        .annotate(members=Count("member", distinct=True), sum=Sum("kept_minor"))
        .order_by("why")
    ]
    found = commission.aggregate(members=Count("member", distinct=True), sum=Sum("kept_minor"))
    if found["sum"]:
        rows.append([SHARING, found["members"], int(found["sum"])])
    gives = Terms.objects.of(community).filter(month_minor__gt=0).exists()
    body = {
        "month": month.isoformat(), "rows": rows, "gives": gives,
        "currency": currency_of(community.pk),
    }  # fmt: skip
    kept.put(PART, body if rows or gives else None, community_id=community.pk)


def read(request: Any, *, now: datetime) -> Shared | None:
    """No statement of its own. A month that is over is not shown as this one's."""
    ours, _mine = kept.read(request)
    body = ours.get(PART)
    if body is None:
        return None
    month = date.fromisoformat(body["month"])
    is_now = month == rules.month_of(now, request.community.zone)
    rows = [
        Row(what, members, Money(minor, body["currency"]))
        for what, members, minor in body["rows"]
        if is_now and members >= FEWEST
    ]
    total = Money(sum(row.amount.minor for row in rows), body["currency"]) if rows else None
    return Shared(month=month, total=total, rows=rows, gives_leaves=body["gives"])
