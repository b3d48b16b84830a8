"""Two members meet, on phones: both turn it on, see why, one says hello and the other answers.

On day 30 the studio counts it. Every stop is looked at by axe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from banyan.introductions import measuring, rules, tasks
from banyan.introductions.models import Introduction, Side
from banyan.outreach.models import Notice

from . import eyes
from .test_walk_culture import Walker
from .world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "en": {
        "off": "It is off until you turn it on", "none": "Nobody new at the moment",
        "why": "You both named Plants and gardens.", "hello": "Jonas has said hello.",
        "done": "You have said hello.", "before": "40 of 96", "after": "41 of 98",
        "told": "Somebody here likes what you like",
    },
    "zh-hans": {
        "off": "你不打开，它就一直关着", "none": "暂时没有新的人选",
        "why": "你们都写了“植物与园艺”。", "hello": "Jonas向你打了招呼。",
        "done": "你打过招呼了。", "before": "40", "after": "41",
        "told": "这里有人和你兴趣相同",
    },
}  # fmt: skip


@pytest.fixture
def walker(browser: Any, live_server: Any, world: World,
           language: str) -> Iterator[Callable[[str], Walker]]:  # fmt: skip
    """Somebody of the cast at their phone: walker("jonas")."""
    opened, faults = [], []

    def enter(name: str) -> Walker:
        client = Client()
        client.force_login(getattr(world.cast, name))
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


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_two_members_meet_and_have_a_tie_on_day_thirty(
    language: str, walker: Callable[[str], Walker], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "is_held", lambda *two: False)
    words = WORDS[language]

    # Jonas has named nothing yet; the page leads him there, and it is off until he turns it on.
    jonas = walker("jonas")
    jonas.open("/kiln/members")
    jonas.press(".page-head a[href='/kiln/meet']")
    assert words["off"] in jonas.page.inner_text("main")
    jonas.press("aside a.link[href='/me']")
    jonas.page.locator("label", has=jonas.page.locator("[name=likes][value=plants]")).click()
    jonas.press("main form .form-acts button")
    jonas.open("/kiln/meet")
    jonas.press("form[action$='/meet/switch'] button")
    assert words["none"] in jonas.page.inner_text("main")
    lan = walker("lan")
    lan.open("/kiln/meet")
    lan.press("form[action$='/meet/switch'] button")

    assert tasks.introduce() == 1
    assert tasks.introduce() == 0
    for one, name in ((jonas, "Lan"), (lan, "Jonas")):
        one.open("/kiln/meet")
        said = one.page.inner_text("article.meet")
        assert words["why"] in said
        assert name in said
    assert Notice.objects.filter(topic="introduction").count() == 2
    lan.open(reverse("notices"))
    assert words["told"] in lan.page.inner_text("main")

    # Jonas says hello; Lan finds it, and answers in the same conversation.
    jonas.page.fill("[name=body]", "Which plants stand on your shelf?")
    jonas.press("form[action$='/write'] button")
    assert "Which plants stand" in jonas.page.content()
    lan.open("/kiln/meet")
    assert words["hello"] in lan.page.inner_text("article.meet")
    lan.page.fill("[name=body]", "文竹和一盆薄荷。")
    lan.press("form[action$='/write'] button")
    assert "Which plants stand" in lan.page.content()
    jonas.open("/kiln/meet")
    assert words["done"] in jonas.page.inner_text("article.meet")

    # Day 30: settled once, and counted in the studio, without names.
    mei = walker("mei")
    mei.open("/studio/kiln/introductions")
    assert words["before"] in mei.page.inner_text("main table")
    row = Side.objects.get(member=world.members["jonas"]).introduction
    later = timezone.now() + timedelta(days=30)
    assert measuring.settle_due(now=later) == 2  # theirs, and Mei's own with Kenji
    assert measuring.settle_due(now=later) == 0
    assert Introduction.objects.get(pk=row.pk).has_tie is True
    mei.open("/studio/kiln/introductions")
    table = mei.page.inner_text("main table")
    assert words["after"] in table
    assert "Jonas" not in mei.page.inner_text("main")
