"""Asking, voting, changing one's vote, and closing a poll when its time has come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.core import activity
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.core.text import lang_of
from banyan.moderation.standing import muting

from .. import rules
from ..events import PollClosed, Voted
from ..models import Ballot, Choice, Poll, Post

AT_ONCE = 200


class NotAQuestion(Refusal):
    sentence = _("A poll needs two to eight different choices and a time to come when it closes.")


class NothingChosen(Refusal):
    sentence = _("Choose at least one answer.")


class OneOnly(Refusal):
    sentence = _("One answer only in this poll.")


class Closed(WrongMoment):
    sentence = _("This poll has closed; votes stand as they are.")


def attach(post: Post, question: rules.Question, *, now: datetime) -> Poll:
    """Give a new post its poll, in the caller's transaction."""
    if not rules.is_good_question(question, now=now):
        raise NotAQuestion
    poll = Poll.objects.create(
        community_id=post.community_id,
        post=post,
        is_many=question.is_many,
        shows=question.shows,
        closes_at=question.closes_at,
        zone=question.zone,
    )
    Choice.objects.bulk_create(
        Choice(
            community_id=post.community_id, poll=poll, position=n, text=text,
            lang=lang_of(text, post.lang),
        )
        for n, text in enumerate(question.choices)
    )  # fmt: skip
    return poll


@transaction.atomic
def vote(*, poll: Poll, member: Member, choices: Collection[int], now: datetime) -> None:
    """Cast or change one's vote. The same vote a second time changes nothing.

    Closed once its time has come, also before the sweep has said so.
    """
    if not member.is_in or poll.community_id != member.community_id:
        raise NotAllowed
    muting.check(member, now=now)
    # Ours until the transaction ends: all votes of a poll pass here, one after the other.
    mine = Poll.objects.filter(pk=poll.pk, closed_at=None, closes_at__gt=now)
    if not mine.update(zone=F("zone")):
        raise Closed
    if not Post.objects.filter(pk=poll.post_id, state=rules.PUBLISHED).exists():
        raise WrongMoment
    wanted = set(choices)
    if not wanted:
        raise NothingChosen
    if len(wanted) > 1 and not poll.is_many:
        raise OneOnly
    rows = Choice.objects.filter(poll=poll)
    if wanted - set(rows.values_list("position", flat=True)):
        raise NothingChosen
    ballot = Ballot.objects.filter(poll=poll, member=member).first()
    before = set(ballot.choices) if ballot else set()
    if before == wanted:
        return
    Ballot.objects.update_or_create(
        poll=poll, member=member,
        defaults={"choices": sorted(wanted), "voted_at": now},
        create_defaults={
            "community_id": poll.community_id, "choices": sorted(wanted), "voted_at": now,
        },
    )  # fmt: skip
    rows.filter(position__in=wanted - before).update(vote_count=F("vote_count") + 1)
    rows.filter(position__in=before - wanted).update(vote_count=F("vote_count") - 1)
    if ballot is None:
        mine.update(voter_count=F("voter_count") + 1)
    announce(
        Voted(
            community_id=poll.community_id,
            object_id=poll.pk,
            actor=member.person.pseudonym,
            parent_id=activity.find("post", poll.post_id, "PostPublished"),
            post_id=poll.post_id,
            is_changed=ballot is not None,
            now=now,
        )
    )


def close_due(*, now: datetime) -> int:
    """Close every poll whose time has come, each once, and say so where its post still stands."""
    due = Poll.objects.filter(closed_at=None, closes_at__lte=now).select_related(
        "post__author__person"
    )
    return sum(_close(poll, now) for poll in due.order_by("closes_at")[:AT_ONCE])


@transaction.atomic
def _close(poll: Poll, now: datetime) -> int:
    if not Poll.objects.filter(pk=poll.pk, closed_at=None).update(closed_at=now):
        return 0
    if poll.post.is_published:
        voters = Poll.objects.values_list("voter_count", flat=True).get(pk=poll.pk)
        announce(
            PollClosed(
                community_id=poll.community_id,
                object_id=poll.pk,
                parent_id=activity.find("post", poll.post_id, "PostPublished"),
                post_id=poll.post_id,
                subject=poll.post.author.person.pseudonym,
                voters=voters,
                lang=poll.post.lang,
                now=now,
            )
        )
    return 1
