from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CharterPublished(Event):
    """`object_id` is the charter."""

    object_kind: ClassVar[str] = "charter"
    version: int


@dataclass(frozen=True, kw_only=True)
class CharterSigned(Event):
    """`object_id` is the charter; `actor` signed it."""

    object_kind: ClassVar[str] = "charter"
    version: int


@dataclass(frozen=True, kw_only=True)
class AmendmentEvent(Event):
    """`object_id` is the amendment."""

    object_kind: ClassVar[str] = "amendment"


@dataclass(frozen=True, kw_only=True)
class CharterProposed(AmendmentEvent):
    """Members may comment and vote until `closes_at`."""

    closes_at: datetime


@dataclass(frozen=True, kw_only=True)
class CharterCommented(AmendmentEvent):
    comment_id: int


@dataclass(frozen=True, kw_only=True)
class CharterVoted(AmendmentEvent):
    """That somebody voted; what is said nowhere."""


@dataclass(frozen=True, kw_only=True)
class CharterAdopted(AmendmentEvent):
    """`version` stands; until `grace_until` members write without having accepted it."""

    version: int
    grace_until: datetime


@dataclass(frozen=True, kw_only=True)
class CharterRejected(AmendmentEvent):
    """`why` is "votes" or "overtaken"."""

    why: str


@dataclass(frozen=True, kw_only=True)
class CharterProposalWithdrawn(AmendmentEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class GoalEvent(Event):
    """`object_id` is the goal; `measure` what is counted, `target` how many are wanted."""

    object_kind: ClassVar[str] = "goal"
    measure: str
    target: int


@dataclass(frozen=True, kw_only=True)
class GoalSet(GoalEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class GoalReached(GoalEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class GoalMissed(GoalEvent):
    counted: int


@dataclass(frozen=True, kw_only=True)
class GoalGivenUp(GoalEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ExampleEvent(Event):
    """`object_id` is the example; of a thing of `thing_kind`, for the clause named."""

    object_kind: ClassVar[str] = "example"
    clause: str
    thing_kind: str
    thing_id: int


@dataclass(frozen=True, kw_only=True)
class ExampleNominated(ExampleEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ExampleAccepted(ExampleEvent):
    """`author` is the pseudonym of who wrote what is now an example."""

    author: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ExampleDeclined(ExampleEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ExampleTakenDown(ExampleEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class RitualEvent(Event):
    """`object_id` is the ritual."""

    object_kind: ClassVar[str] = "ritual"


@dataclass(frozen=True, kw_only=True)
class RitualBegun(RitualEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class RitualRested(RitualEvent):
    """It rests, or (`is_on`) goes on."""

    is_on: bool = False


@dataclass(frozen=True, kw_only=True)
class PageSteered(Event):
    """The team added a line of the chronicle, left one out, or brought it back: `what`."""

    object_kind: ClassVar[str] = "page"
    what: str


@dataclass(frozen=True, kw_only=True)
class RitualOpened(RitualEvent):
    """Its time has come and its post is open; `host` is the pseudonym of who hosts it."""

    turn_id: int
    post_id: int
    host: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class HostTurn(RitualEvent):
    """Two days before their turn: `host` is to be reminded."""

    turn_id: int
    host: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class HostSwapAsked(RitualEvent):
    """`host` is asked to swap turns with `actor`."""

    turn_id: int
    host: UUID


@dataclass(frozen=True, kw_only=True)
class HostSwapped(RitualEvent):
    turn_id: int
    with_turn_id: int


@dataclass(frozen=True, kw_only=True)
class ExperimentStarted(Event):
    """`object_id` is the experiment."""

    object_kind: ClassVar[str] = "experiment"
    subject: str


@dataclass(frozen=True, kw_only=True)
class ExperimentEnded(ExperimentStarted):
    verdict: str
