"""Each measure against a world small enough to count by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from banyan.communities import actions as communities
from banyan.communities.models import Community
from banyan.content.actions import comment as comments
from banyan.content.actions import like as likes
from banyan.content.actions import post as posts
from banyan.health import actions, rules, stages
from banyan.health.models import Board, Change, Day, Journey, MemberDay, Thread

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)


def facts() -> dict[str, list[Any]]:
    """Everything kept, without the keys of rows."""
    kept = {}
    for model in (Day, MemberDay, Journey, Thread):
        names = [f.attname for f in model._meta.concrete_fields if f.name != "id"]
        kept[model.__name__] = sorted(map(str, model.objects.values_list(*names)))
    return kept


@pytest.fixture
def small(kiln: Any, came: Any, said: Any, cast: Any, member_of: Any, ago: Any) -> Any:
    """Noor came 40 days ago, posted after one day, was answered after 3 hours, came back.
    Pia came 40 days ago and only reacted, on day 2. Quin came 20 days ago and did nothing.
    Ravi came 40 days ago and left 35 days ago. Mei (who founded today) answers.
    """
    noor, pia, quin, ravi = (
        came("Noor", 40), came("Pia", 40), came("Quin", 20), came("Ravi", 40),
    )  # fmt: skip
    mei = member_of(kiln, cast.mei)
    first = said(noor, 39, "First bowl")
    comments.comment(post=first, author=mei, body="Lovely", now=ago(39, hours=3))
    likes.like(thing=first, member=pia, now=ago(38))
    lonely = said(noor, 5, "Nobody answers")
    comments.comment(post=lonely, author=noor, body="Anybody?", now=ago(4))
    communities.leave(member=ravi, now=ago(35))
    return {
        "noor": noor, "pia": pia, "quin": quin, "ravi": ravi, "mei": mei, "first": first,
        "lonely": lonely,
    }  # fmt: skip


def test_growth_counts_who_came_and_who_went(small: Any, counted: Any) -> None:
    growth = counted(90).growth
    assert (growth.joined, growth.left, growth.now) == (4, 1, 3)
    by_day = {day.day: day for day in growth.days}
    assert by_day[TODAY - timedelta(days=40)].members == 3
    assert by_day[TODAY - timedelta(days=35)].members == 2
    assert by_day[TODAY - timedelta(days=20)].members == 3
    # The four who joined today are in no whole day yet.
    assert Day.objects.get(day=TODAY).members == 7


def test_volume_is_what_stands_and_active_who_did_it(small: Any, counted: Any) -> None:
    found = counted(90)
    assert found.volume.sums == {
        "posts": 2, "comments": 2, "reactions": 1, "messages": 0, "orders": 0, "deeds": 0,
    }  # fmt: skip
    assert found.active == 3  # Noor, Pia and Mei
    assert counted(30).volume.sums["posts"] == 1


def test_a_day_is_the_communitys_own(kiln: Any, came: Any, counted: Any, ago: Any) -> None:
    """17:00 UTC is already tomorrow in Shanghai; another zone counts all days anew."""
    member = came("Noor", 10)
    posts.publish(author=member, title="Late", now=ago(3, hours=5))
    counted()
    assert MemberDay.objects.get(member=member, posts=1).day == TODAY - timedelta(days=2)
    Community.objects.filter(pk=kiln.pk).update(zone="UTC")
    counted()
    assert MemberDay.objects.get(member=member, posts=1).day == TODAY - timedelta(days=3)


def test_first_replies_are_by_others_and_unanswered_posts_the_slowest(
    small: Any, counted: Any
) -> None:
    replies = counted(90).replies
    assert (replies.answered, replies.soon) == (rules.Share(1, 2), rules.Share(1, 2))
    assert replies.unanswered == rules.Share(1, 2)
    assert replies.median_seconds is None, "of two posts one has no answer"
    assert Thread.objects.get(post=small["first"]).seconds == 3 * 3600
    assert Thread.objects.get(post=small["lonely"]).seconds is None, "an own comment is no answer"


def test_newcomers_path_counts_each_step(small: Any, counted: Any) -> None:
    steps = {key: share.part for key, share in counted(90).steps}
    assert steps == {
        "joined": 4, "visited": 2, "reacted": 1, "posted": 1, "answered": 1, "back": 1,
    }  # fmt: skip
    noor = Journey.objects.get(member=small["noor"])
    assert noor.posted_on == TODAY - timedelta(days=39)
    assert noor.back_on == TODAY - timedelta(days=5)


def test_survival_loses_the_silent_and_censors_the_rest(small: Any, counted: Any) -> None:
    """Ravi left (never active: day 0), Pia silent since day 2; Noor and Quin are censored, on
    days 36 and 0."""
    survival = counted(90).survival
    assert (survival.n, survival.gone) == (4, 2)
    assert [(p.day, p.at_risk, p.lost) for p in survival.curve] == [(0, 4, 1), (2, 2, 1)]
    assert survival.curve[-1].share == pytest.approx(3 / 4 * 1 / 2)


def test_a_planted_cohort_is_found_week_by_week(
    kiln: Any, came: Any, said: Any, counted: Any
) -> None:
    """Five join on a Monday eight weeks ago: all act in week 0, three in week 1, one in week 4."""
    monday = 55  # days before Sunday 22 November: Monday 28 September
    members = [came(f"Member {n}", monday) for n in range(5)]
    for member in members:
        said(member, monday - 1)
    for member in members[:3]:
        said(member, monday - 7)
    said(members[0], monday - 30)
    cohort = next(c for c in counted(90).cohorts if c.week == date(2026, 9, 28))
    assert cohort.size == 5
    told = [None if cell is None else cell.part for cell in cohort.cells]
    assert told == [5, 3, 0, 0, 1, 0, 0, None, None]


def test_concentration_is_the_share_of_the_most_active_tenth(
    came: Any, said: Any, counted: Any
) -> None:
    one, other = came("Noor", 20), came("Pia", 20)
    for days in (10, 9, 8):
        said(one, days)
    said(other, 7)
    found = counted(30).concentration
    assert (found.authors, found.top) == (2, rules.Share(3, 4))
    assert found.gini == pytest.approx(0.25)


def test_counting_twice_changes_nothing(small: Any, counted: Any) -> None:
    counted()
    before, changes = facts(), Change.objects.count()
    counted()
    assert facts() == before
    assert Change.objects.count() == changes


def test_counting_on_is_the_same_as_counting_at_once(
    kiln: Any, small: Any, said: Any, counted: Any, ago: Any
) -> None:
    """What comes later, and what is taken back, is found without beginning anew."""
    counted(at=ago(-1))
    said(small["quin"], 15, "Written down late")
    comments.comment(post=small["lonely"], author=small["pia"], body="I do", now=ago(-1))
    posts.delete(post=small["first"], by=small["noor"], now=ago(-2))
    likes.unlike(thing=small["lonely"], member=small["pia"], now=ago(-2))
    communities.leave(member=small["quin"], now=ago(-2))
    counted(at=ago(-3))
    step_by_step = facts()
    for model in (Day, MemberDay, Journey, Thread, Board):
        model.objects.all().delete()
    counted(at=ago(-3))
    assert facts() == step_by_step
    assert not Thread.objects.filter(post=small["first"]).exists()


def test_who_left_and_came_back_begins_again(
    kiln: Any, small: Any, said: Any, counted: Any, ago: Any
) -> None:
    from banyan.culture import actions as culture

    counted()
    noor = small["noor"]
    communities.leave(member=noor, now=ago(3))
    culture.join(community=kiln, person=noor.person, version=1, now=ago(2))
    counted()
    journey = Journey.objects.get(member=noor)
    assert (journey.joined_on, journey.left_on) == (TODAY - timedelta(days=2), None)
    assert journey.posted_on is None, "what was done before belongs to the earlier stay"
    assert all(day.age < 0 for day in MemberDay.objects.filter(member=noor))


def test_direct_messages_are_counted_nowhere(kiln: Any, cast: Any, counted: Any, ago: Any) -> None:
    from banyan.chat.actions import talks

    talks.begin(author=cast.mei, to=[cast.jonas], body="Just us", now=ago(0))
    counted()
    assert not MemberDay.objects.exclude(messages=0).exists()


def seed_grown(kiln: Any, came: Any, said: Any) -> None:
    """Ten members, five posts, and a charter with three conventions."""
    from banyan.culture.models import Charter

    Charter.objects.of(kiln).update(
        conventions=["One.", "Two.", "Three."], convention_ids=["a", "b", "c"]
    )
    members = [came(f"Member {n}", 6) for n in range(6)]
    for member in members[:5]:
        said(member, 3)


def test_a_seed_becomes_a_sapling_with_its_evidence_kept(
    kiln: Any, came: Any, said: Any, counted: Any
) -> None:
    counted()
    kiln.refresh_from_db()
    assert kiln.stage == "seed"
    seed_grown(kiln, came, said)
    counted()
    kiln.refresh_from_db()
    assert kiln.stage == "sapling"
    change = Change.objects.get()
    assert (change.before, change.after) == ("seed", "sapling")
    assert {(row["key"], row["value"], row["state"]) for row in change.evidence} == {
        ("charter", 3, "met"), ("seed_members", 10, "met"), ("seed_posts", 5, "met"),
    }  # fmt: skip


def test_a_communitys_own_threshold_decides(kiln: Any, came: Any, said: Any, counted: Any, now: Any) -> None:  # fmt: skip  # noqa: E501
    seed_grown(kiln, came, said)
    usual = {key: one.usual for key, one in stages.THRESHOLDS.items()}
    actions.set_thresholds(community=kiln, given=usual | {"seed_posts": 6}, now=now)
    assert Board.objects.get().thresholds == {"seed_posts": 6}
    counted()
    kiln.refresh_from_db()
    assert kiln.stage == "seed"
    actions.set_thresholds(community=kiln, given=usual, now=now)
    kiln.refresh_from_db()
    assert kiln.stage == "sapling"


def test_the_history_of_the_stage_cannot_be_changed(
    kiln: Any, came: Any, said: Any, counted: Any
) -> None:
    seed_grown(kiln, came, said)
    counted()
    for attempt in (lambda: Change.objects.update(after="grove"), Change.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_a_quiet_year_is_dormant_and_a_revival_ends_it(
    kiln: Any, came: Any, said: Any, counted: Any, ago: Any
) -> None:
    members = [came(f"Member {n}", 80) for n in range(20)]
    counted()
    assert Board.objects.get().conditions == ["dormant"]
    for member in members[:5]:
        said(member, 2)
    counted(at=ago(0))
    assert Board.objects.get().conditions == []
    assert [(c.before, c.after) for c in Change.objects.order_by("pk")] == [
        ("", "dormant"), ("dormant", ""),
    ]  # fmt: skip


def test_a_group_that_keeps_to_itself_is_found(
    kiln: Any, came: Any, said: Any, counted: Any
) -> None:
    """Two rings that answer only one another."""
    rings = [[came(f"Member {r}{n}", 50) for n in range(4 + r)] for r in range(2)]
    for ring in rings:
        for week in range(6):
            thread = said(ring[0], 7 * week + 3)
            for n, member in enumerate(ring[1:]):
                comments.comment(
                    post=thread, author=member, body="Mine too",
                    now=thread.published_at + timedelta(minutes=n + 1),
                )  # fmt: skip
    counted()
    found = Board.objects.get().circles
    assert (found["size"], found["active"], found["inside"]) == (4, 4, 100)
    assert Journey.objects.filter(circle=found["key"]).count() == 4


def test_the_sweep_looks_where_something_happened_or_a_day_ended(
    kiln: Any, tea: Any, cast: Any, member_of: Any, now: Any
) -> None:
    assert actions.sweep_all(now=now + timedelta(hours=0.5)) == 2
    assert actions.sweep_all(now=now + timedelta(hours=1)) == 0
    posts.publish(author=member_of(kiln, cast.jonas), title="New", now=now + timedelta(hours=1.5))
    assert actions.sweep_all(now=now + timedelta(hours=2)) == 1
    assert Day.objects.get(community=kiln, day=TODAY).posts == 1
    assert actions.sweep_all(now=now + timedelta(hours=5)) == 2, "it is tomorrow in Shanghai"
    assert Board.objects.count() == 2
