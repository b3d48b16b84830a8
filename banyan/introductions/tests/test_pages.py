"""The member's page, the studio's, and what a moderator may do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from banyan.chat.models import Message
from banyan.core.idempotency import new_form_key
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.introductions import actions, moderated, queries, rules
from banyan.introductions.models import Introduction, Side, Willing
from banyan.moderation import actions as judging
from banyan.moderation.models import Decision, Report
from banyan.people import actions as people

pytestmark = pytest.mark.django_db

BACKEND = "banyan.people.backends.PasswordBackend"


@pytest.fixture
def now() -> Any:
    """The pages read the real clock."""
    return timezone.now()


@pytest.fixture
def ask(client: Any, cast: Any) -> Any:
    def go(name: str, path: str, body: dict[str, str] | None = None, **more: Any) -> Any:
        client.force_login(getattr(cast, name), backend=BACKEND)
        if body is None:
            return client.get(path, **more)
        return client.post(path, {"form_key": new_form_key(), **body}, **more)

    return go


def text(response: Any) -> str:
    return str(response.content.decode())


def test_a_member_turns_it_on_reads_what_it_shows_and_turns_it_off(ask: Any, kiln: Any) -> None:
    page = text(ask("jonas", "/kiln/meet"))
    assert "They see your name" in page
    assert "have not named an interest" in page
    assert ask("jonas", "/kiln/meet/switch", {"on": "1"}).status_code == 302
    assert Willing.objects.get().since is not None
    assert "Nobody new at the moment" in text(ask("jonas", "/kiln/meet"))
    ask("jonas", "/kiln/meet/switch", {"on": "0"})
    assert Willing.objects.get().since is None


def test_both_see_the_reason_and_a_third_sees_nothing(ask: Any, met: Any, side: Any) -> None:
    assert "You both named Tea." in text(ask("jonas", "/kiln/meet"))
    assert "Lan" in text(ask("jonas", "/kiln/meet"))
    page = text(ask("lan", "/kiln/meet", headers={"accept-language": "zh-hans"}))
    assert "Jonas" in page
    assert "茶" in page
    assert ask("kenji", f"/kiln/meet/{side('jonas').oid}/away", {}).status_code == 404
    assert ask("lan", f"/kiln/meet/{side('jonas').oid}/follow", {}).status_code == 404
    assert ask("rafe", "/kiln/meet").status_code == 403


def test_hello_without_words_keeps_the_page_and_with_words_goes_on(
    ask: Any, met: Any, side: Any
) -> None:
    path = f"/kiln/meet/{side('jonas').oid}/write"
    assert ask("jonas", path, {"body": "  "}).status_code == 422
    answer = ask("jonas", path, {"body": "Which tea do you drink?"})
    assert answer.status_code == 302
    assert "/messages/" in answer["Location"]
    assert Message.objects.get().body == "Which tea do you drink?"
    assert "Jonas has said hello." in text(ask("lan", "/kiln/meet"))
    assert ask("jonas", path, {"body": "Again"}).status_code == 409


def test_not_for_me_leaves_the_others_page_as_it_was(ask: Any, met: Any, side: Any) -> None:
    before = Side.objects.get(pk=side("lan").pk).said
    ask("jonas", f"/kiln/meet/{side('jonas').oid}/away", {})
    assert "Nobody new" in text(ask("jonas", "/kiln/meet"))
    page = text(ask("lan", "/kiln/meet"))
    assert "You both named Tea." in page
    assert "hello." not in page.replace("Say hello", "")
    assert Side.objects.get(pk=side("lan").pk).said == before
    assert "Not for me" not in text(ask("mei", "/studio/kiln/introductions"))


def test_what_is_named_by_nobody_any_more_is_not_read_out(
    ask: Any, met: Any, cast: Any, now: Any
) -> None:
    people.choose_likes(person=cast.lan, keys=["books"], now=now)
    page = text(ask("jonas", "/kiln/meet"))
    assert "You both named Tea" not in page
    assert "named the same interest" in page


def test_the_page_takes_few_statements_however_many_introductions(
    ask: Any, met: Any, client: Any, django_assert_max_num_queries: Any
) -> None:
    ask("jonas", "/kiln/meet")
    with django_assert_max_num_queries(10):
        client.get("/kiln/meet")


def test_operators_turn_it_off_and_on_for_the_place(ask: Any, kiln: Any, met: Any) -> None:
    path = "/studio/kiln/introductions/switch"
    assert ask("kenji", path, {"on": "0"}).status_code == 403  # a moderator
    assert ask("jonas", path, {"on": "0"}).status_code == 404
    assert ask("mei", path, {"on": "0"}).status_code == 302
    kiln.refresh_from_db()
    assert not kiln.has(queries.SWITCH)
    page = text(ask("jonas", "/kiln/meet"))
    assert "Members are not introduced here" in page
    assert "Lan" not in page
    assert "Turn it off" in page  # one's own switch stays in reach
    ask("mei", path, {"on": "1"})
    assert "You both named Tea." in text(ask("jonas", "/kiln/meet"))


def test_the_studio_says_counts_and_nothing_of_few_pairs(ask: Any, kiln: Any, met: Any) -> None:
    page = text(ask("mei", "/studio/kiln/introductions"))
    assert "fewer than 5" in page
    assert "Below 8 of either nothing can be said" in page
    for name in ("Jonas", "Lan"):
        assert name not in page
    assert ask("jonas", "/studio/kiln/introductions").status_code == 404


def test_the_studio_shows_the_result_from_eight_pairs_on(ask: Any, kiln: Any, now: Any) -> None:
    from .test_measuring import pairs

    pairs(kiln, now, rules.OVER, 40, 20)
    pairs(kiln, now, rules.HELD, 31, 3)
    page = text(ask("mei", "/studio/kiln/introductions"))
    assert "20 of 40" in page
    assert "3 of 31" in page
    assert "35 to 65 of a hundred" in page
    assert "Difference in points of a hundred: 40.3" in page


def reported(ask: Any, side: Any) -> None:
    """Lan reports Jonas."""
    path = f"/kiln/report/introduction/{side('jonas').oid}"
    assert path in text(ask("lan", "/kiln/meet"))
    assert ask("lan", path, {"reason": "unkind", "note": "He wrote something rude."}
               ).status_code == 302  # fmt: skip


def test_a_reported_introduction_is_ended_by_a_moderator_once(
    ask: Any, met: Any, side: Any, here: Any, now: Any
) -> None:
    with pytest.raises(moderated.NotReported):
        moderated.end_reported(side=side("jonas"), by=here("mei"), now=now)
    reported(ask, side)
    page = text(ask("kenji", "/studio/kiln/introductions"))
    assert "He wrote something rude." in page
    with pytest.raises(NotAllowed):
        moderated.end_reported(side=side("jonas"), by=here("lan"), now=now)
    path = f"/studio/kiln/introductions/{side('jonas').oid}/end"
    assert ask("kenji", path, {}).status_code == 302
    met.refresh_from_db()
    assert met.state == rules.STOPPED
    assert Decision.objects.get().reason == "unkind"
    assert Report.objects.get().decision is not None
    assert "Nobody new" in text(ask("lan", "/kiln/meet"))
    assert ask("kenji", path, {}).status_code == 409


def test_the_queue_shows_it_and_may_bring_it_back(
    ask: Any, met: Any, side: Any, here: Any, kiln: Any, now: Any
) -> None:
    reported(ask, side)
    page = text(ask("kenji", "/studio/kiln/content"))
    assert "both named Tea" in page
    for verdict, state in (("hide", rules.STOPPED), ("restore", rules.INTRODUCED)):
        thing = moderated.find(kiln, side("jonas").public_id)
        assert thing is not None
        judging.decide(thing=thing, verdict=verdict, by=here("kenji"), now=now, reason="unkind")
        met.refresh_from_db()
        assert met.state == state
    thing = moderated.find(kiln, side("jonas").public_id)
    assert thing is not None
    with pytest.raises(WrongMoment):
        judging.decide(thing=thing, verdict="restore", by=here("kenji"), now=now)


def test_pairs_left_to_chance_cannot_be_found_or_reported(
    ask: Any, kiln: Any, ready: Any, left: None, here: Any, now: Any
) -> None:
    ready("jonas", "tea")
    ready("lan", "tea")
    actions.draw(kiln, now=now)
    side = Side.objects.get(member=here("jonas"))
    assert ask("lan", f"/kiln/report/introduction/{side.oid}").status_code == 404
    assert ask("jonas", f"/kiln/meet/{side.oid}/follow", {}).status_code == 404
    assert ask("mei", f"/studio/kiln/introductions/{side.oid}/end", {}).status_code == 404


def test_the_jobs_run_twice(kiln: Any, ready: Any, shown: None, now: Any) -> None:
    from banyan.introductions import tasks

    ready("jonas", "tea")
    ready("lan", "tea")
    assert (tasks.introduce(), tasks.introduce()) == (1, 0)
    Introduction.objects.update(
        drawn_at=now - timedelta(days=31), closes_at=now - timedelta(days=17)
    )
    assert (tasks.end_and_settle(), tasks.end_and_settle()) == (2, 0)
