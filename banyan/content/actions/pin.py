"""Keeping a few posts on top of the feed."""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core import activity
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment

from .. import rules
from ..events import PostPinned
from ..models import Post
from ..queries.feed import head_key


class TooManyPins(Refusal):
    sentence = _("Three posts are the most a feed can hold on top. Let one go first.")


@transaction.atomic
def pin(*, post: Post, by: Member, now: datetime) -> None:
    """Put a post on top of the feed. A second time changes nothing."""
    _may(post, by)
    # Of two who pin at once one waits here, so that there are never four.
    Community.objects.select_for_update(no_key=True).get(pk=post.community_id)
    others = Post.objects.of(post.community_id).published().filter(pinned_at__isnull=False)
    if others.exclude(pk=post.pk).count() >= rules.MOST_PINS:
        raise TooManyPins
    rows = Post.objects.filter(pk=post.pk, state=rules.PUBLISHED)
    if not rows.exists():
        raise WrongMoment
    if rows.filter(pinned_at=None).update(pinned_at=now):
        _say(post, by, now, is_on=True)


@transaction.atomic
def unpin(*, post: Post, by: Member, now: datetime) -> None:
    """Let a post go where its warmth takes it. Without a pin this changes nothing."""
    _may(post, by)
    if Post.objects.filter(pk=post.pk, pinned_at__isnull=False).update(pinned_at=None):
        _say(post, by, now, is_on=False)


def _may(post: Post, by: Member) -> None:
    if post.community_id != by.community_id or not by.may("content.edit"):
        raise NotAllowed


def _say(post: Post, by: Member, now: datetime, *, is_on: bool) -> None:
    announce(
        PostPinned(
            community_id=post.community_id,
            object_id=post.pk,
            actor=by.person.pseudonym,
            parent_id=activity.find("post", post.pk, "PostPublished"),
            is_on=is_on,
            lang=post.lang,
            now=now,
        )
    )
    transaction.on_commit(lambda: cache.delete(head_key(post.community_id)))
