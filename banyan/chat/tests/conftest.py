from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from banyan.chat.actions import messages, talks
from banyan.chat.models import Message, Room
from banyan.conftest import NOW


@pytest.fixture
def room(kiln: Any) -> Room:
    """The room that Slow Kiln began with."""
    found: Room = Room.objects.of(kiln).get()
    return found


@pytest.fixture
def say(room: Room, cast: Any) -> Callable[..., Message]:
    """A message: say("Hello", by=cast.lan)."""

    def make(body: str = "Good morning", *, by: Any = None, where: Any = None, now: Any = NOW
             ) -> Message:  # fmt: skip
        return messages.send(room=where or room, author=by or cast.jonas, body=body, now=now)

    return make


@pytest.fixture
def write_to() -> Callable[..., Room]:
    """The first words to somebody: write_to(cast.lan, by=cast.jonas)."""

    def make(*to: Any, by: Any, body: str = "Hello, may I ask?", now: Any = NOW) -> Room:
        return talks.begin(author=by, to=list(to), body=body, now=now)

    return make
