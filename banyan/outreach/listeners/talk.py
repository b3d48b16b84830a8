"""Mentions, what one follows, polls."""

from __future__ import annotations

from django.db.models import Q

from banyan.communities.models import Member
from banyan.communities.rules import JOINED
from banyan.content import rules as content
from banyan.content.events import Commented, MemberMentioned, PollClosed, PostPublished
from banyan.content.models import Ballot, Comment, Follow, Poll, Post, PostTag
from banyan.core.events import after
from banyan.core.notices import Telling, tell

from .own import comment_url, person_id, post_url


@after(MemberMentioned)
def tell_who_is_named(event: MemberMentioned) -> None:
    member = Member.objects.filter(pk=event.object_id, state=JOINED).first()
    is_post = event.thing_kind == "post"
    posts = Post.objects.select_related("community").filter(
        pk=event.post_id, state=content.PUBLISHED
    )
    comments = Comment.objects.select_related("community", "post").filter(
        pk=event.thing_id, state=content.PUBLISHED
    )
    post = posts.first()
    comment = None if is_post else comments.first()
    if member is None or post is None or (comment is None and not is_post):
        return
    tell(
        Telling(
            topic="mention",
            key=f"mention:{event.thing_kind}:{event.thing_id}",
            thing=(event.thing_kind, event.thing_id),
            about=("post", post.pk),
            url=comment_url(comment) if comment else post_url(post),
            title=post.heading,
            lang=post.lang,
            community_id=post.community_id,
            actor_id=person_id(event.actor),
            activity_id=event.parent_id,
        ),
        to=[member.person_id],
        now=event.now,
    )


@after(PostPublished)
def tell_followers_of_a_post(event: PostPublished) -> None:
    """Of its author, its topic or one of its #words; each once."""
    post = (
        Post.objects.select_related("community", "author")
        .filter(pk=event.object_id, state=content.PUBLISHED)
        .first()
    )
    if post is None:
        return
    wanted = Q(followed=post.author_id) | Q(
        tag__in=list(PostTag.objects.filter(post=post).values_list("tag", flat=True))
    )
    if post.topic_id:
        wanted |= Q(topic=post.topic_id)
    _tell_followers(
        wanted, post=post, key=f"followed:post:{post.pk}", thing=("post", post.pk),
        url=post_url(post), event=event, actor_id=post.author.person_id,
    )  # fmt: skip


@after(Commented)
def tell_followers_of_a_thread(event: Commented) -> None:
    comment = (
        Comment.objects.select_related("community", "post__author", "author")
        .filter(pk=event.object_id, state=content.PUBLISHED)
        .first()
    )
    if comment is None:
        return
    _tell_followers(
        Q(post=comment.post_id), post=comment.post, key=f"followed:comment:{comment.pk}",
        thing=("comment", comment.pk), url=comment_url(comment), event=event,
        actor_id=comment.author.person_id, but=_answered(event, comment),
    )  # fmt: skip


def _answered(event: Commented, comment: Comment) -> list[int]:
    """Whoever hears of it as an answer already."""
    found = [comment.post.author.person_id]
    if event.comment_id:
        rows = Comment.objects.filter(pk=event.comment_id)
        found += list(rows.values_list("author__person", flat=True))
    return found


def _tell_followers(
    wanted: Q, *, post: Post, key: str, thing: tuple[str, int], url: str, event: object,
    actor_id: int, but: list[int] | None = None,
) -> None:  # fmt: skip
    rows = Follow.objects.filter(wanted, community=post.community_id, member__state=JOINED)
    tell(
        Telling(
            topic="followed", key=key, thing=thing, about=("post", post.pk), url=url,
            title=post.heading, lang=post.lang, community_id=post.community_id,
            actor_id=actor_id,
        ),
        to=set(rows.values_list("member__person", flat=True)) - set(but or []),
        now=event.now,  # type: ignore[attr-defined]
    )  # fmt: skip


@after(PollClosed)
def tell_how_a_poll_ended(event: PollClosed) -> None:
    """Who asked, and who voted."""
    poll = (
        Poll.objects.select_related("post__community", "post__author")
        .filter(pk=event.object_id, post__state=content.PUBLISHED)
        .first()
    )
    if poll is None:
        return
    voters = Ballot.objects.filter(poll=poll, member__state=JOINED)
    people = {poll.post.author.person_id, *voters.values_list("member__person", flat=True)}
    tell(
        Telling(
            topic="poll", key=f"poll:{poll.pk}", thing=("poll", poll.pk),
            about=("post", poll.post_id), url=post_url(poll.post), title=poll.post.heading,
            lang=poll.post.lang, community_id=poll.post.community_id,
            activity_id=event.parent_id,
        ),
        to=people,
        now=event.now,
    )  # fmt: skip
