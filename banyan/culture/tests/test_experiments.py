"""Halves by lot: stable, even, independent; and a difference is only said where there is one."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from banyan.communities.models import Member
from banyan.content.actions import post as posts
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.culture.experiments import actions, queries, rules
from banyan.culture.goals import actions as goals
from banyan.culture.models import Experiment

DAY = timedelta(days=1)


def simulate(rng: Random, *, members: int, first: float, second: float) -> rules.Difference:
    sides = []
    for share in (first, second):
        sides.append(rules.Side(members, sum(rng.random() < share for _ in range(members))))
    return rules.difference(*sides)


def test_where_there_is_no_difference_one_is_found_in_about_one_of_twenty():
    """A/A, a thousand times: 3 to 7 % false findings at 5 %."""
    for seed, members, share in ((1, 120, 0.3), (2, 300, 0.5), (3, 200, 0.15)):
        rng = Random(seed)
        found = [
            simulate(rng, members=members, first=share, second=share).verdict for _ in range(1000)
        ]
        false = sum(verdict in (rules.MORE, rules.FEWER) for verdict in found)
        assert 30 <= false <= 70, (seed, false)


def test_where_there_is_a_difference_it_is_found_and_lies_in_the_interval():
    rng = Random(7)
    runs = [simulate(rng, members=300, first=0.5, second=0.35) for _ in range(300)]
    assert sum(run.verdict == rules.MORE for run in runs) > 270
    assert sum(run.low <= 0.15 <= run.high for run in runs) > 275
    assert all(run.verdict != rules.FEWER for run in runs)


def test_too_few_give_no_verdict():
    assert rules.difference(rules.Side(29, 20), rules.Side(100, 1)).verdict == rules.TOO_FEW
    assert rules.difference(rules.Side(100, 2), rules.Side(100, 2)).verdict == rules.TOO_FEW
    assert rules.difference(rules.Side(100, 98), rules.Side(100, 99)).verdict == rules.TOO_FEW
    assert rules.difference(rules.Side(0, 0), rules.Side(0, 0)).verdict == rules.TOO_FEW
    assert rules.difference(rules.Side(100, 2), rules.Side(100, 2)).by is None


def test_newcombes_published_example_comes_out():
    """Newcombe 1998, table II: 56/70 against 48/80 gives 0.0524 to 0.3339."""
    found = rules.difference(rules.Side(70, 56), rules.Side(80, 48))
    assert (round(found.by, 4), round(found.low, 4), round(found.high, 4)) == (
        0.2, 0.0524, 0.3339,
    )  # fmt: skip


def test_sides_are_stable_even_and_independent():
    people = [UUID(int=n * 104729 + 3) for n in range(4000)]
    for key in ("experiment:a", "experiment:b"):
        first = sum(rules.side(one, key) == rules.FIRST for one in people)
        assert 1880 < first < 2120
    both = sum(rules.side(one, "experiment:a") == rules.side(one, "experiment:b") for one in people)
    assert 1880 < both < 2120
    assert all(rules.side(one, "k") == rules.side(one, "k") for one in people[:50])


@pytest.fixture
def goal(settled, here, now):
    at = timezone.now() - DAY
    return goals.set_goal(
        community=settled, by=here("mei"), now=at, title="Fifty posts", measure="posts",
        target=50, starts_at=at, ends_at=at + 30 * DAY,
    )  # fmt: skip


def test_the_second_side_does_not_see_it_until_the_end(settled, here, goal):
    now = timezone.now()
    made = actions.start(
        community=settled, by=here("mei"), now=now, subject="goal", subject_id=goal.pk,
        mode="staggered", days=7,
    )  # fmt: skip
    key = queries.key_of(made)
    sides = set()
    for member in Member.objects.filter(community=settled).select_related("person"):
        client = Client()
        client.force_login(member.person, backend="banyan.people.backends.PasswordBackend")
        is_first = rules.side(member.person.pseudonym, key) == rules.FIRST
        sides.add(is_first)
        assert ("Fifty posts" in client.get("/kiln/").content.decode()) == is_first
        assert "Fifty posts" in client.get("/kiln/goals").content.decode()  # never locked away
    actions.end(made, by=here("mei"), now=now)
    for member in Member.objects.filter(community=settled).select_related("person"):
        client = Client()
        client.force_login(member.person, backend="banyan.people.backends.PasswordBackend")
        assert "Fifty posts" in client.get("/kiln/").content.decode()


def test_an_experiment_runs_once_at_a_time_ends_by_itself_and_only_once(settled, here, goal):
    now = timezone.now()
    given = {"community": settled, "subject": "goal", "subject_id": goal.pk, "mode": "randomised",
             "days": 7, "now": now}  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.start(by=here("kenji"), **given)
    with pytest.raises(WrongMoment):
        actions.start(by=here("mei"), **{**given, "subject_id": 12345})
    made = actions.start(by=here("mei"), **given)
    with pytest.raises(actions.OneIsRunning):
        actions.start(by=here("mei"), **given)
    assert actions.end_due(now=now + 6 * DAY) == 0
    assert actions.end_due(now=now + 7 * DAY) == 1
    assert actions.end_due(now=now + 7 * DAY) == 0
    with pytest.raises(WrongMoment):
        actions.end(Experiment.objects.get(pk=made.pk), by=here("mei"), now=now)


def test_the_result_counts_members_of_the_start_and_what_they_did_meanwhile(settled, here, goal):
    now = timezone.now()
    made = actions.start(
        community=settled, by=here("mei"), now=now, subject="goal", subject_id=goal.pk,
        mode="staggered", days=7,
    )  # fmt: skip
    posts.publish(author=here("jonas"), now=now + DAY, body="During")
    posts.publish(author=here("lan"), now=now + 8 * DAY, body="After")
    found = queries.result(made, now=now + 9 * DAY)
    assert found.first.members + found.second.members == 4
    assert found.first.did + found.second.did == 1
    assert found.verdict == rules.TOO_FEW
