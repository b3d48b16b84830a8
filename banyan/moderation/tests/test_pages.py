from __future__ import annotations

from uuid import uuid4

import pytest

from banyan.communities.places import url
from banyan.content.actions import post as posts
from banyan.content.actions.comment import comment
from banyan.moderation.models import Decision, Report


@pytest.fixture
def send(client):
    def post(person, address, fields=None):
        client.force_login(person)
        sent = {"form_key": str(uuid4()), **(fields or {})}
        return client.post(address, sent, headers={"Sec-Fetch-Site": "same-origin"})

    return post


@pytest.fixture
def look(client):
    def get(person, address):
        client.force_login(person) if person else client.logout()
        return client.get(address)

    return get


@pytest.fixture
def post(kiln, cast, member_of, now):
    return posts.publish(author=member_of(kiln, cast.jonas), title="Cheap cups here", now=now)


@pytest.fixture
def verdict(kiln, post):
    return lambda word: url(
        kiln, "studio-content-decide", kind="post", id=post.public_id, verdict=word
    )


def test_a_post_is_reported_hidden_explained_and_shown_again(send, look, kiln, cast, post, verdict):
    address = url(kiln, "post", id=post.public_id)
    report = url(kiln, "report", kind="post", id=post.public_id)
    assert look(cast.lan, report).status_code == 200
    assert send(cast.lan, report, {"reason": "spam", "note": "Everywhere"}).status_code == 302
    queue = look(cast.kenji, url(kiln, "studio-content")).content.decode()
    assert "Cheap cups here" in queue
    assert "Everywhere" in queue
    today = look(cast.kenji, url(kiln, "studio-today")).content.decode()
    assert "One post to look at" in today
    send(cast.kenji, verdict("hide"), {"reason": "spam", "words": "Ask in the shop first"})
    for person in (None, cast.lan, cast.rafe):
        assert look(person, address).status_code == 404
    assert "Cheap cups" not in look(cast.lan, url(kiln, "feed")).content.decode()
    told = look(cast.jonas, address).content.decode()
    assert "Advertising or spam" in told
    assert "Ask in the shop first" in told
    hidden = look(cast.kenji, url(kiln, "studio-content") + "?tab=hidden").content.decode()
    assert "Ask in the shop first" in hidden
    send(cast.kenji, verdict("restore"), {"tab": "hidden"})
    assert look(None, address).status_code == 200


def test_a_comment_is_reported_and_judged_too(send, look, kiln, cast, post, member_of, now):
    made = comment(post=post, author=member_of(kiln, cast.lan), body="Buy at my place", now=now)
    send(cast.jonas, url(kiln, "report", kind="comment", id=made.public_id), {"reason": "spam"})
    assert "Buy at my place" in look(cast.kenji, url(kiln, "studio-content")).content.decode()
    send(
        cast.kenji,
        url(kiln, "studio-content-decide", kind="comment", id=made.public_id, verdict="hide"),
        {"reason": "spam"},
    )
    page = url(kiln, "post", id=post.public_id)
    assert "Buy at my place" not in look(cast.jonas, page).content.decode()
    assert "only you see it" in look(cast.lan, page).content.decode()


def test_members_and_strangers_do_not_judge(send, look, kiln, cast, post, verdict):
    for person in (cast.lan, cast.rafe):
        assert look(person, url(kiln, "studio-content")).status_code == 404
        assert send(person, verdict("hide"), {"reason": "spam"}).status_code == 404
    assert look(None, url(kiln, "studio-content")).status_code == 302
    assert not Decision.objects.exists()


def test_operators_of_another_community_do_not_judge_here(send, kiln, tea, cast, post):
    address = url(tea, "studio-content-decide", kind="post", id=post.public_id, verdict="hide")
    assert send(cast.sol, address, {"reason": "spam"}).status_code == 404


def test_a_verdict_that_comes_too_late_is_a_409_and_an_unknown_one_a_404(
    send, cast, verdict, kiln, post
):
    assert send(cast.kenji, verdict("restore")).status_code == 409
    assert send(cast.kenji, verdict("dismiss")).status_code == 409
    assert send(cast.kenji, verdict("burn")).status_code == 404
    assert send(cast.kenji, verdict("hide"), {"reason": "because"}).status_code == 422
    other = url(kiln, "studio-content-decide", kind="cup", id=post.public_id, verdict="hide")
    assert send(cast.kenji, other, {"reason": "spam"}).status_code == 404


def test_one_does_not_report_oneself_nor_without_a_reason(send, kiln, cast, post):
    report = url(kiln, "report", kind="post", id=post.public_id)
    assert send(cast.jonas, report, {"reason": "spam"}).status_code == 403
    assert send(cast.lan, report, {"note": "hm"}).status_code == 422
    assert send(cast.rafe, report, {"reason": "spam"}).status_code == 403
    assert not Report.objects.exists()


def test_ten_thousand_reports_take_as_many_queries_as_ten(
    client, kiln, cast, member_of, now, django_assert_max_num_queries
):
    lan = member_of(kiln, cast.lan)
    made = [
        posts.Post(community=kiln, author=lan, title=f"Post {n}", published_at=now)
        for n in range(400)
    ]
    posts.Post.objects.bulk_create(made)
    reporter = member_of(kiln, cast.jonas)
    Report.objects.bulk_create(
        Report(community=kiln, kind="post", object_id=p.pk, reporter=reporter, reason="spam")
        for p in posts.Post.objects.all()
    )
    client.force_login(cast.kenji)
    for tab in ("reported", "all", "hidden"):
        with django_assert_max_num_queries(16):
            assert client.get(url(kiln, "studio-content") + f"?tab={tab}").status_code == 200
