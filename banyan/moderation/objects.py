"""What can be reported and hidden. Modules above register their kinds here, from `panels.py`.

Moderation decides; the module that owns a thing finds it, shows it, hides it and brings it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A thing as a moderator sees it. `state` is rules.SHOWN, rules.HIDDEN or another: gone."""

    kind: str
    object_id: int
    oid: str
    title: str
    text: str
    lang: str
    url: str
    author: Any
    subject: UUID | None
    author_id: int
    state: str
    at: datetime
    photo: str = ""
    section: int | None = None  # the topic it stands under

    @property
    def label(self) -> str | Promise:
        return kind_of(self.kind).label


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How one kind of thing is found, shown and moved.

    `find(community, public_id)` gives the thing as `Shown`, or None when there is none;
    `load(community, ids)` gives many in a fixed number of queries;
    `latest(community, state, before, limit)` the newest of one state, older than `before`.
    `hide`, `restore` and `remove` take (community, object_id, now) and refuse the wrong moment.
    `born` is the verb of the activity that made the thing. `again(community, ids)` finds things in
    any state and `revive` brings back what was removed, for an appeal that is granted;
    `within(community, section)` gives the ids of the things of a topic.
    """

    key: str
    label: str | Promise
    born: str
    find: Callable[[Any, UUID], Shown | None]
    load: Callable[[Any, Iterable[int]], list[Shown]]
    latest: Callable[[Any, str, datetime | None, int], list[Shown]]
    hide: Callable[[Any, int, datetime], None]
    restore: Callable[[Any, int, datetime], None]
    remove: Callable[[Any, int, datetime], None]
    listed: bool = True  # stands among "all posts"
    again: Callable[[Any, Iterable[int]], list[Shown]] | None = None
    revive: Callable[[Any, int, datetime], None] | None = None
    within: Callable[[Any, int], Any] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind reportable; the same key again replaces it."""
    _kinds[kind.key] = kind


def kinds() -> list[Kind]:
    return list(_kinds.values())


def kind_of(key: str) -> Kind:
    """404 for a kind nobody registered."""
    if key not in _kinds:
        raise Http404
    return _kinds[key]
