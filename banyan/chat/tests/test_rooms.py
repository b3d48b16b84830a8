"""Rooms of a community: who reads and writes, what may be changed, what is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banyan.chat import rules
from banyan.chat.actions import messages, rooms, talks
from banyan.chat.lanes import since
from banyan.chat.models import Mention, Message, Room
from banyan.chat.queries import talks as queries
from banyan.communities import actions as communities
from banyan.core import hub
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, TooMany, WrongMoment
from banyan.moderation import actions as moderation
from banyan.moderation.objects import kind_of
from banyan.people import privacy

pytestmark = pytest.mark.django_db


def test_what_is_said_is_numbered_logged_and_read_by_members(room, say, cast):
    first, second = say("One"), say("二", by=cast.lan)
    assert (first.change, second.change, hub.head(room.lane)) == (1, 2, 2)
    assert [m.lang for m in queries.history(room).messages] == ["en", "zh-Hans"]
    assert Activity.objects.filter(verb="MessageSent", object_kind="message").count() == 2


@pytest.mark.parametrize("who", ["rafe", "sol", "dara"])
def test_nobody_from_outside_says_anything(room, say, cast, who):
    with pytest.raises(NotAllowed):
        say(by=getattr(cast, who))


def test_a_banned_member_says_no_more(room, say, kiln, cast, member_of, now):
    communities.ban(member=member_of(kiln, cast.lan), by=member_of(kiln, cast.mei), now=now)
    with pytest.raises(NotAllowed):
        say(by=cast.lan)
    assert not hub.may_join(cast.lan, room.lane)


def test_empty_words_are_refused(say):
    with pytest.raises(messages.NothingSaid):
        say("   ")


def test_a_flood_is_held_back_and_passes(say, now):
    for _ in range(rules.MESSAGES_PER_WINDOW):
        say()
    with pytest.raises(TooMany):
        say()
    say(now=now + timedelta(seconds=rules.WINDOW_SECONDS + 1))


def test_slow_mode_holds_members_back_and_not_moderators(room, say, cast, now):
    rooms.change(room=room, by=cast.mei, name="Tea table", slow_seconds=30, now=now)
    say()
    with pytest.raises(TooMany):
        say(now=now + timedelta(seconds=10))
    say(now=now + timedelta(seconds=30))
    say(by=cast.kenji)
    say(by=cast.kenji, now=now + timedelta(seconds=1))


def test_a_closed_room_is_only_read_and_opens_again(room, say, cast, now):
    say("Before")
    rooms.close(room=room, by=cast.mei, now=now)
    with pytest.raises(messages.RoomClosed):
        say()
    with pytest.raises(WrongMoment):
        rooms.close(room=Room.objects.get(pk=room.pk), by=cast.mei, now=now)
    assert queries.history(room).messages[0].body == "Before"
    rooms.reopen(room=room, by=cast.mei, now=now)
    say()


def test_a_community_has_at_most_twenty_rooms(kiln, cast, now):
    for n in range(rules.MOST_ROOMS - 1):
        rooms.open_room(community=kiln, by=cast.mei, name=f"Room {n}", second_name="室", now=now)
    with pytest.raises(rooms.EnoughRooms):
        rooms.open_room(community=kiln, by=cast.mei, name="One more", now=now)
    with pytest.raises(rooms.NeedsName):
        rooms.change(room=Room.objects.of(kiln)[0], by=cast.mei, name=" ", now=now)


def test_ones_own_words_can_be_changed_and_taken_back_for_an_hour(say, cast, now):
    message = say("Gud morning")
    messages.edit(message=message, by=cast.jonas, body="Good morning", now=now)
    message.refresh_from_db()
    assert (message.body, message.edited_at, message.change) == ("Good morning", now, 2)
    messages.delete(message=message, by=cast.jonas, now=now)
    with pytest.raises(WrongMoment):
        messages.delete(message=Message.objects.get(pk=message.pk), by=cast.jonas, now=now)
    messages.undelete(message=message, by=cast.jonas, now=now + timedelta(minutes=59))
    messages.delete(message=message, by=cast.jonas, now=now)
    with pytest.raises(WrongMoment):
        messages.undelete(message=message, by=cast.jonas, now=now + timedelta(minutes=61))


def test_others_words_cannot_be_touched(say, cast, now):
    message = say()
    for verb in (messages.delete, messages.undelete):
        with pytest.raises(NotAllowed):
            verb(message=message, by=cast.mei, now=now)
    with pytest.raises(NotAllowed):
        messages.edit(message=message, by=cast.lan, body="No", now=now)


def test_whoever_was_away_is_brought_every_change_and_no_words_of_what_is_gone(
    room, say, cast, now
):
    first, second, third = say("a"), say("b"), say("c", by=cast.lan)
    messages.edit(message=first, by=cast.jonas, body="a!", now=now)
    messages.delete(message=second, by=cast.jonas, now=now)
    brought = since(room.oid, 0, 99)
    assert [(n, body["id"], body["state"]) for n, _, body in brought] == [
        (3, third.oid, "sent"), (4, first.oid, "sent"), (5, second.oid, "deleted"),
    ]  # fmt: skip
    assert "html" not in brought[2][2]
    missed = hub.missed(room.lane, 3)
    assert (missed.head, missed.is_whole, [n.number for n in missed.notes]) == (5, True, [4, 5])


def test_a_mention_is_kept_for_whom_it_names_and_only_here(room, say, cast):
    message = say("@Lan @Rafe look")
    assert [m.person for m in Mention.objects.filter(message=message)] == [cast.lan]
    assert '<b class="at">@Lan</b>' in message.html
    assert "@Rafe" in message.html
    assert '<b class="at">@Rafe' not in message.html


def test_unread_counts_what_others_said_since_one_read(room, say, kiln, cast, now):
    line = queries.rooms_of(kiln, cast.lan)[0]
    say("Before her first visit")
    assert queries.rooms_of(kiln, cast.lan)[0].unread == 0 == line.unread
    talks.mark_read(room=room, person=cast.lan, upto=10**9, now=now)
    say("One"), say("@Lan two"), say("My own", by=cast.lan)
    talks.mark_read(room=room, person=cast.jonas, upto=1, now=now)
    # To write is to have read what came before.
    assert queries.rooms_of(kiln, cast.lan)[0].unread == 0
    say("Three @Lan")
    line = queries.rooms_of(kiln, cast.lan)[0]
    assert (line.unread, line.is_named, line.words) == (1, True, "Three @Lan")
    talks.mark_read(room=room, person=cast.lan, upto=0, now=now)  # never back
    assert queries.rooms_of(kiln, cast.lan)[0].unread == 1


def test_moderators_hide_and_bring_back_and_listeners_see_it(room, say, kiln, cast, member_of, now):
    message = say("Rude words")
    thing = kind_of("message").find(kiln, message.public_id)
    moderation.report(thing=thing, reporter=member_of(kiln, cast.lan), reason="spam", now=now)
    kenji = member_of(kiln, cast.kenji)
    moderation.decide(thing=thing, verdict="hide", by=kenji, reason="spam", now=now)
    message.refresh_from_db()
    assert message.state == rules.HIDDEN
    assert since(room.oid, 1, 9)[0][2] == {
        "id": message.oid, "pk": message.pk, "state": "hidden"
    }  # fmt: skip
    thing = kind_of("message").find(kiln, message.public_id)
    moderation.decide(thing=thing, verdict="restore", by=kenji, now=now)
    message.refresh_from_db()
    assert message.is_sent


def test_an_erased_person_leaves_empty_places(room, say, kiln, cast, now):
    message = say("My words", by=cast.lan)
    say("An answer")
    privacy.erase(person=cast.lan, now=now)
    message.refresh_from_db()
    assert (message.state, message.body) == (rules.ERASED, "")
    assert hub.head(room.lane) == 3
    assert [m.state for m in queries.history(room).messages] == ["erased", "sent"]


def test_history_pages_show_every_message_once(room, cast, now):
    made = Message.objects.bulk_create(
        Message(room=room, author=cast.jonas, body=f"{n}", change=n, sent_at=now)
        for n in range(1, 131)
    )
    seen, before = [], 0
    while True:
        page = queries.history(room, before=before)
        seen = [m.pk for m in page.messages] + seen
        before = page.before
        if not before:
            break
    assert seen == [m.pk for m in made]
