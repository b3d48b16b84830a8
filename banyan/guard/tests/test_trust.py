from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from banyan.communities.models import Member
from banyan.communities.places import url
from banyan.conftest import NOW
from banyan.content.actions import comment as comments
from banyan.content.actions import like as likes
from banyan.content.actions import post as posts
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.guard import levels, rules
from banyan.guard.actions import setup, trust
from banyan.guard.models import Day, Standing, StandingChange

LATER = NOW + timedelta(days=40)


def read(member: Member, *, days: int, each: int) -> None:
    """So many days on which a member read."""
    for n in range(days):
        Day.objects.create(
            community_id=member.community_id, member=member, opened=each,
            on=(LATER - timedelta(days=n)).date(),
        )  # fmt: skip


@pytest.fixture
def jonas(kiln: Any, cast: Any, member_of: Any) -> Any:
    return member_of(kiln, cast.jonas)


def level(member: Member) -> int:
    return Standing.objects.values_list("level", flat=True).get(member=member)


def test_reading_alone_makes_a_reader_and_writing_alone_makes_nothing(
    kiln: Any, cast: Any, member_of: Any, jonas: Any
) -> None:
    lan = member_of(kiln, cast.lan)
    read(jonas, days=12, each=9)
    for n in range(20):
        posts.publish(author=lan, title=f"Number {n}", now=NOW + timedelta(hours=n))
    trust.count_community(kiln, now=LATER)
    assert (level(jonas), level(lan)) == (rules.READER, rules.NEWCOMER)


def test_a_neighbour_gives_to_and_gets_from_several_people(
    kiln: Any, cast: Any, member_of: Any, jonas: Any, dara: Any
) -> None:
    read(jonas, days=12, each=9)
    lan, kenji, mei = (member_of(kiln, one) for one in (cast.lan, cast.kenji, cast.mei))
    own = posts.publish(author=jonas, title="Mine", now=NOW)
    for other in (lan, kenji, mei):
        post = posts.publish(author=other, title="Theirs", now=NOW)
        likes.like(thing=post, member=jonas, now=NOW)
    comments.comment(post=own, author=lan, body="Yes", now=NOW)
    comments.comment(post=own, author=lan, body="Yes again", now=NOW)
    likes.like(thing=own, member=kenji, now=NOW)
    comments.comment(post=own, author=jonas, body="To myself", now=NOW)
    trust.count_community(kiln, now=LATER)
    assert Standing.objects.get(member=jonas).counts == {
        "days": 12, "opened": 108, "gave": 3, "got": 2, "since": 40,
    }  # fmt: skip
    assert level(jonas) == rules.READER  # two people gave back, three are asked
    likes.like(thing=own, member=dara, now=NOW)
    assert trust.count_community(kiln, now=LATER) == 1
    assert level(jonas) == rules.NEIGHBOUR
    assert trust.count_community(kiln, now=LATER) == 0  # twice on a day changes nothing


def test_a_level_is_lost_when_its_reading_lies_too_far_back(kiln: Any, jonas: Any) -> None:
    read(jonas, days=12, each=9)
    trust.count_community(kiln, now=LATER)
    assert level(jonas) == rules.READER
    trust.count_community(kiln, now=LATER + timedelta(days=120))
    assert level(jonas) == rules.NEWCOMER
    changes = StandingChange.objects.filter(member=jonas).order_by("pk")
    assert [(one.before, one.after, one.by) for one in changes] == [(0, 1, None), (1, 0, None)]


def test_hidden_words_cost_the_level_until_they_are_shown_again(
    kiln: Any, cast: Any, member_of: Any, jonas: Any
) -> None:
    from banyan.moderation import actions as moderation
    from banyan.moderation.objects import kind_of

    kenji = member_of(kiln, cast.kenji)
    post = posts.publish(author=jonas, title="Unkind", now=LATER)
    shown = kind_of("post").find(kiln, post.public_id)
    moderation.decide(thing=shown, verdict="hide", by=kenji, now=LATER, reason="unkind")
    assert levels.hidden_lately(kiln, [jonas.pk], LATER) == {jonas.pk: rules.READER}
    moderation.decide(thing=shown, verdict="restore", by=kenji, now=LATER)
    assert levels.hidden_lately(kiln, [jonas.pk], LATER) == {}


def test_a_level_set_by_hand_stays_until_it_is_freed_and_can_be_taken_back(
    kiln: Any, cast: Any, member_of: Any, jonas: Any
) -> None:
    mei = member_of(kiln, cast.mei)
    change = trust.set_level(
        member=jonas, level=rules.KEEPER, reason="Fires with me.", by=mei, now=NOW
    )
    trust.count_community(kiln, now=LATER)
    assert level(jonas) == rules.KEEPER
    trust.undo(change=change, by=mei, now=NOW)
    assert level(jonas) == rules.NEWCOMER
    assert not Standing.objects.get(member=jonas).is_locked
    with pytest.raises(WrongMoment):
        trust.undo(change=change, by=mei, now=NOW)
    trust.set_level(member=jonas, level=rules.READER, reason="Known.", by=mei, now=NOW)
    freed = trust.free_level(member=jonas, by=mei, now=NOW)
    with pytest.raises(WrongMoment):
        trust.free_level(member=jonas, by=mei, now=NOW)
    trust.undo(change=freed, by=mei, now=NOW)
    row = Standing.objects.get(member=jonas)
    assert (row.level, row.is_locked, row.reason) == (rules.READER, True, "Known.")


def test_only_those_who_admit_members_set_levels(
    kiln: Any, tea: Any, cast: Any, member_of: Any, jonas: Any
) -> None:
    for by in (member_of(kiln, cast.kenji), member_of(kiln, cast.lan), member_of(tea, cast.sol)):
        with pytest.raises(NotAllowed):
            trust.set_level(member=jonas, level=3, reason="Mine.", by=by, now=NOW)


def test_a_community_asks_for_what_it_wants(
    kiln: Any, cast: Any, member_of: Any, jonas: Any
) -> None:
    setup.choose(
        by=member_of(kiln, cast.mei), now=NOW, is_on=True, threshold=6, off=[], words=[],
        needs={"1": {"days": 1, "opened": 1}},
    )  # fmt: skip
    read(jonas, days=1, each=1)
    trust.count_community(kiln, now=LATER)
    assert level(jonas) == rules.READER


def test_counting_asks_as_much_for_many_members_as_for_few(
    kiln: Any, new_person: Any, jonas: Any, django_assert_max_num_queries: Any
) -> None:
    from banyan.culture import actions

    trust.count_community(kiln, now=LATER)
    with django_assert_max_num_queries(12):
        trust.count_community(kiln, now=LATER)
    for n in range(12):
        actions.join(community=kiln, person=new_person(f"P{n}"), version=1, now=NOW)
    trust.count_community(kiln, now=LATER)
    with django_assert_max_num_queries(12):
        trust.count_community(kiln, now=LATER)


def test_reading_is_a_count_with_no_trail(kiln: Any, cast: Any, client: Any, jonas: Any) -> None:
    client.force_login(cast.jonas)
    for _n in range(3):
        assert client.post(url(kiln, "here")).status_code == 204
    row = Day.objects.get(member=jonas)
    assert row.opened == 3
    assert {field.name for field in Day._meta.concrete_fields} == {
        "id", "community", "member", "on", "opened",
    }  # fmt: skip
    client.force_login(cast.rafe)
    assert client.post(url(kiln, "here")).status_code == 403
    assert trust.forget_old_days(now=NOW + timedelta(days=4000)) == 1


def test_a_member_sees_what_is_counted_and_what_comes_next(
    kiln: Any, cast: Any, client: Any, jonas: Any
) -> None:
    read(jonas, days=2, each=4)
    trust.count_community(kiln, now=LATER)
    client.force_login(cast.jonas)
    page = client.get(url(kiln, "membership")).content.decode()
    assert "How far you are trusted here" in page
    assert "2 of 3" in page
    assert "8 of 10" in page


def test_an_operator_sets_and_frees_a_level_on_the_page(
    kiln: Any, cast: Any, client: Any, jonas: Any, send: Any
) -> None:
    client.force_login(cast.mei)
    one = url(kiln, "studio-trust-one", id=jonas.public_id)
    assert client.get(url(kiln, "studio-trust")).status_code == 200
    assert client.get(one).status_code == 200
    assert send(cast.mei, one, {"level": "2", "reason": ""}).status_code == 422
    assert send(cast.mei, one, {"level": "2", "reason": "Helps at the kiln."}).status_code == 302
    assert "Helps at the kiln." in client.get(one).content.decode()
    assert level(jonas) == rules.NEIGHBOUR
    change = StandingChange.objects.get(member=jonas)
    assert send(cast.mei, url(kiln, "studio-trust-undo", id=change.public_id)).status_code == 302
    assert level(jonas) == rules.NEWCOMER
    client.force_login(cast.kenji)
    assert client.get(url(kiln, "studio-trust")).status_code == 200
    assert client.get(one).status_code == 403
    client.force_login(cast.jonas)
    assert client.get(url(kiln, "studio-trust")).status_code == 404


def test_the_page_of_what_is_held_saves_and_keeps_what_was_typed(
    kiln: Any, cast: Any, client: Any, send: Any
) -> None:
    from banyan.guard import queries

    client.force_login(cast.mei)
    here = url(kiln, "studio-guard")
    needs = {
        f"need-{n}-{key}": need for n, asked in rules.NEEDS.items() for key, need in asked.items()
    }
    typed = {"is_on": "on", "threshold": "8", "on": ["links", "words"], "words": "高仿\nknock-off"}
    assert send(cast.mei, here, {**typed, **needs, "threshold": "99"}).status_code == 422
    page = send(cast.mei, here, {**typed, **needs, "threshold": "99"}).content.decode()
    assert "高仿" in page
    assert send(cast.mei, here, {**typed, **needs}).status_code == 302
    policy = queries.policy(kiln.pk)
    assert (policy.threshold, policy.words) == (8, ["高仿", "knock-off"])
    assert set(policy.off) == set(rules.REASONS) - {"links", "words"}
    client.force_login(cast.kenji)
    assert client.get(here).status_code == 403
