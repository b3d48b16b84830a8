from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MembersTaken(Event):
    """Somebody who runs the place downloaded the list of members: `rows` of them."""

    object_kind: ClassVar[str] = "community"
    rows: int = 0


@dataclass(frozen=True, kw_only=True)
class PackageAsked(Event):
    """An owner asked for the whole community in one file; `object_id` is the package."""

    object_kind: ClassVar[str] = "package"


@dataclass(frozen=True, kw_only=True)
class PackageTaken(Event):
    """The file was downloaded."""

    object_kind: ClassVar[str] = "package"


@dataclass(frozen=True, kw_only=True)
class CommunityBroughtIn(Event):
    """A community from elsewhere is planted here: `rows` of it, from the address `origin`."""

    object_kind: ClassVar[str] = "community"
    rows: int = 0
    origin: str = ""


@dataclass(frozen=True, kw_only=True)
class BringingInUndone(Event):
    """It is taken out again: "deleted" when nothing had happened in it, else "closed"."""

    object_kind: ClassVar[str] = "community"
    how: str = ""


@dataclass(frozen=True, kw_only=True)
class HistoryClaimed(Event):
    """Somebody took their history from elsewhere; `object_id` is the membership."""

    object_kind: ClassVar[str] = "member"


@dataclass(frozen=True, kw_only=True)
class InviteListSent(Event):
    object_kind: ClassVar[str] = "invite_list"
    people: int = 0


@dataclass(frozen=True, kw_only=True)
class InviteListRevoked(Event):
    object_kind: ClassVar[str] = "invite_list"
