"""Habits on phones: a tap a day, a missed day mended, a quest done, a level, one taken back.

Every stop is looked at by axe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from banyan.content.actions import post as posts
from banyan.habits.actions import quests
from banyan.habits.models import CheckIn, Gift, Habit

from . import eyes
from .test_walk_culture import Walker
from .world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = timedelta(days=1)

WORDS = {
    "en": {
        "row": "Days in a row", "already": "Checked in today", "mended": "mended by grace",
        "toast": "10 days in a row", "quest": "Show what you made",
        "done": "Done", "level": "Regular", "leaves": "40 leaves", "back": "Taken back",
        "why": "For checking in", "next": "11 days in a row",
    },
    "zh-hans": {
        "row": "连续天数", "already": "今天已打卡", "mended": "宽限补上",
        "toast": "连续10天", "quest": "晒晒你的作品", "done": "已完成", "level": "常客",
        "leaves": "40片叶子", "back": "已收回", "why": "打卡",
        "next": "连续11天",
    },
}  # fmt: skip


@pytest.fixture
def walker(browser: Any, live_server: Any, world: World,
           language: str) -> Iterator[Callable[[str], Walker]]:  # fmt: skip
    """Somebody of the cast at their phone: walker("jonas")."""
    opened, faults = [], []

    def enter(name: str) -> Walker:
        client = Client()
        client.force_login(
            getattr(world.cast, name), backend="banyan.people.backends.PasswordBackend"
        )
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, reduced_motion="reduce"
        )
        opened.append(context)
        cookies = {"django_language": language, "sessionid": client.cookies["sessionid"].value}
        context.add_cookies(
            [{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()]
        )
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda fault: eyes.note_fault(faults, fault))
        return Walker(page, live_server.url, language)

    yield enter
    for context in opened:
        context.close()
    assert faults == []


def _a_day_passes(member: Any) -> None:
    """The browser's clock is the real one, so what was done moves a day into the past."""
    for model in (CheckIn, Gift):
        for row in model.objects.filter(member=member, day__isnull=False).order_by("day"):
            model.objects.filter(pk=row.pk).update(day=row.day - DAY)
    Habit.objects.filter(member=member).update(last_on=F("last_on") - DAY)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_tap_a_day_a_quest_and_a_level_and_one_that_was_wrong(
    language: str, walker: Callable[[str], Walker], world: World
) -> None:
    words = WORDS[language]

    # Jonas checks in from his leaves: one tap; the day grace mended is told apart.
    jonas = walker("jonas")
    jonas.open("/kiln/leaves")
    jonas.press("form[action='/kiln/habits/check-in'] button")
    said = jonas.page.inner_text("body")
    for word in ("toast", "row", "already", "mended", "level"):
        assert words[word] in said, word
    assert jonas.page.locator(".shelf .mended i").count() == 1
    jonas.open("/kiln/leaves")
    assert words["why"] in jonas.page.inner_text("main")
    assert jonas.page.locator("form[action='/kiln/habits/check-in']").count() == 0

    # The next day is another one: the row goes on.
    _a_day_passes(world.members["jonas"])
    jonas.open("/kiln/leaves")
    jonas.press("form[action='/kiln/habits/check-in'] button")
    assert words["next"] in jonas.page.inner_text("body")

    # Lan does a quest by posting; it says so, and the leaves have their line.
    lan = walker("lan")
    lan.open("/kiln/habits")
    assert words["quest"] in lan.page.inner_text("main")
    now = timezone.now()
    posts.publish(author=world.members["lan"], title="A bowl", body="Thin.", now=now)
    quests.settle_here(world.kiln, now=now + timedelta(seconds=1))
    lan.open("/kiln/habits")
    said = lan.page.inner_text("main")
    assert words["done"] in said
    assert words["leaves"] in said
    lan.open("/wallet")

    # Others see Jonas's level beside his name until he hides it.
    lan.open(f"/kiln/members/{world.members['jonas'].oid}")
    assert words["level"] in lan.page.inner_text("main")
    jonas.open("/kiln/habits")
    jonas.press("form[action='/kiln/habits/level'] button")
    lan.open(f"/kiln/members/{world.members['jonas'].oid}")
    assert words["level"] not in lan.page.inner_text("header.one-member")

    # Mei takes one back and says why; Lan reads it.
    mei = walker("mei")
    for path in ("habits", "quests", "levels", f"levels/{world.level.oid}"):
        mei.open(f"/studio/kiln/{path}")
    mei.open(f"/studio/kiln/habits/gifts/{world.gift.oid}")
    mei.page.fill("main textarea[name='reason']", "这一天是我们测试用的。")
    mei.press("main form .form-acts button")
    assert Gift.objects.get(pk=world.gift.pk).state == "taken"
    lan.open("/kiln/habits")
    said = lan.page.inner_text("main")
    assert words["back"] in said
    assert "这一天是我们测试用的。" in said
