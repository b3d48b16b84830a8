from __future__ import annotations

import pytest

from banyan.content.actions import like as actions
from banyan.content.actions import post as posts
from banyan.content.actions.comment import comment
from banyan.content.models import Like
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, WrongMoment


def test_a_like_counts_once_however_often_it_is_given(write, kiln, cast, member_of, now):
    post, lan = write(), member_of(kiln, cast.lan)
    for _ in range(3):
        actions.like(thing=post, member=lan, now=now)
    post.refresh_from_db()
    assert (post.like_count, Like.objects.count()) == (1, 1)
    liked = Activity.objects.get(verb="Liked")
    assert liked.parent_id == Activity.objects.get(verb="PostPublished").pk
    assert liked.props["thing_kind"] == "post"


def test_a_like_taken_back_leaves_the_post_where_it_was(write, kiln, cast, member_of, now):
    post, lan = write(), member_of(kiln, cast.lan)
    before = post.score
    actions.unlike(thing=post, member=lan, now=now)
    actions.like(thing=post, member=lan, now=now)
    post.refresh_from_db()
    assert post.score > before
    for _ in range(2):
        actions.unlike(thing=post, member=lan, now=now)
    post.refresh_from_db()
    assert (post.like_count, post.score) == (0, before)
    assert Activity.objects.filter(verb="Unliked").count() == 1


def test_comments_are_liked_too(write, kiln, cast, member_of, now):
    lan = member_of(kiln, cast.lan)
    made = comment(post=write(), author=lan, body="Yes", now=now)
    actions.like(thing=made, member=member_of(kiln, cast.jonas), now=now)
    made.refresh_from_db()
    assert made.like_count == 1


def test_strangers_do_not_like_and_nobody_likes_what_is_gone(
    write, kiln, tea, cast, member_of, now
):
    post = write()
    with pytest.raises(NotAllowed):
        actions.like(thing=post, member=member_of(tea, cast.sol), now=now)
    posts.delete(post=post, by=member_of(kiln, cast.jonas), now=now)
    with pytest.raises(WrongMoment):
        actions.like(thing=post, member=member_of(kiln, cast.lan), now=now)
    assert not Like.objects.exists()
