from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class Reported(Event):
    """`object_id` is the report; `thing_kind` and `thing_id` name what it is about."""

    object_kind: ClassVar[str] = "report"
    thing_kind: str
    thing_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Decided(Event):
    """`object_id` is the decision; `actor` who decided; verdicts stand in rules."""

    object_kind: ClassVar[str] = "decision"
    thing_kind: str
    thing_id: int
    verdict: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AppealEvent(Event):
    """`object_id` is the appeal, `decision_id` what it is against."""

    object_kind: ClassVar[str] = "appeal"
    decision_id: int


@dataclass(frozen=True, kw_only=True)
class Appealed(AppealEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class AppealAnswered(AppealEvent):
    """`state`: upheld or overturned, as in rules."""

    state: str
