"""Appeals and applications as the queue asks for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from banyan.communities.models import Community, Member
from banyan.communities.rules import TO_DECIDE

from .. import rules
from ..models import Appeal


def _appeals(community: Community) -> QuerySet[Appeal]:
    return Appeal.objects.of(community).filter(state=rules.WAITING)


def oldest_appeals(
    community: Community, member: Any, most: int, now: datetime
) -> list[tuple[datetime, Any]]:
    rows = _appeals(community).order_by("appealed_at", "pk")
    return list(rows.values_list("appealed_at", "pk")[:most])


def appeal_count(community: Community, member: Any, now: datetime) -> int:
    return _appeals(community).count()


def _applications(community: Community) -> QuerySet[Member]:
    return Member.objects.of(community).filter(state__in=TO_DECIDE)


def oldest_applications(
    community: Community, member: Any, most: int, now: datetime
) -> list[tuple[datetime, Any]]:
    rows = _applications(community).annotate(since=Coalesce("appealed_at", "asked_at"))
    return list(rows.order_by("since", "pk").values_list("since", "pk")[:most])


def applications(community: Community, keys: list[int], now: datetime) -> dict[int, Member]:
    rows = _applications(community).filter(pk__in=keys)
    return {one.pk: one for one in rows.select_related("person__picture")}


def application_count(community: Community, member: Any, now: datetime) -> int:
    return _applications(community).count()
