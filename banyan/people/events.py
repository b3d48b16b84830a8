from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event):
    """Announced before anything is erased; a listener that raises keeps the person whole.

    `object_id` is the person. There is no actor: the log must not tie a pseudonym to a tombstone.
    """

    object_kind: ClassVar[str] = "person"
