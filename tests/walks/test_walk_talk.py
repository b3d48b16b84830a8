"""Talking on a phone: a name after an @, a vote changed, a reaction, a post that waits, an event.

At 390 px, in both languages, with an eye on the console; the last part without scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from banyan.content.actions import comment as comments
from banyan.content.actions import post as posts
from banyan.content.models import Ballot, Comment, Like, Post, Saved
from banyan.content.rules import Question
from banyan.core.models import Activity
from banyan.gatherings import actions as gatherings
from banyan.gatherings.models import Rsvp
from tests.walks import eyes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "en": {
        "thanks": "Thank you", "change": "Change my vote", "going": "Going", "no": "Not going",
        "wait": "Wait for a place", "waiting": "0 members wait before you",
        "later": "Publish later",
    },
    "zh-hans": {
        "thanks": "谢谢", "change": "改投", "going": "参加", "no": "不去", "wait": "排队候补",
        "waiting": "你前面还有0人候补", "later": "定时发布",
    },
}  # fmt: skip


@pytest.fixture
def pages(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """A page of a person on a phone: pages(cast.lan, "en"), or without scripts."""
    opened, faults = [], []

    def open_page(person: Any, language: str, *, scripts: bool = True) -> Any:
        client = Client()
        client.force_login(person)
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, java_script_enabled=scripts,
            reduced_motion="reduce",
        )  # fmt: skip
        cookies = {
            "sessionid": client.cookies["sessionid"].value, "django_language": language,
            "zone": "Asia/Shanghai",
        }  # fmt: skip
        context.add_cookies(
            [{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()]
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on(
            "pageerror",
            lambda fault: eyes.note_fault(faults, fault),
        )
        page.on(
            "console", lambda m: faults.append(m.text) if "Content Security" in m.text else None
        )
        return page

    yield open_page
    for context in opened:
        context.close()
    assert not faults


@pytest.fixture
def thread(kiln: Any, cast: Any, member_of: Any) -> Any:
    """A post that asks for a vote, with one comment."""
    now = timezone.now() - timedelta(minutes=30)
    jonas = member_of(kiln, cast.jonas)
    question = Question(choices=("Celadon", "天目"), closes_at=now + timedelta(days=2))
    post = posts.publish(author=jonas, title="Which glaze?", now=now, question=question)
    comments.comment(post=post, author=jonas, body="I cannot choose.", now=now)
    return post


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_answer_a_vote_a_reaction_and_a_bookmark(
    language: str, kiln: Any, cast: Any, thread: Any, pages: Any, live_server: Any
) -> None:
    said = WORDS[language]
    page = pages(cast.lan, language)
    here = f"{live_server.url}/kiln/p/{thread.oid}"
    page.goto(here)
    # An answer to the comment, naming its author by the list that opens.
    page.locator(".comment a.act[href*='reply=']").click()
    page.wait_for_url("**reply=**")
    field = page.locator("#write textarea")
    field.press_sequentially("@jon", delay=40)
    page.wait_for_selector(".names [role=option]")
    assert eyes.violations(page) == []
    field.press("Enter")
    assert field.input_value() == "@Jonas "
    field.press_sequentially("天目!")
    page.locator("#write button[type=submit]").click()
    page.wait_for_selector(".comment.answer")
    answer = Comment.objects.get(body="@Jonas 天目!")
    assert page.locator(f"#comment-{answer.oid} .prose a").inner_text() == "@Jonas"
    assert Activity.objects.filter(verb="MemberMentioned").count() == 1
    # A vote, and another one.
    page.goto(here)
    page.locator("#poll .answer-of").nth(0).click()
    page.locator("#poll button").click()
    page.wait_for_selector(".answers .mine")
    page.get_by_text(said["change"]).click()
    page.locator("#poll .answer-of").nth(1).click()
    page.locator("#poll button").click()
    page.wait_for_selector(".answers .mine")
    assert Ballot.objects.get().choices == [1]
    # A reaction from the menu, taken back where it stands; a bookmark.
    page.locator(".one-post details.react summary").click()
    with page.expect_response("**/like"):
        page.locator(".one-post .react").get_by_text(said["thanks"], exact=True).click()
    page.wait_for_selector(".one-post .reactions [aria-pressed=true]")
    assert Like.objects.get().kind == "thanks"
    with page.expect_response("**/like"):
        page.locator(".one-post .reactions [aria-pressed=true]").click()
    page.wait_for_selector(".one-post .reactions [aria-pressed=true]", state="detached")
    with page.expect_response("**/save"):
        page.locator(".keeps button").first.click()
    assert Saved.objects.count() == 1
    # A reaction to the comment.
    page.locator(".comment a.act[hx-get]").first.click()
    page.wait_for_selector(".picker")
    page.evaluate("scrollTo(0, 0)")  # nothing half under the bar at the top
    assert eyes.violations(page) == []
    with page.expect_response("**/like"):
        page.locator(".picker button").nth(3).click()
    page.wait_for_selector(".picker", state="detached")
    assert Like.objects.get().kind == "smile"
    assert eyes.sideways(page) == []
    if language != "en":
        assert eyes.english_in(page) == []


def test_a_reaction_that_fails_is_put_back(
    kiln: Any, cast: Any, thread: Any, pages: Any, live_server: Any
) -> None:
    page = pages(cast.lan, "en")
    page.goto(f"{live_server.url}/kiln/p/{thread.oid}")
    page.route("**/like", lambda route: route.abort())
    button = page.locator(".one-post .reactions button").first
    button.click()
    page.wait_for_selector(".toast.bad")
    assert button.get_attribute("aria-pressed") == "false"
    assert not Like.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_post_waits_and_an_event_fills_without_scripts(
    language: str, kiln: Any, cast: Any, member_of: Any, pages: Any, live_server: Any
) -> None:
    said, base = WORDS[language], live_server.url
    page = pages(cast.lan, language, scripts=False)
    page.goto(f"{base}/kiln/new")
    page.fill("[name=title]", "周日开窑")
    page.get_by_text(said["later"]).click()
    at = timezone.now() + timedelta(days=2)
    page.fill("[name=publish_at]", f"{at:%Y-%m-%dT%H:%M}")
    page.locator("form button.btn.main").last.click()
    page.wait_for_selector(".waiting")
    post = Post.objects.get()
    assert post.state == "scheduled"
    assert posts.publish_due(now=post.publish_at) == 1
    # An event for one: the second waits, and moves up once the first cannot come.
    now = timezone.now()
    one = gatherings.plan(
        by=member_of(kiln, cast.mei), title="Glaze evening", place="Workshop", capacity=1, now=now,
        starts_at=now + timedelta(days=3), ends_at=now + timedelta(days=3, hours=2),
    )  # fmt: skip
    other = pages(cast.jonas, language, scripts=False)
    here = f"{base}/kiln/events/{one.oid}"
    other.goto(here)
    other.get_by_role("button", name=said["going"], exact=True).click()
    other.wait_for_selector("[aria-pressed=true]")
    page.goto(here)
    page.get_by_role("button", name=said["wait"]).click()
    page.wait_for_selector(".note.amber")
    assert said["waiting"] in page.inner_text("main")
    other.get_by_role("button", name=said["no"], exact=True).click()
    other.wait_for_load_state()
    page.goto(here)
    assert page.locator("[aria-pressed=true]").inner_text() == said["going"]
    assert Rsvp.objects.get(member=member_of(kiln, cast.lan)).answer == "going"
