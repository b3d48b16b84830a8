"""Every page of the URL map: axe finds nothing, nothing stands out sideways, no English in Chinese.

At two widths, in two themes and two languages, as the owner and as a stranger. A new page is looked
at by itself; one whose address has parts needs its example in tests/walks/examples.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.walks import eyes
from tests.walks.examples import addresses, path_of
from tests.walks.world import World, world

__all__ = ["world"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.looks,
    pytest.mark.django_db(transaction=True),
]

ERRORS = (400, 403, 404, 409, 429, 500, 503)
LANGUAGES = ("en", "zh-hans")
MADE_UP = ("ui:", "dev-mail")  # specimens, and letters in their readers’ tongues


def is_page(response: Any) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and b"<!doctype" in response.content[:200].lower()
    )


def pages(world: World, client: Client) -> Iterator[tuple[str, str, str]]:
    """(who, name, path) of every GET address that answers with a page."""
    owner, stranger = Client(), client
    owner.force_login(world.cast.mei)
    for name, view, parts in addresses():
        try:
            path = path_of(world, name, parts)
        except (KeyError, NoReverseMatch):
            # The door of a POST, or a library's page of a key that nobody here has.
            assert not name.startswith("studio") or getattr(view, "audience", ""), name
            continue
        for who, viewer in (("owner", owner), ("stranger", stranger)):
            if is_page(viewer.get(path)):
                yield who, name, path
    yield "stranger", "guest's order", path_of(world, "order", {"no"}, "guest")
    for status in ERRORS:
        path = reverse("ui:error", kwargs={"status": status})
        yield from (("owner", f"error {status}", path), ("stranger", f"error {status}", path))
    for query in ("?tab=hidden", "?tab=decided"):
        yield "owner", f"studio-content{query}", f"/studio/kiln/content{query}"
    for state in ("placed", "completed", "cancelled", "refunded", "stuck"):
        order = world.orders[state]
        yield "owner", f"studio-order {state}", f"/studio/kiln/orders/{order.number}"
    yield "owner", "product with options", "/kiln/shop/tenmoku-bowl"
    yield "owner", "product sold out", "/kiln/shop/moon-jar"
    yield "stranger", "product sold out", "/kiln/shop/moon-jar"
    yield "owner", "nothing found", "/kiln/shop?q=zzzz"
    ask = path_of(world, "post-vote", {"c", "id"}).removesuffix("/vote")
    yield from (
        ("owner", "poll", ask),
        ("stranger", "poll", ask),
        ("owner", "vote", f"{ask}?vote=1"),
    )
    yield (
        "owner",
        "cancelled event",
        reverse("gathering", kwargs={"c": "kiln", "id": world.gatherings[1].public_id}),
    )
    yield "owner", "new poll", "/kiln/new?kind=poll"
    yield "owner", "following", "/kiln/?feed=following"
    yield "owner", "tag", "/kiln/?tag=shelf"
    for query in ("cup", "杯", "zzzz", "Mei", "kiln"):
        yield "owner", f"search {query}", f"/kiln/search?q={query}"
        yield "stranger", f"search all {query}", f"/search?q={query}"
    yield "owner", "studio-held looked", "/studio/kiln/held?tab=looked"
    yield "owner", "held post", world.held_url
    yield "owner", "studio flash sale", f"/studio/kiln/campaigns/{world.sale.oid}"
    yield "owner", "new flash sale", "/studio/kiln/campaigns/new?kind=flash_sale"
    yield "stranger", "product in a flash sale", f"/kiln/shop/{world.products['tenmoku-bowl'].slug}"
    yield "owner", "another community", "/four/"
    yield "owner", "another's threshold", "/four/charter"


@contextmanager
def window(browser: Any, base: str, width: int, person: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    if person is not None:
        client = Client()
        client.force_login(person)
        key = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": key, "url": base}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def look(page: Any, name: str, language: str) -> list[str]:
    """Everything against the page as it stands, light first, then dark without loading anew."""
    found = eyes.violations(page) + eyes.sideways(page) + eyes.markup_in(page)
    if language != "en" and not name.startswith(MADE_UP):
        found += [f"English: {line}" for line in eyes.english_in(page)]
    eyes.turn_dark(page)
    return found + [f"dark: {line}" for line in eyes.violations(page, only=eyes.COLOUR_RULES)]


@pytest.mark.parametrize("width", [390, 1440])
def test_every_page_is_for_everybody(
    width: int, world: World, browser: Any, live_server: Any, client: Any, settings: Any,
    subtests: Any,
) -> None:  # fmt: skip
    settings.DEBUG = True  # the styleguide and the mail box of developers, too
    all_pages = list(pages(world, client))
    assert len(all_pages) > 100
    for who, person in (("owner", world.cast.mei), ("stranger", None)):
        with window(browser, live_server.url, width, person) as page:
            for language in LANGUAGES:
                page.context.add_cookies(
                    [{"name": "django_language", "value": language, "url": live_server.url}]
                )
                for seen_by, name, path in all_pages:
                    if seen_by != who:
                        continue
                    with subtests.test(f"{name} {who} {width} {language}"):
                        page.goto(live_server.url + path)
                        assert look(page, name, language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_that_only_a_form_leads_to(
    language: str, world: World, browser: Any, live_server: Any, subtests: Any
) -> None:
    """Codes asked for by letter, and forms that say what is wrong."""
    base = live_server.url
    with window(browser, base, 390, None) as page:
        page.context.add_cookies([{"name": "django_language", "value": language, "url": base}])
        for start, email in (
            ("/accounts/login/code/", "mei.lin@example.org"),
            ("/accounts/signup/", "somebody@example.org"),
            ("/accounts/password/reset/", "jonas@example.org"),
        ):
            page.goto(base + start)
            page.fill("main [name=email]", email)
            page.locator("main form:has([name=email]) button[type=submit]").first.click()
            page.wait_for_selector("main [name=code]")
            with subtests.test(f"code after {start} {language}"):
                assert look(page, start, language) == []
    with window(browser, base, 390, world.cast.mei) as page:
        page.context.add_cookies([{"name": "django_language", "value": language, "url": base}])
        for path, button in (
            ("/start", "main form button.btn"),
            ("/studio/kiln/catalog/new", "main form button.btn.main"),
            ("/studio/kiln/costs", "main form:has([name=note],[name=amount]) button.btn"),
        ):
            page.goto(base + path)
            page.evaluate("document.querySelectorAll('form').forEach(f => f.noValidate = true)")
            # Where a form goes step by step its last button is not in sight yet.
            page.locator(button).last.evaluate("button => button.form.requestSubmit(button)")
            page.wait_for_selector(".errors, [aria-invalid=true]")
            with subtests.test(f"refused {path} {language}"):
                assert look(page, path, language) == []
