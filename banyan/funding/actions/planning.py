"""How a project comes about: drafted, sent to be looked at, let live by somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities import actions as communities
from banyan.communities.models import Community, Member
from banyan.core.models import Picture
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.core.text import lang_of
from banyan.orders.queries import tax_bp_of
from banyan.sellers.models import Book

from .. import queries, rules
from ..events import ProjectReturned, ProjectSent, ProjectWentLive
from ..models import Milestone, Project, Reward
from .saying import say

RIGHT = queries.RIGHT


class BadPlan(Refusal):
    status = 422

    def __init__(self, fault: str) -> None:
        self.fault = fault
        super().__init__(FAULTS[fault])


class BadDeadline(Refusal):
    status = 422
    sentence = _("The last day has to be at least one hour and at most 90 days away.")


class AnotherHasToLook(NotAllowed):
    sentence = _("Somebody else who may run campaigns has to look at it and let it go live.")


FAULTS = {
    rules.NO_GOAL: _("Give a goal above zero."),
    rules.NO_REWARDS: _("Give one to six rewards."),
    rules.NO_AMOUNT: _("Every reward needs an amount above zero."),
    rules.NO_MILESTONES: _("Give one to five milestones, each with a share."),
    rules.NOT_WHOLE: _("The shares of all milestones have to add up to 100%."),
}


def check_may(project: Project, by: Member) -> None:
    if by.community_id != project.community_id or not by.may(RIGHT):
        raise NotAllowed


def _check(
    goal_minor: int, rewards: Sequence[rules.RewardPlan], milestones: Sequence[rules.MilestonePlan]
) -> None:
    if fault := rules.fault_of(goal_minor, rewards, milestones):
        raise BadPlan(fault)


def _check_deadline(ends_at: datetime, now: datetime) -> None:
    if not rules.SHORTEST <= ends_at - now <= rules.LONGEST:
        raise BadDeadline


@transaction.atomic
def draft(
    *,
    community: Community,
    by: Member,
    title: str,
    story: str,
    goal_minor: int,
    ends_at: datetime,
    rewards: Sequence[rules.RewardPlan],
    milestones: Sequence[rules.MilestonePlan],
    picture: Picture | None = None,
    now: datetime,
) -> Project:
    """Write a project down; nobody else sees it. BadPlan, BadDeadline."""
    if by.community_id != community.pk or not by.may(RIGHT):
        raise NotAllowed
    _check(goal_minor, rewards, milestones)
    _check_deadline(ends_at, now)
    book = Book.objects.get(community=community)
    made: Project = Project.objects.create(
        community=community, book=book, currency=book.currency, title=title, story=story,
        lang=lang_of(f"{title} {story}"), goal_minor=goal_minor, ends_at=ends_at, picture=picture,
        made_by=by, made_at=now, changed_at=now,
    )  # fmt: skip
    _write_terms(made, rewards, milestones)
    return made


@transaction.atomic
def change(
    *,
    project: Project,
    by: Member,
    title: str,
    story: str,
    goal_minor: int,
    ends_at: datetime,
    rewards: Sequence[rules.RewardPlan],
    milestones: Sequence[rules.MilestonePlan],
    picture: Picture | None = None,
    now: datetime,
) -> None:
    """Write a draft anew; without a picture the old one stays. WrongMoment once it is sent."""
    check_may(project, by)
    _check(goal_minor, rewards, milestones)
    _check_deadline(ends_at, now)
    more: dict[str, Any] = {} if picture is None else {"picture": picture}
    changed = Project.objects.filter(pk=project.pk, state=rules.DRAFT).update(
        title=title, story=story, lang=lang_of(f"{title} {story}"), goal_minor=goal_minor,
        ends_at=ends_at, changed_at=now, **more,
    )  # fmt: skip
    if not changed:
        raise WrongMoment
    Reward.objects.filter(project=project).delete()
    Milestone.objects.filter(project=project).delete()
    _write_terms(project, rewards, milestones)


def _write_terms(
    project: Project,
    rewards: Sequence[rules.RewardPlan],
    milestones: Sequence[rules.MilestonePlan],
) -> None:
    for position, one in enumerate(rewards, start=1):
        Reward.objects.create(
            community_id=project.community_id, project=project, position=position, name=one.name,
            what=one.what, least_minor=one.least_minor, quota=one.quota, month=one.month,
            needs_address=one.needs_address,
        )  # fmt: skip
    for position, part in enumerate(milestones, start=1):
        Milestone.objects.create(
            community_id=project.community_id, project=project, position=position, name=part.name,
            share_bp=part.share_bp,
        )  # fmt: skip


@transaction.atomic
def discard(*, project: Project, by: Member) -> None:
    """Forget a draft. WrongMoment once it is sent."""
    check_may(project, by)
    if not Project.objects.filter(pk=project.pk, state=rules.DRAFT).update(reason=""):
        raise WrongMoment
    Project.objects.filter(pk=project.pk).delete()


@transaction.atomic
def send(*, project: Project, by: Member, now: datetime) -> None:
    """To be looked at by somebody else who may run campaigns."""
    check_may(project, by)
    _check_deadline(project.ends_at, now)
    project.move(rules.REVIEW, only_from=(rules.DRAFT,), sent_at=now, changed_at=now, reason="")
    say(ProjectSent, project, by=by, now=now)


@transaction.atomic
def withdraw(*, project: Project, by: Member, now: datetime) -> None:
    """What nobody has let live yet is a draft again."""
    check_may(project, by)
    project.move(rules.DRAFT, only_from=(rules.REVIEW,), changed_at=now)
    say(ProjectReturned, project, by=by, now=now)


def check_looks(project: Project, by: Member) -> None:
    """Somebody else decides, while there is somebody else. AnotherHasToLook."""
    check_may(project, by)
    if by.pk == project.made_by_id and queries.others_who_may(project).exists():
        raise AnotherHasToLook


@transaction.atomic
def turn_down(*, project: Project, by: Member, reason: str, now: datetime) -> None:
    """Not like this: a draft again, with the reason for its creator."""
    check_looks(project, by)
    project.move(
        rules.DRAFT, only_from=(rules.REVIEW,), changed_at=now, reason=reason[: rules.REASON_LENGTH]
    )
    say(ProjectReturned, project, by=by, now=now)


@transaction.atomic
def let_live(*, project: Project, by: Member, now: datetime) -> None:
    """From here on its terms stand still. AnotherHasToLook, BadDeadline."""
    check_looks(project, by)
    _check_deadline(project.ends_at, now)
    shown = Project.objects.of(project.community_id).filter(state__in=rules.SHOWN).count()
    communities.keep_fact(
        community_id=project.community_id, key=queries.SHOWS, value=shown + 1
    )  # the community first, then its project
    project.move(
        rules.LIVE, only_from=(rules.REVIEW,), live_at=now, changed_at=now, let_by=by,
        tax_bp=tax_bp_of(project.community),
    )  # fmt: skip
    say(ProjectWentLive, project, by=by, now=now)
