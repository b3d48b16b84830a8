"""Polls: one member one vote, changed until it closes, and results when their author said."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from banyan.communities.places import url
from banyan.content import rules
from banyan.content.actions import poll as actions
from banyan.content.actions import post as posts
from banyan.content.models import Ballot, Choice, Poll, Post
from banyan.content.queries import poll as queries
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, WrongMoment

NAMES = ("Celadon", "天目", "Ash")


@pytest.fixture
def asked(write, now):
    def make(**fields):
        given = {"choices": NAMES, "closes_at": now + timedelta(days=2)} | fields
        return write("Which glaze?", question=rules.Question(**given)).poll

    return make


@pytest.fixture
def vote(kiln, cast, member_of, now):
    def make(poll, *choices, by=None, at=now):
        member = member_of(kiln, by or cast.lan)
        actions.vote(poll=poll, member=member, choices=choices, now=at)

    return make


def counts(poll):
    return list(Choice.objects.filter(poll=poll).values_list("vote_count", flat=True))


def test_a_vote_is_counted_changed_and_never_doubled(asked, vote):
    poll = asked()
    for choice in (0, 0, 2):
        vote(poll, choice)
    poll.refresh_from_db()
    assert (counts(poll), poll.voter_count, Ballot.objects.count()) == ([0, 0, 1], 1, 1)
    assert Activity.objects.filter(verb="Voted").count() == 2
    assert "2" not in str(Activity.objects.filter(verb="Voted").last().props.get("choices", ""))


def test_several_answers_only_where_several_may_be_chosen(asked, vote, now):
    with pytest.raises(actions.OneOnly):
        vote(asked(), 0, 1)
    many = asked(is_many=True)
    vote(many, 0, 1)
    vote(many, 1, 2)
    assert counts(many) == [0, 1, 1]


def test_no_answer_and_a_false_one_are_refused(asked, vote):
    poll = asked()
    for choices in ((), (7,)):
        with pytest.raises(actions.NothingChosen):
            vote(poll, *choices)


def test_nobody_votes_after_closing_even_before_the_sweep(asked, vote, now):
    poll = asked()
    with pytest.raises(actions.Closed):
        vote(poll, 0, at=now + timedelta(days=2))
    assert actions.close_due(now=now + timedelta(days=2)) == 1
    assert actions.close_due(now=now + timedelta(days=3)) == 0
    with pytest.raises(actions.Closed):
        vote(poll, 0)
    told = Activity.objects.get(verb="PollClosed")
    assert told.props["post_id"] == poll.post_id
    assert told.parent_id == Activity.objects.get(verb="PostPublished").pk


def test_a_stranger_does_not_vote_and_nobody_on_what_is_gone(
    asked, tea, cast, member_of, kiln, now, vote
):
    poll = asked()
    with pytest.raises(NotAllowed):
        actions.vote(poll=poll, member=member_of(tea, cast.sol), choices=[0], now=now)
    posts.delete(post=poll.post, by=member_of(kiln, cast.jonas), now=now)
    with pytest.raises(WrongMoment):
        vote(poll, 0)
    assert not Ballot.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"choices": ("One",)},
        {"choices": ("Same", "same ")},
        {"choices": tuple(f"{n}" for n in range(9))},
        {"closes_at": "past"},
        {"shows": "never"},
    ],
)
def test_a_question_that_is_none_is_not_asked(asked, wrong, now):
    if wrong.get("closes_at"):
        wrong = {"closes_at": now}
    with pytest.raises(actions.NotAQuestion):
        asked(**wrong)
    assert not Post.objects.exists()


def test_results_are_seen_when_their_author_said(asked, vote, kiln, cast, member_of, now):
    lan, mei = (member_of(kiln, p) for p in (cast.lan, cast.mei))
    open_to_voters, late = asked(), asked(shows=rules.CLOSED)
    vote(open_to_voters, 0)
    vote(late, 0)

    def seen(poll, member, at=now):
        return queries.shown(poll.post, member, now=at).shows_results

    assert seen(open_to_voters, lan)
    assert not seen(open_to_voters, mei)
    assert not seen(open_to_voters, None)
    assert not seen(late, lan)
    assert all(seen(p, None, now + timedelta(days=3)) for p in (open_to_voters, late))


def test_under_thirty_voters_there_are_counts_and_no_shares(asked, now, kiln, cast, member_of):
    poll = asked()
    Poll.objects.filter(pk=poll.pk).update(voter_count=29)
    Choice.objects.filter(poll=poll, position=0).update(vote_count=29)
    poll.refresh_from_db()
    assert queries.shown(poll.post, None, now=now).choices[0].percent is None
    Poll.objects.filter(pk=poll.pk).update(voter_count=30)
    poll.refresh_from_db()
    assert queries.shown(poll.post, None, now=now).choices[0].percent == 97


def client_of(person=None):
    made = Client(headers={"Sec-Fetch-Site": "same-origin"})
    if person is not None:
        made.force_login(person)
    return made


def written(**fields):
    from django.utils import timezone

    at = timezone.localtime() + timedelta(days=3)
    return {
        "form_key": str(uuid4()), "kind": "poll", "title": "Which glaze?", "choice_1": "Celadon",
        "choice_2": "天目", "closes_at": f"{at:%Y-%m-%dT%H:%M}", "shows": "voted", **fields,
    }  # fmt: skip


def test_a_poll_is_asked_voted_on_and_changed_by_hand(kiln, cast):
    jonas, lan = client_of(cast.jonas), client_of(cast.lan)
    assert 'name="choice_8"' in jonas.get(url(kiln, "post-new") + "?kind=poll").content.decode()
    assert jonas.post(url(kiln, "post-new"), written()).status_code == 302
    post = Post.objects.get()
    here, there = (url(kiln, name, id=post.public_id) for name in ("post", "post-vote"))
    assert "Celadon" in client_of().get(here).content.decode()
    refused = lan.post(there, {})
    assert refused.status_code == 422
    assert "Choose at least one answer" in refused.content.decode()
    assert lan.post(there, {"choice": "1"}).status_code == 302
    assert "Change my vote" in lan.get(here).content.decode()
    assert 'value="1" checked' in lan.get(here + "?vote=1").content.decode()
    lan.post(there, {"choice": "0"})
    assert counts(post.poll) == [1, 0]
    assert client_of(cast.rafe).post(there, {"choice": "0"}).status_code == 403
    assert client_of().post(there, {"choice": "0"}).status_code == 302


def test_a_false_poll_is_refused_at_its_fields_and_keeps_what_was_typed(kiln, cast):
    jonas = client_of(cast.jonas)
    for fields, words in (
        ({"choice_2": ""}, "This field is required"),
        ({"choice_2": "celadon"}, "stands here already"),
        ({"closes_at": "2020-01-01T10:00"}, "Choose a time to come"),
        ({"closes_at": "soon"}, "valid date"),
    ):
        answer = jonas.post(url(kiln, "post-new"), written(**fields))
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert 'value="Celadon"' in answer.content.decode()
    assert not Post.objects.exists()


def test_erasure_takes_the_words_of_a_poll_and_keeps_the_counts(asked, vote, cast, kiln, now):
    from banyan.people import privacy

    poll = asked()
    vote(poll, 1)
    privacy.erase(person=cast.jonas, now=now)
    assert set(Choice.objects.filter(poll=poll).values_list("text", flat=True)) == {""}
    assert counts(poll) == [0, 1, 0]
    assert client_of().get(url(kiln, "post", id=poll.post.public_id)).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_many_who_vote_at_once_are_all_counted_and_each_once(
    kiln, new_person, member_of, write, now
):
    """Eight members, each from three places at once, with different answers."""
    from banyan.communities import actions as communities

    poll = write(
        "Which?", question=rules.Question(choices=NAMES, closes_at=now + timedelta(days=2))
    ).poll
    members = []
    for n in range(8):
        person = new_person(f"Voter {n}")
        communities.join(community=kiln, person=person, now=now)
        members.append(member_of(kiln, person))
    failed = []

    def cast_vote(member, choice):
        try:
            actions.vote(poll=poll, member=member, choices=[choice], now=now)
        except Exception as fault:
            failed.append(repr(fault))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=cast_vote, args=(member, choice))
        for member in members
        for choice in range(3)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    poll.refresh_from_db()
    assert not failed
    assert (poll.voter_count, Ballot.objects.count(), sum(counts(poll))) == (8, 8, 8)
    for n in range(3):
        assert counts(poll)[n] == Ballot.objects.filter(choices=[n]).count()
