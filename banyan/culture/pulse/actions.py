"""Asking about belonging: at most once a month, and no answer knows its giver."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from banyan.communities.models import Member
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment

from ..models import PulseAnswer, PulseAsked
from . import queries, rules


@transaction.atomic
def answer(*, member: Member, score: int, now: datetime) -> None:
    """Keep the answer without the member, and of the member only that they answered.

    Once a month; WrongMoment when not asked. Nothing of it is announced: the log names people.
    """
    question = _asked(member, now)
    if score not in dict(rules.SCORES):
        raise Refusal
    month = queries.month_here(member.community, now)
    _mark(member, rules.ANSWERED, now)
    PulseAnswer.objects.create(
        community_id=member.community_id, month=month, question=question, score=score
    )


@transaction.atomic
def skip(*, member: Member, for_ever: bool, now: datetime) -> None:
    """Not this month, or never again."""
    _asked(member, now)
    _mark(member, rules.NEVER if for_ever else rules.SKIPPED, now)


@transaction.atomic
def ask_again(*, member: Member) -> None:
    """Undo “never”: one may be asked again from next month on."""
    if not member.is_in:
        raise NotAllowed
    rows = PulseAsked.objects.filter(member=member, state=rules.NEVER)
    if not rows.update(state=rules.SKIPPED):
        raise WrongMoment
    queries.keep(member, state="")


def _asked(member: Member, now: datetime) -> str:
    if not member.is_in:
        raise NotAllowed
    question = queries.question_now(member, now=now)
    if question is None:
        raise WrongMoment
    return question


def _mark(member: Member, state: str, now: datetime) -> None:
    try:
        with transaction.atomic():
            PulseAsked.objects.create(
                community_id=member.community_id, member=member, state=state,
                month=queries.month_here(member.community, now),
            )  # fmt: skip
    except IntegrityError as twice:
        raise WrongMoment from twice
    queries.keep(member, state=state, now=now)
