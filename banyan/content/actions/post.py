"""Publishing, editing and deleting a post."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from banyan.catalog.models import Product
from banyan.communities.models import Member
from banyan.core import activity
from banyan.core.db.prepared import Prepared
from banyan.core.events import announce
from banyan.core.models import Picture
from banyan.core.pictures import drop_picture
from banyan.core.refusals import NotAllowed, Refusal, TooMany, WrongMoment
from banyan.core.text import lang_of
from banyan.moderation.standing import muting

from .. import gate, rules
from ..events import PostDeleted, PostEdited, PostPublished, PostScheduled
from ..models import Choice, Post, PostPhoto, PostProduct, PostTag, Topic
from . import poll, preview, version
from .mention import mentions_in, newly, tell

AT_ONCE = 200


class NothingToShow(Refusal):
    sentence = _("Write a few words or add a photo first.")


class TopicClosed(Refusal):
    sentence = _("Nothing can be posted under this topic any more. Choose another one.")


class TeamOnly(Refusal):
    status = 403
    sentence = _("Under this topic only those who run this place post. Choose another one.")


class NotThatLate(Refusal):
    sentence = _("Choose a time to come, within a year, and before a poll of it closes.")


class TooManyWaiting(Refusal):
    sentence = _("Twenty posts of yours wait already. Publish or cancel one of them first.")


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
    at: datetime | None = None,
) -> Post:
    """Show something to the community, or ask it to vote on a question; `at` some later moment.

    NotAllowed when the author is not in, or photos, products or topic are somebody else's;
    TooMany for a flood; NothingToShow when empty; NotThatLate for a moment that cannot be kept.
    """
    _check(author, title, body, photos, products, topic)
    muting.check(author, now=now)
    _check_topic(topic, author)
    mine = Post.objects.filter(author=author)
    if at is None:
        since = now - timedelta(seconds=rules.WINDOW_SECONDS)
        written = mine.filter(published_at__gt=since).exclude(state=rules.SCHEDULED).count()
        if rules.is_too_many(written, rules.POSTS_PER_WINDOW):
            raise TooMany
    else:
        _check_moment(at, now, question.closes_at if question else None)
        if mine.filter(state=rules.SCHEDULED).count() >= rules.MOST_SCHEDULED:
            raise TooManyWaiting
    mentions, named = mentions_in(f"{title}\n{body}", author.community_id)
    shown_at, keep = at or now, None
    if at is None:
        words = "\n".join([body, *(question.choices if question else ())])
        keep = gate.first_look(gate.post_said(author, title, words, len(photos)), now=now)
    post = Post.objects.create(
        community_id=author.community_id,
        author=author,
        kind=rules.POST if question is None else rules.POLL,
        title=title,
        body=body,
        mentions=mentions,
        lang=lang_of(f"{title} {body}", author.community.lang),
        topic=topic,
        cover=photos[0] if photos else None,
        lead=products[0] if products else None,
        state=rules.SCHEDULED if at else rules.HELD if keep else rules.PUBLISHED,
        publish_at=at,
        published_at=shown_at,
        score=rules.heat(published_seconds=int(shown_at.timestamp()), likes=0, comments=0),
    )
    _attach(post, photos, products)
    if question is not None:
        poll.attach(post, question, now=now)
    if keep is not None:
        gate.hold(post, keep, now=now)
    elif at is None:
        said = _say_published(post, len(photos), [product.pk for product in products], now)
        tell(post, named, by=author, parent_id=said, now=now)
    else:
        _say_scheduled(post, author, at, now)
    return post


def publish_due(*, now: datetime) -> int:
    """Publish every post whose moment has come; safe to run again.

    Posts of an author who is no longer a member are cancelled; a muted one's wait for its end.
    """
    due = Post.objects.filter(state=rules.SCHEDULED, publish_at__lte=now)
    due = due.exclude(author__muted_until__gt=now)
    number = 0
    for post in due.select_related("author__person").order_by("publish_at")[:AT_ONCE]:
        with suppress(WrongMoment):  # somebody was faster
            if post.author.is_in:
                publish_now(post=post, by=post.author, now=now)
                number += 1
            else:
                with transaction.atomic():
                    post.move(rules.DELETED, deleted_at=now)
    return number


@transaction.atomic
def publish_now(*, post: Post, by: Member, now: datetime) -> None:
    """Publish a scheduled post, now. WrongMoment when it was published or cancelled meanwhile."""
    _may_steer(post, by)
    photos = PostPhoto.objects.filter(post=post).count()
    choices = Choice.objects.filter(poll__post=post).order_by("position")
    words = "\n".join([post.body, *choices.values_list("text", flat=True)])
    asked = gate.post_said(post.author, post.title, words, photos, thing=post)
    keep = gate.first_look(asked, now=now) if by.pk == post.author_id else None
    post.move(
        rules.PUBLISHED if keep is None else rules.HELD,
        only_from=(rules.SCHEDULED,),
        published_at=now,
        publish_at=None,
        score=rules.heat(published_seconds=int(now.timestamp()), likes=0, comments=0),
        version=F("version") + 1,
    )
    if keep is not None:
        gate.hold(post, keep, now=now)
        return
    product_ids = list(PostProduct.objects.filter(post=post).values_list("product_id", flat=True))
    said = _say_published(post, photos, product_ids, now)
    named = mentions_in(f"{post.title}\n{post.body}", post.community_id)[1]
    tell(post, named, by=post.author, parent_id=said, now=now)


@transaction.atomic
def reschedule(*, post: Post, by: Member, at: datetime, now: datetime) -> None:
    """Let a scheduled post wait for another moment."""
    _may_steer(post, by)
    closes_at = post.poll.closes_at if hasattr(post, "poll") else None
    _check_moment(at, now, closes_at)
    rows = Post.objects.filter(pk=post.pk, state=rules.SCHEDULED)
    score = rules.heat(published_seconds=int(at.timestamp()), likes=0, comments=0)
    if not rows.update(publish_at=at, published_at=at, score=score):
        raise WrongMoment
    post.refresh_from_db()
    _say_scheduled(post, by, at, now)


@transaction.atomic
def cancel(*, post: Post, by: Member, now: datetime) -> None:
    """Take a scheduled post back before it is published; its author can bring it back."""
    _may_steer(post, by)
    post.move(rules.DELETED, only_from=(rules.SCHEDULED,), deleted_at=now)
    _say_deleted(post, by, now, is_undone=False)


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
    """Change one's own post; that it was edited stays visible. A hidden or held one stays so.

    WrongMoment when it has been deleted or removed meanwhile.
    """
    _mine(post, by)
    _check(by, title, body, photos, products, topic)
    muting.check(by, now=now)
    if topic is not None and topic.pk != post.topic_id:
        _check_topic(topic, by)
    states = [*rules.CHANGEABLE, rules.SCHEDULED]
    rows = Post.objects.filter(pk=post.pk, state__in=states)
    if not rows.update(version=F("version") + 1):
        raise WrongMoment
    was_read = rows.exclude(state__in=[rules.SCHEDULED, rules.HELD]).exists()
    keep = None
    if post.state in (rules.PUBLISHED, rules.HELD):
        asked = gate.post_said(by, title, body, len(photos), thing=post)
        keep = gate.first_look(asked, now=now)
        if keep is not None and post.is_published:
            post.move(rules.HELD)
    if was_read:
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
        edited_at=now if was_read else post.edited_at,
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
    if keep is not None:
        gate.hold(post, keep, now=now)
    if post.is_published:
        tell(post, new, by=by, parent_id=said, now=now)


@transaction.atomic
def delete(*, post: Post, by: Member, now: datetime) -> None:
    """Take one's own post away; `undelete` brings it back for an hour."""
    _mine(post, by)
    post.move(rules.DELETED, deleted_at=now, deleted_from=post.state, version=F("version") + 1)
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
    if post.publish_at is not None and post.publish_at <= now:
        raise WrongMoment
    back = rules.SCHEDULED if post.publish_at else post.deleted_from or rules.PUBLISHED
    post.move(back, deleted_at=None, version=F("version") + 1)
    _say_deleted(post, by, now, is_undone=True)


_counts = Prepared(
    lambda pk: Post.objects.filter(pk=pk).values_list(
        "published_at", "like_count", "comment_count"
    ),
    0,
)  # fmt: skip


def count_moved(
    post_id: int, *, likes: int = 0, comments: int = 0, only_in: str | None = None
) -> None:
    """Add to a post's counts and find its new place in the common order.

    WrongMoment when the post is in another state than `only_in`.
    """
    rows = Post.objects.filter(pk=post_id)
    still = rows if only_in is None else rows.filter(state=only_in)
    steps = {"like_count": likes, "comment_count": comments}
    if not still.update(**{name: F(name) + step for name, step in steps.items() if step}):
        raise WrongMoment
    at, liked, answered = _counts.first(post_id)
    rows.update(
        score=rules.heat(published_seconds=int(at.timestamp()), likes=liked, comments=answered)
    )


def _mine(thing: Any, by: Member) -> None:
    if thing.author_id != by.pk or not by.is_in:
        raise NotAllowed


def _may_steer(post: Post, by: Member) -> None:
    """A scheduled post is its author's, and in the hands of those who run the place."""
    own = post.author_id == by.pk and by.is_in
    if post.community_id != by.community_id or not (own or by.may("content.edit")):
        raise NotAllowed


def _check_moment(at: datetime, now: datetime, closes_at: datetime | None) -> None:
    if not now < at <= now + timedelta(days=rules.LATEST_DAYS):
        raise NotThatLate
    if closes_at is not None and closes_at <= at:
        raise NotThatLate


def _check_topic(topic: Topic | None, author: Member) -> None:
    if topic is None or topic.takes_from(author):
        return
    raise TopicClosed if topic.archived_at is not None else TeamOnly


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
    if post.state != rules.HELD:  # while it waits, nobody calls at addresses it names
        ask_preview(post)


def ask_preview(post: Post) -> None:
    """Promise a look at what the first link of a post leads to."""
    if address := preview.ask(post):
        from .. import tasks  # the sweeps there call the verbs here

        tasks.fetch_preview.later(post_id=post.pk, address=address)


def _say_published(post: Post, photos: int, product_ids: list[int], now: datetime) -> int:
    return announce(
        PostPublished(
            community_id=post.community_id,
            object_id=post.pk,
            actor=post.author.person.pseudonym,
            kind=post.kind,
            topic_id=post.topic_id,
            photos=photos,
            product_ids=product_ids,
            lang=post.lang,
            now=now,
        )
    )


def _say_scheduled(post: Post, by: Member, at: datetime, now: datetime) -> None:
    announce(
        PostScheduled(
            community_id=post.community_id,
            object_id=post.pk,
            actor=by.person.pseudonym,
            publish_at=at,
            lang=post.lang,
            now=now,
        )
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
