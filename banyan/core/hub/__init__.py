"""What listeners in a browser hear at once, and what of it must not be lost.

A lane is named "kind:key". Kinds are registered beside what they carry (`live.py` or `panels.py`
of a module), with the question who may join:

    @lane_kind("feed", numbered=True)
    def may_follow(person: Person | None, key: str) -> bool: ...

`say` is heard by whoever listens now. What must not be lost is numbered: `record` keeps the note
for a day; a module that keeps its own rows takes a number with `count`, says it with `say`, and
gives the kind a `since`. A number is taken inside the effect's transaction and holds the lane
until it ends, so numbers of a lane are dense and are committed in their order: whoever has heard
up to n has missed exactly what is greater than n.

Callable from every process and thread. Nothing here waits for a listener.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple, Protocol

from django.db import connection, transaction

from banyan.core.db.prepared import Prepared
from banyan.core.events import is_quiet

from . import hop

KEPT_SECONDS = 24 * 3600
MOST_MISSED = 200
LONGEST_LANE = 80


class Who(NamedTuple):
    """Somebody who listens. `person_id` is None for strangers."""

    person_id: int | None = None
    oid: str = ""
    name: str = ""


class Note(NamedTuple):
    """Something said in a lane: `text` is the JSON that listeners get."""

    number: int
    text: str


Row = tuple[int, str, dict[str, Any]]


class Since(Protocol):
    def __call__(self, key: str, after: int, most: int) -> Sequence[Row]:
        """(number, do, body) of what is greater than `after`, in order, at most `most` of it."""


MayJoin = Callable[[Any, str], bool]
Relay = Callable[[Who, Mapping[str, Any]], Mapping[str, Any] | None]


@dataclass(frozen=True)
class LaneKind:
    """How the lanes of a kind behave.

    `tick_ms`: what is said within so many milliseconds leaves in one write (the first at once);
    0 for money and stock. `presence`: who is here is told. `relay` turns what a listener says
    into what the others hear, or None; it runs in the server's loop and must not wait.
    """

    name: str
    may_join: MayJoin
    numbered: bool
    since: Since | None
    tick_ms: int
    presence: bool
    relay: Relay | None


class Missed(NamedTuple):
    """What a lane said after a number. `is_whole` is False when some of it is gone."""

    head: int
    notes: list[Note]
    is_whole: bool


kinds: dict[str, LaneKind] = {}


def lane_kind(
    name: str, *, numbered: bool = False, since: Since | None = None, tick_ms: int = 50,
    presence: bool = False, relay: Relay | None = None,
) -> Callable[[MayJoin], MayJoin]:  # fmt: skip
    """Register a kind of lane; the function tells whether a person (None: a stranger) may join."""

    def register(may_join: MayJoin) -> MayJoin:
        kinds[name] = LaneKind(name, may_join, numbered, since, tick_ms, presence, relay)
        return may_join

    return register


def kind_of(lane: str) -> LaneKind | None:
    return kinds.get(lane.partition(":")[0]) if len(lane) <= LONGEST_LANE else None


def may_join(person: Any, lane: str) -> bool:
    kind = kind_of(lane)
    return kind is not None and kind.may_join(person, lane.partition(":")[2])


def say(lane: str, do: str, body: Mapping[str, Any], *, number: int | None = None) -> None:
    """Say it once the present transaction has committed; `number` as `count` gave it."""
    if is_quiet():
        return
    word = hop.Word("note", lane, text_of(lane, do, body, number), number)
    transaction.on_commit(partial(hop.ring, word), robust=True)


def record(lane: str, do: str, body: Mapping[str, Any], *, now: datetime) -> int:
    """Say it so that nobody who listens, or comes back within a day, misses it. Gives the number.

    `body` holds ids and numbers, not people's words: what is kept outlives what it tells of.
    """
    from .models import KeptNote

    if is_quiet():  # a past that nobody listens to
        return 0
    number = count(lane)
    KeptNote.objects.create(lane=lane, number=number, at=now, do=do, body=dict(body))
    say(lane, do, body, number=number)
    return number


def count(lane: str) -> int:
    """The next number of a lane; the lane is ours until the transaction ends."""
    if not connection.in_atomic_block:
        raise RuntimeError("take a lane's number inside the transaction of its effect")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_lane (name, last) VALUES (%s, 1) "
            "ON CONFLICT (name) DO UPDATE SET last = core_lane.last + 1 RETURNING last",
            [lane],
        )
        return int(cursor.fetchone()[0])


def count_many(lane: str, number: int) -> int:
    """As `count`, for so many at once; gives the last of them."""
    if not connection.in_atomic_block:
        raise RuntimeError("take a lane's numbers inside the transaction of their effect")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_lane (name, last) VALUES (%s, %s) "
            "ON CONFLICT (name) DO UPDATE SET last = core_lane.last + excluded.last "
            "RETURNING last",
            [lane, number],
        )
        return int(cursor.fetchone()[0])


def head(lane: str) -> int:
    """The last number of a lane: what a page has seen that is read now."""
    return int(_head().first(lane) or 0)


@lru_cache(maxsize=1)
def _head() -> Prepared:
    from .models import Lane

    return Prepared(
        lambda name: Lane.objects.filter(name=name).values_list("last", flat=True)[:1], ""
    )


def heads(lanes: Sequence[str]) -> dict[str, int]:
    from .models import Lane

    return dict(Lane.objects.filter(name__in=lanes).values_list("name", "last"))


def missed(lane: str, after: int, most: int = MOST_MISSED) -> Missed:
    """What a numbered lane said after `after`, as far as it is kept."""
    from .models import KeptNote

    kind = kinds[lane.partition(":")[0]]
    last = head(lane)  # read first: what is found below may only reach further
    if kind.since is not None:
        rows = list(kind.since(lane.partition(":")[2], after, most + 1))
        is_whole = len(rows) <= most and after <= max(last, rows[-1][0] if rows else 0)
    else:
        kept = KeptNote.objects.filter(lane=lane, number__gt=after).order_by("number")
        rows = list(kept.values_list("number", "do", "body")[: most + 1])
        reach = max(last, rows[-1][0] if rows else 0)
        is_whole = len(rows) <= most and len(rows) == reach - after
    notes = [Note(n, text_of(lane, do, body, n)) for n, do, body in rows[:most]]
    return Missed(max(last, rows[-1][0] if rows else 0), notes, is_whole)


def ask_again(person_id: int) -> None:
    """Membership or sign-in has changed: whatever the person listens to is asked anew, now."""
    transaction.on_commit(partial(hop.ring, hop.Word("again", str(person_id))), robust=True)


def ask_all_again(lane: str) -> None:
    """Who may join a lane has changed: everybody in it is asked anew."""
    transaction.on_commit(partial(hop.ring, hop.Word("all-again", lane)), robust=True)


def text_of(lane: str, do: str, body: Mapping[str, Any], number: int | None = None) -> str:
    """The JSON of one note, the same bytes for every listener."""
    said: dict[str, Any] = {"lane": lane, "do": do}
    if number is not None:
        said["n"] = number
    said["b"] = body
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
