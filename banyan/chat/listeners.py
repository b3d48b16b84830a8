from __future__ import annotations

from typing import Any

from banyan.communities.events import CommunityFounded
from banyan.communities.models import Community
from banyan.core.events import on
from banyan.core.text import lang_of
from banyan.people.events import PersonErased

from . import rules
from .lanes import next_change, tell
from .models import Message, Room


@on(CommunityFounded)
def open_first_room(event: CommunityFounded) -> None:
    """Every community begins with one room to talk in."""
    community = Community.objects.get(pk=event.object_id)
    name, second = ("Tea table", "茶桌")
    Room.objects.create(
        kind=rules.ROOM, community=community, name=name, lang=lang_of(name), second_name=second,
        second_lang="zh-Hans", started_at=event.now, last_at=event.now,
    )  # fmt: skip


@on(PersonErased)
def leave_empty_places(event: PersonErased) -> None:
    """Their words go (core.privacy blanks them); whoever listens sees them go."""
    mine: Any = Message.objects.filter(author=event.object_id).exclude(state=rules.ERASED)
    for message in mine.select_related("room", "author").iterator(chunk_size=500):
        message.state, message.body, message.names = rules.ERASED, "", []
        if message.was_shown:
            message.change = next_change(message.room)
            tell(message)
        message.save(update_fields=["state", "body", "names", "change"])
