"""Daily facts: days whose sums no longer agree with what stands are counted anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min

from banyan.communities.models import Community

from .. import rules
from ..models import Day, Journey, MemberDay
from . import sources

_RUN = 31  # days counted at once
_BATCH = 1000


def first_day(community: Community, zone: Any, today: date) -> date:
    """Since when facts are kept in step: the founding or the first to join, not too far back."""
    founded = community.founded_at.astimezone(zone).date()
    joined = Journey.objects.of(community).aggregate(first=Min("joined_on"))["first"]
    return max(min(founded, joined or founded, today), today - timedelta(days=rules.WINDOW_DAYS))


@dataclass
class Ledger:
    """Sums by day as they are now, those kept, and the days where they differ."""

    days: list[date]
    now: dict[date, sources.Tally]
    kept: dict[date, Day]
    stale: list[date]


def compare(community: Community, *, zone: Any, today: date) -> Ledger:
    """Where kept sums do not agree with what stands. The last two days are always looked at."""
    first = first_day(community, zone, today)
    now = sources.by_day(community, first, today, zone)
    kept = {row.day: row for row in Day.objects.of(community).filter(day__gte=first)}
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    fresh = (today, today - timedelta(days=1))
    stale = [
        day for day in days
        if day in fresh or day not in kept
        or any(getattr(kept[day], key) != now.get(day, {}).get(key, 0) for key in rules.COUNTS)
    ]  # fmt: skip
    return Ledger(days, now, kept, stale)


def count_members(community: Community, stale: list[date], *, zone: Any) -> None:
    for run in runs(stale):
        _members_of(community, run, zone)


def keep(community: Community, ledger: Ledger) -> None:
    """Write the sums down, last of all: what fails before is found again by the next run."""
    active = dict(
        MemberDay.objects.of(community).filter(day__gte=ledger.days[0])
        .values("day").annotate(n=Count("pk")).order_by().values_list("day", "n")
    )  # fmt: skip
    members = _members_by_day(community, ledger.days)
    rows = []
    for day in ledger.days:
        facts = {key: ledger.now.get(day, {}).get(key, 0) for key in rules.COUNTS} | {
            "active": active.get(day, 0), **members[day],
        }  # fmt: skip
        row = ledger.kept.get(day)
        if row is None or any(getattr(row, key) != value for key, value in facts.items()):
            rows.append(Day(community=community, day=day, **facts))
    Day.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["community", "day"], batch_size=_BATCH,
        update_fields=[*rules.COUNTS, "active", "members", "joined", "left"],
    )  # fmt: skip


def runs(days: list[date]) -> Iterator[list[date]]:
    """Days that follow one another, at most a month of them at once."""
    run: list[date] = []
    for day in sorted(days):
        if run and (day - run[-1] != timedelta(days=1) or len(run) == _RUN):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _members_of(community: Community, run: list[date], zone: Any) -> None:
    found = sources.by_member(community, run[0], run[-1], zone)
    joined = dict(Journey.objects.of(community).values_list("member_id", "joined_on"))
    rows = []
    for (member, day), tally in found.items():
        age = (day - joined[member]).days if member in joined else -1
        counts = {key: tally.get(key, 0) for key in rules.COUNTS}
        rows.append(
            MemberDay(
                community=community,
                member_id=member,
                day=day,
                age=age,
                week=age // 7,
                cohort=rules.monday(joined[member]) if member in joined else None,
                **counts,
            )
        )
    MemberDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["member", "day"], batch_size=_BATCH,
        update_fields=[*rules.COUNTS, "age", "week", "cohort"],
    )  # fmt: skip
    kept = MemberDay.objects.of(community).filter(day__range=(run[0], run[-1]))
    gone = [
        pk for pk, member, day in kept.values_list("pk", "member_id", "day")
        if (member, day) not in found
    ]  # fmt: skip
    for start in range(0, len(gone), _BATCH):
        MemberDay.objects.filter(pk__in=gone[start : start + _BATCH]).delete()


def _members_by_day(community: Community, days: list[date]) -> dict[date, dict[str, int]]:
    """How many there were at each day's end, from the days of joining and leaving."""
    came, went = (
        dict(
            Journey.objects.of(community).exclude(**{name: None})
            .values(name).annotate(n=Count("pk")).values_list(name, "n")
        )
        for name in ("joined_on", "left_on")
    )  # fmt: skip
    here = sum(n for day, n in came.items() if day < days[0])
    here -= sum(n for day, n in went.items() if day < days[0])
    found = {}
    for day in days:
        joined, left = came.get(day, 0), went.get(day, 0)
        here += joined - left
        found[day] = {"members": max(here, 0), "joined": joined, "left": left}
    return found
