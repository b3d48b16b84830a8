from __future__ import annotations

from datetime import timedelta

import pytest

from banyan.content import rules
from banyan.content.actions import comment as actions
from banyan.content.actions import post as posts
from banyan.content.models import Comment
from banyan.content.queries import thread
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, TooMany, WrongMoment


@pytest.fixture
def answer(kiln, cast, member_of, now):
    def make(post, body="Lovely rim", *, by=None, **fields):
        author = member_of(kiln, by or cast.lan)
        return actions.comment(post=post, author=author, body=body, **{"now": now, **fields})

    return make


def test_a_comment_is_counted_and_answers_the_post_in_the_log(write, answer):
    post = write()
    answer(post)
    post.refresh_from_db()
    assert post.comment_count == 1
    published, commented = Activity.objects.filter(verb__in=["PostPublished", "Commented"])
    assert commented.parent_id == published.pk


def test_an_answer_to_an_answer_joins_the_same_thread(write, answer, cast):
    post = write()
    first = answer(post)
    second = answer(post, parent=first, by=cast.jonas)
    third = answer(post, parent=second, by=cast.mei)
    assert (first.parent_id, second.parent_id, third.parent_id) == (None, first.pk, first.pk)
    log = Activity.objects.filter(verb="Commented").order_by("pk")
    assert log[2].parent_id == log[1].pk


def test_comments_move_a_post_up(write, answer):
    post = write()
    before = post.score
    answer(post)
    post.refresh_from_db()
    assert post.score > before


def test_a_stranger_and_an_empty_comment_are_refused(write, tea, cast, member_of, now, answer):
    post = write()
    with pytest.raises(NotAllowed):
        actions.comment(post=post, author=member_of(tea, cast.sol), body="Hello", now=now)
    with pytest.raises(posts.NothingToShow):
        answer(post, body="  ")


def test_nobody_answers_what_is_gone(write, answer, kiln, cast, member_of, now):
    post, other = write(), write("Other")
    first = answer(post)
    with pytest.raises(WrongMoment):
        answer(other, parent=first)
    actions.delete(comment=first, by=member_of(kiln, cast.lan), now=now)
    with pytest.raises(WrongMoment):
        answer(post, parent=first)
    posts.delete(post=post, by=member_of(kiln, cast.jonas), now=now)
    with pytest.raises(WrongMoment):
        answer(post)


def test_a_thirty_first_comment_within_ten_minutes_has_to_wait(write, answer, now):
    post = write()
    for n in range(rules.COMMENTS_PER_WINDOW):
        answer(post, f"Comment {n}", now=now + timedelta(seconds=n))
    with pytest.raises(TooMany):
        answer(post, "One more", now=now + timedelta(minutes=5))
    assert answer(post, "Later", now=now + timedelta(minutes=11))


def test_a_comment_is_edited_by_its_author_only(write, answer, kiln, cast, member_of, now):
    comment = answer(write())
    actions.edit(comment=comment, by=member_of(kiln, cast.lan), body="边缘真好看", now=now)
    assert (comment.lang, comment.edited_at, comment.version) == ("zh-Hans", now, 2)
    with pytest.raises(NotAllowed):
        actions.edit(comment=comment, by=member_of(kiln, cast.mei), body="Mine", now=now)


def test_a_comment_taken_back_keeps_its_place_while_answers_stand(
    write, answer, kiln, cast, member_of, now
):
    post, lan = write(), member_of(kiln, cast.lan)
    first, alone = answer(post), answer(post, "Alone")
    reply = answer(post, "Yes", parent=first, by=cast.jonas)
    for comment in (first, alone):
        actions.delete(comment=comment, by=lan, now=now)
    shown, _ = thread.comments(post, None)
    assert [(c.pk, c.state) for c in shown] == [(first.pk, "deleted"), (reply.pk, "published")]
    post.refresh_from_db()
    assert post.comment_count == 1
    actions.undelete(comment=alone, by=lan, now=now)
    post.refresh_from_db()
    assert post.comment_count == 2
    with pytest.raises(WrongMoment):
        actions.undelete(comment=alone, by=lan, now=now)


def test_long_threads_come_in_pages_without_gaps_or_repeats(write, kiln, cast, member_of, now):
    post, lan = write(), member_of(kiln, cast.lan)
    made = Comment.objects.bulk_create(
        Comment(community=kiln, post=post, author=lan, body=f"{n}", published_at=now)
        for n in range(150)
    )
    Comment.objects.filter(pk__in=[c.pk for c in made[1::3]]).update(parent=made[0])
    seen, after = [], ""
    while True:
        page, after = thread.comments(post, lan, after)
        seen += [c.pk for c in page]
        if not after:
            break
    assert sorted(seen) == [c.pk for c in made]
    assert len(seen) == len(set(seen))
