"""Culture as members live it: a charter amended, voted on and accepted; a missed day made up.

In English at a desk and in Chinese on a phone; every stop is looked at by axe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from banyan.challenges import rules as challenge_rules
from banyan.challenges.models import CheckIn, Entry
from banyan.content.models import Post
from banyan.culture import tasks
from banyan.culture.amendments import actions as amendments
from banyan.culture.models import Acceptance, Amendment, Charter

from . import eyes
from .world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAYS = pytest.mark.parametrize(("language", "width"), [("en", 1440), ("zh-hans", 390)])
DAY = timedelta(days=1)


class Walker:
    def __init__(self, page: Any, base: str, language: str) -> None:
        self.page, self.base, self.language = page, base, language

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)
        self.look()

    def press(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.look()

    def look(self) -> None:
        assert eyes.violations(self.page) == []
        assert eyes.sideways(self.page) == []
        if self.language != "en":
            assert eyes.english_in(self.page) == []


@pytest.fixture
def walker(browser: Any, live_server: Any, world: World, language: str,
           width: int) -> Iterator[Callable[[str], Walker]]:  # fmt: skip
    """Somebody of the cast at their own window: walker("jonas")."""
    opened = []

    def enter(name: str) -> Walker:
        client = Client()
        client.force_login(getattr(world.cast, name))
        context = browser.new_context(
            viewport={"width": width, "height": 900}, reduced_motion="reduce"
        )
        opened.append(context)
        cookies = {"django_language": language, "sessionid": client.cookies["sessionid"].value}
        context.add_cookies(
            [{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()]
        )
        page = context.new_page()
        page.set_default_timeout(60_000)
        return Walker(page, live_server.url, language)

    yield enter
    for context in opened:
        context.close()


@WAYS
def test_a_charter_is_amended_voted_on_and_accepted(
    walker: Callable[[str], Walker], world: World
) -> None:
    amendments.withdraw(amendment=world.change, by=world.members["mei"], now=timezone.now())
    mei = walker("mei")
    mei.open("/studio/kiln/charter")
    mei.page.fill("[name=values]", "Make less, keep it for life.\nShow the flaw first.")
    mei.page.fill("[name=second_values]", "少做，留一辈子。\n先看缺处。")
    mei.page.fill("[name=why]", "Longer is not long enough.")
    mei.press("main form .form-acts button.main")
    change = Amendment.objects.get(state="open")
    page = f"/kiln/charter/changes/{change.oid}"
    assert mei.page.locator("ins").count() >= 2
    for name, choice in (("jonas", "yes"), ("lan", "yes"), ("kenji", "no")):
        member = walker(name)
        member.open("/kiln/charter")
        member.press(f"aside a[href$='{change.oid}']")
        member.press(f"button[name=choice][value={choice}]")
        assert member.page.locator(f"button[value={choice}][aria-pressed=true]").count() == 1
    member.page.fill("[name=body]", "一辈子太长了，不过我愿意。")
    member.press(f"form[action$='{change.oid}/comments'] button")
    Amendment.objects.filter(pk=change.pk).update(closes_at=timezone.now())
    assert tasks.count_votes() == 1
    jonas = walker("jonas")
    jonas.open(page)
    assert jonas.page.locator(".chip.sprout").count() == 1
    jonas.open("/kiln/charter/history")
    jonas.open("/kiln/charter")
    assert "2" in jonas.page.locator(".call").inner_text()
    # The days of grace go by; reading stays open, writing asks first and keeps the words.
    jonas.open(f"/kiln/p/{world.posts[0].oid}")
    Charter.objects.filter(version=2).update(grace_until=timezone.now() - DAY)
    jonas.open("/kiln/")
    jonas.open(f"/kiln/p/{world.posts[0].oid}")
    jonas.page.fill("#write [name=body]", "Mine is still whole after three winters.")
    jonas.press("#write .form-acts button")
    assert not Acceptance.objects.filter(charter__version=2, member__person=world.cast.jonas)
    jonas.press("form .form-acts button.main")
    assert "three winters" in jonas.page.content()
    assert Acceptance.objects.filter(charter__version=2, member__person=world.cast.jonas).exists()


@WAYS
def test_a_missed_day_of_a_challenge_is_made_up(
    walker: Callable[[str], Walker], world: World
) -> None:
    jonas = walker("jonas")
    jonas.open("/kiln/")
    jonas.press("a[href='/kiln/challenges/cups']")
    jonas.page.fill("[name=words]", "One cup, leaning to the left.")
    jonas.press("form[action$='/check-in'] .form-acts button")
    entry = Entry.objects.get(member=world.members["jonas"])
    assert entry.done == 2
    assert Post.objects.filter(body__startswith="One cup, leaning").count() == 1
    jonas.page.locator("details.makeup summary").click()
    jonas.press("details.makeup form button")
    entry.refresh_from_db()
    assert (entry.done, entry.made_up) == (3, 1)
    assert not jonas.page.locator("details.makeup").count()  # one day, and no second
    jonas.open("/kiln/")
    assert jonas.page.locator(".challenge .shelf i.d").count() == 3
    days = set(CheckIn.objects.filter(member=entry.member).values_list("day", flat=True))
    assert challenge_rules.local_day(timezone.now(), entry.zone) in days


@WAYS
def test_the_other_pages_of_culture_are_for_everybody(
    walker: Callable[[str], Walker], world: World
) -> None:
    mei = walker("mei")
    for path in (
        "goals", "rituals", f"rituals/{world.ritual.oid}", "chronicle", "challenges",
        f"examples/post/{world.posts[0].oid}/nominate",
    ):  # fmt: skip
        mei.open(f"/kiln/{path}")
        eyes.turn_dark(mei.page)
        assert eyes.violations(mei.page, only=eyes.COLOUR_RULES) == []
    for path in (
        "culture", "goals/new", "rituals/new", "examples", "pulse", "experiments",
        "chronicle/add", "charter/rules", "challenges", "challenges/new", "challenges/cups",
        "challenges/cups/edit",
    ):  # fmt: skip
        mei.open(f"/studio/kiln/{path}")
        eyes.turn_dark(mei.page)
        assert eyes.violations(mei.page, only=eyes.COLOUR_RULES) == []
    mei.open("/studio/kiln/examples")
    mei.press("form[action$='/accept'] button")
    lan = walker("lan")
    lan.open(f"/kiln/rituals/{world.ritual.oid}")
    lan.press("form[action$='/skip'] button")
