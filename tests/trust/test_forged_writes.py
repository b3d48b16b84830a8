"""TRUST 12: a write that another site sends in a member's name is refused, on every route."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from banyan.communities.places import url

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

ROUTES = [
    ("post-new", ()), ("post-edit", ("id",)), ("post-delete", ("id",)), ("post-undelete", ("id",)),
    ("post-like", ("id",)), ("comment-new", ("id",)), ("comment-edit", ("comment",)),
    ("comment-delete", ("comment",)), ("comment-undelete", ("comment",)),
    ("comment-like", ("comment",)), ("report", ("kind", "id")),
    ("studio-content-decide", ("kind", "id", "verdict")), ("studio-topics", ()),
    ("studio-topic-rename", ("topic",)), ("studio-topic-remove", ("topic",)),
]  # fmt: skip
FORGED = [
    {"Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "null"},
    {},
]


@pytest.mark.parametrize(("name", "parts"), ROUTES)
def test_a_forged_write_to_posts_or_verdicts_is_refused(
    name: str, parts: tuple[str, ...], kiln: Any, cast: Any, member_of: Any, now: Any
) -> None:
    from banyan.content.actions import post as posts
    from banyan.content.actions import topic as topics
    from banyan.content.actions.comment import comment
    from banyan.content.models import Comment, Like, Post, Topic
    from banyan.moderation.models import Decision, Report

    mei = member_of(kiln, cast.mei)
    post = posts.publish(author=mei, title="First light", now=now)
    answer = comment(post=post, author=mei, body="Yes", now=now)
    topic = topics.add(community=kiln, name="Studio notes", now=now)
    values = {
        "id": ("id", post.public_id), "comment": ("id", answer.public_id),
        "topic": ("id", topic.public_id), "kind": ("kind", "post"), "verdict": ("verdict", "hide"),
    }  # fmt: skip
    address = url(kiln, name, **dict(values[part] for part in parts))
    victim = Client(enforce_csrf_checks=True)
    victim.force_login(cast.mei)
    for headers in FORGED:
        sent = {
            "form_key": str(uuid4()), "title": "x", "body": "x", "reason": "spam", "name": "x",
            "like": "1",
        }  # fmt: skip
        assert victim.post(address, sent, headers=headers).status_code == 403, headers
    assert (Post.objects.count(), Comment.objects.count(), Topic.objects.count()) == (1, 1, 1)
    assert not (Like.objects.exists() or Report.objects.exists() or Decision.objects.exists())
    post.refresh_from_db()
    assert (post.title, post.state) == ("First light", "published")


def test_every_unsafe_route_of_content_and_moderation_is_in_the_list() -> None:
    from banyan.content import urls as content
    from banyan.moderation import urls as moderation

    reads = {
        "feed", "post", "post-products", "home", "studio-content", "log",
    }  # fmt: skip
    names = {
        route.name
        for module in (content, moderation)
        for kind in ("urlpatterns", "community_urlpatterns", "studio_urlpatterns")
        for route in getattr(module, kind, [])
    }
    assert names - reads == {name for name, _ in ROUTES}
