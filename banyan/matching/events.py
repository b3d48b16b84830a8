from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(Event):
    object_kind: ClassVar[str] = "community"


@dataclass(frozen=True, kw_only=True)
class EchoAnswered(Event):
    """`object_id` is the echo; the answer stands there and can be erased."""

    object_kind: ClassVar[str] = "echo"
    day: int = 0
