"""Out of one place and in at another, as a walk: an owner downloads the whole community, somebody
else brings it in and sees its posts, a member takes their history.

In English at a desk and in Chinese on a phone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from banyan.communities.models import Community
from banyan.content.models import Post
from banyan.moving import tasks
from banyan.moving.models import Package, Unpacking

from .eyes import english_in, note_fault, sideways
from .world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOTH = pytest.mark.parametrize(("language", "width"), [("en", 1440), ("zh-hans", 390)])


@pytest.fixture
def page_of(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """A page of one of the cast, signed in: page_of(person, "en", 1440)."""
    opened: list[Any] = []
    faults: list[str] = []

    def open_page(person: Any, language: str, width: int) -> Any:
        client = Client()
        client.force_login(person, backend="banyan.people.backends.PasswordBackend")
        context = browser.new_context(viewport={"width": width, "height": 900})
        context.add_cookies(
            [
                {"name": "django_language", "value": language, "url": live_server.url},
                {
                    "name": "sessionid", "value": client.cookies["sessionid"].value,
                    "url": live_server.url,
                },
            ]
        )  # fmt: skip
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", partial(note_fault, faults))
        page.on(
            "console",
            lambda m: (
                faults.append(f"{m.location} {m.text}") if "Content Security" in m.text else None
            ),
        )
        return page

    yield open_page
    for context in opened:
        context.close()
    assert not faults


@BOTH
def test_a_community_goes_out_and_comes_in_elsewhere(
    language: str, width: int, world: World, page_of: Any, live_server: Any, tmp_path: Any
) -> None:
    base = live_server.url

    def look(page: Any) -> None:
        assert sideways(page) == []
        if language != "en":
            assert english_in(page) == []

    owner = page_of(world.cast.mei, language, width)
    owner.goto(f"{base}/studio/kiln/moving")
    look(owner)
    with owner.expect_download() as table:
        owner.click("a[href$='/moving/members.csv']")
    assert "Jonas" in Path(table.value.path()).read_text(encoding="utf-8-sig")
    owner.click("#whole form button")
    owner.wait_for_url("**/moving#whole")
    owner.wait_for_selector("#whole [role=status]")
    look(owner)
    tasks.make_package(package_id=Package.objects.earliest("-pk").pk)
    owner.wait_for_selector("#whole a.btn.main")
    look(owner)
    with owner.expect_download() as whole:
        owner.click("#whole a.btn.main")
    file = tmp_path / "whole.zip"
    whole.value.save_as(file)

    founder = page_of(world.cast.sol, language, width)
    founder.goto(f"{base}/start")
    founder.click("a[href='/start/from-file']")
    founder.wait_for_selector("input[type=file]")
    look(founder)
    founder.set_input_files("input[type=file]", file)
    founder.click("main form button.main")
    founder.wait_for_url("**/start/from-file/*")
    founder.wait_for_selector("#run[hx-get]")
    look(founder)
    tasks.look(unpacking_id=Unpacking.objects.earliest("-pk").pk)
    founder.wait_for_selector("[name=slug]")
    look(founder)
    assert founder.input_value("[name=slug]") == "kiln-2"
    founder.fill("[name=slug]", "kiln")
    founder.click("#run form button.main")
    founder.wait_for_selector("#run .errors")
    look(founder)
    founder.fill("[name=slug]", "kiln-two")
    founder.click("#run form button.main")
    founder.wait_for_selector("#run progress")
    look(founder)
    tasks.bring_in(unpacking_id=Unpacking.objects.earliest("-pk").pk)
    founder.wait_for_selector("#run a.btn.main[href$='/kiln-two/']")
    look(founder)
    founder.click("#run a.btn.main")
    founder.wait_for_url("**/kiln-two/")
    founder.wait_for_selector("text=First light through the new shelf")

    # Jonas, who wrote that, takes his history
    jonas = page_of(world.cast.jonas, language, width)
    jonas.goto(f"{base}/kiln-two/claim")
    look(jonas)
    jonas.click("main form button.main")
    jonas.wait_for_url("**/kiln-two/join")
    look(jonas)
    here = Community.objects.get(slug="kiln-two")
    mine = Post.objects.filter(community=here, author__person=world.cast.jonas)
    assert mine.filter(title="First light through the new shelf").exists()
