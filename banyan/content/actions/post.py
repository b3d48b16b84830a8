"""Publishing, editing and deleting a post."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from banyan.catalog.models import Product
from banyan.communities.models import Member
from banyan.core import activity
from banyan.core.events import announce
from banyan.core.models import Picture
from banyan.core.pictures import drop_picture
from banyan.core.refusals import NotAllowed, Refusal, TooMany, WrongMoment
from banyan.core.text import lang_of

from .. import rules
from ..events import PostDeleted, PostEdited, PostPublished
from ..models import Post, PostPhoto, PostProduct, PostTag, Topic
from . import poll, version
from .mention import mentions_in, newly, tell


class NothingToShow(Refusal):
    sentence = _("Write a few words or add a photo first.")


@transaction.atomic
def publish(
    *,
    author: Member,
    now: datetime,
    title: str = "",
    body: str = "",
    photos: Sequence[Picture] = (),
    products: Sequence[Product] = (),
    topic: Topic | None = None,
    question: rules.Question | None = None,
) -> Post:
    """Show something to the community, or ask it to vote on a question.

    NotAllowed when the author is not in, or photos, products or topic are somebody else's;
    TooMany for a flood; NothingToShow when empty.
    """
    _check(author, title, body, photos, products, topic)
    kind = rules.POST if question is None else rules.POLL
    since = now - timedelta(seconds=rules.WINDOW_SECONDS)
    written = Post.objects.filter(author=author, published_at__gt=since).count()
    if rules.is_too_many(written, rules.POSTS_PER_WINDOW):
        raise TooMany
    mentions, named = mentions_in(f"{title}\n{body}", author.community_id)
    post = Post.objects.create(
        community_id=author.community_id,
        author=author,
        kind=kind,
        title=title,
        body=body,
        mentions=mentions,
        lang=lang_of(f"{title} {body}", author.community.lang),
        topic=topic,
        cover=photos[0] if photos else None,
        lead=products[0] if products else None,
        published_at=now,
        score=rules.heat(published_seconds=int(now.timestamp()), likes=0, comments=0),
    )
    _attach(post, photos, products)
    if question is not None:
        poll.attach(post, question, now=now)
    said = announce(
        PostPublished(
            community_id=post.community_id,
            object_id=post.pk,
            actor=author.person.pseudonym,
            kind=kind,
            topic_id=topic.pk if topic else None,
            photos=len(photos),
            product_ids=[product.pk for product in products],
            lang=post.lang,
            now=now,
        )
    )
    tell(post, named, by=author, parent_id=said, now=now)
    return post


@transaction.atomic
def edit(
    *,
    post: Post,
    by: Member,
    now: datetime,
    title: str,
    body: str,
    photos: Sequence[Picture] = (),
    products: Sequence[Product] = (),
    topic: Topic | None = None,
) -> None:
    """Change one's own post; that it was edited stays visible. A hidden one stays hidden.

    WrongMoment when it has been deleted or removed meanwhile.
    """
    _mine(post, by)
    _check(by, title, body, photos, products, topic)
    rows = Post.objects.filter(pk=post.pk, state__in=[rules.PUBLISHED, rules.HIDDEN])
    if not rows.update(version=F("version") + 1):
        raise WrongMoment
    version.keep(post, title=title, body=body, now=now)
    lang = lang_of(f"{title} {body}", by.community.lang)
    mentions, named = mentions_in(f"{title}\n{body}", post.community_id)
    new = newly(post.mentions, named)
    rows.update(
        title=title,
        body=body,
        mentions=mentions,
        lang=lang,
        topic=topic,
        cover=photos[0] if photos else None,
        lead=products[0] if products else None,
        edited_at=now,
    )
    kept = {picture.pk for picture in photos}
    gone = [
        row.picture for row in post.photos.select_related("picture") if row.picture_id not in kept
    ]
    PostPhoto.objects.filter(post=post).delete()
    PostProduct.objects.filter(post=post).delete()
    post.title, post.body = title, body
    _attach(post, photos, products)
    for picture in gone:
        transaction.on_commit(partial(drop_picture, picture))
    said = activity.find("post", post.pk, "PostPublished")
    announce(
        PostEdited(
            community_id=post.community_id,
            object_id=post.pk,
            actor=by.person.pseudonym,
            parent_id=said,
            product_ids=[product.pk for product in products],
            lang=lang,
            now=now,
        )
    )
    post.refresh_from_db()
    if post.is_published:
        tell(post, new, by=by, parent_id=said, now=now)


@transaction.atomic
def delete(*, post: Post, by: Member, now: datetime) -> None:
    """Take one's own post away; `undelete` brings it back for an hour."""
    _mine(post, by)
    post.move(rules.DELETED, deleted_at=now, version=F("version") + 1)
    _say_deleted(post, by, now, is_undone=False)


@transaction.atomic
def undelete(*, post: Post, by: Member, now: datetime) -> None:
    """Bring back one's own post. WrongMoment after an hour, or when it was not deleted."""
    _mine(post, by)
    if (
        post.state != rules.DELETED
        or post.deleted_at is None
        or now - post.deleted_at > timedelta(seconds=rules.UNDO_SECONDS)
    ):
        raise WrongMoment
    post.move(rules.PUBLISHED, deleted_at=None, version=F("version") + 1)
    _say_deleted(post, by, now, is_undone=True)


def count_moved(post_id: int, *, likes: int = 0, comments: int = 0) -> None:
    """Add to a post's counts and find its new place in the common order."""
    rows = Post.objects.filter(pk=post_id)
    rows.update(like_count=F("like_count") + likes, comment_count=F("comment_count") + comments)
    at, liked, answered = rows.values_list("published_at", "like_count", "comment_count").get()
    rows.update(
        score=rules.heat(published_seconds=int(at.timestamp()), likes=liked, comments=answered)
    )


def _mine(thing: Any, by: Member) -> None:
    if thing.author_id != by.pk or not by.is_in:
        raise NotAllowed


def _check(
    author: Member,
    title: str,
    body: str,
    photos: Sequence[Picture],
    products: Sequence[Product],
    topic: Topic | None,
) -> None:
    if not author.is_in:
        raise NotAllowed
    owned = [*products, *([topic] if topic else []), *photos]
    if any(thing.community_id != author.community_id for thing in owned):
        raise NotAllowed
    if any(picture.owner != author.person.pseudonym for picture in photos):
        raise NotAllowed
    if len(photos) > rules.MOST_PHOTOS or len(products) > rules.MOST_PRODUCTS:
        raise NotAllowed
    if not (title.strip() or body.strip() or photos):
        raise NothingToShow


def _attach(post: Post, photos: Sequence[Picture], products: Sequence[Product]) -> None:
    PostPhoto.objects.bulk_create(
        PostPhoto(community_id=post.community_id, post=post, picture=picture, position=i)
        for i, picture in enumerate(photos)
    )
    PostProduct.objects.bulk_create(
        PostProduct(community_id=post.community_id, post=post, product=product, position=i)
        for i, product in enumerate(products)
    )
    said = rules.tags_in(f"{post.title}\n{post.body}")
    PostTag.objects.filter(post=post).exclude(tag__in=said).delete()
    PostTag.objects.bulk_create(
        (PostTag(community_id=post.community_id, post=post, tag=tag) for tag in said),
        ignore_conflicts=True,
    )


def _say_deleted(post: Post, by: Member, now: datetime, *, is_undone: bool) -> None:
    announce(
        PostDeleted(
            community_id=post.community_id,
            object_id=post.pk,
            actor=by.person.pseudonym,
            parent_id=activity.find("post", post.pk, "PostPublished"),
            is_undone=is_undone,
            lang=post.lang,
            now=now,
        )
    )
