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


def shown(community: Any, message: Message) -> Shown:
    author = Member.objects.of(community).filter(person_id=message.author_id)
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
        author_id=author.values_list("pk", flat=True).first() or 0,
        state=_STATES.get(message.state, message.state),
        at=message.sent_at,
    )


def find(community: Any, public_id: UUID) -> Shown | None:
    found = judged(community).filter(public_id=public_id).first()
    return shown(community, found) if found else None


def again(community: Any, ids: Iterable[int]) -> list[Shown]:
    return [shown(community, row) for row in judged(community).filter(pk__in=list(ids))]


def load(community: Any, ids: Iterable[int]) -> list[Shown]:
    rows = judged(community).filter(pk__in=list(ids), state__in=list(_STATES))
    return [shown(community, row) for row in rows]


def latest(community: Any, state: str, before: datetime | None, limit: int) -> list[Shown]:
    rows = judged(community).filter(state=_NAMES[state])
    if before is not None:
        rows = rows.filter(sent_at__lt=before)
    return [shown(community, row) for row in rows.order_by("-sent_at", "-pk")[:limit]]
