"""Direct messages and groups: who may write to whom, requests, leaving, blocking."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banyan.chat import rules
from banyan.chat.actions import messages, talks
from banyan.chat.models import Block, Room, Seat
from banyan.chat.permissions import NotToThem
from banyan.chat.queries import talks as queries
from banyan.communities import actions as communities
from banyan.core import hub
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, TooMany, WrongMoment
from banyan.people import privacy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kiln")]


def unread(person):
    return queries.unread(person)


def test_the_first_words_land_as_a_request_and_an_answer_opens_the_conversation(
    cast, write_to, now
):
    room = write_to(cast.lan, by=cast.jonas)
    assert [line.room for line in queries.talks_of(cast.jonas, state=rules.IN)] == [room]
    assert [line.room for line in queries.talks_of(cast.lan, state=rules.ASKED)] == [room]
    assert unread(cast.lan) == 1
    messages.send(room=room, author=cast.lan, body="Of course", now=now)
    (line,) = queries.talks_of(cast.lan, state=rules.IN)
    assert (line.room, line.people) == (room, [cast.jonas])
    assert queries.talks_of(cast.lan, state=rules.ASKED) == []
    assert unread(cast.jonas) == 1


def test_two_people_have_one_conversation(cast, write_to):
    assert write_to(cast.lan, by=cast.jonas) == write_to(cast.jonas, by=cast.lan)
    assert Room.objects.filter(kind=rules.DIRECT).count() == 1


def test_one_who_asks_waits_for_an_answer(cast, write_to, now):
    room = write_to(cast.lan, by=cast.jonas)
    for _ in range(rules.WORDS_BEFORE_ANSWER - 1):
        messages.send(room=room, author=cast.jonas, body="Hello?", now=now)
    with pytest.raises(messages.NotAnswered):
        messages.send(room=room, author=cast.jonas, body="Hello??", now=now)
    talks.accept(room=room, by=cast.lan, now=now)
    messages.send(room=room, author=cast.jonas, body="Thank you", now=now)


def test_a_request_is_accepted_once_and_not_by_whoever_asks(cast, write_to, now):
    room = write_to(cast.lan, by=cast.jonas)
    with pytest.raises(WrongMoment):
        talks.accept(room=room, by=cast.jonas, now=now)
    talks.accept(room=room, by=cast.lan, now=now)
    with pytest.raises(WrongMoment):
        talks.accept(room=room, by=cast.lan, now=now)
    with pytest.raises(NotAllowed):
        talks.accept(room=room, by=cast.rafe, now=now)


@pytest.mark.parametrize(
    "case", ["a stranger", "oneself", "erased", "a child", "a child writes", "left", "blocked by",
             "blocks"],
)  # fmt: skip
def test_who_may_not_be_written_to(case, kiln, cast, write_to, member_of, now):
    to, by = cast.lan, cast.jonas
    if case == "a stranger":
        to = cast.rafe
    elif case == "oneself":
        to = cast.jonas
    elif case == "erased":
        privacy.erase(person=cast.lan, now=now)
    elif case == "a child":
        cast.lan.age_band = "child"
    elif case == "a child writes":
        cast.jonas.age_band = "child"
    elif case == "left":
        communities.leave(member=member_of(kiln, cast.lan), now=now)
    elif case == "blocked by":
        talks.block(person=cast.jonas, by=cast.lan, now=now)
    else:
        talks.block(person=cast.lan, by=cast.jonas, now=now)
    to.refresh_from_db() if case == "erased" else None
    with pytest.raises(NotToThem):
        write_to(to, by=by)
    assert not Room.objects.filter(community=None).exists()


def test_a_block_ends_a_conversation_both_ways_and_may_be_taken_back(cast, write_to, now):
    room = write_to(cast.lan, by=cast.jonas)
    messages.send(room=room, author=cast.lan, body="Yes", now=now)
    talks.block(person=cast.jonas, by=cast.lan, now=now)
    talks.block(person=cast.jonas, by=cast.lan, now=now)
    assert Block.objects.count() == 1
    for author in (cast.jonas, cast.lan):
        with pytest.raises(NotToThem):
            messages.send(room=room, author=author, body="?", now=now)
    assert cast.jonas not in queries.may_be_written_by(cast.lan)
    assert cast.lan not in queries.may_be_written_by(cast.jonas)
    talks.unblock(person=cast.jonas, by=cast.lan)
    messages.send(room=room, author=cast.jonas, body="Sorry", now=now)


def test_whoever_leaves_hears_no_more_until_written_to_by_the_other_again(cast, write_to, now):
    room = write_to(cast.lan, by=cast.jonas)
    assert hub.may_join(cast.lan, room.lane)
    talks.leave(room=room, by=cast.lan, now=now)
    assert not hub.may_join(cast.lan, room.lane)
    assert unread(cast.lan) == 0
    with pytest.raises(NotAllowed):
        messages.send(room=room, author=cast.lan, body="?", now=now)
    with pytest.raises(WrongMoment):
        talks.leave(room=room, by=cast.lan, now=now)
    assert write_to(cast.jonas, by=cast.lan) == room  # who left may begin again
    assert hub.may_join(cast.lan, room.lane)


def test_a_group_is_of_those_who_may_be_written_to_and_each_is_asked(cast, write_to, now):
    room = write_to(cast.lan, cast.kenji, by=cast.jonas)
    assert (room.kind, Seat.objects.filter(room=room, state=rules.ASKED).count()) == ("group", 2)
    messages.send(room=room, author=cast.kenji, body="I am in", now=now)
    assert hub.may_join(cast.lan, room.lane)
    assert not hub.may_join(cast.mei, room.lane)
    with pytest.raises(NotToThem):
        write_to(cast.lan, cast.rafe, by=cast.jonas)
    with pytest.raises(talks.NobodyChosen):
        write_to(by=cast.jonas)
    with pytest.raises(talks.TooManyPeople):
        write_to(*[cast.lan] * rules.MOST_IN_GROUP, by=cast.jonas)


def test_somebody_who_writes_to_many_new_people_has_to_wait(cast, kiln, new_person, write_to, now):
    for n in range(rules.REQUESTS_PER_HOUR):
        person = new_person(f"Member {n}")
        communities.join(community=kiln, person=person, now=now)
        write_to(person, by=cast.jonas)
    with pytest.raises(TooMany):
        write_to(cast.lan, by=cast.jonas)
    later = now + timedelta(hours=1, seconds=1)
    write_to(cast.lan, by=cast.jonas, now=later)


def test_what_people_write_to_each_other_is_not_logged(cast, write_to):
    before = Activity.objects.count()
    write_to(cast.lan, by=cast.jonas)
    assert Activity.objects.count() == before


def test_only_those_in_it_may_listen(cast, write_to):
    room = write_to(cast.lan, by=cast.jonas)
    everybody = [None, *vars(cast).values()]
    assert [p for p in everybody if hub.may_join(p, room.lane)] == [cast.jonas, cast.lan]


def test_an_erased_person_leaves_the_conversation_readable(cast, write_to, now):
    room = write_to(cast.lan, by=cast.jonas, body="Keep this")
    messages.send(room=room, author=cast.lan, body="My words", now=now)
    privacy.erase(person=cast.lan, now=now)
    assert [m.body for m in queries.history(room).messages] == ["Keep this", ""]
    with pytest.raises(NotToThem):
        messages.send(room=room, author=cast.jonas, body="Are you there?", now=now)
