"""What is said in rooms and between a few, and who was introduced to whom: plan and world."""

from __future__ import annotations

import re
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.test import Client

from banyan.chat.models import Message, Room
from banyan.demo.build.hands import Hands
from banyan.demo.plan import texts
from banyan.demo.plan.chat import greetings
from banyan.demo.plan.crowd import Crowd
from banyan.demo.plan.shapes import EN, ZH, Plan
from banyan.demo.tests.conftest import NOW
from banyan.introductions import measuring
from banyan.introductions.models import Introduction, Side, Willing
from banyan.outreach.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]


def test_conversations_are_of_people_who_are_there_and_write_that_language(plan: Plan) -> None:
    crowd = Crowd(plan.people, plan.joins)
    writes = {one.key: one.writes for one in plan.people}
    for talk in plan.talks:
        assert len(talk.lines) >= 3, talk.key
        assert [line.at for line in talk.lines] == sorted(line.at for line in talk.lines)
        for line in talk.lines:
            assert line.at < plan.now
            assert line.lang in writes[line.author], (talk.key, line.author)
            assert not talk.community or crowd.here(line.author, talk.community, line.at)
    spoken = {(talk.community, line.lang) for talk in plan.talks for line in talk.lines}
    assert {("kiln", EN), ("kiln", ZH), ("four", ZH), ("wax", EN)} <= spoken


def test_every_line_of_a_conversation_is_in_the_world(plan: Plan) -> None:
    """Nobody who is named was left out, and the product refused nothing."""
    named = [said for words, said in texts.conversations() if words[0] != "hello"]
    assert sum(len(talk.lines) for talk in plan.talks) == sum(len(said) for said in named)
    in_rooms = sum(len(talk.lines) for talk in plan.talks if talk.community)
    assert Message.objects.filter(room__community__isnull=False).count() == in_rooms
    assert not Message.objects.exclude(state="sent").exists()
    bodies = list(Message.objects.values_list("body", flat=True))
    assert len(set(bodies)) >= 0.8 * len(bodies)


def test_chinese_lines_are_set_as_chinese_is(plan: Plan) -> None:
    said = [line.body for talk in plan.talks for line in talk.lines if line.lang == ZH]
    said += greetings(Random(1), ZH, answer=False) + greetings(Random(1), ZH, answer=True)
    mixed = re.compile(r"[\u4e00-\u9fff] +[A-Za-z0-9]|[A-Za-z0-9] +[\u4e00-\u9fff]")
    half = re.compile(r"[\u4e00-\u9fff][,.;:!?()]")
    for words in said:
        assert not mixed.search(words), words
        assert not half.search(words), words
        assert "您" not in words


def test_pairs_are_of_willing_members_and_settled_ones_can_be_measured_again(
    hands: Hands,
) -> None:
    willing = set(Willing.objects.values_list("member", flat=True))
    assert set(Side.objects.values_list("member", flat=True)) <= willing
    settled = list(Introduction.objects.exclude(settled_at=None).order_by("-drawn_at"))
    assert len(settled) >= 20
    assert all(one.drawn_at <= NOW - timedelta(days=30) for one in settled)
    tied = measuring.ties(settled)
    assert tied
    assert {one.pk for one in settled if one.has_tie} == tied
    open_ones = Introduction.objects.filter(state="introduced")
    assert open_ones.exists()
    assert not open_ones.filter(closes_at__lte=NOW).exists()
    assert set(Side.objects.values_list("said", flat=True)) == {"", "wrote", "followed", "no"}


def test_nobody_was_told_of_a_past_that_was_written_down() -> None:
    assert not Notice.objects.exists()


@pytest.mark.parametrize("key", ["mei", "lan", "jonas", "dara", "qin", "aino"])
def test_who_signs_in_finds_conversations(key: str, hands: Hands, plan: Plan) -> None:
    client = Client()
    client.force_login(hands.people[key])
    page = client.get("/messages").content.decode()
    assert "/messages/" in page
    slug = {"qin": "four", "aino": "wax"}.get(key, "kiln")
    room: Any = Room.objects.of(hands.places[slug]).order_by("position", "pk").first()
    last = [t for t in plan.talks if t.community == slug and t.room == "main"][-1].lines[-1].body
    page = client.get(f"/{slug}/chat/{room.oid}").content.decode()
    assert last in page.replace("&#x27;", "'").replace("&quot;", '"')
    assert client.get(f"/{slug}/meet").status_code == 200


def test_the_studio_shows_what_introductions_did(hands: Hands) -> None:
    client = Client()
    client.force_login(hands.owner("kiln"))
    assert client.get("/studio/kiln/introductions").status_code == 200
