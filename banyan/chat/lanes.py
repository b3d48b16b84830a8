"""Rooms, live. A message keeps the number of its last change, so the rows themselves are the log:
whoever comes back is brought every message that was written, changed or taken away since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from banyan.core import hub
from banyan.core.hub import Row, Who, lane_kind
from banyan.core.ids import read_id, write_id

from .models import Message, Room
from .permissions import is_in


def since(key: str, after: int, most: int) -> Sequence[Row]:
    rows = Message.objects.filter(room__public_id=read_id(key), change__gt=after)
    found = rows.select_related("author__picture").order_by("change")[:most]
    return [(row.change, "message", told(row)) for row in found]


def typing(who: Who, said: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Only that somebody is writing, and who; nothing a client could make up."""
    return {"id": who.oid, "name": who.name} if said.get("typing") is True else None


@lane_kind("talk", numbered=True, since=since, relay=typing)
@lane_kind("chat", numbered=True, since=since, presence=True, relay=typing)
def may_follow_room(person: Any, key: str) -> bool:
    try:
        room = Room.objects.filter(public_id=read_id(key)).first()
    except ValueError:
        return False
    return room is not None and is_in(person, room)


def told(message: Message) -> dict[str, Any]:
    """A message as every listener gets it; nothing of it once it is gone."""
    about: dict[str, Any] = {"id": message.oid, "pk": message.pk, "state": message.state}
    if message.is_sent:
        author = message.author
        about |= {
            "by": write_id(author.public_id),
            "name": str(author),
            "hue": author.hue,
            "picture": author.picture_url,
            "html": message.html,
            "lang": message.lang,
            "at": message.sent_at.isoformat(),
            "edited": message.edited_at is not None,
        }
    return about


def tell(message: Message) -> None:
    """Say a message's last change, whose number it carries."""
    hub.say(message.room.lane, "message", told(message), number=message.change)


def next_change(room: Room) -> int:
    """The lane is ours until the transaction ends, and with it the order of the room."""
    return hub.count(room.lane)
