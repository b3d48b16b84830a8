"""The way of each member since joining."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, Exists, Max, Min, OuterRef, Q, Value, When

from banyan.communities import rules as communities
from banyan.communities.models import Community, Member

from ..models import Journey, MemberDay, Thread
from ..rules import SILENT_DAYS, monday

_BATCH = 500
_STEPS = ("last_on", "lived_days", "visited_on", "reacted_on", "posted_on", "answered_at",
          "back_on")  # fmt: skip
_steps_of = attrgetter(*_STEPS)


@transaction.atomic
def begin(community: Community, *, zone: Any) -> None:
    """Rows for members who came, left or came back since."""
    same = Journey.objects.filter(
        member=OuterRef("pk"), state=OuterRef("state"), joined_at=OuterRef("joined_at")
    )
    rows = list(
        Member.objects.filter(~Exists(same), community=community, joined_at__isnull=False)
        .values_list("pk", "state", "joined_at", "left_at")
    )  # fmt: skip
    made = []
    for pk, state, joined_at, left_at in rows:
        joined_on = joined_at.astimezone(zone).date()
        left = None if state == communities.JOINED else (left_at or joined_at)
        made.append(
            Journey(
                member_id=pk, community=community, state=state, joined_at=joined_at,
                joined_on=joined_on, joined_week=monday(joined_on), last_on=joined_on,
                left_on=left.astimezone(zone).date() if left else None,
            )
        )  # fmt: skip
    Journey.objects.bulk_create(
        made, update_conflicts=True, unique_fields=["member"], batch_size=_BATCH,
        update_fields=["state", "joined_at", "joined_on", "joined_week", "left_on", "last_on"],
    )  # fmt: skip
    joined = {row.member_id: row.joined_on for row in made}
    _age_anew(joined)
    step(joined)


def _age_anew(joined: dict[int, Any]) -> None:
    """Who came back begins again: days of the earlier stay lie before."""
    keys = sorted(joined)
    for start in range(0, len(keys), _BATCH):
        days = list(MemberDay.objects.filter(member__in=keys[start : start + _BATCH]))
        for row in days:
            row.age = (row.day - joined[row.member_id]).days
            row.week, row.cohort = row.age // 7, monday(joined[row.member_id])
        MemberDay.objects.bulk_update(days, ["age", "week", "cohort"], batch_size=_BATCH)


def step(keys: Iterable[int]) -> None:
    """The first day of each step, and the last of all, from what the members did."""
    wanted = sorted(keys)
    for start in range(0, len(wanted), _BATCH):
        chunk = wanted[start : start + _BATCH]
        did = {
            row["member"]: row
            for row in MemberDay.objects.filter(member__in=chunk, age__gte=0)
            .values("member")
            .annotate(
                first=Min("day"), last=Max("day"),
                reacted=Min("day", filter=Q(reactions__gt=0)),
                posted=Min("day", filter=Q(posts__gt=0)),
                back=Min("day", filter=Q(age__gte=7)),
            ).order_by()
        }  # fmt: skip
        answered = dict(
            Thread.objects.filter(author__in=chunk, answered_at__isnull=False)
            .values("author").annotate(first=Min("answered_at"))
            .order_by().values_list("author", "first")
        )  # fmt: skip
        moved = []
        for row in Journey.objects.filter(member__in=chunk):
            before = _steps_of(row)
            found = did.get(row.member_id, {})
            row.last_on = max(found.get("last") or row.joined_on, row.joined_on)
            if row.left_on:
                row.last_on = max(min(row.last_on, row.left_on), row.joined_on)
            row.lived_days = (row.last_on - row.joined_on).days
            row.visited_on, row.reacted_on = found.get("first"), found.get("reacted")
            row.posted_on, row.back_on = found.get("posted"), found.get("back")
            row.answered_at = answered.get(row.member_id) if row.posted_on else None
            if _steps_of(row) != before:
                moved.append(row)
        Journey.objects.bulk_update(moved, _STEPS, batch_size=_BATCH)


def is_gone(today: date) -> Any:
    """Left, or silent for four weeks."""
    silent = Q(last_on__lt=today - timedelta(days=SILENT_DAYS))
    return Case(
        When(Q(left_on__isnull=False) | silent, then=Value(True)), default=Value(False),
        output_field=BooleanField(),
    )  # fmt: skip
