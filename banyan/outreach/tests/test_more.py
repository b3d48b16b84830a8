"""What other modules say: mentions, follows, polls, events, the charter, hosts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from banyan.content.actions import post as posts
from banyan.content.models import Follow
from banyan.outreach.actions import choose
from banyan.outreach.listeners import culture as heard
from banyan.outreach.listeners import meeting
from banyan.outreach.models import Notice

pytestmark = pytest.mark.django_db(transaction=True)


def told(topic: str) -> set[str]:
    return set(Notice.objects.filter(topic=topic).values_list("person__name", flat=True))


def test_who_is_named_is_told_once_and_not_who_names(
    cast: Any, kiln: Any, member_of: Any, deliver: Any
) -> None:
    posts.publish(
        author=member_of(kiln, cast.jonas), title="Thanks", body="@Lan and @Jonas",
        now=timezone.now(),
    )  # fmt: skip
    deliver()
    assert told("mention") == {"Lan"}


def test_followers_of_a_person_and_of_a_thread_are_told_once_and_the_answered_only_as_such(
    cast: Any, kiln: Any, member_of: Any, write: Any, answer: Any, deliver: Any, now: Any
) -> None:
    lan, kenji, jonas = (member_of(kiln, p) for p in (cast.lan, cast.kenji, cast.jonas))
    Follow.objects.create(community=kiln, member=lan, followed=jonas, followed_at=now)
    post = write()
    Follow.objects.get_or_create(
        community=kiln, member=kenji, post=post, defaults={"followed_at": now}
    )
    Follow.objects.get_or_create(
        community=kiln, member=jonas, post=post, defaults={"followed_at": now}
    )
    deliver()
    assert told("followed") == {"Lan"}
    answer(post, by=cast.mei)
    deliver()
    assert told("followed") == {"Lan", "Kenji"}
    assert told("reply") == {"Jonas"}


@pytest.fixture
def meal(kiln: Any, cast: Any, member_of: Any, now: Any) -> Any:
    from banyan.gatherings.models import Gathering, Rsvp

    made = Gathering.objects.create(
        community=kiln, organiser=member_of(kiln, cast.mei), title="Kiln opening", lang="en",
        starts_at=now + timedelta(hours=20), ends_at=now + timedelta(hours=22), planned_at=now,
        changed_at=now,
    )  # fmt: skip
    for person, answer, wants in (
        (cast.jonas, "going", True), (cast.lan, "maybe", False), (cast.kenji, "no", True),
    ):  # fmt: skip
        Rsvp.objects.create(
            community=kiln, gathering=made, member=member_of(kiln, person), answer=answer,
            wants_reminder=wants, answered_at=now,
        )  # fmt: skip
    return made


def test_only_who_asked_is_reminded_of_an_event_but_all_who_come_hear_of_a_change(
    meal: Any, kiln: Any, now: Any
) -> None:
    from banyan.gatherings.events import (
        GatheringCancelled,
        GatheringChanged,
        GatheringStartsSoon,
    )

    common = {"community_id": kiln.pk, "object_id": meal.pk, "now": now}
    for _twice in range(2):
        meeting.remind_of_a_gathering(GatheringStartsSoon(starts_at=meal.starts_at, **common))
        meeting.tell_of_another_time(
            GatheringChanged(is_moved=True, starts_at=meal.starts_at, **common)
        )
        meeting.tell_that_it_is_off(GatheringCancelled(**common))
    assert told("gathering-soon") == {"Jonas"}
    assert told("gathering-moved") == told("gathering-off") == {"Jonas", "Lan"}
    assert Notice.objects.count() == 5


def test_one_switch_holds_for_all_that_is_said_of_events(
    meal: Any, kiln: Any, cast: Any, now: Any
) -> None:
    from banyan.gatherings.events import GatheringCancelled

    choose.choose(person=cast.jonas, wanted={("gathering-soon", "page"): False}, now=now)
    meeting.tell_that_it_is_off(
        GatheringCancelled(community_id=kiln.pk, object_id=meal.pk, now=now)
    )
    assert told("gathering-off") == {"Lan"}


def test_all_members_hear_of_a_proposal_and_a_reached_goal_and_strangers_of_neither(
    kiln: Any, cast: Any, member_of: Any, now: Any
) -> None:
    from banyan.culture.events import CharterProposed, GoalReached
    from banyan.culture.models import Amendment, Goal

    mei = member_of(kiln, cast.mei)
    change = Amendment.objects.create(
        community=kiln, by=mei, why="Clearer", after_version=1, goal="x", opened_at=now,
        closes_at=now, quorum_percent=1, threshold_percent=50, tenure_days=0,
    )  # fmt: skip
    goal = Goal.objects.create(
        community=kiln, title="Fifty answers", measure="comments", target=50, made_by=mei,
        starts_at=now, ends_at=now + timedelta(days=7), made_at=now,
    )  # fmt: skip
    heard.tell_of_a_proposal(
        CharterProposed(
            community_id=kiln.pk, object_id=change.pk, actor=cast.mei.pseudonym, closes_at=now,
            now=now,
        )
    )  # fmt: skip
    heard.tell_that_a_goal_is_reached(
        GoalReached(community_id=kiln.pk, object_id=goal.pk, measure="comments", target=50, now=now)
    )
    assert told("charter") == {"Jonas", "Lan", "Kenji"}  # Mei proposed it
    assert told("goal") == {"Jonas", "Lan", "Kenji", "Mei Lin"}
