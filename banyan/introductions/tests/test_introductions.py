"""Who is introduced, what the two may do, and what ends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from banyan.chat.actions import talks
from banyan.chat.models import Message
from banyan.communities import actions as communities
from banyan.communities.models import Community, Member
from banyan.communities.rules import JOINED
from banyan.content.actions import keep
from banyan.content.models import Follow
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.introductions import actions, queries, rules
from banyan.introductions.models import Introduction, Side, Willing
from banyan.moderation.standing import muting
from banyan.outreach.models import Notice
from banyan.people import actions as people
from banyan.people.models import Person, Tag

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


# The switch


def test_nobody_is_introduced_who_has_not_turned_it_on(
    kiln: Any, cast: Any, ready: Any, shown: None, now: Any
) -> None:
    people.choose_likes(person=cast.lan, keys=["tea"], now=now)
    ready("jonas", "tea")
    assert actions.draw(kiln, now=now) == 0


def test_turning_it_on_twice_changes_nothing(ready: Any, here: Any, now: Any) -> None:
    ready("jonas", "tea")
    actions.turn_on(member=here("jonas"), now=now + DAY)
    assert Willing.objects.get().since == now


def test_strangers_and_other_places_cannot_turn_it_on(
    kiln: Any, here: Any, cast: Any, now: Any
) -> None:
    jonas = here("jonas")
    communities.leave(member=jonas, now=now)
    with pytest.raises(NotAllowed):
        actions.turn_on(member=here("jonas"), now=now)
    Community.objects.filter(pk=kiln.pk).update(switches={"introductions": False})
    with pytest.raises(actions.SwitchedOff):
        actions.turn_on(member=here("lan"), now=now)


def test_turning_it_off_ends_what_is_open_for_both_and_keeps_the_week(
    met: Any, here: Any, kiln: Any, now: Any
) -> None:
    actions.turn_off(member=here("jonas"), now=now)
    actions.turn_off(member=here("jonas"), now=now)
    assert queries.current(here("jonas"), now) is None
    assert queries.current(here("lan"), now) is None
    met.refresh_from_db()
    assert met.state == rules.OVER
    actions.turn_on(member=here("jonas"), now=now)
    assert not queries.waiting(kiln, now + 6 * DAY).exists()
    assert queries.waiting(kiln, now + 7 * DAY).count() == 2


# Drawing


def test_two_who_named_the_same_see_each_other_and_why(met: Any, here: Any, now: Any) -> None:
    for name, other in (("jonas", "Lan"), ("lan", "Jonas")):
        side = queries.current(here(name), now)
        assert side is not None
        assert str(side.other.person) == other
        assert side.interest == "tea"
        assert side.is_named


def test_only_what_somebody_named_for_being_found_counts(
    kiln: Any, cast: Any, ready: Any, shown: None, now: Any
) -> None:
    """Wishes for places, what was seen of them and what an operator noted are no reason."""
    ready("jonas", "tea")
    lan = ready("lan")
    tag = {"person": cast.lan, "key": "tea", "lang": "en", "consented_at": now,
           "expires_at": now + 9 * DAY}  # fmt: skip
    Tag.objects.create(source="self", purpose="find-places", **tag)
    Tag.objects.create(source="behaviour", purpose="find-people", **tag)
    Tag.objects.create(
        source="operator", purpose="care", community_id=kiln.pk, why="x",
        given_by=cast.mei.pseudonym, **tag,
    )  # fmt: skip
    assert actions.draw(kiln, now=now) == 0
    Tag.objects.filter(person=cast.lan).delete()
    people.choose_likes(person=cast.lan, keys=["tea"], now=now - 800 * DAY)  # run out
    assert actions.draw(kiln, now=now) == 0
    people.choose_likes(person=lan.person, keys=["tea"], now=now)
    assert actions.draw(kiln, now=now) == 1


def test_an_interest_taken_back_is_not_named_any_more(
    met: Any, here: Any, cast: Any, now: Any
) -> None:
    people.choose_likes(person=cast.lan, keys=["books"], now=now)
    side = queries.current(here("jonas"), now)
    assert side is not None
    assert not side.is_named


@pytest.mark.parametrize("apart", ["follows", "is followed", "wrote", "blocked", "was blocked"])
def test_those_who_know_each_other_are_not_introduced(
    apart: str, kiln: Any, cast: Any, ready: Any, shown: None, now: Any
) -> None:
    jonas, lan = ready("jonas", "tea"), ready("lan", "tea")
    if apart == "follows":
        keep.follow_person(followed=lan, member=jonas, now=now)
    elif apart == "is followed":
        keep.follow_person(followed=jonas, member=lan, now=now)
    elif apart == "wrote":
        talks.begin(author=cast.lan, to=[cast.jonas], body="Hello", now=now)
    elif apart == "blocked":
        talks.block(person=cast.lan, by=cast.jonas, now=now)
    else:
        talks.block(person=cast.jonas, by=cast.lan, now=now)
    assert actions.draw(kiln, now=now) == 0


def test_the_young_and_the_grown_are_not_introduced_and_children_never(
    kiln: Any, cast: Any, ready: Any, shown: None, now: Any
) -> None:
    ready("jonas", "tea")
    ready("lan", "tea")
    Person.objects.filter(pk=cast.lan.pk).update(age_band="teen")
    assert actions.draw(kiln, now=now) == 0
    Person.objects.filter(pk__in=[cast.lan.pk, cast.jonas.pk]).update(age_band="child")
    assert actions.draw(kiln, now=now) == 0


def test_drawing_twice_introduces_once_and_a_week_lies_between(
    kiln: Any, met: Any, ready: Any, here: Any, now: Any
) -> None:
    assert actions.draw(kiln, now=now) == 0
    ready("kenji", "tea")
    ready("mei", "tea")
    assert actions.draw(kiln, now=now) == 1
    actions.put_away(side=Side.objects.get(member=here("jonas")), member=here("jonas"), now=now)
    actions.put_away(side=Side.objects.get(member=here("lan")), member=here("lan"), now=now)
    assert actions.draw(kiln, now=now + 6 * DAY) == 0
    later = now + 7 * DAY
    # Lan and Jonas are free and never come again; Mei and Kenji still stand in theirs.
    assert actions.draw(kiln, now=later) == 0
    assert actions.draw(kiln, now=now + 14 * DAY) == 2
    assert Introduction.objects.count() == 4


def test_those_introduced_least_recently_come_first(
    kiln: Any, met: Any, ready: Any, here: Any, cast: Any, new_person: Any, now: Any
) -> None:
    Introduction.objects.update(state=rules.OVER)
    ready("kenji", "tea")
    Willing.objects.filter(member=here("lan")).update(introduced_at=now - 9 * DAY)
    later = now + 8 * DAY
    assert [one.person for one in queries.candidates(kiln, later)] == [
        cast.kenji.pk, cast.lan.pk, cast.jonas.pk,
    ]  # fmt: skip


def test_muted_members_wait(kiln: Any, cast: Any, ready: Any, here: Any, shown: None,
                            now: Any) -> None:  # fmt: skip
    ready("jonas", "tea")
    ready("lan", "tea")
    muting.mute(member=here("lan"), hours=24, by=here("mei"), now=now, reason="unkind")
    assert actions.draw(kiln, now=now) == 0
    assert actions.draw(kiln, now=now + 2 * DAY) == 1


def test_a_place_that_turned_it_off_introduces_nobody(
    kiln: Any, ready: Any, shown: None, now: Any
) -> None:
    ready("jonas", "tea")
    ready("lan", "tea")
    Community.objects.filter(pk=kiln.pk).update(switches={"introductions": False})
    assert actions.draw_everywhere(now=now) == 0
    Community.objects.filter(pk=kiln.pk).update(switches={})
    assert actions.draw_everywhere(now=now) == 1


def test_each_is_told_once_without_a_name_and_without_a_letter(met: Any, kiln: Any, cast: Any,
                                                               now: Any) -> None:  # fmt: skip
    told = Notice.objects.filter(topic="introduction")
    assert {notice.person_id for notice in told} == {cast.jonas.pk, cast.lan.pk}
    for notice in told:
        assert notice.title == kiln.name
        assert notice.actor_id is None
        assert notice.mail_at is None
        assert notice.push_at is None


def test_a_pair_left_to_chance_is_shown_to_nobody_and_waits_its_week(
    kiln: Any, ready: Any, here: Any, left: None, now: Any
) -> None:
    ready("jonas", "tea")
    ready("lan", "tea")
    assert actions.draw(kiln, now=now) == 1
    assert Introduction.objects.get().state == rules.HELD
    assert queries.current(here("jonas"), now) is None
    assert not Notice.objects.filter(topic="introduction").exists()
    assert not queries.waiting(kiln, now + 6 * DAY).exists()
    assert Willing.objects.filter(introduced_at=None).count() == 2  # they keep their turn
    side = Side.objects.get(member=here("jonas"))
    with pytest.raises(actions.NoLongerThere):
        actions.put_away(side=side, member=here("jonas"), now=now)


def test_what_was_drawn_stands_in_the_log_as_numbers(met: Any, kiln: Any) -> None:
    row = Activity.objects.get(verb="IntroductionsDrawn")
    assert row.props == {"introduced": 1, "held": 0}
    assert row.actor is None


def test_ten_members_or_fifty_take_the_same_statements(
    kiln: Any, shown: None, now: Any, django_assert_num_queries: Any
) -> None:
    for size in (10, 40):
        many(kiln, size, now)
        with django_assert_num_queries(6):
            found = rules.pairs(queries.candidates(kiln, now), queries.apart(kiln, now))
        assert len(found) >= size // 2
    assert actions.draw(kiln, now=now) == 25


def many(kiln: Any, size: int, now: Any) -> None:
    start = Person.objects.count()
    crowd = Person.objects.bulk_create(
        Person(email=f"crowd{n}@example.org", name=f"C{n}") for n in range(start, start + size)
    )
    Tag.objects.bulk_create(
        Tag(person=one, key="tea", source="self", purpose="find-people", consented_at=now,
            expires_at=now + 99 * DAY, lang="en")
        for one in crowd
    )  # fmt: skip
    members = Member.objects.bulk_create(
        Member(community=kiln, person=one, state=JOINED, joined_at=now) for one in crowd
    )
    Willing.objects.bulk_create(
        Willing(community=kiln, member=one, since=now) for one in members
    )  # fmt: skip


# What the two do


def test_hello_opens_the_conversation_and_the_other_answers_there(
    met: Any, side: Any, here: Any, cast: Any, now: Any
) -> None:
    room = actions.write(side=side("jonas"), member=here("jonas"), body="Which tea?", now=now)
    seen = queries.current(here("lan"), now)
    assert seen is not None
    assert seen.has_written
    again = actions.write(side=side("lan"), member=here("lan"), body="Oolong.", now=now)
    assert again == room
    assert list(Message.objects.order_by("pk").values_list("author", "body")) == [
        (cast.jonas.pk, "Which tea?"), (cast.lan.pk, "Oolong."),
    ]  # fmt: skip
    with pytest.raises(WrongMoment):
        actions.write(side=side("jonas"), member=here("jonas"), body="Again", now=now)
    assert Message.objects.count() == 2


def test_following_says_hello_too_once(met: Any, side: Any, here: Any, now: Any) -> None:
    actions.follow(side=side("jonas"), member=here("jonas"), now=now)
    assert Follow.objects.get().followed == here("lan")
    seen = queries.current(here("lan"), now)
    assert seen is not None
    assert seen.has_followed
    with pytest.raises(WrongMoment):
        actions.follow(side=side("jonas"), member=here("jonas"), now=now)
    actions.write(side=side("jonas"), member=here("jonas"), body="Hello", now=now)


def test_not_for_me_is_told_to_nobody(met: Any, side: Any, here: Any, kiln: Any, now: Any) -> None:
    before = Activity.objects.count()
    actions.put_away(side=side("jonas"), member=here("jonas"), now=now)
    assert queries.current(here("jonas"), now) is None
    seen = queries.current(here("lan"), now)
    assert seen is not None  # as if nothing was said
    assert not seen.has_written
    assert not seen.has_followed
    met.refresh_from_db()
    assert (met.state, met.ended_at) == (rules.INTRODUCED, None)
    assert Activity.objects.count() == before
    with pytest.raises(actions.NoLongerThere):
        actions.put_away(side=side("jonas"), member=here("jonas"), now=now)


@pytest.mark.parametrize("verb", ["write", "follow", "put_away"])
def test_each_acts_on_their_own_side_only_and_while_it_stands(
    verb: str, met: Any, side: Any, here: Any, now: Any
) -> None:
    given: dict[str, Any] = {"body": "Hello"} if verb == "write" else {}
    act = getattr(actions, verb)
    for name in ("lan", "kenji"):
        with pytest.raises(NotAllowed):
            act(side=side("jonas"), member=here(name), now=now, **given)
    with pytest.raises(actions.NoLongerThere):
        act(side=side("jonas"), member=here("jonas"), now=now + 14 * DAY, **given)
    assert not Message.objects.exists()
    assert not Follow.objects.exists()


# What ends it


def test_leaving_ends_it_and_takes_the_yes_with_it(met: Any, here: Any, now: Any) -> None:
    communities.leave(member=here("jonas"), now=now)
    assert queries.current(here("lan"), now) is None
    assert Willing.objects.get(member=here("jonas")).since is None
    met.refresh_from_db()
    assert met.state == rules.OVER


def test_being_banned_or_muted_ends_it(met: Any, here: Any, now: Any) -> None:
    muting.mute(member=here("jonas"), hours=1, by=here("mei"), now=now, reason="unkind")
    met.refresh_from_db()
    assert met.state == rules.OVER
    assert Willing.objects.get(member=here("jonas")).since is not None
    Introduction.objects.update(state=rules.INTRODUCED)
    communities.ban(member=here("jonas"), by=here("mei"), now=now)
    met.refresh_from_db()
    assert met.state == rules.OVER
    assert Willing.objects.get(member=here("jonas")).since is None


@pytest.mark.parametrize("by", ["jonas", "lan"])
def test_blocking_ends_it_at_once_for_both(by: str, met: Any, side: Any, here: Any, cast: Any,
                                           now: Any) -> None:  # fmt: skip
    two = [cast.jonas, cast.lan] if by == "jonas" else [cast.lan, cast.jonas]
    talks.block(person=two[1], by=two[0], now=now)
    for name in ("jonas", "lan"):
        assert queries.current(here(name), now) is None
        with pytest.raises(actions.NoLongerThere):
            actions.follow(side=side(name), member=here(name), now=now)
    assert actions.end_due(now=now) == 1
    assert actions.end_due(now=now) == 0


def test_its_time_runs_out(met: Any, now: Any) -> None:
    assert actions.end_due(now=now + 13 * DAY) == 0
    assert actions.end_due(now=now + 14 * DAY) == 1
    met.refresh_from_db()
    assert met.state == rules.OVER


def test_erasing_takes_ones_own_side(met: Any, here: Any, cast: Any, now: Any) -> None:
    from banyan.people.privacy import erase

    erase(person=cast.jonas, now=now)
    assert [row.member for row in Side.objects.all()] == [here("lan")]
    assert not Willing.objects.filter(member__person=cast.jonas).exists()
    assert queries.current(here("lan"), now) is None
