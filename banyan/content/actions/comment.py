"""Answering a post, and changing or taking back an answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from banyan.communities.models import Member
from banyan.core import activity
from banyan.core.db.prepared import Prepared
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, TooMany, WrongMoment
from banyan.core.text import lang_of

from .. import rules
from ..events import CommentDeleted, Commented, CommentEdited
from ..models import Comment, Post
from . import version
from .mention import mentions_in, newly, tell
from .post import NothingToShow, _mine, count_moved

# When the oldest of as many comments as one may write in a window was written.
_written_at = Prepared(
    lambda author: (
        Comment.objects.filter(author=author)
        .order_by("-published_at")
        .values_list("published_at", flat=True)[
            rules.COMMENTS_PER_WINDOW - 1 : rules.COMMENTS_PER_WINDOW
        ]
    ),
    0,
)


@transaction.atomic
def comment(
    *, post: Post, author: Member, body: str, now: datetime, parent: Comment | None = None
) -> Comment:
    """Answer a post, or a comment on it: an answer to an answer joins the same thread.

    WrongMoment when the post or the comment is gone, TooMany for a flood.
    """
    if not author.is_in or post.community_id != author.community_id:
        raise NotAllowed
    if not body.strip():
        raise NothingToShow
    if parent is not None and (parent.post_id != post.pk or parent.state != rules.PUBLISHED):
        raise WrongMoment
    since = now - timedelta(seconds=rules.WINDOW_SECONDS)
    written = _written_at.first(author.pk)
    if written is not None and written > since:
        raise TooMany
    count_moved(post.pk, comments=1, only_in=rules.PUBLISHED)
    mentions, named = mentions_in(body, post.community_id)
    made = Comment.objects.create(
        community_id=post.community_id,
        post=post,
        author=author,
        parent_id=(parent.parent_id or parent.pk) if parent else None,
        answers=parent,
        body=body,
        mentions=mentions,
        lang=lang_of(body, post.lang),
        published_at=now,
    )
    cause = ("comment", parent.pk, "Commented") if parent else ("post", post.pk, "PostPublished")
    said = announce(
        Commented(
            community_id=post.community_id,
            object_id=made.pk,
            actor=author.person.pseudonym,
            parent_id=activity.find(*cause),
            post_id=post.pk,
            comment_id=parent.pk if parent else None,
            subject=(parent or post).author.person.pseudonym,
            lang=made.lang,
            now=now,
        )
    )
    tell(made, named, by=author, parent_id=said, now=now)
    return made


@transaction.atomic
def edit(*, comment: Comment, by: Member, body: str, now: datetime) -> None:
    """Change one's own comment; that it was edited stays visible."""
    _mine(comment, by)
    if not body.strip():
        raise NothingToShow
    rows = Comment.objects.filter(pk=comment.pk, state__in=[rules.PUBLISHED, rules.HIDDEN])
    if not rows.update(version=F("version") + 1):
        raise WrongMoment
    version.keep(comment, title="", body=body, now=now)
    lang = lang_of(body, comment.lang)
    mentions, named = mentions_in(body, comment.community_id)
    new = newly(comment.mentions, named)
    rows.update(body=body, lang=lang, mentions=mentions, edited_at=now)
    comment.refresh_from_db()
    said = activity.find("comment", comment.pk, "Commented")
    announce(
        CommentEdited(
            community_id=comment.community_id,
            object_id=comment.pk,
            actor=by.person.pseudonym,
            parent_id=said,
            post_id=comment.post_id,
            lang=lang,
            now=now,
        )
    )
    if comment.is_published:
        tell(comment, new, by=by, parent_id=said, now=now)


@transaction.atomic
def delete(*, comment: Comment, by: Member, now: datetime) -> None:
    """Take back one's own comment; answers to it keep their place."""
    _mine(comment, by)
    was_shown = comment.is_published
    comment.move(rules.DELETED, deleted_at=now, version=F("version") + 1)
    if was_shown:
        count_moved(comment.post_id, comments=-1)
    _say_deleted(comment, by, now, is_undone=False)


@transaction.atomic
def undelete(*, comment: Comment, by: Member, now: datetime) -> None:
    """Bring back one's own comment, for an hour."""
    _mine(comment, by)
    if (
        comment.state != rules.DELETED
        or comment.deleted_at is None
        or now - comment.deleted_at > timedelta(seconds=rules.UNDO_SECONDS)
    ):
        raise WrongMoment
    comment.move(rules.PUBLISHED, deleted_at=None, version=F("version") + 1)
    count_moved(comment.post_id, comments=1)
    _say_deleted(comment, by, now, is_undone=True)


def _say_deleted(comment: Comment, by: Member, now: datetime, *, is_undone: bool) -> None:
    announce(
        CommentDeleted(
            community_id=comment.community_id,
            object_id=comment.pk,
            actor=by.person.pseudonym,
            parent_id=activity.find("comment", comment.pk, "Commented"),
            post_id=comment.post_id,
            is_undone=is_undone,
            lang=comment.lang,
            now=now,
        )
    )
