"""What members write, as culture needs it: found, named, linked, and a post opened for a ritual.

Posts belong to a floor above; it registers its kinds and its way to open one here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from banyan.communities.models import Member


class Shown(Protocol):
    """A thing as it is to be seen; `state` is "shown" while it is."""

    kind: str
    object_id: int
    oid: str
    title: str
    text: str
    lang: str
    url: str
    author: Any
    author_id: int
    state: str


@dataclass(frozen=True)
class Kind:
    """How one kind is found: one by its public id, many by their keys in a few statements."""

    key: str
    find: Callable[[Any, UUID], Any]
    load: Callable[[Any, Iterable[int]], list[Any]]


@dataclass(frozen=True)
class Opened:
    post_id: int
    oid: str


class OpenPost(Protocol):
    def __call__(self, *, author: Member, title: str, body: str, now: datetime) -> Opened: ...


_kinds: dict[str, Kind] = {}
_open: list[OpenPost] = []


def register(kind: Kind) -> None:
    _kinds[kind.key] = kind


def opens_posts(way: OpenPost) -> OpenPost:
    _open[:] = [way]
    return way


def kind_of(key: str) -> Kind | None:
    return _kinds.get(key)


def load(community: Any, names: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Any]:
    """Those of these things that are to be seen."""
    found: dict[tuple[str, int], Any] = {}
    wanted = list(names)
    for key, kind in _kinds.items():
        ids = [pk for one, pk in wanted if one == key]
        if ids:
            for thing in kind.load(community, ids):
                if thing.state == "shown":
                    found[key, thing.object_id] = thing
    return found


def open_post(*, author: Member, title: str, body: str, now: datetime) -> Opened | None:
    return _open[0](author=author, title=title, body=body, now=now) if _open else None
