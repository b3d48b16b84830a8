from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageSent(Event):
    """In a room of a community. What people write to each other directly is not logged."""

    object_kind: ClassVar[str] = "message"
    room_id: int


@dataclass(frozen=True, kw_only=True)
class MessageHeld(Event):
    """In a room of a community: it waits for a look before others see it (again)."""

    object_kind: ClassVar[str] = "message"
    room_id: int


@dataclass(frozen=True, kw_only=True)
class ChatRoomChanged(Event):
    """Opened, renamed, closed or opened again by an operator."""

    object_kind: ClassVar[str] = "chat_room"
    what: str
