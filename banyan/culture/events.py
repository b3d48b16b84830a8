from __future__ import annotations

from dataclasses import dataclass
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
