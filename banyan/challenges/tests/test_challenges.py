"""A challenge: a day counts once, one may be made up, and it begins and ends by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from banyan.challenges import actions, queries, reminders, rules
from banyan.challenges.models import Challenge, CheckIn, Entry
from banyan.communities import actions as communities
from banyan.content.models import Post
from banyan.core.idempotency import new_form_key
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.people.models import Person

DAY = timedelta(days=1)


def said(verb: str) -> int:
    return Activity.objects.filter(verb=verb).count()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return client


@pytest.fixture
def lan(cups, here, now):
    actions.join(challenge=cups, member=here("lan"), now=now)
    return here("lan")


def test_a_day_counts_once_however_often_it_is_tapped(cups, lan, now):
    first = actions.check_in(challenge=cups, member=lan, now=now)
    again = actions.check_in(challenge=cups, member=lan, now=now)
    assert first == again
    assert Entry.objects.get().done == 1
    assert said("CheckedIn") == 1


def test_a_check_in_with_words_is_a_post_too(cups, lan, now):
    made = actions.check_in(challenge=cups, member=lan, now=now, words="第一只，歪的。")
    assert made.post == Post.objects.get()
    assert made.post.lang == "zh-Hans"
    alone = actions.check_in(challenge=cups, member=lan, now=now + DAY)
    assert alone.post is None
    assert said("PostPublished") == 1


def test_a_change_of_time_zone_gains_no_day(cups, here, cast, now):
    """At noon UTC it is the 22nd in Shanghai and the 23rd in Kiritimati at 14 hours ahead."""
    actions.join(challenge=cups, member=here("lan"), now=now)
    actions.check_in(challenge=cups, member=here("lan"), now=now)
    Person.objects.filter(pk=cast.lan.pk).update(zone="Pacific/Kiritimati")
    actions.check_in(challenge=cups, member=here("lan"), now=now)
    actions.join(challenge=cups, member=here("lan"), now=now, zone="Pacific/Kiritimati")
    actions.check_in(challenge=cups, member=here("lan"), now=now)
    assert list(CheckIn.objects.values_list("day", flat=True)) == [date(2026, 11, 22)]
    actions.leave(challenge=cups, member=here("lan"), now=now)
    actions.join(challenge=cups, member=here("lan"), now=now)
    assert Entry.objects.get().zone == "Asia/Shanghai"
    assert Entry.objects.get().done == 1


def test_the_day_is_the_members_own(cups, here, now):
    actions.join(challenge=cups, member=here("jonas"), now=now)
    late = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # half past eleven at night in Berlin
    made = actions.check_in(challenge=cups, member=here("jonas"), now=late)
    assert made.day == date(2026, 11, 22)


def test_one_missed_day_may_be_made_up_and_no_second(cups, lan, now):
    later = now + 3 * DAY
    made = actions.check_in(challenge=cups, member=lan, now=later, day=date(2026, 11, 23))
    assert made.is_made_up
    with pytest.raises(actions.NothingToMakeUp):
        actions.check_in(challenge=cups, member=lan, now=later, day=date(2026, 11, 24))
    with pytest.raises(actions.NothingToMakeUp):
        actions.check_in(challenge=cups, member=lan, now=later, day=date(2026, 11, 23))
    entry = Entry.objects.get()
    assert (entry.done, entry.made_up) == (1, 1)


def test_neither_tomorrow_nor_a_day_before_the_challenge_can_be_made_up(cups, lan, now):
    for day in (date(2026, 11, 23), date(2026, 11, 21), date(2027, 1, 1)):
        with pytest.raises(actions.NothingToMakeUp):
            actions.check_in(challenge=cups, member=lan, now=now, day=day)


def test_a_check_in_can_be_taken_back_once_and_only_ones_own(cups, lan, here, now):
    made = actions.check_in(challenge=cups, member=lan, now=now)
    with pytest.raises(NotAllowed):
        actions.undo_check_in(check_in=made, member=here("jonas"), now=now)
    actions.undo_check_in(check_in=made, member=lan, now=now)
    with pytest.raises(WrongMoment):
        actions.undo_check_in(check_in=made, member=lan, now=now)
    assert Entry.objects.get().done == 0
    actions.check_in(challenge=cups, member=lan, now=now)
    assert Entry.objects.get().done == 1


def test_who_is_not_in_it_and_who_is_no_member_do_not_check_in(cups, here, tea, cast, member_of,
                                                               now):  # fmt: skip
    with pytest.raises(WrongMoment):
        actions.check_in(challenge=cups, member=here("jonas"), now=now)
    with pytest.raises(NotAllowed):
        actions.join(challenge=cups, member=member_of(tea, cast.sol), now=now)


def test_it_begins_and_ends_by_itself_and_the_sweep_may_run_twice(kiln, here, now):
    soon = actions.announce_challenge(
        community=kiln, by=here("mei"), now=now, title="Week", starts_on=date(2026, 11, 24), days=3
    )
    assert soon.state == rules.SCHEDULED
    assert actions.sweep(now=now) == 0
    begins = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    assert actions.sweep(now=begins - timedelta(seconds=1)) == 0
    assert actions.sweep(now=begins) == 1
    assert actions.sweep(now=begins) == 0
    actions.join(challenge=Challenge.objects.get(), member=here("jonas"), now=begins)
    over_in_shanghai = begins + 3 * DAY
    assert actions.sweep(now=over_in_shanghai) == 0  # Jonas still has seven hours
    assert actions.sweep(now=over_in_shanghai + timedelta(hours=7)) == 1
    assert actions.sweep(now=over_in_shanghai + timedelta(hours=7)) == 0
    assert (said("ChallengeStarted"), said("ChallengeEnded")) == (1, 1)
    assert Challenge.objects.get().state == rules.ENDED
    with pytest.raises(WrongMoment):
        actions.check_in(
            challenge=Challenge.objects.get(), member=here("jonas"), now=over_in_shanghai + DAY
        )


def test_only_those_who_run_the_community_announce_end_and_call_off(cups, kiln, here, now):
    with pytest.raises(NotAllowed):
        actions.announce_challenge(
            community=kiln, by=here("jonas"), now=now, title="x", starts_on=now.date(), days=3
        )
    with pytest.raises(NotAllowed):
        actions.end(cups, by=here("kenji"), now=now)
    with pytest.raises(WrongMoment):
        actions.cancel(challenge=cups, by=here("mei"), now=now)  # it is running
    actions.end(cups, by=here("mei"), now=now)
    with pytest.raises(WrongMoment):
        actions.end(cups, by=here("mei"), now=now)


def test_teams_add_up_and_whoever_has_one_stays_with_it(cups, here, now):
    wheel, coil = cups.teams.all()
    for name, team in (("lan", wheel), ("jonas", wheel), ("kenji", coil)):
        actions.join(challenge=cups, member=here(name), now=now, team=team)
        actions.check_in(challenge=cups, member=here(name), now=now)
    actions.check_in(challenge=cups, member=here("lan"), now=now + DAY)
    assert [(t.name, t.members, t.days) for t in queries.team_sums(cups)] == [
        ("Wheel", 2, 3), ("Coil", 1, 1),
    ]  # fmt: skip
    with pytest.raises(actions.TeamsAreSet):
        actions.join(challenge=cups, member=here("lan"), now=now, team=coil)
    communities.leave(member=here("jonas"), now=now)
    assert queries.team_sums(cups)[0].members == 1


def test_doing_enough_days_is_said_once(kiln, here, now):
    week = actions.announce_challenge(
        community=kiln, by=here("mei"), now=now, title="Week", starts_on=date(2026, 11, 22),
        days=5, needed_days=2,
    )  # fmt: skip
    actions.join(challenge=week, member=here("lan"), now=now)
    for n in range(3):
        actions.check_in(challenge=week, member=here("lan"), now=now + n * DAY)
    assert said("ChallengeFinished") == 1
    assert queries.joined_and_finished(week) == (1, 1)


def test_who_wants_it_is_told_once_in_the_evening_of_an_empty_day(cups, here, now):
    for name in ("lan", "kenji", "jonas"):
        actions.join(challenge=cups, member=here(name), now=now)
        if name != "jonas":
            actions.set_reminders(challenge=cups, member=here(name), wants=True)
    actions.check_in(challenge=cups, member=here("kenji"), now=now)
    assert reminders.say_due(now=now - timedelta(hours=2)) == 0
    assert reminders.say_due(now=now) == 1  # eight in the evening in Shanghai
    assert reminders.say_due(now=now + timedelta(minutes=30)) == 0
    assert reminders.say_due(now=now + timedelta(hours=2)) == 0  # quiet hours
    assert reminders.say_due(now=now + DAY) == 2


def test_those_who_run_it_see_who_is_behind_and_by_how_much(cups, here, now):
    for name in ("lan", "kenji"):
        actions.join(challenge=cups, member=here(name), now=now)
    for n in range(4):
        actions.check_in(challenge=cups, member=here("kenji"), now=now + n * DAY)
    rows = queries.standings(cups, now=now + 3 * DAY)
    assert [(row["entry"].member.person.name, row["behind"], row["reaches"]) for row in rows] == [
        ("Lan", 3, True), ("Kenji", 0, True),
    ]  # fmt: skip
    rows = queries.standings(cups, now=now + 4 * DAY)
    assert [row["reaches"] for row in rows] == [False, True]


def test_two_challenges_of_one_name_have_two_addresses(cups, kiln, here, now):
    for title, slug in (("30 cups in 30 days", "30-cups-in-30-days-2"), ("三十天", "challenge")):
        made = actions.announce_challenge(
            community=kiln, by=here("mei"), now=now, title=title, starts_on=now.date(), days=3
        )
        assert made.slug == slug


def test_days_that_are_over_and_empty_are_missed():
    span = {"today": date(2026, 11, 25), "starts_on": date(2026, 11, 22), "days": 5}
    done = {date(2026, 11, 23)}
    assert rules.missed(done=done, **span) == [date(2026, 11, 24), date(2026, 11, 22)]
    assert rules.shelf(done=done, made_up=done, **span) == [
        "missed", "made-up", "missed", "today", "ahead",
    ]  # fmt: skip
    assert rules.behind(done=1, done_today=False, **span) == 2
    assert rules.behind(done=2, done_today=True, **span) == 2
    assert rules.ends_at(date(2026, 11, 22), 1, {"Asia/Shanghai", "America/New_York"}) == datetime(
        2026, 11, 23, 5, tzinfo=UTC
    )


def test_the_whole_way_through_the_pages(kiln, here, cast):
    from django.utils import timezone

    mei, jonas = signed_in(cast.mei), signed_in(cast.jonas)
    today = rules.local_day(timezone.now(), "Asia/Shanghai")
    fields = {
        "title": "One cup a day", "second_title": "一天一杯", "starts_on": today - 3 * DAY,
        "days": 10, "makeup_days": 1, "needed_days": 9, "teams": "Wheel\nCoil", "reward": "A cup",
    }  # fmt: skip
    refused = mei.post("/studio/kiln/challenges/new", {"form_key": new_form_key(), **fields})
    assert refused.status_code == 422  # who pays?
    done = mei.post(
        "/studio/kiln/challenges/new",
        {"form_key": new_form_key(), **fields, "paid_by": "Mei Lin"},
    )
    assert done["Location"] == "/studio/kiln/challenges/one-cup-a-day"
    page = "/kiln/challenges/one-cup-a-day"
    assert "Paid by" in Client().get(page).content.decode()
    jonas.post(f"{page}/join", {"form_key": new_form_key()})
    jonas.post(f"{page}/check-in", {"form_key": new_form_key(), "words": "Crooked."})
    shown = jonas.get(page).content.decode()
    assert "Done for today" in shown
    assert "Crooked." in shown
    missed = (today - 2 * DAY).isoformat()
    jonas.post(f"{page}/check-in", {"form_key": new_form_key(), "day": missed})
    assert Entry.objects.get().made_up == 1
    home = jonas.get("/kiln/").content.decode()
    assert "You’ve done <b>2 days</b>" in home
    assert "One cup a day" in Client().get("/kiln/").content.decode()
    assert mei.get(done["Location"]).status_code == 200
    assert jonas.get(done["Location"]).status_code == 404
    assert mei.post(f"{done['Location']}/end", {"form_key": new_form_key()}).status_code == 302
    assert "One cup a day" not in jonas.get("/kiln/").content.decode()
