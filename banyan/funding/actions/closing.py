"""How a project ends: counted at its deadline, once more after it, and paid back or delivered.

Closing takes the project and fixes what holds for all; each pledge is then settled by itself, in a
transaction that takes the project first. Both may be stopped half way and run again.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from banyan.communities.models import Member
from banyan.core.refusals import NotAllowed, WrongMoment

from .. import rules
from ..events import DeliveryBegan, ProjectFellShort, ProjectFunded, ProjectPaysBack
from ..models import Milestone, Pledge, Project
from . import planning, pledging
from .saying import say

BATCH = 500


@transaction.atomic
def close(*, project: Project, now: datetime) -> bool:
    """At the deadline, on money really held: the goal is reached, or everybody is paid back.

    False when it was closed before, or its time is not over. Whoever has not paid is not in.
    """
    project.take()
    if project.state != rules.LIVE or now < project.ends_at:
        return False
    _let_go_unpaid(project, now)
    found = rules.verdict(goal_minor=project.goal_minor, pledged_minor=project.pledged_minor)
    final = {
        "closed_at": project.ends_at, "final_minor": project.pledged_minor,
        "final_backers": project.backers,
    }  # fmt: skip
    if found == rules.FAILED:
        _pay_all_back(project, rules.FAILED, now=now, **final)
    else:
        project.move(
            rules.FUNDED, collect_until=project.ends_at + rules.COLLECTING_FOR, **final
        )  # fmt: skip
        say(ProjectFunded, project, amount_minor=project.pledged_minor, now=now)
    return True


def _let_go_unpaid(project: Project, now: datetime) -> None:
    unpaid = Pledge.objects.filter(project=project, state=rules.RESERVED)
    for pledge in unpaid.select_related("project").order_by("pk"):
        pledging.let_go(pledge, now=now)


def _pay_all_back(
    project: Project, state: str, *, now: datetime, by: Member | None = None, **fields: object
) -> None:
    """With the project taken: each pledge's exact share of what is left is fixed; it goes later."""
    from .. import tasks  # late: tasks call these verbs

    paid = list(Pledge.objects.filter(project=project, state__in=rules.PAID).order_by("pk"))
    parts = rules.shares_back(project.held_minor, [one.amount_minor for one in paid])
    for pledge, part in zip(paid, parts, strict=True):
        pledge.back_minor = part
    Pledge.objects.bulk_update(paid, ["back_minor"], batch_size=200)
    project.move(state, ended_at=now, decide_until=None, **fields)
    say(
        ProjectPaysBack, project, by=by, amount_minor=project.held_minor, state=state, now=now
    )  # fmt: skip
    tasks.settle_project.later(key=str(project.pk), project_id=project.pk)


@transaction.atomic
def cancel(*, project: Project, by: Member, reason: str, now: datetime) -> None:
    """Call it off: what is held goes back to whoever paid it. What was paid out stays paid out."""
    planning.check_may(project, by)
    project.take()
    if project.state not in rules.HOLDS:
        raise WrongMoment
    call_off(project, by=by, reason=reason, now=now)


def call_off(project: Project, *, by: Member, reason: str, now: datetime) -> None:
    """With the project taken."""
    if project.state == rules.LIVE:
        _let_go_unpaid(project, now)
    _pay_all_back(
        project, rules.CANCELLED, by=by, now=now, reason=reason[: rules.REASON_LENGTH],
        closed_at=project.closed_at or now,
        final_minor=project.pledged_minor if project.final_minor is None else project.final_minor,
        final_backers=project.backers if project.final_backers is None else project.final_backers,
    )  # fmt: skip


@transaction.atomic
def collect(*, project: Project, now: datetime) -> bool:
    """The days after the deadline: a pledge may still be lost, so at their end it counts anew.

    Reached: delivery begins. Not any more: the creator has a week to choose, then all goes back.
    """
    project.take()
    if project.state == rules.FUNDED:
        project.move(rules.COLLECTING)
    if project.state != rules.COLLECTING or project.collect_until is None:
        return False
    if project.decide_until is not None:
        if now < project.decide_until:
            return False
        _pay_all_back(project, rules.FAILED, now=now)
        return True
    if now < project.collect_until:
        return False
    found = rules.verdict(goal_minor=project.goal_minor, pledged_minor=project.pledged_minor)
    if found == rules.FUNDED:
        _begin_delivery(project, now=now)
        return True
    if not project.pledged_minor:  # nobody is left to deliver to
        _pay_all_back(project, rules.FAILED, now=now)
        return True
    project.decide_until = now + rules.DECIDE_WITHIN
    Project.objects.filter(pk=project.pk).update(decide_until=project.decide_until)
    say(ProjectFellShort, project, amount_minor=project.pledged_minor, now=now)
    return True


@transaction.atomic
def choose(*, project: Project, by: Member, proceeds: bool, now: datetime) -> None:
    """Below the goal after closing: its creator goes on with what is there, or refunds all."""
    planning.check_may(project, by)
    if by.pk != project.made_by_id and project.made_by.may(planning.RIGHT):
        raise NotAllowed
    project.take()
    if (
        project.state != rules.COLLECTING
        or project.decide_until is None
        or now >= project.decide_until
    ):
        raise WrongMoment
    if proceeds:
        _begin_delivery(project, by=by, now=now)
    else:
        _pay_all_back(project, rules.FAILED, by=by, now=now)


def _begin_delivery(project: Project, *, now: datetime, by: Member | None = None) -> None:
    """Counted for the last time: from here on the money goes out by milestones."""
    Pledge.objects.filter(project=project, state=rules.CAPTURED).update(state=rules.COLLECTED)
    milestones = list(Milestone.objects.filter(project=project).order_by("position"))
    parts = rules.parts_of(project.held_minor, [one.share_bp for one in milestones])
    for milestone, part in zip(milestones, parts, strict=True):
        milestone.amount_minor = part
    Milestone.objects.bulk_update(milestones, ["amount_minor"])
    project.move(
        rules.DELIVERING, decide_until=None, final_minor=project.pledged_minor,
        final_backers=project.backers,
    )  # fmt: skip
    say(DeliveryBegan, project, by=by, amount_minor=project.held_minor, now=now)


def settle(*, project_id: int, now: datetime) -> bool:
    """Pay back every pledge of a project that is over, each once and in its own transaction.

    Safe to run again. True when all of them are at their end.
    """
    project = Project.objects.get(pk=project_id)
    if project.state not in rules.PAYS_BACK or project.settled_at is not None:
        return False
    waiting = Pledge.objects.filter(project=project, state__in=rules.PAID).order_by("pk")
    for pk in waiting.values_list("pk", flat=True):
        with suppress(WrongMoment):
            _settle_one(pk, project.state, now)
    if waiting.exists():
        return False
    rows = Project.objects.filter(pk=project.pk, settled_at=None, held_minor=0)
    return bool(rows.update(settled_at=now))


@transaction.atomic
def _settle_one(pledge_id: int, why: str, now: datetime) -> None:
    pledging.lock(pledge_id)
    pledge = Pledge.objects.select_related("project__book", "member__person").get(pk=pledge_id)
    pledging.pay_back(pledge, minor=pledge.back_minor, why=why, now=now)


def _each(rows: Iterable[Project], act: object, now: datetime) -> int:
    done = 0
    for project in rows:
        with suppress(WrongMoment):  # somebody was faster
            done += bool(act(project=project, now=now))  # type: ignore[operator]
    return done


def keep_time(*, now: datetime) -> int:
    """Projects close and are counted by themselves; what is owed goes back. Safe to run twice."""
    over = Project.objects.filter(state=rules.LIVE, ends_at__lte=now)
    done = _each(over.order_by("ends_at", "pk")[:BATCH], close, now)
    due = Q(decide_until=None, collect_until__lte=now) | Q(decide_until__lte=now)
    counted = Project.objects.filter(
        Q(state=rules.FUNDED) | (Q(state=rules.COLLECTING) & due)
    )  # fmt: skip
    done += _each(counted.order_by("closed_at", "pk")[:BATCH], collect, now)
    owing = Project.objects.filter(state__in=rules.PAYS_BACK, settled_at=None)
    for pk in owing.order_by("ended_at", "pk").values_list("pk", flat=True)[:BATCH]:
        done += settle(project_id=pk, now=now)
    return done
