from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
    """`way`: how they came, one of entry.rules.SOURCES."""

    way: str = ""


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
class ScopeGiven(MemberEvent):
    """A moderator of some acts only: `acts` of rules.ACTS, of topic `section` or all, `until`."""

    acts: list[str]
    section: int | None = None
    until: datetime


@dataclass(frozen=True, kw_only=True)
class ScopeTaken(MemberEvent):
    """Taken away by the actor, or over by the clock (no actor)."""


@dataclass(frozen=True, kw_only=True)
class SettingsChanged(Event):
    object_kind: ClassVar[str] = "community"
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class StageReached(Event):
    """`object_id` is the community; measured, so nobody did it."""

    object_kind: ClassVar[str] = "community"
    stage: str
    before: str


@dataclass(frozen=True, kw_only=True)
class MemberInvited(MemberEvent):
    """A person we know got an invitation made out to them."""


@dataclass(frozen=True, kw_only=True)
class MemberQueued(MemberEvent):
    """Admitted, but every place is taken: on the waiting list."""


@dataclass(frozen=True, kw_only=True)
class MemberAppealed(MemberEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class MemberSettled(MemberEvent):
    """Probation is over."""


@dataclass(frozen=True, kw_only=True)
class InvitationMade(Event):
    """`object_id` is the invitation; a join through it names this as its parent."""

    object_kind: ClassVar[str] = "invitation"
    is_pass: bool = False
    is_mailed: bool = False


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(Event):
    object_kind: ClassVar[str] = "invitation"


@dataclass(frozen=True, kw_only=True)
class SegmentSaved(Event):
    object_kind: ClassVar[str] = "segment"


@dataclass(frozen=True, kw_only=True)
class SegmentRemoved(Event):
    object_kind: ClassVar[str] = "segment"


@dataclass(frozen=True, kw_only=True)
class TagGiven(MemberEvent):
    """An operator noted something about a member who allows it; the words stand in the tag."""


@dataclass(frozen=True, kw_only=True)
class TagTaken(MemberEvent):
    pass
