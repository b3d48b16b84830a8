"""After a project is funded: milestones pay out once backers have looked, rewards are delivered."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.core.models import Picture
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.core.text import lang_of
from banyan.ledger import actions as ledger
from banyan.ledger import rules as books
from banyan.ledger.rules import Leg
from banyan.orders.rules import tax_parts

from .. import rules
from ..events import (
    MilestoneObjected,
    MilestonePaid,
    MilestoneShown,
    ProjectClosed,
    RewardDelivered,
)
from ..models import Milestone, Objection, Pledge, Project
from . import closing, planning
from .saying import say, say_of_pledge


class OneAfterTheOther(Refusal):
    status = 409
    sentence = _("The milestone before it is not paid out yet.")


class ObjectedAlready(Refusal):
    status = 409
    sentence = _("You have objected to this already.")


@transaction.atomic
def show(
    *, milestone: Milestone, by: Member, evidence: str, picture: Picture | None, now: datetime
) -> None:
    """Show backers what was done: they have 72 hours to object. OneAfterTheOther."""
    project: Project = milestone.project
    planning.check_may(project, by)
    project.take()
    if project.state != rules.DELIVERING:
        raise WrongMoment
    earlier = Milestone.objects.filter(project=project, position__lt=milestone.position)
    if earlier.exclude(state=rules.DONE).exists():
        raise OneAfterTheOther
    milestone.move(
        rules.PROVEN, only_from=(rules.WAITING,), evidence=evidence, lang=lang_of(evidence),
        picture=picture, shown_at=now, objections_until=now + rules.OBJECTION,
    )  # fmt: skip
    say(MilestoneShown, project, by=by, milestone_id=milestone.pk, now=now)


@transaction.atomic
def object_to(*, milestone: Milestone, pledge: Pledge, reason: str, now: datetime) -> Objection:
    """A backer says why it should not be paid out. At 30 % of the pledged value it is held."""
    project: Project = milestone.project
    if pledge.project_id != project.pk or pledge.state != rules.COLLECTED:
        raise NotAllowed
    project.take()
    milestone.take()
    milestone.project = project
    if project.state != rules.DELIVERING or not milestone.takes_objections(now):
        raise WrongMoment
    try:
        with transaction.atomic():
            made: Objection = Objection.objects.create(
                community_id=project.community_id, milestone=milestone, pledge=pledge,
                reason=reason[: rules.REASON_LENGTH], at=now,
            )  # fmt: skip
    except IntegrityError:
        raise ObjectedAlready from None
    if rules.objections_hold(
        objecting_minor=objecting(milestone), pledged_minor=project.pledged_minor
    ):
        milestone.move(rules.OBJECTED)
        project.move(rules.DISPUTED)
        say(MilestoneObjected, project, milestone_id=milestone.pk, now=now)
    return made


def objecting(milestone: Milestone) -> int:
    """How much of the pledged value objects."""
    rows = Objection.objects.filter(milestone=milestone).exclude(
        pledge__state__in=(rules.REFUNDING, rules.REFUNDED)
    )
    return int(rows.aggregate(sum=Sum("pledge__amount_minor"))["sum"] or 0)


@transaction.atomic
def pay_out(*, milestone: Milestone, now: datetime) -> bool:
    """Nobody, or too few, objected in time: its share is the shop's. False when it is too early."""
    project: Project = milestone.project
    project.take()
    milestone.take()
    milestone.project = project
    until = milestone.objections_until
    if (
        project.state != rules.DELIVERING
        or milestone.state != rules.PROVEN
        or until is None
        or now < until
    ):
        return False
    _pay(milestone, now=now)
    return True


def _pay(milestone: Milestone, *, now: datetime, by: Member | None = None) -> None:
    """With the project taken: out of what is held, into the shop's sales and the tax in them."""
    project: Project = milestone.project
    minor = milestone.amount_minor or 0
    milestone.move(rules.DONE, done_at=now, decided_by=by)
    if minor:
        tax = tax_parts([minor], project.tax_bp)[0]
        changed = Project.objects.filter(pk=project.pk, held_minor__gte=minor)
        if not changed.update(held_minor=F("held_minor") - minor):
            raise WrongMoment
        project.held_minor -= minor
        ledger.post(
            book=project.book, key=f"milestone:{milestone.oid}:paid", kind=books.PLEDGES_RELEASED,
            legs=[
                Leg(project.account, minor, order=project.oid),
                Leg("sales", -(minor - tax), order=project.oid),
                Leg("tax_payable.shop", -tax, order=project.oid),
            ],
            now=now, actor=by.person.pseudonym if by else None,
        )  # fmt: skip
    say(
        MilestonePaid, project, by=by, amount_minor=minor, milestone_id=milestone.pk, now=now
    )  # fmt: skip
    finish(project, now=now)


@transaction.atomic
def resolve(*, project: Project, by: Member, releases: bool, reason: str, now: datetime) -> None:
    """Backers objected: somebody else decides. The share is paid out, or what is left goes back."""
    planning.check_looks(project, by)
    project.take()
    if project.state != rules.DISPUTED:
        raise WrongMoment
    if not releases:
        closing.call_off(project, by=by, reason=reason, now=now)
        return
    milestone = Milestone.objects.get(project=project, state=rules.OBJECTED)
    milestone.project = project
    project.move(rules.DELIVERING)
    _pay(milestone, by=by, now=now)


@transaction.atomic
def deliver(*, pledge: Pledge, by: Member, done: bool, now: datetime) -> None:
    """The reward has gone out to its backer, or it has not after all."""
    project: Project = pledge.project
    planning.check_may(project, by)
    project.take()
    if project.state not in (rules.DELIVERING, rules.DISPUTED):
        raise WrongMoment
    rows = Pledge.objects.filter(
        pk=pledge.pk, state=rules.COLLECTED, delivered_at__isnull=done
    )  # fmt: skip
    if not rows.update(delivered_at=now if done else None):
        raise WrongMoment
    if done:
        say_of_pledge(RewardDelivered, pledge, by=by, now=now)
        finish(project, now=now)


def finish(project: Project, *, now: datetime) -> bool:
    """With the project taken: done once everything is paid out and every reward delivered."""
    if project.state != rules.DELIVERING:
        return False
    if Milestone.objects.filter(project=project).exclude(state=rules.DONE).exists():
        return False
    owed = Pledge.objects.filter(project=project, state=rules.COLLECTED, delivered_at=None)
    if owed.exists():
        return False
    project.move(rules.CLOSED, ended_at=now, settled_at=now)
    say(ProjectClosed, project, now=now)
    return True


def pay_out_due(*, now: datetime, limit: int = 200) -> int:
    """Milestones whose 72 hours are over. Safe to run twice."""
    due = Milestone.objects.filter(state=rules.PROVEN, objections_until__lte=now)
    due = due.filter(project__state=rules.DELIVERING).select_related("project__book")
    done = 0
    for milestone in due.order_by("objections_until", "pk")[:limit]:
        with suppress(WrongMoment):
            done += pay_out(milestone=milestone, now=now)
    return done
