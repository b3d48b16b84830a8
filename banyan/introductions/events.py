from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class IntroductionsDrawn(Event):
    """`object_id` is the community: so many pairs were introduced, so many left to chance."""

    object_kind: ClassVar[str] = "community"
    introduced: int
    held: int
