"""A report, a decision with a clause and a strike, an appeal, another who overturns: it is back.

In English at a desk and in Chinese on a phone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from banyan.content.models import Post
from banyan.moderation.models import Appeal, Decision, Strike

from .eyes import english_in, note_fault, sideways
from .world import World, world

__all__ = ["world"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOTH = pytest.mark.parametrize(("language", "width"), [("en", 1440), ("zh-hans", 390)])


@pytest.fixture
def page_of(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """A page of one of the cast, signed in: page_of(person, "en", 1440)."""
    opened, faults = [], []

    def open_page(person: Any, language: str, width: int) -> Any:
        client = Client()
        client.force_login(person, backend="banyan.people.backends.PasswordBackend")
        session = client.cookies["sessionid"].value
        context = browser.new_context(viewport={"width": width, "height": 900})
        context.add_cookies(
            [
                {"name": "django_language", "value": language, "url": live_server.url},
                {"name": "sessionid", "value": session, "url": live_server.url},
            ]
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda fault: note_fault(faults, fault))
        page.on(
            "console", lambda m: faults.append(m.text) if "Content Security" in m.text else None
        )
        return page

    yield open_page
    for context in opened:
        context.close()
    assert not faults


@BOTH
def test_an_appeal_that_is_granted_brings_the_post_back(
    language: str, width: int, world: World, page_of: Any, live_server: Any
) -> None:
    base, post = live_server.url, world.posts[0]
    address = f"{base}/kiln/p/{post.oid}"

    def look(page: Any) -> None:
        page.wait_for_load_state()
        assert sideways(page) == []
        if language != "en":
            assert english_in(page) == []

    # Lan reports what Jonas wrote.
    lan = page_of(world.cast.lan, language, width)
    lan.goto(f"{base}/kiln/report/post/{post.oid}")
    look(lan)
    lan.check("[name=reason][value=misplaced]")
    lan.click(".report-card button.btn:not(.ghost)")
    lan.wait_for_url("**/p/*")
    # Kenji hides it by a clause, with a strike.
    kenji = page_of(world.cast.kenji, language, width)
    kenji.goto(f"{base}/studio/kiln/content?kind=report")
    look(kenji)
    item = kenji.locator(f"#post-{post.oid}")
    item.locator("details.why summary").click()
    item.locator("[name=clause]").select_option(index=1)
    item.locator("[name=words]").fill("Better in the shop")
    item.locator("[name=strike]").check()
    look(kenji)
    item.locator("details.why form button").click()
    kenji.wait_for_selector(".toast")
    made = Decision.objects.latest("pk")
    assert (made.verdict, bool(made.clause_words)) == ("hide", True)
    assert Strike.objects.get(decision=made).state == "standing"
    # Jonas reads why where his post stood, and appeals.
    jonas = page_of(world.cast.jonas, language, width)
    jonas.goto(address)
    look(jonas)
    jonas.click(f"a[href='/me/decisions/{made.oid}']")
    jonas.wait_for_selector("#appeal form")
    look(jonas)
    jonas.fill("#appeal [name=words]", "It shows where the bowl stands. It sells nothing.")
    jonas.click("#appeal form button")
    jonas.wait_for_selector("#appeal blockquote")
    look(jonas)
    jonas.goto(f"{base}/kiln/membership")
    look(jonas)
    # Mei, who did not decide, overturns it.
    appeal = Appeal.objects.get(decision=made)
    mei = page_of(world.cast.mei, language, width)
    mei.goto(f"{base}/studio/kiln/content?kind=appeal")
    look(mei)
    mei.locator(f"#appeal-{appeal.oid} [name=words]").fill("You are right.")
    mei.click(f"#appeal-{appeal.oid} button[value=overturn]")
    mei.wait_for_selector(".toast")
    look(mei)
    # The post is back, for everybody; the strike is gone; the answer is read.
    assert Post.objects.get(pk=post.pk).is_published
    assert Strike.objects.get(decision=made).state == "lifted"
    lan.goto(address)
    assert lan.locator(".one-post").count() == 1
    jonas.goto(f"{base}/me/decisions/{made.oid}")
    look(jonas)
    assert "You are right." in jonas.inner_text("#appeal")
    lan.goto(f"{base}/kiln/log")
    look(lan)
    assert lan.locator("#appeals").count() == 1
