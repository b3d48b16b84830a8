"""Pages of habits: a member's own, the button beside leaves, the label, the studio."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from banyan.habits import rules
from banyan.habits.models import CheckIn, Gift, Habit, Level, Quest, Terms

from .conftest import heard, purse

pytestmark = pytest.mark.django_db
GOOD = {
    "is_on": "on", "day_minor": "10", "week_minor": "50", "month_minor": "0", "day_points": "1",
    "point_minor": "100",
}  # fmt: skip
QUEST = {
    "name": "A first post", "second_name": "第一篇帖子", "act": "posts", "number": "1",
    "period": "once", "minor": "30", "points": "5",
}  # fmt: skip


@pytest.fixture
def now() -> Any:
    """Pages look at the real clock."""
    return timezone.now()


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return client


def send(client: Client, path: str, **fields: Any) -> Any:
    return client.post(path, {"form_key": uuid4().hex} | fields)


def words(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_member_checks_in_once_from_the_page_of_leaves(thanks_days, cast, book):
    thanks_days()
    jonas = signed_in(cast.jonas)
    assert "/kiln/habits/check-in" in words(jonas.get("/kiln/leaves"))
    assert send(jonas, "/kiln/habits/check-in").status_code == 302
    again = send(jonas, "/kiln/habits/check-in")
    assert again.status_code == 409
    assert "checked in today already" in words(again)
    page = words(jonas.get("/kiln/habits"))
    assert "Checked in today" in page
    assert "/kiln/habits/check-in" not in page
    assert "/kiln/habits/check-in" not in words(jonas.get("/kiln/leaves"))
    assert purse(book, cast.jonas) == (0, 10, 0)
    assert "For checking in" in words(jonas.get("/kiln/leaves"))


def test_where_there_is_nothing_of_it_no_page_shows_any_of_it(gives, cast):
    gives()
    jonas = signed_in(cast.jonas)
    for path in ("/kiln/leaves", "/kiln/"):
        assert "/kiln/habits" not in words(jonas.get(path))
    assert jonas.get("/kiln/habits").status_code == 404
    assert send(jonas, "/kiln/habits/check-in").status_code in (404, 409)
    assert not CheckIn.objects.exists()


def test_strangers_and_other_communities_get_nowhere(thanks_days, here, cast, tea, now):
    thanks_days()
    here(cast.jonas, now)
    gift = Gift.objects.get()
    assert signed_in(cast.rafe).get("/kiln/habits").status_code in (302, 403, 404)
    assert send(Client(), "/kiln/habits/check-in").status_code in (302, 403, 404)
    assert signed_in(cast.jonas).get("/studio/kiln/habits").status_code in (403, 404)
    sol = signed_in(cast.sol)
    assert sol.get(f"/studio/four/habits/gifts/{gift.oid}").status_code == 404
    assert send(sol, f"/studio/four/habits/terms/{Terms.objects.get().oid}/undo").status_code == 404
    assert signed_in(cast.jonas).get("/kiln/habits/check-in").status_code == 405


def test_the_studio_turns_it_on_and_off_again(gives, kiln, cast):
    mei = signed_in(cast.mei)
    refused = send(mei, "/studio/kiln/habits", **GOOD)
    assert refused.status_code == 422
    assert "how many there are in a month" in words(refused)
    assert 'value="50"' in words(refused)
    gives()
    assert send(mei, "/studio/kiln/habits", **GOOD).status_code == 302
    terms = Terms.objects.get()
    assert (terms.is_on, terms.day_minor, terms.point_minor) == (True, 10, 10000)
    assert send(mei, "/studio/kiln/habits", **GOOD | {"day_minor": "12"}).status_code == 302
    assert send(mei, f"/studio/kiln/habits/terms/{terms.oid}/undo").status_code == 302
    assert Terms.objects.get().day_minor == 10
    bad = send(mei, "/studio/kiln/habits", **GOOD | {"day_minor": "-3", "point_minor": "x"})
    assert bad.status_code == 422
    assert Terms.objects.get().day_minor == 10


def test_the_studio_takes_a_gift_back_with_a_reason_that_the_member_reads(
    thanks_days, here, cast, book, now
):
    thanks_days()
    here(cast.jonas, now)
    gift, mei = Gift.objects.get(), signed_in(cast.mei)
    path = f"/studio/kiln/habits/gifts/{gift.oid}"
    assert path in words(mei.get("/studio/kiln/habits"))
    assert mei.get(path).status_code == 200
    assert send(mei, path, reason=" ").status_code == 422
    assert Gift.objects.get().is_given
    assert send(mei, path, reason="That was a test of ours").status_code == 302
    assert send(mei, path, reason="That was a test of ours").status_code == 409
    assert purse(book, cast.jonas) == (0, 0, 0)
    jonas = signed_in(cast.jonas)
    assert "That was a test of ours" in words(jonas.get("/kiln/habits"))
    heard()
    assert "taken back, with a reason" in words(jonas.get("/me/notices"))


def test_the_studio_puts_a_quest_up_and_takes_it_down(gives, cast, kiln, wrote, now):
    gives(month_minor=1000)
    mei, jonas = signed_in(cast.mei), signed_in(cast.jonas)
    assert send(mei, "/studio/kiln/quests", **QUEST).status_code == 302
    for wrong in (
        {"minor": "0", "points": "0"}, {"number": "0"}, {"act": "profile", "period": "weekly"},
        {"act": "profile", "number": "2"}, {"name": ""}, {"act": "bribe"},
    ):  # fmt: skip
        assert send(mei, "/studio/kiln/quests", **QUEST | wrong).status_code == 422
    quest = Quest.objects.get()
    page = words(jonas.get("/kiln/habits"))
    for said in ("A first post", "30 leaves", "5 points", "0 of 1"):
        assert said in page
    wrote(cast.jonas, at=now + timedelta(seconds=1))
    heard()
    page = words(jonas.get("/kiln/habits"))
    assert "Done" in page
    assert send(mei, f"/studio/kiln/quests/{quest.oid}/off").status_code == 302
    assert send(mei, f"/studio/kiln/quests/{quest.oid}/off").status_code == 409
    assert send(mei, f"/studio/kiln/quests/{quest.oid}/gone").status_code == 404
    assert "0 of 1" not in words(signed_in(cast.lan).get("/kiln/leaves"))
    assert "Done 1 time" in words(mei.get("/studio/kiln/quests"))


def test_a_level_stands_beside_the_name_until_its_member_hides_it(
    thanks_days, here, cast, kiln, member_of, now
):
    thanks_days()
    mei, jonas = signed_in(cast.mei), signed_in(cast.jonas)
    level = {"name": "Potter", "second_name": "匠人", "from_points": "1"}
    assert send(mei, "/studio/kiln/levels", **level).status_code == 302
    refused = send(mei, "/studio/kiln/levels", **level)
    assert refused.status_code == 422
    assert "already" in words(refused)
    here(cast.jonas, now)
    path = f"/kiln/members/{member_of(kiln, cast.jonas).oid}"
    assert "Potter" in words(jonas.get(path))
    assert "匠人" in words(jonas.get(path, headers={"accept-language": "zh-hans"}))
    assert send(jonas, "/kiln/habits/level").status_code == 302
    assert "Potter" not in words(mei.get(path))
    assert "Potter" in words(jonas.get("/kiln/habits"))
    assert send(jonas, "/kiln/habits/level", shown="yes").status_code == 302
    assert "Potter" in words(mei.get(path))
    one = Level.objects.get()
    assert send(mei, f"/studio/kiln/levels/{one.oid}", **level | {"from_points": "9"}).status_code
    heard()
    assert Habit.objects.get(member__person=cast.jonas).level is None
    assert send(mei, f"/studio/kiln/levels/{one.oid}/remove").status_code == 302
    assert send(mei, f"/studio/kiln/levels/{one.oid}/remove").status_code == 404


def test_communities_without_it_pay_no_statement_for_it(kiln, cast, member_of, gives):
    gives()
    jonas = signed_in(cast.jonas)
    for path in (f"/kiln/members/{member_of(kiln, cast.lan).oid}", "/kiln/leaves"):
        jonas.get(path)
        with CaptureQueriesContext(connection) as seen:
            jonas.get(path)
        assert not [one for one in seen if "habits_" in one["sql"]]


def test_the_page_asks_for_the_same_number_of_rows_however_many_days_there_are(
    thanks_days, here, cast, now
):
    thanks_days()
    jonas = signed_in(cast.jonas)
    here(cast.jonas, now - timedelta(days=30))
    jonas.get("/kiln/habits")
    with CaptureQueriesContext(connection) as few:
        jonas.get("/kiln/habits")
    for n in range(29, 0, -1):
        here(cast.jonas, now - timedelta(days=n))
    with CaptureQueriesContext(connection) as many:
        jonas.get("/kiln/habits")
    assert len(many) <= len(few) + 1


def test_no_page_of_it_presses_or_counts_down(thanks_days, here, cast, now):
    thanks_days()
    here(cast.jonas, now - timedelta(days=9))
    page = words(signed_in(cast.jonas).get("/kiln/habits"))
    assert not re.search(r"(?i)hurry|don.t lose|lost your|only \d|expires|last chance|data-count",
                         page)  # fmt: skip
    assert rules.days_now(rules.Row(3, 0, (now - timedelta(days=9)).date()), now.date()) == 0
