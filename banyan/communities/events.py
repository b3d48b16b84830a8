from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CommunityFounded(Event):
    """`object_id` is the community; `currency` is what its shop will sell in."""

    object_kind: ClassVar[str] = "community"


@dataclass(frozen=True, kw_only=True)
class MemberEvent(Event):
    """`object_id` is the membership; `subject` the pseudonym of whom it is about."""

    object_kind: ClassVar[str] = "member"
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class MemberApplied(MemberEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class MemberJoined(MemberEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class MemberRefused(MemberEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class MemberLeft(MemberEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class MemberBanned(MemberEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class RoleGiven(MemberEvent):
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class SettingsChanged(Event):
    object_kind: ClassVar[str] = "community"
    fields: list[str]
