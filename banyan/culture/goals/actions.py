"""Setting a goal, giving it up, and what comes of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment

from ..events import GoalEvent, GoalGivenUp, GoalMissed, GoalReached, GoalSet
from ..models import Goal
from . import measures, queries, rules

RIGHT = "culture.run"


class TooManyGoals(Refusal):
    status = 409
    sentence = _("Five goals at once are as many as people can hold. Finish one first.")


@transaction.atomic
def set_goal(*, community: Community, by: Member, now: datetime, title: str, measure: str,
             target: int, starts_at: datetime, ends_at: datetime,
             second_title: str = "") -> Goal:  # fmt: skip
    """A goal that counts real events from `starts_at` on. NotAllowed, TooManyGoals."""
    if by.community_id != community.pk or not by.may(RIGHT):
        raise NotAllowed
    if measures.get(measure) is None or ends_at <= now:
        raise Refusal
    running = Goal.objects.of(community).filter(state=rules.RUNNING).count()
    if running >= rules.MOST_RUNNING:
        raise TooManyGoals
    goal = Goal.objects.create(
        community=community, title=title, second_title=second_title, lang=community.lang,
        second_lang=community.second_lang if second_title else "", measure=measure,
        target=target, starts_at=starts_at, ends_at=ends_at, made_by=by, made_at=now,
    )  # fmt: skip
    _say(GoalSet, goal, by, now)
    settle(goal, now=now)
    queries.keep(community.pk)
    return goal


def _say(kind: type[GoalEvent], goal: Goal, by: Member | None, now: datetime,
         **more: Any) -> None:  # fmt: skip
    announce(
        kind(
            community_id=goal.community_id, object_id=goal.pk, measure=goal.measure,
            target=goal.target, actor=by.person.pseudonym if by else None, lang=goal.lang,
            now=now, **more,
        )
    )  # fmt: skip


@transaction.atomic
def give_up(*, goal: Goal, by: Member, now: datetime) -> None:
    if by.community_id != goal.community_id or not by.may(RIGHT):
        raise NotAllowed
    goal.move(rules.CANCELLED, closed_at=now)
    _say(GoalGivenUp, goal, by, now)
    queries.keep(goal.community_id)


@transaction.atomic
def settle(goal: Goal, *, now: datetime) -> str:
    """Count anew; reached or missed when it is. Safe to run again."""
    if goal.state != rules.RUNNING:
        return goal.state
    counted = queries.counted(goal, now=now)
    verdict = rules.verdict(counted=counted, target=goal.target, now=now, ends_at=goal.ends_at)
    if verdict == rules.RUNNING:
        if counted != goal.progress:
            Goal.objects.filter(pk=goal.pk, state=rules.RUNNING).update(progress=counted)
            goal.progress = counted
            queries.keep(goal.community_id)
        return goal.state
    goal.move(verdict, progress=counted, closed_at=now)
    if verdict == rules.REACHED:
        _say(GoalReached, goal, None, now)
    else:
        _say(GoalMissed, goal, None, now, counted=counted)
    queries.keep(goal.community_id)
    return goal.state


def settle_due(*, now: datetime) -> int:
    """All goals on their way; steps over what somebody else has just moved."""
    moved = 0
    running = Goal.objects.filter(state=rules.RUNNING, starts_at__lte=now).order_by("ends_at")
    for goal in running.iterator():
        try:
            moved += settle(goal, now=now) != rules.RUNNING
        except WrongMoment:
            continue
    return moved
