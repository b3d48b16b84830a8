"""Liking a post or a comment, once, and taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from banyan.communities.models import Member
from banyan.core import activity
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, WrongMoment

from .. import rules
from ..events import Liked, Unliked
from ..models import Comment, Like, Post
from .post import count_moved


@transaction.atomic
def like(*, thing: Post | Comment, member: Member, now: datetime) -> None:
    """Like a thing. A second time changes nothing; WrongMoment when it is not shown any more."""
    column = _column(thing, member)
    try:
        with transaction.atomic():
            Like.objects.create(
                community_id=thing.community_id, member=member, liked_at=now, **{column: thing}
            )
    except IntegrityError:
        return
    if not type(thing).objects.filter(pk=thing.pk, state=rules.PUBLISHED).exists():
        raise WrongMoment
    _count(thing, 1)
    _say(Liked, thing, member, now)


@transaction.atomic
def unlike(*, thing: Post | Comment, member: Member, now: datetime) -> None:
    """Take a like back. Without one this changes nothing."""
    column = _column(thing, member)
    gone, _ = Like.objects.filter(member=member, **{column: thing}).delete()
    if gone:
        _count(thing, -1)
        _say(Unliked, thing, member, now)


def _column(thing: Post | Comment, member: Member) -> str:
    if not member.is_in or thing.community_id != member.community_id:
        raise NotAllowed
    return "post" if isinstance(thing, Post) else "comment"


def _count(thing: Post | Comment, step: int) -> None:
    if isinstance(thing, Post):
        count_moved(thing.pk, likes=step)
    else:
        Comment.objects.filter(pk=thing.pk).update(like_count=F("like_count") + step)


def _say(kind: Any, thing: Post | Comment, member: Member, now: datetime) -> None:
    word = "post" if isinstance(thing, Post) else "comment"
    announce(
        kind(
            community_id=thing.community_id,
            object_id=thing.pk,
            actor=member.person.pseudonym,
            parent_id=activity.find(
                word, thing.pk, "PostPublished" if word == "post" else "Commented"
            ),
            thing_kind=word,
            author_id=thing.author_id,
            lang=thing.lang,
            now=now,
        )
    )
