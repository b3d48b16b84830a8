"""Posts, comments, likes and reports."""

from __future__ import annotations

from datetime import datetime

from banyan.content.actions import post as posts
from banyan.content.models import Comment
from banyan.core.text import lang_of
from banyan.moderation import actions as moderation
from banyan.moderation.objects import kind_of

from ..plan.shapes import PostPlan, ReportPlan
from . import batches
from .hands import Hands


def publish(plan: PostPlan, hands: Hands, now: datetime) -> None:
    author = hands.members[plan.author, plan.community]
    photos = []
    if plan.photo:
        photos = [
            hands.picture(
                plan.photo, community=author.community, owner=author.person, now=now,
                alt=plan.title or plan.body[:120], lang=plan.lang,
            )
        ]  # fmt: skip
    product = hands.products.get((plan.community, plan.product))
    hands.posts[plan.key] = posts.publish(
        author=author, now=now, title=plan.title, body=plan.body, photos=photos,
        products=[product] if product else [], topic=hands.topics.get((plan.community, plan.topic)),
    )  # fmt: skip


def comment(plan: PostPlan, n: int, hands: Hands, now: datetime) -> None:
    """Noted down for `batches.write_down`."""
    one = plan.comments[n]
    post = hands.posts[plan.key]
    hands.comments[plan.key, n] = Comment(
        community_id=post.community_id, post=post, author=hands.members[one.author, plan.community],
        body=one.body, lang=lang_of(one.body, post.lang), published_at=now,
    )  # fmt: skip
    answered = None if one.answers is None else hands.comments[plan.key, one.answers]
    hands.said.append((hands.comments[plan.key, n], answered))


def like(who: str, plan: PostPlan, n: int | None, hands: Hands, now: datetime) -> None:
    """Noted down for `batches.write_down`."""
    thing = hands.posts[plan.key] if n is None else hands.comments[plan.key, n]
    hands.liked.append((thing, hands.members[who, plan.community], now))


def _shown(plan: ReportPlan, hands: Hands) -> object:
    post = hands.posts[plan.post]
    thing = post if plan.comment is None else hands.comments[plan.post, plan.comment]
    kind = kind_of("post" if plan.comment is None else "comment")
    return kind.find(post.author.community, thing.public_id)


def report(plan: ReportPlan, hands: Hands, now: datetime) -> None:
    batches.write_down(hands)
    slug = hands.posts[plan.post].author.community.slug
    moderation.report(
        thing=_shown(plan, hands), reporter=hands.members[plan.by, slug], reason=plan.reason,
        now=now, note=plan.text,
    )  # fmt: skip


def settle(plan: ReportPlan, hands: Hands, now: datetime) -> None:
    slug = hands.posts[plan.post].author.community.slug
    moderation.decide(
        thing=_shown(plan, hands), verdict=plan.decision,
        by=hands.members[hands.owners[slug], slug], now=now,
    )  # fmt: skip
