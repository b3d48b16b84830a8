from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ChallengeEvent(Event):
    """`object_id` is the challenge."""

    object_kind: ClassVar[str] = "challenge"


@dataclass(frozen=True, kw_only=True)
class ChallengeAnnounced(ChallengeEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ChallengeStarted(ChallengeEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ChallengeEnded(ChallengeEvent):
    """`finished` members did what it needs; `joined` were in it."""

    joined: int
    finished: int


@dataclass(frozen=True, kw_only=True)
class ChallengeCancelled(ChallengeEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ChallengeJoined(ChallengeEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ChallengeLeft(ChallengeEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class CheckedIn(ChallengeEvent):
    """`day` is the member's own, as ISO; `done` how many they have now."""

    day: str
    done: int
    is_made_up: bool = False


@dataclass(frozen=True, kw_only=True)
class CheckInUndone(ChallengeEvent):
    day: str


@dataclass(frozen=True, kw_only=True)
class ChallengeFinished(ChallengeEvent):
    """A member (`actor`) has done the days it needs."""


@dataclass(frozen=True, kw_only=True)
class CheckInDue(ChallengeEvent):
    """The evening of a day without a check-in, for whom wants to be told; `actor` is that member.

    Said once for a member and day, while it is between 20 and 22 with them.
    """

    day: str
