from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone

from banyan.communities.models import Member

from . import rules
from .models import Decision, Report
from .objects import Shown, kind_of, kinds

PAGE = 20
LOG_PAGE = 50


@dataclass
class Item:
    """One thing in the queue, with what was said about it."""

    thing: Shown
    reports: list[Report]
    decision: Decision | None = None
    author_oid: Any = None  # the membership of whose it is

    @property
    def reason(self) -> str:
        return rules.most_named([report.reason for report in self.reports])


@dataclass(frozen=True)
class Wave:
    """Whose things so many accounts reported at once, and how many of these are new here."""

    thing: Shown
    accounts: int
    young: int


def open_count(community: Any) -> int:
    """How many things wait for a moderator."""
    rows = Report.objects.of(community).filter(decision=None)
    return rows.values("kind", "object_id").distinct().count()


def open_reports(community: Any, member: Any = None) -> QuerySet[Report]:
    """Reports without a decision; for a moderator of one topic, those of its things."""
    rows = Report.objects.of(community).filter(decision=None)
    section = member.section if member is not None and member.acts_until is not None else None
    if section is None:
        return rows
    here = Q(pk=None)
    for kind in kinds():
        if kind.within is not None:
            here |= Q(kind=kind.key, object_id__in=kind.within(community, section))
    return rows.filter(here)


def report_count(community: Any, member: Any, now: datetime) -> int:
    return open_reports(community, member).values("kind", "object_id").distinct().count()


def oldest_reported(
    community: Any, member: Any, most: int, now: datetime
) -> list[tuple[datetime, Any]]:
    """Things with open reports, whose first report is the oldest."""
    rows = (
        open_reports(community, member)
        .values("kind", "object_id")
        .annotate(since=Min("reported_at"))
        .order_by("since", "kind", "object_id")[:most]
    )
    return [(row["since"], (row["kind"], row["object_id"])) for row in rows]


def reported_items(
    community: Any, keys: list[tuple[str, int]], now: datetime
) -> dict[tuple[str, int], Item]:
    """Things by (kind, id) with their open reports, in a fixed number of queries."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for kind, pk in keys:
        wanted[kind].append(pk)
    found = {
        (kind, thing.object_id): Item(thing, [])
        for kind, ids in wanted.items()
        for thing in kind_of(kind).load(community, ids)
    }
    rows = Report.objects.of(community).filter(
        decision=None, object_id__in=[pk for _kind, pk in keys]
    )
    for report in rows.select_related("reporter__person__picture").order_by("pk"):
        if item := found.get((report.kind, report.object_id)):
            item.reports.append(report)
    with_authors(list(found.values()))
    return found


def with_authors(items: list[Item]) -> None:
    """The memberships of those whose things these are: one query."""
    rows = Member.objects.filter(pk__in={item.thing.author_id for item in items})
    oids = dict(rows.values_list("pk", "public_id"))
    for item in items:
        item.author_oid = oids.get(item.thing.author_id)


def last_decision(kind: str, object_id: int) -> Decision | None:
    """The newest decision about a thing, with its words."""
    rows = Decision.objects.filter(kind=kind, object_id=object_id)
    return rows.select_related("explanation").order_by("-id").first()


def reported(community: Any, page: int = 1) -> tuple[list[Item], bool]:
    """Things with open reports, the latest report first; and whether more follow."""
    rows = Report.objects.of(community).filter(decision=None)
    keys = list(
        rows.values("kind", "object_id")
        .annotate(last=Max("id"))
        .order_by("-last")[(page - 1) * PAGE : page * PAGE + 1]
    )
    more, keys = len(keys) > PAGE, keys[:PAGE]
    pairs = [(key["kind"], key["object_id"]) for key in keys]
    found = reported_items(community, pairs, timezone.now())
    return [found[pair] for pair in pairs if pair in found], more


def latest(community: Any, state: str, before: datetime | None) -> tuple[list[Item], bool]:
    """The newest things of one state, of all kinds together; and whether more follow."""
    wanted = [kind for kind in kinds() if kind.listed or state != rules.SHOWN]
    found = [thing for kind in wanted for thing in kind.latest(community, state, before, PAGE + 1)]
    found.sort(key=lambda thing: thing.at, reverse=True)
    more, found = len(found) > PAGE, found[:PAGE]
    ids = {thing.object_id for thing in found}
    said: dict[tuple[str, int], list[Report]] = defaultdict(list)
    for report in (
        Report.objects.of(community)
        .filter(decision=None, object_id__in=ids)
        .select_related("reporter__person__picture")
    ):
        said[report.kind, report.object_id].append(report)
    decided: dict[tuple[str, int], Decision] = {}
    if state == rules.HIDDEN:
        rows = Decision.objects.of(community).filter(object_id__in=ids, verdict=rules.HIDE)
        for row in rows.select_related("explanation").order_by("id"):
            decided[row.kind, row.object_id] = row
    items = [Item(t, said[t.kind, t.object_id], decided.get((t.kind, t.object_id))) for t in found]
    with_authors(items)
    return items, more


def public_log(community: Any, before: int | None = None) -> tuple[list[Decision], int | None]:
    """Decisions of a community, newest first, for everybody; and where the next page begins.

    Whose thing it was and who decided is not read here at all.
    """
    rows = Decision.objects.of(community).defer("subject", "by")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: LOG_PAGE + 1])
    more = len(found) > LOG_PAGE
    found = found[:LOG_PAGE]
    return found, found[-1].pk if more else None


def wave(community: Any, *, now: datetime) -> Wave | None:
    """Many accounts against one thing or one member within an hour: the largest of them.

    Read from the open reports themselves, so it is seen with the next look at the page.
    """
    since = now - timedelta(seconds=rules.WAVE_SECONDS)
    fresh = Report.objects.of(community).filter(decision=None, reported_at__gt=since)
    said: dict[tuple[str, int], set[int]] = defaultdict(set)
    for kind, pk, reporter in fresh.order_by("-pk").values_list("kind", "object_id", "reporter")[
        : rules.WAVE_READ
    ]:
        said[kind, pk].add(reporter)
    wanted: dict[str, list[int]] = defaultdict(list)
    for kind, pk in said:
        wanted[kind].append(pk)
    by_author: dict[int, set[int]] = defaultdict(set)
    authors: dict[int, Shown] = {}
    for kind, ids in wanted.items():
        for thing in kind_of(kind).load(community, ids):
            authors.setdefault(thing.author_id, thing)
            by_author[thing.author_id] |= said[kind, thing.object_id]
    if not by_author:
        return None
    author = max(by_author, key=lambda one: len(by_author[one]))
    reporters = by_author[author]
    if len(reporters) < rules.WAVE_ACCOUNTS:
        return None
    young = Member.objects.filter(
        pk__in=reporters, joined_at__gt=now - timedelta(days=rules.YOUNG_DAYS)
    ).count()
    return Wave(authors[author], len(reporters), young)
