"""Feeling something about a post or a comment: one kind a person, changed or taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from banyan.communities.models import Member
from banyan.core import activity
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.moderation.standing import muting

from .. import rules
from ..events import Liked, Unliked
from ..models import Comment, Like, Post
from .post import count_moved


@transaction.atomic
def like(*, thing: Post | Comment, member: Member, now: datetime, kind: str = rules.LIKE) -> None:
    """Give a reaction, or change its kind. The same a second time changes nothing.

    WrongMoment when the thing is not shown any more.
    """
    column = _column(thing, member)
    muting.check(member, now=now)
    if kind not in rules.REACTION_ICONS:
        raise NotAllowed
    before = ""
    try:
        with transaction.atomic():
            Like.objects.create(
                community_id=thing.community_id, member=member, kind=kind, liked_at=now,
                **{column: thing},
            )  # fmt: skip
    except IntegrityError:
        mine = Like.objects.filter(member=member, **{column: thing})
        before = mine.values_list("kind", flat=True).first() or rules.LIKE
        if not mine.exclude(kind=kind).update(kind=kind):
            return
    if not type(thing).objects.filter(pk=thing.pk, state=rules.PUBLISHED).exists():
        raise WrongMoment
    if not before:
        _count(thing, 1)
    _say(Liked, thing, member, now, kind, before)


@transaction.atomic
def unlike(*, thing: Post | Comment, member: Member, now: datetime) -> None:
    """Take a reaction back. Without one this changes nothing."""
    column = _column(thing, member)
    mine = Like.objects.filter(member=member, **{column: thing})
    kind = mine.values_list("kind", flat=True).first()
    gone, _ = mine.delete()
    if gone:
        _count(thing, -1)
        _say(Unliked, thing, member, now, kind or rules.LIKE, kind or rules.LIKE)


def _column(thing: Post | Comment, member: Member) -> str:
    if not member.is_in or thing.community_id != member.community_id:
        raise NotAllowed
    return "post" if isinstance(thing, Post) else "comment"


def _count(thing: Post | Comment, step: int) -> None:
    if isinstance(thing, Post):
        count_moved(thing.pk, likes=step)
    else:
        Comment.objects.filter(pk=thing.pk).update(like_count=F("like_count") + step)


def _say(
    event: Any, thing: Post | Comment, member: Member, now: datetime, kind: str, before: str
) -> None:
    word = "post" if isinstance(thing, Post) else "comment"
    announce(
        event(
            community_id=thing.community_id,
            object_id=thing.pk,
            actor=member.person.pseudonym,
            parent_id=activity.find(
                word, thing.pk, "PostPublished" if word == "post" else "Commented"
            ),
            thing_kind=word,
            author_id=thing.author_id,
            kind=kind,
            before=before,
            subject=thing.author.person.pseudonym,
            lang=thing.lang,
            now=now,
        )
    )
