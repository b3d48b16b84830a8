"""Messages as moderators see them: those of their rooms, and what was reported to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from banyan.communities.models import Member
from banyan.communities.places import url
from banyan.core.text import plain
from banyan.moderation import rules as verdicts
from banyan.moderation.models import Report
from banyan.moderation.objects import Shown

from .. import rules
from ..models import Message

_STATES = {rules.SENT: verdicts.SHOWN, rules.HIDDEN: verdicts.HIDDEN}
_NAMES = {shown: own for own, shown in _STATES.items()}


def judged(community: Any) -> Any:
    """Messages in the community's rooms, and direct ones whose reader asked its moderators."""
    reported = Report.objects.of(community).filter(kind="message").values("object_id")
    return Message.objects.filter(
        Q(room__community=community) | Q(room__community=None, pk__in=reported)
    ).select_related("author__picture", "room")


def all_shown(community: Any, messages: Iterable[Message]) -> list[Shown]:
    """Many, with one query for who of their authors is a member here."""
    found = list(messages)
    members = Member.objects.of(community).filter(person__in={one.author_id for one in found})
    known = dict(members.values_list("person_id", "pk"))
    return [_shown(community, one, known.get(one.author_id, 0)) for one in found]


def shown(community: Any, message: Message) -> Shown:
    return all_shown(community, [message])[0]


def _shown(community: Any, message: Message, author_id: int) -> Shown:
    is_here = message.room.kind == rules.ROOM
    return Shown(
        kind="message",
        object_id=message.pk,
        oid=message.oid,
        title="",
        text=plain(message.body, 280),
        lang=message.lang,
        url=(
            url(community, "chat-room", id=message.room.public_id) + f"#m-{message.oid}"
            if is_here
            else url(community, "chat")
        ),
        author=message.author,
        subject=message.author.pseudonym,
        author_id=author_id,
        state=_STATES.get(message.state, message.state),
        at=message.sent_at,
    )


def find(community: Any, public_id: UUID) -> Shown | None:
    found = judged(community).filter(public_id=public_id).first()
    return shown(community, found) if found else None


def again(community: Any, ids: Iterable[int]) -> list[Shown]:
    return all_shown(community, judged(community).filter(pk__in=list(ids)))


def load(community: Any, ids: Iterable[int]) -> list[Shown]:
    rows = judged(community).filter(pk__in=list(ids), state__in=list(_STATES))
    return all_shown(community, rows)


def latest(community: Any, state: str, before: datetime | None, limit: int) -> list[Shown]:
    rows = judged(community).filter(state=_NAMES[state])
    if before is not None:
        rows = rows.filter(sent_at__lt=before)
    return all_shown(community, rows.order_by("-sent_at", "-pk")[:limit])
