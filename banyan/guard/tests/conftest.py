from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from banyan.conftest import NOW

LINKS = "Look: https://one.example/a https://two.example/b https://three.example/c"


@pytest.fixture
def dara(kiln: Any, cast: Any) -> Any:
    """Dara, who came today with a new account."""
    from banyan.communities.models import Member
    from banyan.culture import actions
    from banyan.people.models import Person

    Person.objects.exclude(pk=cast.dara.pk).update(joined_at=NOW - timedelta(days=400))
    Person.objects.filter(pk=cast.dara.pk).update(joined_at=NOW - timedelta(hours=2))
    cast.dara.refresh_from_db()
    actions.join(community=kiln, person=cast.dara, version=1, now=NOW)
    return Member.objects.select_related("person", "community").get(
        community=kiln, person=cast.dara
    )


@pytest.fixture
def held_post(dara: Any) -> Callable[..., Any]:
    """A post of Dara's that waits: held_post()."""
    from banyan.content.actions import post

    def make(body: str = LINKS, now: Any = NOW, **fields: Any) -> Any:
        return post.publish(
            author=dara, title=fields.pop("title", "Offers"), body=body, now=now, **fields
        )

    return make


@pytest.fixture
def send(client: Any) -> Callable[..., Any]:
    """A form sent by a person: send(cast.mei, address, {…})."""

    def post(person: Any, address: str, fields: Any = None) -> Any:
        client.force_login(person)
        sent = {"form_key": str(uuid4()), **(fields or {})}
        return client.post(address, sent, headers={"Sec-Fetch-Site": "same-origin"})

    return post


@pytest.fixture
def hold_of() -> Callable[..., Any]:
    """The hold of a post or comment: hold_of(post)."""
    from banyan.guard.models import Hold

    def find(thing: Any) -> Any:
        rows = Hold.objects.select_related("author__person", "community")
        return rows.filter(kind=type(thing).__name__.lower(), object_id=thing.pk).latest("pk")

    return find
