"""Posts that wait, topics that are run, posts on top."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from banyan.communities import actions as communities
from banyan.communities.places import url
from banyan.content import rules
from banyan.content.actions import pin as pins
from banyan.content.actions import poll as polls
from banyan.content.actions import post as posts
from banyan.content.actions import topic as topics
from banyan.content.models import Post, Topic
from banyan.content.queries import feed
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, WrongMoment


def client_of(person=None):
    made = Client(headers={"Sec-Fetch-Site": "same-origin"})
    if person is not None:
        made.force_login(person)
    return made


def keyed(**fields):
    return {"form_key": str(uuid4()), **fields}


@pytest.fixture
def waiting(write, now):
    def make(title="Tomorrow", **fields):
        return write(title, at=now + timedelta(days=1), **fields)

    return make


def test_a_scheduled_post_is_seen_by_nobody_until_its_moment(waiting, kiln, cast, now):
    post = waiting(body="@Lan look")
    here = url(kiln, "post", id=post.public_id)
    assert client_of(cast.lan).get(here).status_code == 404
    assert client_of(cast.jonas).get(here).status_code == 200
    assert "Tomorrow" not in client_of(cast.lan).get(url(kiln, "community")).content.decode()
    assert not Activity.objects.filter(verb__in=["PostPublished", "MemberMentioned"]).exists()
    assert posts.publish_due(now=now + timedelta(hours=23)) == 0
    later = now + timedelta(days=1, minutes=1)
    assert posts.publish_due(now=later) == 1
    assert posts.publish_due(now=later) == 0
    post.refresh_from_db()
    assert (post.state, post.published_at, post.publish_at) == ("published", later, None)
    assert Activity.objects.filter(verb="PostPublished").count() == 1
    assert Activity.objects.filter(verb="MemberMentioned").count() == 1
    assert client_of(cast.lan).get(here).status_code == 200


def test_a_moment_that_cannot_be_kept_is_refused(write, now):
    for at in (now, now - timedelta(hours=1), now + timedelta(days=366)):
        with pytest.raises(posts.NotThatLate):
            write("When?", at=at)
    question = rules.Question(choices=("A", "B"), closes_at=now + timedelta(hours=2))
    with pytest.raises(posts.NotThatLate):
        write("Vote", at=now + timedelta(hours=3), question=question)
    assert not Post.objects.exists()


def test_twenty_posts_may_wait_and_no_more(waiting):
    for n in range(rules.MOST_SCHEDULED):
        waiting(f"Day {n}")
    with pytest.raises(posts.TooManyWaiting):
        waiting("One more")


def test_it_is_changed_and_cancelled_and_brought_back_by_its_author(
    waiting, kiln, cast, member_of, now
):
    post, jonas = waiting(), member_of(kiln, cast.jonas)
    at = now + timedelta(days=3)
    posts.reschedule(post=post, by=jonas, at=at, now=now)
    posts.edit(post=post, by=jonas, title="Thursday", body="", now=now)
    assert (post.publish_at, post.title, post.edited_at) == (at, "Thursday", None)
    posts.cancel(post=post, by=jonas, now=now)
    with pytest.raises(WrongMoment):
        posts.cancel(post=post, by=jonas, now=now)
    with pytest.raises(WrongMoment):
        posts.reschedule(post=post, by=jonas, at=at, now=now)
    posts.undelete(post=post, by=jonas, now=now)
    assert post.state == "scheduled"
    assert posts.publish_due(now=at) == 1
    with pytest.raises(WrongMoment):
        posts.publish_now(post=post, by=jonas, now=at)


def test_a_cancelled_post_never_comes_back_after_its_moment(waiting, kiln, cast, member_of, now):
    post, jonas = waiting(), member_of(kiln, cast.jonas)
    later = now + timedelta(hours=23, minutes=30)
    posts.cancel(post=post, by=jonas, now=later)
    with pytest.raises(WrongMoment):
        posts.undelete(post=post, by=jonas, now=now + timedelta(days=1))


def test_those_who_run_the_place_steer_it_and_other_members_do_not(
    waiting, kiln, tea, cast, member_of, now
):
    post, at = waiting(), now + timedelta(days=2)
    for other in (member_of(kiln, cast.lan), member_of(kiln, cast.kenji), member_of(tea, cast.sol)):
        for act in (
            lambda by: posts.publish_now(post=post, by=by, now=now),
            lambda by: posts.cancel(post=post, by=by, now=now),
            lambda by: posts.reschedule(post=post, by=by, at=at, now=now),
        ):
            with pytest.raises(NotAllowed):
                act(other)
    posts.reschedule(post=post, by=member_of(kiln, cast.mei), at=at, now=now)
    assert post.publish_at == at


def test_what_somebody_scheduled_who_left_is_not_published(waiting, kiln, cast, member_of, now):
    post = waiting()
    communities.leave(member=member_of(kiln, cast.jonas), now=now)
    assert posts.publish_due(now=now + timedelta(days=2)) == 0
    post.refresh_from_db()
    assert post.state == "deleted"


def test_scheduling_by_hand_in_ones_own_zone(kiln, cast):
    jonas = client_of(cast.jonas)
    jonas.cookies["zone"] = "Asia/Shanghai"
    at = timezone.now() + timedelta(days=2)
    typed = f"{at.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%dT%H:%M}"
    answer = jonas.post(url(kiln, "post-new"), keyed(title="Soon", publish_at=typed))
    assert answer.headers["Location"] == url(kiln, "scheduled")
    post = Post.objects.get()
    assert abs(post.publish_at - at) < timedelta(minutes=1)
    page = jonas.get(url(kiln, "scheduled")).content.decode()
    assert "Soon" in page
    assert "Asia/Shanghai" in page
    assert "Soon" not in client_of(cast.lan).get(url(kiln, "scheduled")).content.decode()
    past = jonas.post(
        url(kiln, "post-edit", id=post.public_id),
        keyed(title="Soon", publish_at="2020-01-01T10:00"),
    )
    assert past.status_code == 422
    assert "Choose a time to come" in past.content.decode()
    jonas.post(url(kiln, "post-publish", id=post.public_id), keyed())
    post.refresh_from_db()
    assert post.state == "published"


def test_the_studio_sees_moves_and_cancels_what_waits(waiting, kiln, cast):
    post = waiting()
    Post.objects.update(publish_at=timezone.now() + timedelta(days=1))
    mei, here = client_of(cast.mei), url(kiln, "studio-scheduled")
    assert "Tomorrow" in mei.get(here).content.decode()
    assert client_of(cast.kenji).get(here).status_code == 403
    assert client_of(cast.jonas).get(here).status_code == 404

    def steer(do):
        return url(kiln, "studio-scheduled-steer", id=post.public_id, do=do)

    refused = mei.post(steer("move"), keyed(at="2020-01-01T10:00"))
    assert refused.status_code == 422
    assert "2020-01-01T10:00" in refused.content.decode()
    at = timezone.localtime() + timedelta(days=5)
    mei.post(steer("move"), keyed(at=f"{at:%Y-%m-%dT%H:%M}"))
    post.refresh_from_db()
    assert abs(post.publish_at - at) < timedelta(minutes=1)
    mei.post(steer("cancel"), keyed())
    post.refresh_from_db()
    assert post.state == "deleted"
    assert mei.post(steer("publish"), keyed()).status_code == 404


def test_a_poll_that_waits_opens_with_its_post(write, kiln, cast, member_of, now):
    question = rules.Question(choices=("A", "B"), closes_at=now + timedelta(days=2))
    post = write("Vote", at=now + timedelta(days=1), question=question)
    with pytest.raises(WrongMoment):
        polls.vote(poll=post.poll, member=member_of(kiln, cast.lan), choices=[0], now=now)
    later = now + timedelta(days=1)
    posts.publish_due(now=later)
    polls.vote(poll=post.poll, member=member_of(kiln, cast.lan), choices=[0], now=later)


def test_topics_are_ordered_archived_and_kept_for_the_team(write, kiln, cast, member_of, now):
    first, second = (topics.add(community=kiln, name=name, now=now) for name in ("One", "Two"))
    topics.shift(topic=second, step=-1)
    topics.shift(topic=second, step=-1)
    assert [topic.name for topic in feed.head_of(kiln).topics] == ["Two", "One"]
    topics.let_post(topic=first, who=rules.TEAM)
    first.refresh_from_db()
    with pytest.raises(posts.TeamOnly):
        write("By a member", topic=first)
    kept = write("By the owner", by=cast.mei, topic=first)
    topics.archive(topic=first, now=now)
    first.refresh_from_db()
    with pytest.raises(posts.TopicClosed):
        write("Too late", by=cast.mei, topic=first)
    posts.edit(
        post=kept, by=member_of(kiln, cast.mei), title="Mended", body="", topic=first, now=now
    )
    cache.clear()
    home = client_of().get(url(kiln, "community")).content.decode()
    assert ">One<" not in home
    assert "Mended" in client_of().get(url(kiln, "community") + "?topic=one").content.decode()
    topics.reopen(topic=first)
    assert Topic.objects.get(pk=first.pk).archived_at is None


def test_the_studio_steers_topics(kiln, cast, now):
    topic = topics.add(community=kiln, name="One", now=now)
    mei = client_of(cast.mei)

    def steer(do, **fields):
        return mei.post(url(kiln, "studio-topic-steer", id=topic.public_id, do=do), keyed(**fields))

    steer("who", who="team")
    steer("archive")
    topic.refresh_from_db()
    assert topic.archived_at is not None
    assert topic.who_posts == "team"
    assert "Bring back" in mei.get(url(kiln, "studio-topics")).content.decode()
    steer("reopen")
    assert steer("nonsense").status_code == 404
    assert steer("who", who="nobody").status_code == 403


def test_pinned_posts_stand_on_top_once_and_pages_repeat_nothing(write, kiln, cast, member_of, now):
    made = [write(f"No {n}", by=cast.mei, now=now - timedelta(hours=n)) for n in range(9)]
    Post.objects.bulk_create(
        Post(
            community=kiln, author=member_of(kiln, cast.lan), title=f"More {n}",
            published_at=now - timedelta(days=n + 1), score=int(now.timestamp()) - n * 86400,
        )
        for n in range(80)
    )  # fmt: skip
    mei = member_of(kiln, cast.mei)
    old = made[8]
    pins.pin(post=old, by=mei, now=now)
    pins.pin(post=old, by=mei, now=now)
    cache.clear()
    head = [pk for pk, _topic in feed.head_of(kiln).pins]
    posts_here = Post.objects.of(kiln).published()
    for step in (
        lambda after: feed.newest(posts_here, [mei], after, pins=head),
        lambda after: feed.warm(posts_here, [mei], after, head),
    ):
        seen, after = [], ""
        while True:
            page = step(after)
            seen += [row["pk"] for row in page.rows]
            after = page.after
            if not after:
                break
        assert seen[0] == old.pk
        assert len(seen) == len(set(seen)) == 89
    assert "Pinned" in client_of().get(url(kiln, "community")).content.decode()
    pins.unpin(post=old, by=mei, now=now)
    assert Activity.objects.filter(verb="PostPinned").count() == 2


def test_a_fourth_pin_is_refused_and_so_is_a_member(write, kiln, cast, member_of, now):
    made = [write(f"No {n}") for n in range(4)]
    mei = member_of(kiln, cast.mei)
    for post in made[:3]:
        pins.pin(post=post, by=mei, now=now)
    with pytest.raises(pins.TooManyPins):
        pins.pin(post=made[3], by=mei, now=now)
    with pytest.raises(NotAllowed):
        pins.unpin(post=made[0], by=member_of(kiln, cast.kenji), now=now)
    pins.unpin(post=made[0], by=mei, now=now)
    posts.delete(post=made[3], by=member_of(kiln, cast.jonas), now=now)
    with pytest.raises(WrongMoment):
        pins.pin(post=made[3], by=mei, now=now)
