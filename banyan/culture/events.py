from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

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
