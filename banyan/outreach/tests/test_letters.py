"""Letters: only with consent, once, not at night, stopped with one press."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from banyan.core.idempotency import new_form_key
from banyan.core.jobs.models import Job
from banyan.outreach import rules, tasks
from banyan.outreach.actions import choose
from banyan.outreach.models import Habits, Notice, Switch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def awake(cast: Any) -> None:
    """Nobody has quiet hours, whatever the clock says while the tests run."""
    for person in (cast.jonas, cast.lan):
        Habits.objects.create(person=person, quiet_from=0, quiet_until=0)


def switch_on(person: Any, topic: str = "reply", channel: str = "mail", on: bool = True) -> None:
    choose.choose(person=person, wanted={(topic, channel): on}, now=timezone.now())


def told() -> list[Any]:
    return [letter for letter in mail.outbox if "List-Unsubscribe" in letter.extra_headers]


def test_without_consent_no_letter_leaves(write: Any, answer: Any, deliver: Any) -> None:
    answer(write(now=timezone.now()), at=timezone.now())
    deliver()
    assert Notice.objects.count() == 1
    assert told() == []


def test_with_a_switch_one_letter_comes_in_the_readers_language(
    cast: Any, awake: None, write: Any, answer: Any, deliver: Any
) -> None:
    cast.jonas.language = "zh-hans"
    cast.jonas.save()
    switch_on(cast.jonas)
    answer(write("早上的杯子", now=timezone.now()), at=timezone.now())
    deliver()
    (letter,) = told()
    assert letter.to == [cast.jonas.email]
    assert letter.subject == "Lan回复了你：早上的杯子"
    assert "/kiln/p/" in letter.body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_job_that_runs_twice_writes_once(
    cast: Any, awake: None, write: Any, answer: Any, deliver: Any
) -> None:
    switch_on(cast.jonas)
    answer(write(now=timezone.now()), at=timezone.now())
    deliver()
    for _again in range(3):
        tasks.write_letter(person_id=cast.jonas.pk)
        tasks.sweep_due()
        deliver()
    assert len(told()) == 1


def test_what_waited_comes_in_one_letter(
    cast: Any, awake: None, write: Any, answer: Any, deliver: Any
) -> None:
    switch_on(cast.jonas)
    for title in ("One", "Two", "Three"):
        answer(write(title, now=timezone.now()), at=timezone.now())
    deliver()
    letters = told()
    assert len(letters) <= 3
    text = "".join(letter.subject + letter.body for letter in letters)
    assert all(title in text for title in ("One", "Two", "Three"))
    assert not Notice.objects.filter(mailed_at=None, topic="reply").exists()


def test_when_the_mail_server_is_down_it_is_tried_again_and_comes_once(
    cast: Any, awake: None, write: Any, answer: Any, deliver: Any, monkeypatch: Any
) -> None:
    from django.core.mail import EmailMessage

    send, tries = EmailMessage.send, []

    def broken(self: Any, *given: Any, **named: Any) -> Any:
        tries.append(self)
        if len(tries) == 1:
            raise OSError("no route to the mail server")
        return send(self, *given, **named)

    monkeypatch.setattr(EmailMessage, "send", broken)
    switch_on(cast.jonas)
    answer(write(now=timezone.now()), at=timezone.now())
    deliver()
    assert told() == []
    assert Notice.objects.get(topic="reply").mailed_at is None
    assert Job.objects.filter(name__endswith="write_letter", state="waiting").count() == 1
    Job.objects.filter(name__endswith="write_letter").update(run_at=timezone.now())
    deliver()
    deliver()
    assert len(told()) == 1


def test_what_was_read_meanwhile_is_not_written(
    cast: Any, awake: None, write: Any, answer: Any, deliver: Any
) -> None:
    switch_on(cast.jonas)
    answer(write(now=timezone.now()), at=timezone.now())
    from banyan.core.jobs import jobs
    from banyan.core.jobs.models import Job as Row

    # Only the listener runs; the letter waits.
    for row in Row.objects.filter(state="waiting"):
        if row.name.endswith("jobs.deliver"):
            jobs[row.name](**row.arguments)
            row.delete()
    Notice.objects.update(read_at=timezone.now())
    deliver()
    assert told() == []


def test_a_letter_of_the_night_waits_for_the_morning(
    cast: Any, write: Any, answer: Any, deliver: Any
) -> None:
    cast.jonas.zone = "Asia/Shanghai"
    cast.jonas.save()
    switch_on(cast.jonas)
    night = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    answer(write(now=night), at=night)
    from banyan.core.jobs import jobs
    from banyan.core.jobs.models import Job as Row

    for row in Row.objects.filter(name__endswith="jobs.deliver", state="waiting"):
        jobs[row.name](**row.arguments)
    assert Notice.objects.get(topic="reply").mail_at == datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    waiting = Row.objects.get(name__endswith="write_letter")
    assert waiting.run_at == datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


def stop_address(letter: Any) -> str:
    found = re.search(r"<https?://[^/]+(/[^>]+)>", letter.extra_headers["List-Unsubscribe"])
    assert found is not None
    return found[1]


def test_one_press_from_anywhere_stops_a_topic_and_looking_stops_nothing(
    cast: Any, awake: None, write: Any, answer: Any, deliver: Any
) -> None:
    switch_on(cast.jonas)
    switch_on(cast.jonas, "report")
    post = write(now=timezone.now())
    answer(post, at=timezone.now())
    deliver()
    path = stop_address(told()[0])
    stranger = Client(enforce_csrf_checks=True)  # a mail program: no cookie, no origin
    assert stranger.get(path).status_code == 200
    assert Switch.objects.get(topic="reply").is_on
    for _twice in range(2):
        pressed = stranger.post(path, {"List-Unsubscribe": "One-Click"})
        assert pressed.status_code == 200
        assert "sessionid" not in pressed.cookies
    assert not Switch.objects.get(topic="reply").is_on
    assert Switch.objects.get(topic="report").is_on
    answer(post, at=timezone.now(), body="Again")
    deliver()
    assert len(told()) == 1


def test_a_forged_stop_link_is_not_found(cast: Any) -> None:
    from banyan.outreach import links

    token = links.stop_url(cast.jonas, "reply").rpartition("/")[2]
    for forged in (token[:-2] + "xx", "nothing", f"x{token}"):
        assert Client().post(f"/me/notices/stop/{forged}").status_code == 404
    other = links.stop_url(cast.jonas, "no-such-topic").rpartition("/")[2]
    assert Client().post(f"/me/notices/stop/{other}").status_code == 404


def test_the_weeks_letter_comes_to_those_who_asked_once_a_week(
    cast: Any, kiln: Any, write: Any, deliver: Any
) -> None:
    now = timezone.now()
    write("Seen this week", by=cast.lan, now=now - timedelta(days=2))
    write("Long ago", by=cast.lan, now=now - timedelta(days=20))
    write("My own", by=cast.jonas, now=now - timedelta(days=1))
    tasks.sweep_weeks()
    deliver()
    assert told() == []
    switch_on(cast.jonas, rules.DIGEST)
    week = rules.digest_week(now, "UTC") or ""
    assert Habits.objects.get(person=cast.jonas).digest_week == week  # begins with the next one
    for _twice in range(2):
        tasks.write_week(person_id=cast.jonas.pk, week="2026-W99")
    (letter,) = told()
    assert "Seen this week" in letter.body
    assert "Long ago" not in letter.body
    assert "My own" not in letter.body
    assert "Slow Kiln" in letter.subject


def test_the_weeks_letter_shows_nothing_of_a_place_one_has_left(
    cast: Any, kiln: Any, write: Any, member_of: Any
) -> None:
    from banyan.communities import actions as communities

    write("Seen this week", by=cast.lan, now=timezone.now() - timedelta(days=2))
    switch_on(cast.jonas, rules.DIGEST)
    communities.leave(member=member_of(kiln, cast.jonas), now=timezone.now())
    tasks.write_week(person_id=cast.jonas.pk, week="2026-W99")
    assert told() == []


def test_the_settings_keep_what_one_chose_and_refuse_what_cannot_be(cast: Any) -> None:
    client = Client()
    client.force_login(cast.jonas)
    shown = client.get("/me/notices/settings").content.decode()
    assert 'value="reply:mail"' in shown
    assert 'value="like:mail"' not in shown  # likes are for the page
    assert 'value="order:mail"' not in shown  # not an operator
    sent = {
        "form_key": new_form_key(), "shown": ["reply:page", "reply:mail", "like:mail"],
        "on": ["reply:mail", "like:mail"], "quiet_from": "21", "quiet_until": "7", "digest": "on",
    }  # fmt: skip
    assert client.post("/me/notices/settings", sent).status_code == 302
    found = {(s.topic, s.channel): s.is_on for s in Switch.objects.filter(person=cast.jonas)}
    assert found == {
        ("reply", "page"): False, ("reply", "mail"): True, ("digest", "mail"): True,
    }  # fmt: skip
    assert Habits.objects.get(person=cast.jonas).quiet_from == 21
    wrong = {**sent, "form_key": new_form_key(), "quiet_from": "25"}
    assert client.post("/me/notices/settings", wrong).status_code == 422
    assert Habits.objects.get(person=cast.jonas).quiet_from == 21


def test_a_topic_switched_off_everywhere_is_not_even_written_down(
    cast: Any, write: Any, answer: Any, deliver: Any
) -> None:
    switch_on(cast.jonas, "reply", "page", on=False)
    answer(write())
    deliver()
    assert not Notice.objects.exists()
