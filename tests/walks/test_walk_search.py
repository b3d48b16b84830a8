"""Searching as people do: 团购 and "group buy", from the bar above a page, in both languages.

In English at a desk and in Chinese on a phone; every stop is looked at by axe.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from banyan.content.actions import post as posts
from banyan.search import tasks
from banyan.search.models import Asked

from . import eyes
from .world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAYS = pytest.mark.parametrize(("language", "width"), [("en", 1440), ("zh-hans", 390)])
WORDS = {"en": "group buy", "zh-hans": "团购"}


@pytest.fixture
def page(browser: Any, live_server: Any, world: World, language: str, width: int) -> Iterator[Any]:
    """Jonas's own window, where two members wrote of buying together."""
    now = timezone.now()
    for name, title, body in (
        ("lan", "下周开一次团购", "十二只晨杯一起烧，每只便宜一点。"),
        ("kenji", "Next group buy on Friday", "Twelve mugs in one firing, a little less each."),
    ):
        posts.publish(author=world.members[name], title=title, body=body, now=now)
    for _ in range(3):
        tasks.sweep_words()
    client = Client()
    client.force_login(world.cast.jonas)
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    cookies = {"django_language": language, "sessionid": client.cookies["sessionid"].value}
    context.add_cookies(
        [{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()]
    )
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    faults: list[str] = []
    opened.on("pageerror", lambda fault: eyes.note_fault(faults, fault))
    yield opened
    context.close()
    assert not faults


def look(page: Any, language: str) -> None:
    assert eyes.violations(page) == []
    assert eyes.sideways(page) == []
    if language != "en":
        assert eyes.english_in(page) == []


@WAYS
def test_words_of_both_languages_are_found_from_the_bar(
    page: Any, live_server: Any, language: str, width: int
) -> None:
    page.goto(f"{live_server.url}/kiln/")
    if width < 600:
        page.locator("[data-search-link]").first.click()
        page.wait_for_url("**/kiln/search**")
        # What is typed is offered to its end.
        with page.expect_response(lambda answer: "/suggest" in answer.url) as offered:
            page.locator("#search-words").press_sequentially(WORDS[language][:5], delay=20)
        assert WORDS[language] in str(offered.value.json()["said"])
    field = page.locator("#search-words" if width < 600 else "#top-search")
    field.fill(WORDS[language])
    with page.expect_response(lambda answer: answer.url.endswith("/search/noted")):
        field.press("Enter")
    titles = page.locator(".hits .hit a").all_inner_texts()
    here = {"en": "Next group buy on Friday", "zh-hans": "下周开一次团购"}
    assert here[language] in titles
    assert not set(here.values()) - {here[language]} & set(titles)
    look(page, language)
    page.locator(".hits .hit a", has_text=here[language]).click()
    page.wait_for_selector(".one-post")
    # Words that nothing is found by are told to those who run the place, not who typed them.
    page.goto(f"{live_server.url}/kiln/search")
    page.fill("#search-words", "青花")
    with page.expect_response(lambda answer: answer.url.endswith("/search/noted")):
        page.press("#search-words", "Enter")
    assert page.locator(".hit").count() == 0
    look(page, language)
    assert Asked.objects.get(words="青花").found == 0
