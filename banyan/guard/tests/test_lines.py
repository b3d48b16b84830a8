"""Lines in a room that wait for a look, as posts do; what the usual line costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banyan.chat import lanes
from banyan.chat.actions import messages, talks
from banyan.chat.models import Message, Room
from banyan.chat.queries import talks as chat
from banyan.communities.places import url
from banyan.conftest import NOW
from banyan.content import rules as content
from banyan.content.actions import post as posts
from banyan.core import hub
from banyan.core.jobs import run_due
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.guard import queries, rules
from banyan.guard.actions import look, setup
from banyan.guard.models import Hold, Standing
from banyan.moderation.models import Decision
from banyan.outreach.models import Notice
from banyan.people import privacy

from .conftest import LINKS

LATER = NOW + timedelta(minutes=9)


@pytest.fixture
def room(kiln: Any) -> Any:
    return Room.objects.of(kiln).get()


@pytest.fixture
def line(room: Any, dara: Any) -> Any:
    """A line of Dara's, who came today: line()."""

    def say(body: str = LINKS, *, by: Any = None, now: Any = NOW) -> Message:
        return messages.send(room=room, author=by or dara.person, body=body, now=now)

    return say


@pytest.fixture
def kenji(kiln: Any, cast: Any, member_of: Any) -> Any:
    return member_of(kiln, cast.kenji)


def seen_by(room: Any, person: Any) -> list[str]:
    return [one.oid for one in chat.history(room, reader=person).messages]


def said(verb: str, message: Message) -> int:
    return Activity.objects.filter(
        verb=verb, object_kind="message", object_id=message.pk
    ).count()  # fmt: skip


def again(message: Message) -> Message:
    return Message.objects.select_related("room").get(pk=message.pk)


def test_a_line_like_advertising_waits_and_only_its_author_sees_it(
    line, room, kiln, cast, hold_of, client
):
    head = hub.head(room.lane)
    message = line(f"@Jonas {LINKS}")
    run_due(now=NOW)
    assert (message.state, hold_of(message).state) == ("held", rules.WAITING)
    assert (seen_by(room, cast.dara), seen_by(room, cast.jonas)) == ([message.oid], [])
    assert seen_by(room, cast.kenji) == []  # moderators find it in their queue
    assert hub.head(room.lane) == head
    assert lanes.since(room.oid, 0, 9) == []
    assert (said("MessageSent", message), said("MessageHeld", message)) == (0, 1)
    assert chat.rooms_of(kiln, cast.jonas)[0].last is None
    assert Notice.objects.filter(person=cast.kenji, topic="held").count() == 1
    path = url(kiln, "chat-room", id=room.public_id)
    client.force_login(cast.dara)
    page = client.get(path).content.decode()
    assert "Waiting for a look" in page
    assert "It holds links" in page
    for person in (cast.jonas, cast.kenji):
        client.force_login(person)
        assert "one.example" not in client.get(path).content.decode()


def test_the_page_of_a_script_is_told_that_it_waits(room, kiln, dara, client):
    client.force_login(dara.person)
    answer = client.post(
        url(kiln, "chat-send", id=room.public_id), {"form_key": str(uuid4()), "body": LINKS},
        headers={"Accept": "application/json", "Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["held"]) == (201, True)


def test_let_through_it_is_said_to_the_room_once_where_it_was_written(
    line, room, kiln, cast, kenji, hold_of, send
):
    message = line(f"@Jonas {LINKS}")
    after = line("Good morning", by=cast.jonas)
    send(cast.kenji, url(kiln, "studio-held-review", id=hold_of(message).oid, do="pass"))
    run_due(now=LATER)
    assert again(message).state == "sent"
    assert seen_by(room, cast.jonas) == [message.oid, after.oid]
    (note,) = lanes.since(room.oid, after.change, 9)
    assert (note[2]["id"], note[2]["state"]) == (message.oid, "sent")
    assert "one.example" in note[2]["html"]
    assert said("MessageSent", message) == 1
    assert Notice.objects.filter(person=cast.dara, topic="let-through").count() == 1
    with pytest.raises(WrongMoment):
        look.let_through(hold=hold_of(message), by=kenji, now=LATER)


def test_letting_through_can_be_taken_back_and_done_again_without_saying_it_twice(
    line, room, cast, kenji, hold_of
):
    message = line()
    look.let_through(hold=hold_of(message), by=kenji, now=LATER)
    look.undo(hold=hold_of(message), by=kenji, now=LATER)
    assert (again(message).state, seen_by(room, cast.jonas)) == ("held", [])
    assert lanes.since(room.oid, 1, 9)[0][2] == {
        "id": message.oid, "pk": message.pk, "state": "held"
    }  # fmt: skip
    look.let_through(hold=hold_of(message), by=kenji, now=LATER)
    assert seen_by(room, cast.jonas) == [message.oid]
    assert said("MessageSent", message) == 1


def test_refused_it_stays_hidden_from_all_others_and_its_author_can_read_why(
    line, room, cast, kenji, hold_of, member_of, kiln
):
    message = line()
    look.refuse(hold=hold_of(message), by=kenji, now=LATER, reason="spam", words="No shops here.")
    assert again(message).state == "hidden"
    assert (seen_by(room, cast.dara), seen_by(room, cast.jonas)) == ([message.oid], [])
    assert lanes.since(room.oid, 0, 9) == []
    assert Decision.objects.get(kind="message").subject == cast.dara.pseudonym
    look.undo(hold=hold_of(message), by=kenji, now=LATER)
    assert queries.waiting_count(kiln) == 1
    look.let_through(hold=hold_of(message), by=kenji, now=LATER)
    assert seen_by(room, cast.jonas) == [message.oid]


def test_only_moderators_of_that_community_decide(
    line, kiln, cast, tea, member_of, hold_of, send
):  # fmt: skip
    hold = hold_of(line())
    for by in (member_of(kiln, cast.jonas), member_of(tea, cast.sol)):
        with pytest.raises(NotAllowed):
            look.let_through(hold=hold, by=by, now=LATER)
    path = url(kiln, "studio-held-review", id=hold.oid, do="pass")
    for person in (cast.dara, cast.jonas, cast.sol, cast.rafe):
        assert send(person, path).status_code in (403, 404)
    assert queries.waiting_count(kiln) == 1


def test_a_line_stands_in_the_queue_of_what_is_held(line, kiln, cast, client):
    line()
    client.force_login(cast.mei)
    for name in ("studio-held", "studio-content", "studio-today"):
        page = client.get(url(kiln, name)).content.decode()
        assert "one.example" in page, name
        assert ("The account is new" if name == "studio-today" else "It holds links") in page


def test_ten_lines_in_the_queue_cost_what_one_does(line, kiln, cast, new_person):
    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            rows, _more = queries.queue(kiln)
            assert all(row.thing and row.thing.author_id for row in rows)
        return len(found)

    line()
    one = cost()
    for n in range(9):
        line(f"{n} {LINKS} {uuid4()}", now=NOW + timedelta(seconds=n))
    assert queries.waiting_count(kiln) == 10
    assert cost() == one


def test_taken_back_it_waits_for_nobody_and_brought_again_it_waits(line, room, kiln, cast):
    message = line()
    messages.delete(message=message, by=cast.dara, now=NOW)
    assert queries.waiting_count(kiln) == 0
    assert seen_by(room, cast.jonas) == []
    messages.undelete(message=again(message), by=cast.dara, now=NOW)
    assert again(message).state == "held"
    assert queries.waiting_count(kiln) == 1
    assert Hold.objects.count() == 1


def test_what_a_moderator_refused_does_not_come_back_by_deleting_it(
    line, room, cast, kenji, hold_of
):
    message = line()
    look.refuse(hold=hold_of(message), by=kenji, now=NOW, reason="spam")
    messages.delete(message=again(message), by=cast.dara, now=NOW)
    messages.undelete(message=again(message), by=cast.dara, now=NOW)
    assert again(message).state == "hidden"
    assert seen_by(room, cast.jonas) == []


def test_a_line_changed_into_advertising_leaves_the_room_until_it_was_looked_at(
    line, room, cast, kenji, hold_of
):
    message = line("Good morning")
    assert message.state == "sent"
    messages.edit(message=message, by=cast.dara, body=LINKS, now=LATER)
    assert (again(message).state, seen_by(room, cast.jonas)) == ("held", [])
    assert lanes.since(room.oid, 1, 9)[0][2]["state"] == "held"
    look.let_through(hold=hold_of(message), by=kenji, now=LATER)
    assert seen_by(room, cast.jonas) == [message.oid]
    assert said("MessageSent", message) == 1


def test_a_held_line_goes_with_its_author(line, room, kiln, cast):
    line()
    privacy.erase(person=cast.dara, now=LATER)
    assert seen_by(room, cast.jonas) == []
    assert queries.waiting_count(kiln) == 0
    assert not Message.objects.filter(body__contains="example").exists()


def test_direct_messages_are_read_by_nobody(dara, cast):
    room = talks.begin(author=dara.person, to=[cast.jonas], body=LINKS, now=NOW)
    assert Message.objects.get(room=room).state == "sent"
    assert not Hold.objects.exists()


def test_the_same_line_again_and_from_others_is_noticed(line, cast, dara, kiln, member_of):
    setup.choose(
        by=member_of(kiln, cast.mei), now=NOW, is_on=True, threshold=3, off=[], words=[], needs={}
    )
    advertisement = "The best glazes of the whole country are sold at our new shop today"
    assert line(advertisement).state == "sent"
    assert line(advertisement, by=cast.lan).state == "held"


def test_many_short_lines_are_how_people_chat(line):
    states = {line("ok", now=NOW + timedelta(seconds=2 * n)).state for n in range(18)}
    assert states == {"sent"}


@pytest.mark.parametrize("who", ["mei", "lan"])
def test_who_runs_the_place_and_neighbours_never_wait(line, cast, kiln, member_of, who):
    person = getattr(cast, who)
    if who == "lan":
        member = member_of(kiln, person)
        Standing.objects.update_or_create(
            member=member, defaults={"community": kiln, "level": rules.NEIGHBOUR}
        )
    assert line(f"casino {LINKS}", by=person).state == "sent"


def test_looking_costs_a_usual_line_nothing_and_a_neighbours_link_nothing_twice(
    line, cast, kiln, member_of
):
    Standing.objects.update_or_create(
        member=member_of(kiln, cast.lan), defaults={"community": kiln, "level": rules.NEIGHBOUR}
    )
    line("Warm up the caches", by=cast.lan)

    def cost(body: str, by: Any) -> int:
        with CaptureQueriesContext(connection) as found:
            line(body, by=by)
        return len(found)

    usual = cost("Good morning to you", cast.lan)
    assert usual == cost("And a good morning to you too", cast.dara)
    assert cost(f"once {LINKS}", cast.lan) == usual + 1
    assert cost(f"twice {LINKS}", cast.lan) == usual


def test_the_answers_of_a_poll_are_looked_at_as_well(dara):
    question = content.Question(
        choices=("casino", "https://one.example/a https://two.example/b"),
        closes_at=NOW + timedelta(days=1),
    )  # fmt: skip
    held = posts.publish(author=dara, title="Which?", question=question, now=NOW)
    assert held.state == "held"
