"""Saving a post for later, following a person, a topic, a #word or a thread; and ending it.

Each may be sent twice without harm. Nothing is counted, nobody sees a list of another's.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.core.events import Event, announce
from banyan.core.refusals import NotAllowed, Refusal

from .. import rules
from ..events import PersonFollowed, TagFollowed, ThreadFollowed, TopicFollowed
from ..models import Follow, Post, Saved, Topic


class YourselfFollowed(Refusal):
    sentence = _("You always see your own posts; follow somebody else.")


@transaction.atomic
def save(*, post: Post, member: Member, now: datetime) -> None:
    """Keep a post for later, seen by nobody else."""
    _inside(post, member)
    Saved.objects.get_or_create(
        member=member, post=post, defaults={"community_id": post.community_id, "saved_at": now}
    )


@transaction.atomic
def unsave(*, post: Post, member: Member) -> None:
    Saved.objects.filter(member=member, post=post).delete()


def follow_person(*, followed: Member, member: Member, now: datetime) -> None:
    """See a member's posts in "Following"."""
    _inside(followed, member)
    if followed.pk == member.pk:
        raise YourselfFollowed
    if not followed.is_in:
        raise NotAllowed

    def said(common: dict[str, Any]) -> Event:
        return PersonFollowed(
            object_id=followed.pk, subject=followed.person.pseudonym, **common
        )  # fmt: skip

    _follow(member, said, now, followed=followed)


def follow_topic(*, topic: Topic, member: Member, now: datetime) -> None:
    _inside(topic, member)
    _follow(member, lambda common: TopicFollowed(object_id=topic.pk, **common), now, topic=topic)


def follow_thread(*, post: Post, member: Member, now: datetime) -> None:
    """Hear of the answers to a post."""
    _inside(post, member)
    _follow(member, lambda common: ThreadFollowed(object_id=post.pk, **common), now, post=post)


def follow_tag(*, tag: str, member: Member, now: datetime) -> None:
    if not member.is_in or rules.tags_in(f"#{tag}#") != [tag.lower()]:
        raise NotAllowed
    _follow(
        member,
        lambda common: TagFollowed(object_id=member.community_id, tag=tag.lower(), **common),
        now,
        tag=tag.lower(),
    )


def unfollow(*, member: Member, **target: Any) -> None:
    """End following `followed`, `topic`, `post` or `tag`. Without it this changes nothing."""
    Follow.objects.filter(member=member, **target).delete()


@transaction.atomic
def _follow(
    member: Member, said: Callable[[dict[str, Any]], Event], now: datetime, **target: Any
) -> None:
    try:
        with transaction.atomic():
            Follow.objects.create(
                community_id=member.community_id, member=member, followed_at=now, **target
            )
    except IntegrityError:
        return
    common = {
        "community_id": member.community_id, "actor": member.person.pseudonym, "now": now,
    }  # fmt: skip
    announce(said(common))


def _inside(thing: Any, member: Member) -> None:
    if not member.is_in or thing.community_id != member.community_id:
        raise NotAllowed
