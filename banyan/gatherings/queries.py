from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.fields import CharField
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils import timezone

from banyan.communities.models import Community
from banyan.core.ui import formats

from . import rules
from .actions import card_key
from .models import Gathering, Rsvp

PAGE, SHOWN_PEOPLE, CARD_SECONDS = 20, 60, 60


@dataclass(frozen=True)
class When:
    """The time in the community's zone, and in the reader's where that is another."""

    here: str
    zone: str
    yours: str


def when(gathering: Gathering, *, now: datetime, own_zone: str) -> When:
    """`own_zone` is what the reader chose; "" when they chose none."""
    shown = {}
    for name in {gathering.zone, own_zone} - {""}:
        with timezone.override(ZoneInfo(name)):
            start, end = gathering.starts_at, gathering.ends_at
            is_one_day = timezone.localtime(start).date() == timezone.localtime(end).date()
            last = formats.clock(end) if is_one_day else formats.exact(end, now=now)
            shown[name] = f"{formats.exact(start, now=now)} – {last}"
    yours = shown.get(own_zone, "")
    here = shown[gathering.zone]
    return When(here, gathering.zone, yours if yours != here else "")


def _mine(rows: Any, member: Any) -> Any:
    if member is None:
        return rows.annotate(mine=Value("", output_field=CharField()))
    answer = Rsvp.objects.filter(gathering=OuterRef("pk"), member=member).values("answer")[:1]
    return rows.annotate(mine=Coalesce(Subquery(answer), Value(""), output_field=CharField()))


def coming(community: Community, member: Any, *, now: datetime) -> list[Gathering]:
    rows = Gathering.objects.of(community).filter(ends_at__gt=now)
    return list(_mine(rows, member).order_by("starts_at", "pk")[:PAGE])


def past(community: Community, *, now: datetime) -> list[Gathering]:
    rows = Gathering.objects.of(community).filter(ends_at__lte=now)
    return list(rows.order_by("-starts_at", "-pk")[:PAGE])


def one(community: Community, public_id: UUID) -> Gathering:
    rows = Gathering.objects.of(community).select_related("organiser__person__picture")
    found: Gathering | None = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Answers:
    going: list[Any]
    counts: dict[str, int]
    mine: Rsvp | None
    before_me: int


def answers(gathering: Gathering, member: Any) -> Answers:
    """Who is coming, how many said what, and my own answer with my place in the line."""
    rows = Rsvp.objects.filter(gathering=gathering)
    named = rows.filter(answer=rules.GOING).select_related("member__person__picture")
    counts = dict(rows.values_list("answer").annotate(number=Count("pk")).order_by())
    mine = rows.filter(member=member).first() if member is not None else None
    before = 0
    if mine is not None and mine.answer == rules.WAITING:
        line = rows.filter(answer=rules.WAITING)
        before = line.filter(
            Q(waiting_since__lt=mine.waiting_since)
            | Q(waiting_since=mine.waiting_since, pk__lt=mine.pk)
        ).count()
    going = [one.member for one in named.order_by("answered_at", "pk")[:SHOWN_PEOPLE]]
    return Answers(going, counts, mine, before)


def next_one(community: Community, *, now: datetime) -> Gathering | None:
    """The next gathering that takes place; at most a minute old in another process."""
    key = card_key(community.pk)
    found = cache.get(key)
    if found is None:
        rows = Gathering.objects.of(community).filter(state=rules.PLANNED, ends_at__gt=now)
        found = (rows.order_by("starts_at", "pk").first(),)
        cache.set(key, found, CARD_SECONDS)
    (gathering,) = found
    return None if gathering is None or gathering.is_over(now) else gathering


def attended(community_id: int, start: datetime, end: datetime) -> int:
    """Answers "going" to gatherings that ended in that time and were not cancelled."""
    held = Gathering.objects.of(community_id).filter(
        state=rules.PLANNED, ends_at__gte=start, ends_at__lt=end
    )
    return int(Rsvp.objects.filter(gathering__in=held, answer=rules.GOING).count())
