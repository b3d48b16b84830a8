"""Rooms of a community: opened, renamed, slowed, closed by operators."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community
from banyan.core.events import announce
from banyan.core.refusals import Refusal
from banyan.core.text import lang_of
from banyan.people.models import Person

from .. import rules
from ..events import ChatRoomChanged
from ..models import Room


class EnoughRooms(Refusal):
    sentence = _("Twenty rooms are the most a community can have. Rename one instead.")


class NeedsName(Refusal):
    sentence = _("Give the room a name.")


@transaction.atomic
def open_room(
    *, community: Community, by: Person, name: str, now: datetime, second_name: str = "",
    slow_seconds: int = 0,
) -> Room:  # fmt: skip
    """A new room that every member may read and write in."""
    _named(name)
    count = Room.objects.of(community).count()
    if count >= rules.MOST_ROOMS:
        raise EnoughRooms
    room = Room.objects.create(
        kind=rules.ROOM,
        community=community,
        position=count,
        slow_seconds=slow_seconds,
        started_at=now,
        last_at=now,
        **_names(name, second_name, community.lang),
    )
    _say(room, by, now, "opened")
    return room


@transaction.atomic
def change(
    *, room: Room, by: Person, name: str, now: datetime, second_name: str = "",
    slow_seconds: int = 0,
) -> None:  # fmt: skip
    """Rename a room, or set how long everybody waits between two messages."""
    _named(name)
    assert room.community is not None
    names = _names(name, second_name, room.community.lang)
    Room.objects.filter(pk=room.pk).update(slow_seconds=slow_seconds, **names)
    room.refresh_from_db()
    _say(room, by, now, "changed")


@transaction.atomic
def close(*, room: Room, by: Person, now: datetime) -> None:
    """Nobody writes here any more; what was said stays to read."""
    room.move(rules.CLOSED)
    _say(room, by, now, "closed")


@transaction.atomic
def reopen(*, room: Room, by: Person, now: datetime) -> None:
    room.move(rules.OPEN)
    _say(room, by, now, "reopened")


def _named(name: str) -> None:
    if not name.strip():
        raise NeedsName


def _names(name: str, second_name: str, lang: str) -> dict[str, str]:
    own = lang_of(name, lang)
    other = lang_of(second_name, "zh-Hans" if own[:2] == "en" else "en") if second_name else ""
    return {
        "name": name.strip(), "lang": own, "second_name": second_name.strip(), "second_lang": other
    }  # fmt: skip


def _say(room: Room, by: Person, now: datetime, what: str) -> None:
    announce(
        ChatRoomChanged(
            community_id=room.community_id,
            object_id=room.pk,
            actor=by.pseudonym,
            what=what,
            now=now,
        )
    )
