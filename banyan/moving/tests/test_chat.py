"""Rooms and what was said in them leave with a community; direct messages do not."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from banyan.chat import lanes
from banyan.chat.actions import messages, rooms, talks
from banyan.chat.models import Message, Room
from banyan.chat.queries import talks as chat
from banyan.communities import actions as communities
from banyan.communities.models import Community
from banyan.content.actions import keep
from banyan.core import hub
from banyan.culture import actions as culture
from banyan.guard.tests.conftest import LINKS
from banyan.moving import actions, rules, tasks
from banyan.moving.tests.conftest import lines_of, with_lines
from banyan.people import privacy
from banyan.people.models import Person

pytestmark = pytest.mark.django_db
SECRET = "Between you and me"


@pytest.fixture
def said(kiln: Any, cast: Any, member_of: Any, now: Any) -> Any:
    """A room with a past, one that is closed, a line that waits, and direct messages."""
    room = Room.objects.of(kiln).get()
    room.community = kiln
    rooms.change(room=room, by=cast.mei, name="Tea table", second_name="茶桌", slow_seconds=10,
                 now=now)  # fmt: skip
    lines = [
        messages.send(room=room, author=by, body=body, now=now + timedelta(minutes=n))
        for n, (by, body) in enumerate(
            [
                (cast.jonas, "Good morning @Lan"), (cast.lan, "早上好"), (cast.jonas, "Gone soon"),
                (cast.kenji, "An answer"),
            ]
        )
    ]  # fmt: skip
    messages.edit(message=lines[0], by=cast.jonas, body="Good evening @Lan", now=now)
    messages.delete(message=lines[2], by=cast.jonas, now=now)
    other = rooms.open_room(community=kiln, by=cast.mei, name="Old things", now=now)
    messages.send(room=other, author=cast.mei, body="Closed soon", now=now)
    rooms.close(room=other, by=cast.mei, now=now)
    Person.objects.filter(pk=cast.dara.pk).update(joined_at=now)
    cast.dara.refresh_from_db()
    culture.join(community=kiln, person=cast.dara, version=1, now=now)
    held = messages.send(room=room, author=cast.dara, body=LINKS, now=now)
    assert held.state == "held"
    talks.begin(author=cast.jonas, to=[cast.lan], body=SECRET, now=now)
    talks.begin(author=cast.jonas, to=[cast.lan, cast.mei], body=SECRET, name="Three", now=now)
    keep.follow_person(
        followed=member_of(kiln, cast.lan), member=member_of(kiln, cast.jonas), now=now
    )
    return SimpleNamespace(room=room, lines=lines)


def brought(run: Any, now: Any) -> Community:
    assert run.state == rules.SHOWN, run.report
    actions.begin(run=run, slug="kiln-two", now=now)
    tasks.bring_in(unpacking_id=run.pk)
    run.refresh_from_db()
    assert run.state == rules.DONE, run.report
    return Community.objects.get(slug="kiln-two")


def test_rooms_and_their_lines_are_the_same_on_both_sides(
    kiln: Any, cast: Any, said: Any, zipped: Any, upload: Any, now: Any
) -> None:
    there = brought(upload(zipped(kiln), cast.rafe, now), now)
    columns = ("name", "second_name", "state", "slow_seconds", "position", "last_at")
    assert list(Room.objects.of(there).order_by("pk").values_list(*columns)) == list(
        Room.objects.of(kiln).order_by("pk").values_list(*columns)
    )
    said_there = Message.objects.filter(room__community=there).order_by("pk")
    assert list(said_there.values_list("room__name", "author__name", "body", "state", "names")) == [
        ("Tea table", "Jonas", "Good evening @Lan", "sent", ["Lan"]),
        ("Tea table", "Lan", "早上好", "sent", []),
        ("Tea table", "Jonas", "", "deleted", []),
        ("Tea table", "Kenji", "An answer", "sent", []),
        ("Old things", "Mei Lin", "Closed soon", "sent", []),
    ]
    assert not {m.author for m in said_there} & set(vars(cast).values())


def test_nothing_that_was_said_directly_or_waits_is_in_the_file(
    kiln: Any, cast: Any, said: Any, zipped: Any
) -> None:
    content = zipped(kiln)
    assert SECRET not in str(lines_of(content, "chat.message"))
    assert {line["name"] for line in lines_of(content, "chat.room")} == {"Tea table", "Old things"}
    assert "one.example" not in str(lines_of(content, "chat.message"))
    for label in ("chat.seat", "chat.block", "chat.mention", "content.follow"):
        with pytest.raises(KeyError):
            lines_of(content, label)


def test_a_room_goes_on_where_it_came_and_misses_nothing(
    kiln: Any, cast: Any, said: Any, zipped: Any, upload: Any, now: Any
) -> None:
    there = brought(upload(zipped(kiln), cast.rafe, now), now)
    room = Room.objects.of(there).get(name="Tea table")
    assert [row[0] for row in lanes.since(room.oid, 0, 9)] == [1, 2, 3, 4]
    assert hub.head(room.lane) == chat.history(room).head == 4
    new = messages.send(room=room, author=cast.rafe, body="Hello here", now=now + timedelta(days=1))
    assert new.change == 5


def test_whoever_claims_a_history_finds_their_lines_and_may_have_them_erased(
    kiln: Any, cast: Any, said: Any, zipped: Any, upload: Any, now: Any
) -> None:
    content = zipped(kiln)
    there = brought(upload(content, cast.rafe, now), now)
    assert EmailAddress.objects.filter(user=cast.jonas, verified=True).exists()
    actions.claim(community=there, person=cast.jonas, now=now)
    mine = Message.objects.filter(room__community=there, author=cast.jonas)
    assert mine.count() == 2
    assert Message.objects.filter(room__community=there, author__email=None).count() == 3
    communities.join(community=there, person=cast.jonas, now=now)
    messages.edit(message=mine.get(state="sent"), by=cast.jonas, body="Mine again", now=now)
    privacy.erase(person=cast.jonas, now=now)
    assert not mine.exclude(body="").exists()


def test_who_has_left_an_empty_place_leaves_an_empty_place(
    kiln: Any, cast: Any, said: Any, zipped: Any, upload: Any, now: Any
) -> None:
    privacy.erase(person=cast.lan, now=now)
    lines = lines_of(zipped(kiln), "chat.message")
    assert [line["body"] for line in lines if line["state"] == "erased"] == [""]
    there = brought(upload(zipped(kiln), cast.rafe, now), now)
    assert Message.objects.filter(room__community=there, state="erased").count() == 1


def test_undone_the_rooms_are_gone_and_those_here_stand(
    kiln: Any, cast: Any, said: Any, zipped: Any, upload: Any, now: Any
) -> None:
    before = Message.objects.count()
    run = upload(zipped(kiln), cast.rafe, now)
    brought(run, now)
    assert actions.undo(run=run, now=now) == "deleted"
    assert Message.objects.count() == before
    assert Room.objects.of(kiln).count() == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"author": 999_999}, "reference"), ({"author": None}, "value"), ({"room": 1}, "reference"),
        ({"body": "x" * 3000}, "value"), ({"state": "shouted"}, "value"),
        ({"names": [{"a": 1}]}, "value"), ({"sent_at": "2199-01-01T00:00:00+00:00"}, "value"),
        ({"kind": "direct"}, "columns"),
    ],
)  # fmt: skip
def test_a_line_that_somebody_made_up_is_not_believed(
    kiln: Any, cast: Any, said: Any, zipped: Any, upload: Any, now: Any, change: Any, code: str
) -> None:
    content = zipped(kiln)
    lines = lines_of(content, "chat.message")
    if "room" in change:
        change = {"room": max(line["room"] for line in lines) + 1000}
    forged = with_lines(content, "chat.message", [{**lines[0], **change}, *lines[1:]])
    run = upload(forged, cast.rafe, now)
    assert run.state == rules.REFUSED
    assert code in {one[0] for one in run.report["problems"]}
