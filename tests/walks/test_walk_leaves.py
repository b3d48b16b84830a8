"""Leaves on phones: a thank-you, the reason in the wallet, a reward for it, handed over or undone.

Every stop is looked at by axe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from banyan.leaves.actions import lots
from banyan.leaves.models import Exchange

from . import eyes
from .test_walk_culture import Walker
from .world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "en": {
        "amount": "120 leaves", "thanked": "You thanked for this.", "why": "Jonas thanked you",
        "has": "280 leaves", "after": "180 leaves", "wait": "To be handed over",
        "undone": "Undone, leaves given back", "line": "You exchanged leaves",
        "shared": "Shared with members in",
    },
    "zh-hans": {
        "amount": "120片叶子", "thanked": "你已经谢过了。", "why": "Jonas感谢了你",
        "has": "280片叶子", "after": "180片叶子", "wait": "待交付",
        "undone": "已撤销，叶子已退回", "line": "你用叶子换了东西", "shared": "分给成员",
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
def test_a_thank_you_becomes_a_reward_and_comes_back_when_undone(
    language: str, walker: Callable[[str], Walker], world: World
) -> None:
    words = WORDS[language]

    # Jonas thanks Kenji, from the post; the page says what it gives and who pays.
    jonas, post = walker("jonas"), world.posts[2]
    jonas.open("/kiln/")
    assert words["shared"] in jonas.page.inner_text("section.gain")
    jonas.open(f"/kiln/p/{post.oid}")
    jonas.press(f"a[href='/kiln/thanks/post/{post.oid}']")
    said = jonas.page.inner_text("main")
    assert words["amount"] in said
    assert "¥1.20" in said
    jonas.press("main form .form-acts button")
    jonas.open(f"/kiln/thanks/post/{post.oid}")
    assert words["thanked"] in jonas.page.inner_text("main")

    # Kenji reads why; once they are his, he takes a reward.
    later = timezone.now() + timedelta(days=4)
    lots.clear_due(now=later)
    kenji = walker("kenji")
    kenji.open("/wallet")
    assert words["has"] in kenji.page.inner_text("main")
    kenji.press("a[href='/kiln/leaves']")
    assert words["why"] in kenji.page.inner_text("main")
    kenji.press("a[href='/kiln/rewards']")
    kenji.press(f"form[action='/kiln/rewards/{world.reward.oid}'] button")
    said = kenji.page.inner_text("main")
    assert words["after"] in said
    assert words["wait"] in said

    # Mei undoes it; the leaves are back, and both lines stay in the wallet.
    taken = Exchange.objects.get(member=world.members["kenji"])
    mei = walker("mei")
    mei.open("/studio/kiln/rewards")
    mei.press(f"form[action='/studio/kiln/rewards/taken/{taken.oid}/undo'] button")
    assert words["undone"] in mei.page.inner_text("main")
    kenji.open("/wallet")
    said = kenji.page.inner_text("main")
    assert words["has"] in said
    assert said.count(words["line"]) == 2
