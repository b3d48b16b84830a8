"""One queue: whatever waits for a person here, the longest wait first.

A module gives it a sort from its `panels.py`:

    queue.register(Sort(key="held", label=_("Held posts"), icon="shield", right="content.moderate",
                        order=40, template="…/queue_held.html", oldest=…, load=…, count=…))

`template` draws one row and gets `row.thing` (what `load` gave), `row.since`, `may` and `now`.
Each sort costs a fixed number of queries, whatever waits.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

PAGE = 20
MOST_PAGES = 500


@dataclass(frozen=True, kw_only=True)
class Sort:
    """`oldest(community, member, most, now)` gives (since, key) of what has waited longest, at
    most so many; `load(community, keys, now)` the things by key, vanished ones left out;
    `count(community, member, now)` how many wait. `member` is who looks (None: the menu)."""

    key: str
    label: str | Promise
    icon: str
    right: str
    order: int
    template: str
    oldest: Callable[[Any, Any, int, datetime], list[tuple[datetime, Hashable]]]
    load: Callable[[Any, list[Any], datetime], dict[Any, Any]]
    count: Callable[[Any, Any, datetime], int]
    is_in_menu: bool = True  # counts in the number beside "Content"


@dataclass(frozen=True)
class Row:
    sort: Sort
    since: datetime
    thing: Any


_sorts: dict[str, Sort] = {}


def register(sort: Sort) -> None:
    """Let a kind of things wait in the queue; the same key again replaces it."""
    _sorts[sort.key] = sort


def sorts_for(member: Any) -> list[Sort]:
    """The sorts this member may answer."""
    found = [one for one in _sorts.values() if member.may(one.right)]
    return sorted(found, key=lambda one: (one.order, one.key))


def counts(community: Any, member: Any, now: datetime) -> list[tuple[Sort, int]]:
    """How many wait of each sort; one query each."""
    return [(one, one.count(community, member, now)) for one in sorts_for(member)]


def menu_count(community: Any, now: datetime) -> int:
    sorts = [one for one in _sorts.values() if one.is_in_menu]
    return sum(one.count(community, None, now) for one in sorts)


def waiting(
    community: Any, member: Any, *, now: datetime, only: str = "", page: int = 1
) -> tuple[list[Row], bool]:
    """A page of what waits, the longest first; and whether more follows."""
    page = min(max(page, 1), MOST_PAGES)
    sorts = [one for one in sorts_for(member) if only in ("", one.key)]
    found = [
        (since, one, key)
        for one in sorts
        for since, key in one.oldest(community, member, page * PAGE + 1, now)
    ]
    found.sort(key=lambda entry: entry[0])
    shown = found[(page - 1) * PAGE : page * PAGE]
    more = len(found) > page * PAGE and page < MOST_PAGES
    things = {
        one.key: one.load(community, [key for _since, sort, key in shown if sort is one], now)
        for one in sorts
        if any(sort is one for _since, sort, _key in shown)
    }
    rows = [
        Row(one, since, things[one.key][key]) for since, one, key in shown if key in things[one.key]
    ]
    return rows, more
