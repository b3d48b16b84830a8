"""Chat between two browsers over a real hub: a lost wire and what came meanwhile, a message taken
back, a request that is answered. A laptop beside a phone, in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from banyan.chat.models import Message, Room
from banyan.server.hub.hub import Limits
from banyan.server.tests.live import Site
from banyan.server.wsgi import application
from tests.walks.eyes import note_fault

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "en": {
        "here": "2 here now", "lost": "Reconnecting", "deleted": "Your message is deleted.",
        "gone": "Taken back by its author.", "undo": "Undo", "request": "Requests",
        "writing": "Mei Lin is writing", "accept": "Accept", "hello": "Hello from the kiln",
        "fresh": "1 new post",
    },
    "zh-hans": {
        "here": "2人在这里", "lost": "正在重新连接", "deleted": "消息已删除。",
        "gone": "作者已收回。", "undo": "撤销", "request": "请求",
        "writing": "Mei Lin正在输入", "accept": "接受", "hello": "窑边问个好",
        "fresh": "1条新帖",
    },
}  # fmt: skip


@pytest.fixture
def site(kiln: Any) -> Iterator[Site]:
    """Pages and hub in one loop, as in life; its page threads are closed with it."""
    running = Site(Limits(), application)
    yield running
    running.stop()
    connections.close_all()


@pytest.fixture
def sit_down(browser: Any, site: Site, client: Any) -> Iterator[Callable[..., Any]]:
    """Somebody signed in before a page: sit_down(cast.mei, "en", 1440)."""
    opened, faults = [], []

    def open_page(person: Any, language: str, width: int) -> Any:
        client.force_login(person)
        context = browser.new_context(viewport={"width": width, "height": 844})
        base = f"http://127.0.0.1:{site.port}"
        for name, value in (
            ("sessionid", client.cookies["sessionid"].value), ("django_language", language),
        ):  # fmt: skip
            context.add_cookies([{"name": name, "value": value, "url": base}])
        client.cookies.clear()
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda fault: note_fault(faults, fault))
        page.on("console", lambda m: faults.append(m.text) if "Security" in m.text else None)
        page.go = lambda path: page.goto(base + path)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert [fault for fault in faults if "Transition" not in fault] == []


def said(page: Any) -> list[str]:
    return [text.strip() for text in page.locator(".msg .bubble").all_inner_texts()]


def bubble(page: Any, words: str) -> Any:
    return page.locator(".msg .bubble", has_text=words)


def wait_for(page: Any, words: str) -> None:
    page.get_by_text(words, exact=False).first.wait_for()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_two_browsers_talk_and_a_lost_wire_loses_nothing(
    language: str, site: Site, sit_down: Callable[..., Any], kiln: Any, cast: Any
) -> None:
    words = WORDS[language]
    room = Room.objects.of(kiln).get()
    mei, jonas = sit_down(cast.mei, language, 1440), sit_down(cast.jonas, language, 390)
    for page in (mei, jonas):
        page.go("/kiln/chat")
        page.click(".lines a.line")
        page.wait_for_url(re.compile(room.oid))
    wait_for(jonas, words["here"])

    mei.fill("#id_body", "Four")
    wait_for(jonas, words["writing"])
    mei.fill("#id_body", "First @Jonas")
    mei.press("#id_body", "Enter")
    jonas.locator(".msg b.at").wait_for()
    jonas.fill("#id_body", "第二")
    jonas.click("[data-say] button")
    bubble(mei, "第二").wait_for()
    assert said(mei) == said(jonas) == ["First @Jonas", "第二"]

    # The wire is cut and stays away; Mei writes on by plain requests.
    before, site.hub.limits = site.hub.limits, Limits(sockets=0)
    site.in_loop(lambda: [one.abort() for one in list(site.hub.listeners)])
    wait_for(jonas, words["lost"])
    for text in ("Third", "Fourth"):
        answer = mei.evaluate(
            """async (text) => {
              const form = new FormData(document.querySelector("[data-say]"));
              form.set("body", text); form.set("form_key", crypto.randomUUID());
              return (await fetch(document.querySelector("[data-say]").action, {
                method: "POST", body: new URLSearchParams(form),
                headers: {Accept: "application/json"}})).status;
            }""",
            text,
        )
        assert answer == 201
    assert said(jonas) == ["First @Jonas", "第二"]
    site.hub.limits = before
    bubble(jonas, "Fourth").wait_for(timeout=60_000)
    bubble(mei, "Fourth").wait_for(timeout=60_000)
    assert said(jonas) == said(mei) == ["First @Jonas", "第二", "Third", "Fourth"]
    assert not jonas.locator(".wire").count()

    mine = mei.locator(".msg.mine", has_text="Fourth")
    mine.hover()
    mine.locator("form[data-delete] button").click()
    wait_for(jonas, words["gone"])
    mei.locator(".toast", has_text=words["deleted"]).get_by_role(
        "button", name=words["undo"]
    ).click()
    bubble(jonas, "Fourth").wait_for()
    assert Message.objects.count() == 4


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_request_is_found_accepted_and_answered(
    language: str, site: Site, sit_down: Callable[..., Any], kiln: Any, cast: Any
) -> None:
    words = WORDS[language]
    mei, jonas = sit_down(cast.mei, language, 1440), sit_down(cast.jonas, language, 390)
    mei.go("/kiln/members")
    mei.locator(f'a[href$="to={cast.jonas.oid}"]').click()
    mei.fill("[name=body]", words["hello"])
    mei.locator(".begin .form-acts button").click()
    mei.locator(".msg.mine", has_text=words["hello"]).wait_for()
    jonas.go("/messages")
    wait_for(jonas, words["request"])
    jonas.click(".lines a.line")
    jonas.get_by_role("button", name=words["accept"]).click()
    jonas.locator(".note.ask").wait_for(state="detached")
    jonas.fill("#id_body", "Hello Mei")
    jonas.click("[data-say] button")
    bubble(mei, "Hello Mei").wait_for()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_feed_tells_of_new_posts_and_counts_on_without_a_reload(
    language: str, site: Site, sit_down: Callable[..., Any], kiln: Any, cast: Any, member_of: Any,
) -> None:  # fmt: skip
    from django.utils import timezone

    from banyan.content.actions import like as likes
    from banyan.content.actions import post as posts

    jonas = sit_down(cast.jonas, language, 390)
    jonas.go("/kiln/")
    site_ready = "() => performance.getEntriesByType('resource').length > 0"
    jonas.wait_for_function(site_ready)
    jonas.wait_for_timeout(1500)
    post = posts.publish(author=member_of(kiln, cast.mei), title="Out of the kiln",
                         now=timezone.now())  # fmt: skip
    wait_for(jonas, WORDS[language]["fresh"])
    jonas.locator("[data-new-posts]").click()
    card = jonas.locator(f"#post-{post.oid}")
    card.wait_for()
    likes.like(thing=post, member=member_of(kiln, cast.lan), now=timezone.now())
    jonas.wait_for_function(
        "id => document.querySelector(`#post-${id} [data-count]`).textContent === '1'",
        arg=post.oid,
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_line_like_advertising_waits_until_a_moderator_lets_it_through(
    language: str, site: Site, sit_down: Callable[..., Any], kiln: Any, cast: Any
) -> None:
    room = Room.objects.of(kiln).get()
    mei, jonas = sit_down(cast.mei, language, 1440), sit_down(cast.jonas, language, 390)
    for page in (mei, jonas):
        page.go(f"/kiln/chat/{room.oid}")
    wait_for(jonas, WORDS[language]["here"])
    jonas.fill("#id_body", "https://one.example/a https://two.example/b https://three.example/c")
    jonas.click("[data-say] button")
    jonas.locator(".msg.mine .held-note").wait_for()
    jonas.fill("#id_body", "Hello")
    jonas.click("[data-say] button")
    bubble(mei, "Hello").wait_for()
    assert said(mei) == ["Hello"]

    judge = sit_down(cast.kenji, language, 390)
    judge.go("/studio/kiln/held")
    judge.locator(".item .acts form button").first.click()
    bubble(mei, "one.example").wait_for()
    assert len(said(mei)) == 2
    assert said(mei)[1] == "Hello"  # it stands where it was written
    bubble(jonas, "one.example").wait_for()
    jonas.locator(".held-note").wait_for(state="detached")
