"""Coming in, as walks: /welcome to a join; an application refused, looked at again, and let in.

In English at a desk and in Chinese on a phone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from banyan.communities import rules
from banyan.communities.models import Member
from banyan.people.models import Tag

from .eyes import english_in, note_fault, sideways
from .world import World

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
        page.on(
            "pageerror",
            lambda fault: note_fault(faults, fault),
        )
        page.on(
            "console", lambda m: faults.append(m.text) if "Content Security" in m.text else None
        )
        return page

    yield open_page
    for context in opened:
        context.close()
    assert not faults


@BOTH
def test_three_steps_lead_to_a_place_with_reasons_and_into_it(
    language: str, width: int, world: World, page_of: Any, live_server: Any
) -> None:
    base, page = live_server.url, page_of(world.cast.sol, language, width)

    def look() -> None:
        assert sideways(page) == []
        if language != "en":
            assert english_in(page) == []

    page.goto(f"{base}/welcome")
    look()
    for name in ("morning-mug", "moon-jar", "wheel"):
        page.check(f"[name=p][value={name}]")
    page.click(".welcome-acts button.main")
    page.wait_for_selector("[role=alert].errors")
    page.wait_for_load_state()
    look()
    assert page.locator("[name=p]:checked").count() == 3  # too few: said, and kept
    for name in ("test-tiles", "shelf"):
        page.check(f"[name=p][value={name}]")
    page.click(".welcome-acts button.main")
    page.wait_for_selector("[name=v]")
    page.wait_for_load_state()
    look()
    page.check("[name=v][value=slow]")
    page.click(".welcome-acts button.main")
    page.wait_for_selector(".because")
    page.wait_for_load_state()
    look()
    page.click(".match details summary")
    assert page.locator(".week").first.is_visible()
    page.click(".keep button.main")
    page.wait_for_selector("#consent-error")
    look()
    assert not Tag.objects.filter(person=world.cast.sol).exists()
    page.check("[name=consent]")
    page.click(".keep button.main")
    page.wait_for_selector(".toast")
    assert Tag.objects.filter(person=world.cast.sol, key="fit.value.slow").exists()
    page.click(".match .btn.soft")
    page.wait_for_url("**/kiln/")
    look()
    page.goto(f"{base}/kiln/join")
    look()
    page.fill("[name=note]", "慢慢来")
    page.check("[name=accept]")
    page.click("main form button.btn.buy")
    page.wait_for_url("**/kiln/entry")
    look()
    sol = Member.objects.get(community=world.kiln, person=world.cast.sol)
    assert sol.state == rules.APPLIED
    owner = page_of(world.cast.mei, language, width)
    owner.goto(f"{base}/studio/kiln/members")
    owner.click(f"form[action$='/{sol.oid}/admit'] button")
    owner.wait_for_selector(".toast")
    page.goto(f"{base}/kiln/")
    look()
    sol.refresh_from_db()
    assert sol.is_in


@BOTH
def test_an_application_is_refused_looked_at_again_by_another_and_let_in(
    language: str, width: int, world: World, page_of: Any, live_server: Any
) -> None:
    base = live_server.url
    Member.objects.filter(pk=world.members["jonas"].pk).update(role=rules.OPERATOR)
    owner = page_of(world.cast.mei, language, width)
    second = page_of(world.cast.jonas, language, width)
    asker = page_of(world.cast.rafe, language, width)

    def look(page: Any) -> None:
        assert sideways(page) == []
        if language != "en":
            assert english_in(page) == []

    # The operator asks a question and says how soon it is answered
    owner.goto(f"{base}/studio/kiln/entry")
    look(owner)
    owner.fill("[name=question_0]", "拉什么坯？")
    owner.fill("[name=second_0]", "拉什么坯？")
    owner.fill("[name=answer_hours]", "24")
    owner.click("main form button.btn.main")
    owner.wait_for_selector(".toast")

    # Somebody forgets a field, finds their words kept, and asks
    asker.goto(f"{base}/kiln/join")
    look(asker)
    asker.fill("[name=answer_0]", "碗")
    asker.click("main form button.btn.buy")
    asker.wait_for_selector(".errors")
    assert asker.input_value("[name=answer_0]") == "碗"
    asker.check("[name=accept]")
    asker.click("main form button.btn.buy")
    asker.wait_for_url("**/kiln/entry")
    look(asker)
    rafe = Member.objects.get(community=world.kiln, person=world.cast.rafe)

    # Refused with a word
    owner.goto(f"{base}/studio/kiln/members")
    look(owner)
    owner.click(f"a[href$='/{rafe.oid}/refuse']")
    owner.fill("[name=reason]", "满了。")
    owner.click("form button.danger")
    owner.wait_for_selector(".toast")

    # They ask to look again
    asker.reload()
    look(asker)
    assert "满了。" in asker.inner_text("main")
    asker.fill("[name=words]", "我周二能来。")
    asker.click("main form button.btn.main")
    asker.wait_for_selector(".toast")
    look(asker)

    # Who refused may not decide; another may
    owner.goto(f"{base}/studio/kiln/members")
    owner.click(f"form[action$='/{rafe.oid}/admit'] button")
    owner.wait_for_load_state()
    rafe.refresh_from_db()
    assert rafe.state == rules.APPEALED
    second.goto(f"{base}/studio/kiln/members")
    look(second)
    second.click(f"form[action$='/{rafe.oid}/admit'] button")
    second.wait_for_selector(".toast")
    rafe.refresh_from_db()
    assert rafe.is_in
    asker.goto(f"{base}/kiln/")
    look(asker)
