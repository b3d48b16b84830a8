"""What a mute of a community reaches: its rooms, and who is known from there only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from banyan.chat import rules
from banyan.chat.actions import messages
from banyan.chat.models import Message, Room
from banyan.communities import actions as communities
from banyan.core.idempotency import new_form_key
from banyan.moderation.standing import muting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kiln")]
HOUR = timedelta(hours=1)


@pytest.fixture
def at() -> Any:
    return timezone.now()


@pytest.fixture
def talk(write_to: Any, cast: Any, at: Any) -> Room:
    """Jonas and Lan, who know each other from Slow Kiln, talk already."""
    room: Room = write_to(cast.lan, by=cast.jonas, now=at - HOUR)
    messages.send(room=room, author=cast.lan, body="Hello", now=at - HOUR)
    return room


@pytest.fixture
def mute(kiln: Any, cast: Any, member_of: Any, at: Any) -> Any:
    def make(hours: int = 24, where: Any = None, by: Any = None) -> Any:
        where, by = where or kiln, by or cast.kenji
        return muting.mute(
            member=member_of(where, cast.jonas), hours=hours, by=member_of(where, by), now=at,
            reason="unkind",
        )  # fmt: skip

    return make


def say(room: Room, author: Any, now: Any) -> Message:
    return messages.send(room=room, author=author, body="And you?", now=now)


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return client


def test_a_mute_reaches_direct_messages_and_groups_and_ends_by_itself(
    cast, talk, write_to, mute, at
):
    group = write_to(cast.lan, cast.kenji, by=cast.jonas, now=at - HOUR)
    own = say(talk, cast.jonas, at - HOUR)
    mute()
    for attempt in (
        lambda now: say(talk, cast.jonas, now),
        lambda now: say(group, cast.jonas, now),
        lambda now: write_to(cast.mei, by=cast.jonas, now=now),
        lambda now: write_to(cast.mei, cast.lan, by=cast.jonas, now=now),
        lambda now: messages.edit(message=own, by=cast.jonas, body="Else", now=now),
    ):
        with pytest.raises(muting.Muted, match="Slow Kiln"):
            attempt(at)
    say(talk, cast.lan, at)  # whoever is not muted writes on
    say(talk, cast.jonas, at + 25 * HOUR)


def test_a_mute_ended_early_opens_the_conversation_again(
    kiln, cast, talk, mute, member_of, at
):  # fmt: skip
    made = mute()
    muting.unmute(mute=made, by=member_of(kiln, cast.kenji), now=at)
    say(talk, cast.jonas, at)


def test_a_mute_does_not_reach_who_is_known_from_another_community_too(
    cast, tea, talk, mute, write_to, member_of, at
):
    for person in (cast.jonas, cast.lan):
        communities.join(community=tea, person=person, now=at)
    mute()
    say(talk, cast.jonas, at)
    write_to(cast.sol, by=cast.jonas, now=at)
    with pytest.raises(muting.Muted):  # one of them is known from Slow Kiln only
        write_to(cast.lan, cast.mei, by=cast.jonas, now=at)
    mute(hours=1, where=tea, by=cast.sol)
    with pytest.raises(muting.Muted, match="Tea at Four"):  # free again where it ends first
        say(talk, cast.jonas, at)
    say(talk, cast.jonas, at + 2 * HOUR)


def test_leaving_the_community_does_not_lift_its_mute(
    kiln, cast, talk, mute, write_to, member_of, at
):
    group = write_to(cast.lan, cast.kenji, by=cast.jonas, now=at - HOUR)
    mute()
    communities.leave(member=member_of(kiln, cast.jonas), now=at)
    with pytest.raises(muting.Muted):
        say(group, cast.jonas, at)
    with pytest.raises(messages.NotToThem):
        write_to(cast.lan, by=cast.jonas, now=at + 25 * HOUR)


def test_a_muted_member_reads_why_and_until_when_and_keeps_what_was_typed(
    cast, talk, write_to, mute
):
    mute()
    jonas = browser(cast.jonas)
    page = jonas.get(f"/messages/{talk.oid}").content.decode()
    assert "You are muted in Slow Kiln until" in page
    assert "Unkind" in page
    assert 'id="id_body"' not in page
    send = f"/messages/{talk.oid}/send"
    answer = jonas.post(send, {"form_key": new_form_key(), "body": "My own words"})
    assert answer.status_code == 422
    assert "My own words" in answer.content.decode()
    problem = jonas.post(
        send, {"form_key": new_form_key(), "body": "Hi"}, headers={"Accept": "application/json"}
    )
    assert problem.status_code == 403
    assert "You are muted in Slow Kiln until" in problem.json()["detail"]
    begin = f"/messages/new?to={cast.mei.oid}"
    assert "You are muted in Slow Kiln until" in jonas.get(begin).content.decode()
    answer = jonas.post(begin, {"form_key": new_form_key(), "to": cast.mei.oid, "body": "A word"})
    assert answer.status_code == 422
    assert "A word" in answer.content.decode()
    chinese = jonas.get(f"/messages/{talk.oid}", headers={"Accept-Language": "zh-Hans"})
    assert "你在“慢窑”被禁言至" in chinese.content.decode()
    assert Message.objects.filter(author=cast.jonas).count() == 1
    assert 'id="id_body"' in browser(cast.lan).get(f"/messages/{talk.oid}").content.decode()


def test_a_muted_member_cannot_change_a_message_and_reads_why(cast, talk, mute):
    own = Message.objects.get(room=talk, author=cast.jonas)
    mute()
    path = f"/messages/m/{own.oid}/edit"
    jonas = browser(cast.jonas)
    assert "You are muted in Slow Kiln until" in jonas.get(path).content.decode()
    answer = jonas.post(path, {"form_key": new_form_key(), "body": "Changed words"})
    assert answer.status_code == 422
    assert "Changed words" in answer.content.decode()
    own.refresh_from_db()
    assert own.body == "Hello, may I ask?"


def test_the_mute_costs_whoever_is_not_muted_one_statement(cast, talk, at):
    with CaptureQueriesContext(connection) as found:
        say(talk, cast.jonas, at)
    assert sum("muted_until" in one["sql"].split("WHERE", 1)[-1] for one in found) == 1
    assert Room.objects.get(pk=talk.pk).kind == rules.DIRECT
