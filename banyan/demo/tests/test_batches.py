"""Comments and likes written by the hundred leave what the verbs of content leave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from banyan.content.actions import comment as comments
from banyan.content.actions import like as likes
from banyan.content.actions import post as posts
from banyan.content.models import Comment, Like, Post
from banyan.core.events import announce_many, without_deliveries
from banyan.core.models import Activity
from banyan.demo.build import batches
from banyan.demo.build.hands import Hands

pytestmark = pytest.mark.django_db


def _row(thing: Any, *without: str) -> dict[str, Any]:
    left_out = {
        "id", "public_id", "object_id", "parent_id", "answers_id", "post_id", "comment_id",
        *without,
    }  # fmt: skip
    return {
        f.attname: getattr(thing, f.attname)
        for f in thing._meta.fields
        if f.attname not in left_out
    }


def test_batches_leave_what_the_verbs_leave(kiln: Any, cast: Any, now: Any) -> None:
    from banyan.communities.models import Member

    mei = Member.objects.get(community=kiln, person=cast.mei)
    jonas = Member.objects.get(community=kiln, person=cast.jonas)
    one, other = (posts.publish(author=mei, now=now, body="Opened the kiln.") for _ in range(2))
    later = now + timedelta(minutes=5)

    first = comments.comment(post=one, author=jonas, body="Every lid!", now=later)
    comments.comment(post=one, author=mei, body="每一只。", now=later, parent=first)
    likes.like(thing=one, member=jonas, now=later)
    likes.like(thing=first, member=mei, now=later)

    def said(member: Any, body: str, lang: str) -> Comment:
        return Comment(
            community_id=kiln.pk,
            post=other,
            author=member,
            body=body,
            lang=lang,
            published_at=later,
        )

    hands = Hands()
    asked = said(jonas, "Every lid!", "en")
    answer = said(mei, "每一只。", "zh-Hans")
    hands.said = [(asked, None), (answer, asked)]
    hands.liked = [(other, jonas, later), (asked, mei, later)]
    with transaction.atomic():
        batches.write_down(hands)

    one, other = Post.objects.get(pk=one.pk), Post.objects.get(pk=other.pk)
    assert _row(one) == _row(other)
    for mine, theirs in zip(
        Comment.objects.filter(post=one).order_by("pk"),
        Comment.objects.filter(post=other).order_by("pk"),
        strict=True,
    ):
        assert _row(mine) == _row(theirs)
        assert bool(mine.parent_id) == bool(theirs.parent_id)
        assert bool(mine.answers_id) == bool(theirs.answers_id)
    assert Like.objects.filter(post=one).count() == Like.objects.filter(post=other).count() == 1
    rows = list(Activity.objects.filter(verb__in=["Commented", "Liked"]).order_by("verb", "pk"))
    for mine, theirs in (
        (rows[0], rows[2]),
        (rows[1], rows[3]),
        (rows[4], rows[6]),
        (rows[5], rows[7]),
    ):
        assert _row(mine, "props") == _row(theirs, "props")
        assert mine.props.keys() == theirs.props.keys()
    answers = Activity.objects.filter(verb="Commented").order_by("pk")
    assert [row.parent_id is None for row in answers] == [False] * 4
    assert answers[3].parent_id == answers[2].pk
    assert answers[1].parent_id == answers[0].pk


def test_without_deliveries_nobody_is_promised_a_letter(kiln: Any, cast: Any, now: Any) -> None:
    from banyan.communities.models import Member
    from banyan.content.events import Liked
    from banyan.core import events
    from banyan.core.jobs.models import Job

    mei = Member.objects.get(community=kiln, person=cast.mei)
    said = Liked(
        community_id=kiln.pk, object_id=1, actor=cast.mei.pseudonym, thing_kind="post",
        author_id=mei.pk, now=now,
    )  # fmt: skip
    before = Job.objects.count()
    events._later[Liked].append("nobody.listens")
    try:
        with transaction.atomic(), without_deliveries():
            announce_many([said, said])
        assert Job.objects.count() == before
        with transaction.atomic():
            announce_many([said, said])
        assert Job.objects.count() == before + 2 * len(events._later[Liked])
    finally:
        events._later[Liked].remove("nobody.listens")
