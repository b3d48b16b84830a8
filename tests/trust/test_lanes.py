"""TRUST 2 for what is heard live: every kind of lane, nine roles, own and other things.

A kind without a row here fails. A row: a key of the place, and the roles that may join the kiln's.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from banyan.chat.actions import talks
from banyan.chat.models import Room
from banyan.communities import actions as communities
from banyan.communities import rules
from banyan.communities.models import Community, Member
from banyan.core import hub
from banyan.culture import actions as culture
from banyan.people.models import Person

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

ROLES = ["anonymous", "member", "other", "applicant", "moderator", "operator", "owner", "host",
         "banned"]  # fmt: skip
INSIDE = {"member", "moderator", "operator", "owner"}


def of_community(place: Any) -> str:
    return str(place.community.oid)


def of_room(place: Any) -> str:
    return str(Room.objects.of(place.community).get().oid)


def of_talk(place: Any) -> str:
    """Between a plain member and the moderator; in the other place between two of its own."""
    from banyan.communities import actions as communities

    by, to = place.member.person, place.cast.kenji
    if place.community.slug != "kiln":
        to = place.cast.dara
        communities.join(community=place.community, person=to, now=place.now)
        Member.objects.filter(community=place.community, person=to).update(state=rules.JOINED)
    return str(talks.begin(author=by, to=[to], body="Hello", now=place.now).oid)


# kind: (the key in a place, who may join the kiln's, whose members alone read)
ROWS: dict[str, tuple[Callable[[Any], str], set[str]]] = {
    "feed": (of_community, INSIDE),
    "chat": (of_room, INSIDE),
    "talk": (of_talk, {"member", "moderator"}),
}


@pytest.fixture
def world(kiln: Any, tea: Any, cast: Any, new_person: Any, member_of: Any, now: Any) -> Any:
    for place in (kiln, tea):
        Community.objects.filter(pk=place.pk).update(
            visibility=rules.MEMBERS_ONLY, join_policy=rules.APPROVAL
        )
        place.refresh_from_db()
    culture.join(community=kiln, person=cast.dara, version=1, now=now)
    communities.ban(member=member_of(kiln, cast.lan), by=member_of(kiln, cast.mei), now=now)
    yusuf = culture.join(community=kiln, person=cast.yusuf, version=1, now=now)
    Member.objects.filter(pk=yusuf.pk).update(state=rules.JOINED, role=rules.OPERATOR)
    host = new_person("Hedda")
    Person.objects.filter(pk=host.pk).update(is_host=True)
    people = {
        "anonymous": None, "member": cast.jonas, "other": cast.sol, "applicant": cast.dara,
        "moderator": cast.kenji, "operator": cast.yusuf, "owner": cast.mei, "host": host,
        "banned": cast.lan,
    }  # fmt: skip
    own = SimpleNamespace(community=kiln, cast=cast, member=member_of(kiln, cast.jonas), now=now)
    other = SimpleNamespace(
        community=tea, cast=cast, member=Member.objects.get(community=tea), now=now
    )
    return SimpleNamespace(own=own, other=other, people=people)


def test_every_kind_of_lane_has_a_row() -> None:
    assert set(hub.kinds) == set(ROWS)


@pytest.mark.parametrize("kind", ROWS)
def test_whom_each_lane_lets_in(world: Any, kind: str) -> None:
    key, let_in = ROWS[kind]
    lane = f"{kind}:{key(world.own)}"
    found = {role for role in ROLES if hub.may_join(world.people[role], lane)}
    assert found == let_in


@pytest.mark.parametrize("kind", ROWS)
def test_lanes_of_another_community_let_nobody_of_this_one_in(world: Any, kind: str) -> None:
    lane = f"{kind}:{ROWS[kind][0](world.other)}"
    found = {role for role in ROLES if hub.may_join(world.people[role], lane)}
    assert found <= {"other", "applicant"}  # Sol and, beside her, Dara


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("key", ["", "x", "0" * 26, "z" * 26, "1", "榕", "a:b", "%00", "' OR 1=1"])
def test_a_key_of_nothing_lets_nobody_in(world: Any, kind: str, key: str) -> None:
    assert not any(hub.may_join(person, f"{kind}:{key}") for person in world.people.values())
