"""Members' and operators' pages of memberships, and the part of a post that they open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from banyan.content.actions import post as posts
from banyan.content.models import Post
from banyan.tiers.actions import inner

pytestmark = pytest.mark.django_db
SECRET = "Nine parts ash to one of clay, and never the other way round."


@pytest.fixture
def now() -> Any:
    return timezone.now()


@pytest.fixture
def page() -> Callable[..., Client]:
    """A browser: page(cast.jonas), page() for a stranger."""

    def make(person: Any = None) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person, "banyan.people.backends.PasswordBackend")
        return client

    return make


@pytest.fixture
def secret(tiers: Any, kiln: Any, cast: Any, member_of: Any, now: Any) -> Post:
    """Mei's post, with a part for Patrons."""
    mei = member_of(kiln, cast.mei)
    made = posts.publish(author=mei, title="Ash glaze", body="The short of it: sieve twice.",
                         now=now)  # fmt: skip
    inner.write(post=made, tier=tiers.patrons, body=SECRET, by=mei, now=now)
    return made


def test_every_page_answers(tiers, join, secret, cast, page):
    join(cast.jonas, tiers.friends)
    assert page().get("/kiln/tiers").status_code == 200
    jonas, mei = page(cast.jonas), page(cast.mei)
    shown = jonas.get("/kiln/tiers").content.decode()
    assert "Paid until" in shown
    assert jonas.get(f"/kiln/tiers/{tiers.friends.oid}/gift").status_code == 200
    studio = mei.get("/studio/kiln/tiers").content.decode()
    assert "Friends" in studio
    assert mei.get(f"/studio/kiln/tiers/{tiers.friends.oid}").status_code == 200
    assert mei.get(f"/studio/kiln/posts/{secret.oid}/inner").status_code == 200
    assert mei.get(f"/kiln/p/{secret.oid}").status_code == 200
