"""A message that somebody looks at before others see it. Who wants to look is asked at the gate of
content; who decides is not this module's business. Only rooms of a community have such a gate:
what people write to each other directly, nobody reads.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from banyan.communities.models import Member
from banyan.content import gate
from banyan.core import activity
from banyan.core.events import announce

from .. import rules
from ..events import MessageHeld, MessageSent
from ..lanes import next_change, tell
from ..models import Message, Room


def ask(
    member: Member | None, body: str, now: datetime, message: Message | None = None
) -> gate.Keep | None:
    """Whoever wants to look at these words first; `message` is what stands already."""
    if member is None:
        return None
    said = gate.Said(kind="message", author=member, body=body, thing=message)
    return gate.first_look(said, now=now)


def hold(message: Message, keep: gate.Keep, *, now: datetime) -> None:
    """Hand a message that has come into state HELD to whoever wanted to look, and say so."""
    keep(message, now)
    _say_held(message, now)


@transaction.atomic
def let_through(*, message: Message, now: datetime) -> None:
    """Everybody in the room sees it, where it was written. WrongMoment when it does not wait."""
    show(message, now=now, only_from=(rules.HELD,))


def show(message: Message, *, now: datetime, **fields: Any) -> None:
    """Say it to the room; what has been told once is not told again."""
    message.move(rules.SENT, change=next_change(message.room), **fields)
    Room.objects.filter(pk=message.room_id).update(last_at=now)
    if activity.find("message", message.pk, "MessageSent") is None:
        say_sent(message, now=now)
    _tell(message)


@transaction.atomic
def hold_again(*, message: Message, now: datetime) -> None:
    """Take back that it was let through or refused: it waits for a look as before."""
    come_from = (rules.SENT, rules.HIDDEN)
    if message.was_shown:
        message.move(rules.HELD, only_from=come_from, change=next_change(message.room))
        _tell(message)
    else:
        message.move(rules.HELD, only_from=come_from)
    _say_held(message, now)


def say_sent(message: Message, *, now: datetime) -> None:
    announce(MessageSent(**_about(message, now)))


def _say_held(message: Message, now: datetime) -> None:
    announce(MessageHeld(**_about(message, now)))


def _about(message: Message, now: datetime) -> dict[str, Any]:
    return {
        "community_id": message.room.community_id,
        "object_id": message.pk,
        "actor": message.author.pseudonym,
        "room_id": message.room_id,
        "lang": message.lang,
        "now": now,
    }


def _tell(message: Message) -> None:
    tell(Message.objects.select_related("room", "author__picture").get(pk=message.pk))
