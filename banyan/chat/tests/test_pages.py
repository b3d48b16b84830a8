"""Pages of chat, with plain forms and with JSON; what they cost; who sees them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from banyan.chat import rules
from banyan.chat.actions import talks
from banyan.chat.models import Message, Room, Seat
from banyan.core.idempotency import new_form_key
from banyan.moderation.models import Report

pytestmark = pytest.mark.django_db
ROOM_SQL, TALK_SQL = 22, 20


@pytest.fixture
def browse():
    def make(person):
        client = Client()
        client.force_login(person, backend="banyan.people.backends.PasswordBackend")
        return client

    return make


def post(client, path, **form):
    return client.post(path, {"form_key": new_form_key(), **form})


def test_a_member_writes_in_a_room_without_scripts(room, cast, browse):
    jonas = browse(cast.jonas)
    page = jonas.get(f"/kiln/chat/{room.oid}")
    assert "Nobody has said anything yet" in page.content.decode()
    answer = post(jonas, f"/kiln/chat/{room.oid}/send", body="Good morning")
    message = Message.objects.get()
    assert answer["Location"] == f"/kiln/chat/{room.oid}#m-{message.oid}"
    page = browse(cast.lan).get(f"/kiln/chat/{room.oid}").content.decode()
    assert "Good morning" in page
    assert f'data-lane="chat:{room.oid}" data-after="1"' in page


def test_empty_and_long_words_come_back_with_what_was_typed(room, cast, browse):
    jonas = browse(cast.jonas)
    assert post(jonas, f"/kiln/chat/{room.oid}/send", body="  ").status_code == 422
    answer = post(jonas, f"/kiln/chat/{room.oid}/send", body="y" * 2001)
    assert answer.status_code == 422
    assert "y" * 2001 in answer.content.decode()
    assert not Message.objects.exists()


def test_scripts_send_json_and_hear_refusals_as_problems(room, cast, browse, say):
    jonas = browse(cast.jonas)
    answer = jonas.post(
        f"/kiln/chat/{room.oid}/send", {"form_key": new_form_key(), "body": "Hi"},
        headers={"Accept": "application/json"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["n"]) == (201, 1)
    for _ in range(rules.MESSAGES_PER_WINDOW):
        Message.objects.create(
            room=room, author=cast.jonas, body="x", change=9, sent_at=Message.objects.get(
                public_id__isnull=False, change=1).sent_at,
        )  # fmt: skip
    answer = jonas.post(
        f"/kiln/chat/{room.oid}/send", {"form_key": new_form_key(), "body": "Hi"},
        headers={"Accept": "application/json"},
    )  # fmt: skip
    assert answer.status_code == 429
    assert "fast" in answer.json()["detail"]


def test_the_same_form_sent_twice_says_it_once(room, cast, browse):
    jonas, key = browse(cast.jonas), new_form_key()
    for _ in range(2):
        jonas.post(f"/kiln/chat/{room.oid}/send", {"form_key": key, "body": "Once"})
    assert Message.objects.count() == 1


def test_an_inbox_shows_requests_and_conversations(cast, kiln, browse, write_to):
    room = write_to(cast.lan, by=cast.jonas, body="May I ask?")
    lan = browse(cast.lan)
    page = lan.get("/messages").content.decode()
    assert "Requests" in page
    assert "May I ask?" in page
    assert lan.get("/messages/unread").json() == {"unread": 1}
    page = lan.get(f"/messages/{room.oid}").content.decode()
    assert "You have not talked with each other yet." in page
    assert lan.get("/messages/unread").json() == {"unread": 0}
    assert post(lan, f"/messages/{room.oid}/accept").status_code == 302
    post(lan, f"/messages/{room.oid}/send", body="Ask away")
    assert "Ask away" in browse(cast.jonas).get(f"/messages/{room.oid}").content.decode()
    assert post(lan, f"/messages/{room.oid}/leave").status_code == 302
    assert lan.get(f"/messages/{room.oid}").status_code == 404


def test_somebody_is_chosen_by_name_and_written_to(cast, kiln, browse):
    jonas = browse(cast.jonas)
    page = jonas.get("/messages/new?q=La").content.decode()
    assert f"to={cast.lan.oid}" in page
    assert cast.rafe.oid not in page
    answer = post(jonas, "/messages/new", to=[cast.lan.oid, cast.kenji.oid], body="Hello both",
                  name="Firing day")  # fmt: skip
    assert answer.status_code == 302
    assert Room.objects.get(kind="group").name == "Firing day"
    answer = post(jonas, "/messages/new", to=cast.rafe.oid, body="Hello")
    assert answer.status_code == 422
    assert Message.objects.count() == 1


def test_conversations_of_others_do_not_exist(cast, kiln, browse, write_to, say):
    room = write_to(cast.lan, by=cast.jonas)
    message = Message.objects.get(room=room)
    for person in (cast.mei, cast.kenji, cast.rafe):
        client = browse(person)
        assert client.get(f"/messages/{room.oid}").status_code == 404
        for verb in ("send", "read", "accept", "leave"):
            assert post(client, f"/messages/{room.oid}/{verb}", body="x", upto=1).status_code == 404
        for verb in ("edit", "delete", "undelete", "report"):
            assert post(client, f"/messages/m/{message.oid}/{verb}").status_code == 404
    assert Client().get(f"/messages/{room.oid}").status_code == 302


def test_a_direct_message_is_reported_to_moderators_who_see_only_that_one(
    cast, kiln, browse, write_to, now
):
    room = write_to(cast.lan, by=cast.jonas, body="Something rude")
    message = Message.objects.get(room=room)
    kenji = browse(cast.kenji)
    assert "Something rude" not in kenji.get("/studio/kiln/content").content.decode()
    lan = browse(cast.lan)
    assert (
        "no other of your conversation"
        in lan.get(f"/messages/m/{message.oid}/report").content.decode()
    )
    answer = post(lan, f"/messages/m/{message.oid}/report", reason="unkind", note="")
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert Report.objects.get().object_id == message.pk
    assert "Something rude" in kenji.get("/studio/kiln/content").content.decode()
    post(kenji, f"/studio/kiln/content/message/{message.oid}/hide", reason="unkind")
    message.refresh_from_db()
    assert message.state == rules.HIDDEN


def test_ones_own_message_is_changed_and_deleted_by_plain_forms(room, cast, browse, say):
    message, jonas = say("Gud"), browse(cast.jonas)
    assert post(jonas, f"/messages/m/{message.oid}/edit", body="Good").status_code == 302
    assert "Good" in jonas.get(f"/kiln/chat/{room.oid}").content.decode()
    post(jonas, f"/messages/m/{message.oid}/delete")
    page = jonas.get(f"/kiln/chat/{room.oid}").content.decode()
    assert "Taken back by its author." in page
    post(jonas, f"/messages/m/{message.oid}/undelete")
    assert "Good" in jonas.get(f"/kiln/chat/{room.oid}").content.decode()


def test_operators_run_the_rooms(kiln, cast, browse, room):
    mei = browse(cast.mei)
    assert "Tea table" in mei.get("/studio/kiln/chat").content.decode()
    post(mei, "/studio/kiln/chat", name="Glazes", second_name="釉", slow_seconds="30")
    made = Room.objects.get(name="Glazes")
    assert (made.slow_seconds, made.second_lang) == (30, "zh-Hans")
    assert post(mei, "/studio/kiln/chat", name="", slow_seconds="0").status_code == 422
    post(mei, f"/studio/kiln/chat/{made.oid}", name="Glaze talk", second_name="", slow_seconds="0")
    made.refresh_from_db()
    assert (made.name, made.slow_seconds) == ("Glaze talk", 0)
    assert post(mei, f"/studio/kiln/chat/{made.oid}", name="", slow_seconds="0").status_code == 422
    post(mei, f"/studio/kiln/chat/{made.oid}/close")
    assert "This room is closed" in browse(cast.lan).get(f"/kiln/chat/{made.oid}").content.decode()
    post(mei, f"/studio/kiln/chat/{made.oid}/reopen")
    made.refresh_from_db()
    assert made.is_open
    assert browse(cast.kenji).get("/studio/kiln/chat").status_code == 403
    assert browse(cast.jonas).get("/studio/kiln/chat").status_code == 404


def test_slow_mode_is_said_in_the_readers_tongue(kiln, cast, browse):
    mei = browse(cast.mei)
    mei.cookies["django_language"] = "zh-hans"
    page = mei.get("/studio/kiln/chat").content.decode()
    assert "30秒" in page
    assert "30 seconds" not in page


def test_block_and_unblock_from_the_inbox(cast, kiln, browse, write_to):
    write_to(cast.lan, by=cast.jonas)
    lan = browse(cast.lan)
    assert post(lan, f"/messages/people/{cast.jonas.oid}/block").status_code == 302
    assert "Blocked" in lan.get("/messages").content.decode()
    assert post(lan, f"/messages/people/{cast.rafe.oid}/block").status_code == 404
    assert post(lan, f"/messages/people/{cast.jonas.oid}/unblock").status_code == 302
    assert post(lan, f"/messages/people/{cast.jonas.oid}/unblock").status_code == 404


def test_pages_cost_the_same_however_much_was_said(room, kiln, cast, browse, say, write_to, now):
    talk = write_to(cast.lan, by=cast.jonas)
    lan = browse(cast.lan)
    paths = {f"/kiln/chat/{room.oid}": ROOM_SQL, f"/messages/{talk.oid}": TALK_SQL}
    say()
    for _ in range(2):
        for path in paths:
            lan.get(path)

    def cost(path):
        with CaptureQueriesContext(connection) as seen:
            assert lan.get(path).status_code == 200
        return len(seen)

    few = {path: cost(path) for path in paths}
    for place in (room, talk):
        Message.objects.bulk_create(
            Message(room=place, author=cast.jonas, body="x", change=2 + n, sent_at=now)
            for n in range(1000)
        )
    for n in range(8):
        Room.objects.create(kind="room", community=kiln, name=f"R{n}", started_at=now, last_at=now)
    Seat.objects.filter(person=cast.lan).update(read_upto=10**9)
    many = {path: cost(path) for path in paths}
    assert many == few
    assert all(many[path] <= most for path, most in paths.items()), many


def test_a_members_page_leads_to_a_message_and_not_to_oneself(kiln, cast, browse):
    page = browse(cast.jonas).get("/kiln/members").content.decode()
    assert f"/messages/new?to={cast.lan.oid}" in page
    assert f"/messages/new?to={cast.jonas.oid}" not in page
    assert "/messages/new" not in Client().get("/kiln/members").content.decode()


def test_words_of_people_are_text(room, cast, browse, say):
    say('<script>boom()</script> [x](javascript:boom()) @Lan"><img src=x onerror=boom()>')
    page = browse(cast.lan).get(f"/kiln/chat/{room.oid}").content.decode()
    assert "<script>boom" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page


def test_a_read_mark_moves_by_a_small_request(room, cast, browse, say):
    message, lan = say(), browse(cast.lan)
    talks.mark_read(room=room, person=cast.lan, upto=0, now=message.sent_at)
    assert lan.post(f"/kiln/chat/{room.oid}/read", {"upto": message.pk}).status_code == 204
    assert Seat.objects.get(room=room, person=cast.lan).read_upto == message.pk
    assert lan.post(f"/kiln/chat/{room.oid}/read", {"upto": "x"}).status_code == 204
