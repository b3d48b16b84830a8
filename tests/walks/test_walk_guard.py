"""A text full of links from a new account: held with its reasons, looked at, let through.

At 390 px, in both languages, with an eye on the console.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from banyan.content.models import Post
from banyan.people.models import Person
from tests.walks import eyes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "en": {
        "post": "Post", "waits": "Waiting for a look", "why": "It holds links",
        "pass": "Let it through", "passed": "Everybody can see it now",
    },
    "zh-hans": {
        "post": "发布", "waits": "正在等人查看", "why": "含有链接", "pass": "放行",
        "passed": "现在大家都能看到了",
    },
}  # fmt: skip
TEXT = "Cheap: https://one.example/a https://two.example/b https://three.example/c"


@pytest.fixture
def pages(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """A page of a person on a phone: pages(cast.lan, "en")."""
    opened, faults = [], []

    def open_page(person: Any, language: str) -> Any:
        client = Client()
        client.force_login(person)
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, reduced_motion="reduce"
        )
        cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": language}
        context.add_cookies(
            [{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()]
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda fault: eyes.note_fault(faults, fault))
        page.on(
            "console", lambda m: faults.append(m.text) if "Content Security" in m.text else None
        )
        return page

    yield open_page
    for context in opened:
        context.close()
    assert not faults


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_newcomers_links_wait_until_somebody_lets_them_through(
    language: str, pages: Any, kiln: Any, cast: Any, live_server: Any
) -> None:
    say, base = WORDS[language], live_server.url
    Person.objects.filter(pk=cast.lan.pk).update(joined_at=timezone.now() - timedelta(hours=1))
    writer, reader, keeper = (pages(one, language) for one in (cast.lan, cast.jonas, cast.kenji))

    writer.goto(f"{base}/kiln/new")
    writer.fill("[name=title]", "Offers of the day")
    writer.fill("[name=body]", TEXT)
    writer.locator("main form.form .form-acts button").first.click()
    writer.wait_for_url("**/p/*")
    note = writer.locator(".held-note")
    assert say["waits"] in note.inner_text()
    assert say["why"] in note.inner_text()
    assert not eyes.sideways(writer)
    post = Post.objects.get(title="Offers of the day")
    address = f"{base}/kiln/p/{post.oid}"

    assert reader.goto(address).status == 404
    reader.goto(f"{base}/kiln/?feed=new")
    assert "Offers of the day" not in reader.inner_text("body")

    keeper.goto(f"{base}/studio/kiln/held")
    item = keeper.locator(".item")
    assert "one.example" in item.inner_text()
    assert not eyes.violations(keeper)
    item.get_by_role("button", name=say["pass"], exact=True).click()
    keeper.wait_for_selector(f"text={say['passed']}")

    assert reader.goto(address).status == 200
    reader.goto(f"{base}/kiln/?feed=new")
    assert "Offers of the day" in reader.inner_text("body")
    post.refresh_from_db()
    assert post.state == "published"
