from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404

from banyan.communities import rules as places
from banyan.communities.models import Community, Member

from . import rules
from .models import Milestone, Objection, Pledge, Project, Reward

SHOWS = "funding.shown"  # the community's fact: how many projects its members can see
RIGHT = "campaigns.run"
MOST_BACKERS = 12


def others_who_may(project: Project) -> QuerySet[Member]:
    """Members who may let a project live, other than its creator."""
    roles = [role for role, rights in places.RIGHTS.items() if RIGHT in rights]
    return Member.objects.filter(
        community_id=project.community_id, state=places.JOINED, role__in=roles
    ).exclude(pk=project.made_by_id)


def project_at(community: Community, public_id: UUID, *, for_shop: bool = False) -> Project:
    """One project; members see those that are or were live."""
    rows = Project.objects.of(community).select_related(
        "picture", "made_by__person", "let_by__person", "book"
    )
    if not for_shop:
        rows = rows.filter(state__in=rules.SHOWN)
    found: Project | None = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    found.community = community
    return found


def rewards_of(project: Project) -> list[Reward]:
    rows = list(Reward.objects.filter(project=project).order_by("position"))
    for one in rows:
        one.project = project
    return rows


def reward_at(community: Community, public_id: UUID) -> Reward:
    """A reward of a project that members see, with that project."""
    found: Reward | None = Reward.objects.of(community).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    pk = Project.objects.values_list("public_id", flat=True).get(pk=found.project_id)
    found.project = project_at(community, pk)
    return found


def milestones_of(project: Project) -> list[Milestone]:
    """With what they pay out, and how much of the pledged value objects."""
    rows = list(
        Milestone.objects.filter(project=project)
        .select_related("picture", "decided_by__person")
        .annotate(
            objecting=Sum(
                "objections__pledge__amount_minor",
                filter=Q(objections__pledge__state=rules.COLLECTED),
            )
        )
        .order_by("position")
    )
    for one in rows:
        one.project = project
        one.objecting_amount = project.money(int(one.objecting or 0))
    return rows


def objections_to(project: Project) -> list[Objection]:
    return list(
        Objection.objects.filter(milestone__project=project)
        .select_related("pledge__member__person", "milestone")
        .order_by("-at", "-pk")[:100]
    )


def list_here(community: Community, *, now: datetime) -> tuple[list[Project], list[Project]]:
    """(open ones, soonest to end first; the others, newest first)."""
    rows = list(
        Project.objects.of(community)
        .filter(state__in=rules.SHOWN)
        .select_related("picture", "made_by__person")
        .order_by("-live_at", "-pk")[:60]
    )
    for one in rows:
        one.community = community
    running = sorted((p for p in rows if p.is_open(now)), key=lambda p: (p.ends_at, p.pk))
    return running, [p for p in rows if not p.is_open(now)]


def list_in_studio(community: Community) -> list[Project]:
    rows = (
        Project.objects.of(community)
        .select_related("made_by__person")
        .annotate(
            owed=Count(
                "pledges",
                filter=Q(pledges__state=rules.COLLECTED, pledges__delivered_at=None),
            )
        )
        .order_by("-made_at", "-pk")
    )
    return list(rows[:200])


def my_pledge(project: Project, member: Member | None) -> Pledge | None:
    """The viewer's pledge: the one that is held, or else the latest that was paid."""
    if member is None:
        return None
    rows = Pledge.objects.filter(project=project, member=member).select_related("reward")
    found: Pledge | None = (
        rows.filter(state__in=rules.HELD).first()
        or rows.exclude(state=rules.RELEASED).order_by("-pk").first()
    )
    if found is not None:
        found.project = found.reward.project = project
        found.member = member
    return found


def pledge_at(community: Community, public_id: UUID) -> Pledge:
    found: Pledge | None = (
        Pledge.objects.of(community)
        .select_related("project__book", "project__made_by", "reward", "member__person")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404
    found.project.community = community
    found.reward.project = found.project
    return found


def milestone_at(community: Community, public_id: UUID) -> Milestone:
    found: Milestone | None = (
        Milestone.objects.of(community)
        .select_related("project__book", "project__made_by")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404
    found.project.community = community
    return found


def backers_of(project: Project) -> list[Any]:
    """The persons who back it, newest first: at most a dozen, all of them real."""
    rows = (
        Pledge.objects.filter(project=project, state__in=rules.PAID)
        .select_related("member__person__picture")
        .order_by("-paid_at", "-pk")
    )
    return [one.member.person for one in rows[:MOST_BACKERS]]


def pledges_in_studio(project: Project) -> QuerySet[Pledge]:
    """Every pledge that was paid or is being paid, newest first."""
    return (
        Pledge.objects.filter(project=project)
        .exclude(state=rules.RELEASED)
        .select_related("member__person__picture", "reward")
        .order_by("-reserved_at", "-pk")
    )
