"""Quests: done once for real acts, given back with them, and the levels that rest on both."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banyan.communities.models import Member
from banyan.content.actions import comment as comments
from banyan.content.actions import post as posts
from banyan.content.models import Post
from banyan.core.models import Picture
from banyan.gatherings import actions as gathering
from banyan.gatherings import rules as gatherings
from banyan.habits import rules
from banyan.habits.actions import gifts, quests
from banyan.habits.actions import terms as setting
from banyan.habits.models import Gift, Habit, Quest
from banyan.leaves.actions import giving
from banyan.leaves.models import LeafLot, Month
from banyan.moderation import actions as moderation
from banyan.moderation import rules as verdicts
from banyan.reviews import actions as reviewing

from .conftest import DAY, gifts_of, give_back, habit_of, heard, holds, purse

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch, now):
    """What is heard is heard at the tests' own time; later acts say when."""
    from banyan.habits import listeners

    found = SimpleNamespace(at=now + HOUR)
    monkeypatch.setattr(listeners, "timezone", SimpleNamespace(now=lambda: found.at))
    return found


def settle(person, act, at):
    member = Member.objects.get(person=person, community__slug="kiln")
    return quests.settle(member_id=member.pk, of_acts=(act,), now=at)


def test_a_first_post_gives_leaves_and_points_once(quest, wrote, cast, book, now):
    quest(rules.POSTS)
    wrote(cast.jonas, at=now + HOUR)
    heard()
    (gift,) = gifts_of(cast.jonas)
    assert (gift.minor, gift.points, gift.lot.amount_minor, gift.lot.why) == (30, 5, 30, "quest")
    wrote(cast.jonas, at=now + HOUR)
    heard()
    assert settle(cast.jonas, rules.POSTS, now + 2 * HOUR) == 0
    assert (Gift.objects.count(), LeafLot.objects.count()) == (1, 1)
    assert (purse(book, cast.jonas), habit_of(cast.jonas).points) == ((0, 30, 0), 5)
    holds(book)


def test_what_was_done_before_it_was_put_up_does_not_count(quest, wrote, cast, now):
    wrote(cast.jonas, at=now - DAY)
    quest(rules.POSTS)
    assert settle(cast.jonas, rules.POSTS, now + HOUR) == 0
    assert not Gift.objects.exists()


def test_a_weekly_quest_is_done_once_each_week(quest, wrote, cast, now):
    """The week is the community's: it ends at midnight in Shanghai."""
    quest(rules.POSTS, period=rules.WEEKLY, number=2)
    sunday, monday = now + HOUR, now + 5 * HOUR  # 21:00 and 01:00 in Shanghai
    wrote(cast.jonas, at=sunday)
    wrote(cast.jonas, at=monday)
    assert settle(cast.jonas, rules.POSTS, monday) == 0
    wrote(cast.jonas, at=monday + HOUR)
    assert settle(cast.jonas, rules.POSTS, monday + HOUR) == 1
    assert settle(cast.jonas, rules.POSTS, monday + 3 * DAY) == 0
    for n in (0, 1):
        wrote(cast.jonas, at=monday + 7 * DAY + n * HOUR)
    assert settle(cast.jonas, rules.POSTS, monday + 8 * DAY) == 1
    assert [one.period_on.isoformat() for one in gifts_of(cast.jonas)] == [
        "2026-11-23", "2026-11-30",
    ]  # fmt: skip


def test_a_removed_post_takes_its_gift_along_and_brings_it_again(
    quest, wrote, kiln, cast, member_of, book, now, clock
):
    quest(rules.POSTS)
    post = wrote(cast.jonas, at=now + HOUR)
    heard()
    hide, restore = (
        lambda v=v: moderation.decide(
            thing=_shown(kiln, post), by=member_of(kiln, cast.mei), verdict=v,
            reason=verdicts.SPAM, now=clock.at,
        )
        for v in (verdicts.HIDE, verdicts.RESTORE)
    )  # fmt: skip
    hide()
    heard()
    assert gifts_of(cast.jonas)[0].state == rules.BACK
    assert (purse(book, cast.jonas), habit_of(cast.jonas).points) == ((0, 0, 0), 0)
    assert Month.objects.get().given_minor == 0
    restore()
    heard()
    assert gifts_of(cast.jonas)[0].state == rules.GIVEN
    assert (purse(book, cast.jonas), habit_of(cast.jonas).points) == ((0, 30, 0), 5)
    assert Gift.objects.count() == 1
    holds(book)


def _shown(kiln, post):
    from banyan.moderation.objects import kind_of

    return kind_of("post").load(kiln, [post.pk])[0]


def test_another_post_that_stands_keeps_it(quest, wrote, kiln, cast, book, now):
    quest(rules.POSTS)
    first = wrote(cast.jonas, at=now + HOUR)
    wrote(cast.jonas, at=now + HOUR)
    heard()
    posts.delete(post=Post.objects.get(pk=first.pk), by=first.author, now=now + 2 * HOUR)
    heard()
    assert gifts_of(cast.jonas)[0].is_given


def test_what_an_operator_took_back_does_not_come_again(
    quest, wrote, kiln, cast, member_of, book, now
):
    quest(rules.POSTS)
    wrote(cast.jonas, at=now + HOUR)
    heard()
    gifts.take_back(gift=gifts_of(cast.jonas)[0], by=member_of(kiln, cast.mei), reason="x", now=now)
    wrote(cast.jonas, at=now + HOUR)
    heard()
    quests.settle_here(kiln, now=now + 2 * HOUR)
    assert gifts_of(cast.jonas)[0].state == rules.TAKEN
    assert (purse(book, cast.jonas), habit_of(cast.jonas).points) == ((0, 0, 0), 0)


def test_a_kept_order_counts_and_a_refunded_one_does_not(
    quest, level, order_of, complete, cup, cast, book, now, clock
):
    """Pay, complete, use the leaves, refund in two parts: quest and level go with the goods."""
    quest(rules.ORDERS, minor=40, points=5)
    level("Regular", 5)
    order = complete(order_of((cup, 2), person=cast.jonas, at=now + HOUR), now + HOUR)
    clock.at = now + 2 * HOUR
    heard()
    assert gifts_of(cast.jonas)[0].is_given
    assert habit_of(cast.jonas).level.name == "Regular"
    give_back(order, 1, at=now + 2 * HOUR)
    heard()
    assert gifts_of(cast.jonas)[0].is_given
    give_back(order, 1, at=now + 3 * HOUR)
    heard()
    assert gifts_of(cast.jonas)[0].state == rules.BACK
    assert (habit_of(cast.jonas).points, habit_of(cast.jonas).level) == (0, None)
    assert purse(book, cast.jonas) == (0, 0, 0)
    holds(book)


def test_a_level_never_rests_on_refunded_spend(
    thanks_days, level, order_of, complete, cup, cast, now, clock
):
    thanks_days(point_minor=1000, day_points=0)
    level("Seed", 0)
    level("Potter", 6)
    level("Master", 12)
    order = complete(order_of((cup, 2), person=cast.jonas, at=now + HOUR), now + HOUR)
    heard()
    first = habit_of(cast.jonas)
    assert (first.points, first.level.name) == (13, "Master")  # 13,600 without post
    give_back(order, 1, at=now + 2 * HOUR)
    heard()
    assert (habit_of(cast.jonas).points, habit_of(cast.jonas).level.name) == (6, "Potter")
    give_back(order, 1, at=now + 3 * HOUR)
    heard()
    assert (habit_of(cast.jonas).points, habit_of(cast.jonas).level.name) == (0, "Seed")


def test_other_levels_and_terms_count_everybody_anew(
    thanks_days, level, here, kiln, cast, member_of, now
):
    thanks_days()
    here(cast.jonas, now)
    one = level("Potter", 1)
    heard()
    assert habit_of(cast.jonas).level == one
    setting.remove_level(level=one, by=member_of(kiln, cast.mei), now=now)
    heard()
    assert habit_of(cast.jonas).level is None


def test_a_thanked_answer_counts_until_the_thanks_are_taken_back(
    quest, thank, answered, kiln, cast, member_of, now
):
    quest(rules.THANKED)
    made = thank(cast.jonas, cast.lan, what=answered(cast.lan), at=now)
    heard()
    assert gifts_of(cast.lan)[0].is_given
    giving.unthank(thanks=made, by=member_of(kiln, cast.jonas), now=now)
    heard()
    assert gifts_of(cast.lan)[0].state == rules.BACK


def test_a_thanked_post_is_not_an_answer(quest, thank, cast):
    quest(rules.THANKED)
    thank(cast.jonas, cast.lan)
    heard()
    assert not Gift.objects.exists()


def test_answering_a_newcomer_counts_once_for_each_newcomer(
    quest, wrote, kiln, cast, member_of, now
):
    quest(rules.WELCOMES, number=2)
    Member.objects.filter(person=cast.mei).update(joined_at=now - 90 * DAY)
    jonas = member_of(kiln, cast.jonas)
    first, second, old = wrote(cast.lan), wrote(cast.lan), wrote(cast.mei)
    for post in (first, second, old, wrote(cast.jonas)):
        comments.comment(post=post, author=jonas, body="Welcome.", now=now + HOUR)
    heard()
    assert not Gift.objects.exists()
    comments.comment(post=wrote(cast.kenji), author=jonas, body="Welcome.", now=now + HOUR)
    heard()
    assert gifts_of(cast.jonas)[0].is_given


def test_a_complete_profile_is_found_by_looking_and_never_taken_back(quest, kiln, cast, book, now):
    quest(rules.PROFILE)
    cast.lan.bio, cast.lan.picture = "Glaze and ash.", _picture(cast.lan, now)
    cast.lan.save()
    assert quests.settle_here(kiln, now=now) == 1
    assert quests.settle_due(now=now) == 0
    cast.lan.bio = ""
    cast.lan.save()
    assert quests.settle_here(kiln, now=now) == 0
    assert gifts_of(cast.lan)[0].is_given
    holds(book)


def _picture(person, now):
    return Picture.objects.create(
        owner=person.pseudonym, file="pictures/x.jpg", width=8, height=8, created_at=now
    )


def test_whoever_was_at_a_gathering_is_found_once_it_is_over(quest, kiln, cast, member_of, now):
    quest(rules.GATHERINGS)
    mei = member_of(kiln, cast.mei)
    date = gathering.plan(
        by=mei, title="Firing", starts_at=now + DAY, ends_at=now + DAY + HOUR, now=now,
        place="At the kiln",
    )  # fmt: skip
    gathering.answer(gathering=date, member=member_of(kiln, cast.jonas), answer=gatherings.GOING,
                     now=now)  # fmt: skip
    gathering.answer(gathering=date, member=member_of(kiln, cast.lan), answer=gatherings.MAYBE,
                     now=now)  # fmt: skip
    assert quests.settle_due(now=now + DAY) == 0
    assert quests.settle_due(now=now + 2 * DAY) == 1
    assert quests.settle_due(now=now + 2 * DAY) == 0
    assert [one.member.person for one in Gift.objects.all()] == [cast.jonas]


def test_a_review_counts_until_it_is_taken_back(
    quest, order_of, complete, cup, kiln, cast, member_of, now, clock
):
    quest(rules.REVIEWS)
    order = complete(order_of((cup, 1), person=cast.jonas, at=now), now)
    review = reviewing.write(
        product=order.rows[0].variant.product, author=member_of(kiln, cast.jonas), stars=2,
        body="A crack.", now=now + HOUR,
    )  # fmt: skip
    clock.at = now + 2 * HOUR
    heard()
    assert gifts_of(cast.jonas)[0].is_given
    reviewing.delete(review=review, by=member_of(kiln, cast.jonas), now=now + 2 * HOUR)
    heard()
    assert gifts_of(cast.jonas)[0].state == rules.BACK


def test_a_quest_taken_down_gives_no_more_and_still_takes_back(
    quest, wrote, kiln, cast, member_of, now
):
    one = quest(rules.POSTS)
    post = wrote(cast.jonas, at=now + HOUR)
    heard()
    quests.turn(quest=one, to=rules.OFF, by=member_of(kiln, cast.mei), now=now)
    wrote(cast.lan, at=now + HOUR)
    heard()
    assert not gifts_of(cast.lan)
    posts.delete(post=Post.objects.get(pk=post.pk), by=post.author, now=now + 2 * HOUR)
    heard()
    assert gifts_of(cast.jonas)[0].state == rules.BACK


def test_no_more_than_twelve_run_at_once(quest, kiln, cast, member_of, now):
    made = [quest(rules.POSTS) for _n in range(rules.QUESTS_MOST)]
    with pytest.raises(quests.TooManyQuests):
        quest(rules.POSTS)
    mei = member_of(kiln, cast.mei)
    quests.turn(quest=made[0], to=rules.OFF, by=mei, now=now)
    quest(rules.POSTS)
    with pytest.raises(quests.TooManyQuests):
        quests.turn(quest=Quest.objects.get(pk=made[0].pk), to=rules.ON, by=mei, now=now)
    assert Habit.objects.count() == 0


def test_a_week_that_was_done_stays_done_when_the_community_moves_its_clock(
    quest, wrote, kiln, cast, now
):
    quest(rules.POSTS, period=rules.WEEKLY)
    late = now + 3 * HOUR  # Sunday, 23:00 in Shanghai; Monday already further east
    wrote(cast.jonas, at=late)
    assert settle(cast.jonas, rules.POSTS, late) == 1
    kiln.zone = "Pacific/Kiritimati"
    kiln.save()
    settle(cast.jonas, rules.POSTS, late + HOUR)
    assert gifts_of(cast.jonas)[0].is_given


def test_counting_anew_touches_only_whose_standing_is_another(
    thanks_days, level, here, kiln, cast, now
):
    thanks_days()
    level("Potter", 1)
    here(cast.jonas, now)
    here(cast.lan, now)
    heard()
    Habit.objects.filter(member__person=cast.lan).update(points=99)
    with CaptureQueriesContext(connection) as seen:
        setting.recount_here(kiln.pk, now=now)
    touched = [one for one in seen if one["sql"].startswith('UPDATE "habits_habit"')]
    assert len(touched) == 1
    assert habit_of(cast.lan).points == 1
