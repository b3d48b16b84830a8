"""The part of a post that only members of a tier read."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from banyan.communities import actions as places
from banyan.communities.models import Member
from banyan.content.models import Post
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed
from banyan.core.text import lang_of

from .. import rules
from ..events import InnerWritten
from ..models import Inner, Tier
from .offering import RIGHT


@transaction.atomic
def write(*, post: Post, tier: Tier, body: str, by: Member, now: datetime) -> Inner:
    """Give one's own post a part for members of this tier and higher ones, or write it anew."""
    if by.pk != post.author_id or not by.may(RIGHT):
        raise NotAllowed
    if tier.community_id != post.community_id or tier.state == rules.DRAFT:
        raise NotAllowed
    made, _is_new = Inner.objects.update_or_create(
        post=post,
        defaults={
            "community_id": post.community_id, "tier": tier, "body": body,
            "lang": lang_of(body), "written_at": now,
        },
    )  # fmt: skip
    _note(post, by, now)
    return made


@transaction.atomic
def take_out(*, post: Post, by: Member, now: datetime) -> None:
    """The post has no such part any more; for whoever runs what is sold here, also of others."""
    if by.community_id != post.community_id or not by.may(RIGHT):
        raise NotAllowed
    if Inner.objects.filter(post=post).delete()[0]:
        _note(post, by, now)


def _note(post: Post, by: Member, now: datetime) -> None:
    count = Inner.objects.of(post.community_id).count()
    places.keep_fact(community_id=post.community_id, key=rules.INNER, value=count or None)
    announce(
        InnerWritten(
            community_id=post.community_id, object_id=post.pk, actor=by.person.pseudonym, now=now
        )
    )  # fmt: skip
