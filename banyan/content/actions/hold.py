"""What was held comes to be shown, or waits again. Who decides so is not this module's business."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from banyan.core import activity
from banyan.core.events import announce
from banyan.core.refusals import WrongMoment

from .. import gate, rules
from ..events import CommentEdited, PostEdited
from ..models import Comment, Post, PostPhoto, PostProduct
from .comment import say_commented
from .mention import mentions_in, tell
from .post import _say_published, ask_preview, count_moved


@transaction.atomic
def let_through(*, thing: Post | Comment, now: datetime) -> None:
    """Show a held thing; who follows is told now. WrongMoment when it is not held any more.

    A post stands in the feed from the moment it is let through: nobody could see it before. One
    that was shown before (it was held for a change) keeps its moment, and a comment its place in
    the thread; what had been told once is not told again.
    """
    if isinstance(thing, Post):
        _show_post(thing, now)
    else:
        _show_comment(thing, now)


def _show_post(post: Post, now: datetime) -> None:
    said = activity.find("post", post.pk, "PostPublished")
    shown_at = now if said is None else post.published_at
    post.move(
        rules.PUBLISHED,
        only_from=(rules.HELD, rules.HIDDEN),
        published_at=shown_at,
        score=rules.heat(
            published_seconds=int(shown_at.timestamp()), likes=post.like_count,
            comments=post.comment_count,
        ),
        version=F("version") + 1,
    )  # fmt: skip
    tagged = PostProduct.objects.filter(post=post).values_list("product_id", flat=True)
    ask_preview(post)
    if said is None:
        photos = PostPhoto.objects.filter(post=post).count()
        said = _say_published(post, photos, list(tagged), now)
    else:
        announce(
            PostEdited(
                community_id=post.community_id, object_id=post.pk, parent_id=said,
                actor=post.author.person.pseudonym, product_ids=list(tagged), lang=post.lang,
                now=now,
            )
        )  # fmt: skip
    named = mentions_in(f"{post.title}\n{post.body}", post.community_id)[1]
    tell(post, named, by=post.author, parent_id=said, now=now)


def _show_comment(comment: Comment, now: datetime) -> None:
    if not Post.objects.filter(pk=comment.post_id, state=rules.PUBLISHED).exists():
        raise WrongMoment
    comment.move(rules.PUBLISHED, only_from=(rules.HELD, rules.HIDDEN), version=F("version") + 1)
    count_moved(comment.post_id, comments=1)
    said = activity.find("comment", comment.pk, "Commented")
    if said is None:
        said = say_commented(comment, comment.answers, now)
    else:
        announce(
            CommentEdited(
                community_id=comment.community_id, object_id=comment.pk, parent_id=said,
                actor=comment.author.person.pseudonym, post_id=comment.post_id, lang=comment.lang,
                now=now,
            )
        )  # fmt: skip
    named = mentions_in(comment.body, comment.community_id)[1]
    tell(comment, named, by=comment.author, parent_id=said, now=now)


@transaction.atomic
def hold_again(*, thing: Post | Comment, now: datetime) -> None:
    """Take back that a thing was let through or hidden: it waits for a look as before."""
    was_shown = thing.is_published
    thing.move(rules.HELD, only_from=(rules.PUBLISHED, rules.HIDDEN), version=F("version") + 1)
    if was_shown and isinstance(thing, Comment):
        count_moved(thing.post_id, comments=-1)
    gate.say_held(thing, now=now)


def was_ever_shown(thing: Post | Comment) -> bool:
    """Whether the world has been told of it."""
    is_post = isinstance(thing, Post)
    verb = "PostPublished" if is_post else "Commented"
    return activity.find("post" if is_post else "comment", thing.pk, verb) is not None
