"""A poll as one viewer sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import JSONField, Subquery, Value

from .. import rules
from ..models import Ballot, Choice, Poll, Post


@dataclass(frozen=True)
class ChoiceShown:
    position: int
    text: str
    lang: str
    count: int
    percent: int | None  # None under 30 voters: too few for shares
    is_mine: bool


@dataclass(frozen=True)
class PollShown:
    poll: Poll
    choices: list[ChoiceShown]
    is_open: bool
    has_voted: bool
    shows_results: bool
    may_vote: bool
    is_changing: bool


def shown(post: Post, member: Any, *, now: datetime, is_changing: bool = False) -> PollShown:
    """One query: the choices, with the viewer's vote beside each."""
    poll = post.poll
    rows = Choice.objects.filter(poll=poll)
    if member is None:
        rows = rows.annotate(mine=Value(None, output_field=JSONField()))
    else:
        ballot = Ballot.objects.filter(poll=poll, member=member).values("choices")[:1]
        rows = rows.annotate(mine=Subquery(ballot, output_field=JSONField()))
    found = list(rows.order_by("position"))
    taken = (found[0].mine if found else None) or []
    is_open, has_voted = poll.is_open(now), bool(taken)
    return PollShown(
        poll=poll,
        choices=[
            ChoiceShown(
                position=one.position,
                text=one.text,
                lang=one.lang,
                count=one.vote_count,
                percent=rules.percent(one.vote_count, poll.voter_count),
                is_mine=one.position in taken,
            )
            for one in found
        ],
        is_open=is_open,
        has_voted=has_voted,
        shows_results=not is_open or (has_voted and poll.shows == rules.VOTED),
        may_vote=is_open and member is not None and post.is_published,
        is_changing=is_changing or not has_voted,
    )
