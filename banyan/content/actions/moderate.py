"""What the moderators' decisions do to posts and comments. The deciding is moderation's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.http import Http404

from .. import rules
from ..models import Comment
from . import hold
from .post import count_moved


def mover(model: Any, to: str, came_from: str = rules.HIDDEN) -> Any:
    """The function (community, object_id, now) that moves a `model` row to state `to`; shown again
    is only what was `came_from`."""

    @transaction.atomic
    def move(community: Any, object_id: int, now: datetime) -> None:
        thing = model.objects.of(community).filter(pk=object_id).first()
        if thing is None:
            raise Http404
        if to == rules.PUBLISHED and thing.state == rules.HIDDEN and not hold.was_ever_shown(thing):
            hold.let_through(thing=thing, now=now)  # nobody has heard of it yet
            return
        was_shown = thing.is_published
        only_from = (came_from,) if to == rules.PUBLISHED else None
        thing.move(to, only_from=only_from, version=F("version") + 1)
        step = thing.is_published - was_shown
        if isinstance(thing, Comment) and step:
            count_moved(thing.post_id, comments=step)

    return move
