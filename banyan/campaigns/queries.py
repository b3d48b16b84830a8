from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Q
from django.http import Http404

from banyan.communities.models import Community, Member
from banyan.core.money import Money

from . import rules
from .models import Campaign, Claim, Seat, Team

MOST_TEAMS, MOST_PEOPLE, KEPT_SECONDS = 12, 12, 60


def _key(community_id: int) -> str:
    return f"campaigns-up:{community_id}"


def forget(community_id: int) -> None:
    """Something was put up or taken down: the next page looks anew."""
    cache.delete(_key(community_id))


def up_here(community: Community) -> dict[int, int]:
    """product -> campaign of what is up; at most a minute old in another process."""
    found = cache.get(_key(community.pk))
    if found is None:
        rows = Campaign.objects.of(community).filter(state__in=rules.RUNS)
        found = dict(rows.values_list("product_id", "pk"))
        cache.set(_key(community.pk), found, KEPT_SECONDS)
    return dict(found)


def running(community: Community, product_id: int, *, now: datetime) -> Campaign | None:
    """The campaign of a product that runs or begins soon. No query where there is none."""
    pk = up_here(community).get(product_id)
    if pk is None:
        return None
    found: Campaign | None = (
        Campaign.objects.of(community).select_related("product", "variant").filter(pk=pk).first()
    )
    if found is None or found.state not in rules.RUNS or found.ends_at <= now:
        return None
    found.community = community
    return found


@dataclass(slots=True)
class Shown:
    """A team as a page shows it: who is in, how far it is, and the viewer's own seat."""

    team: Team
    people: list[Any] = field(default_factory=list)
    mine: Seat | None = None

    @property
    def leader(self) -> Any:
        return self.team.leader.person if self.team.leader else None

    @property
    def plan(self) -> list[rules.Step]:
        return self.team.campaign.plan

    @property
    def now_price(self) -> Money:
        """What each would pay if it closed now."""
        return self.team.campaign.money(rules.final_price(self.plan, self.team.count))

    @property
    def next_price(self) -> Money | None:
        step = rules.next_step(self.plan, self.team.count)
        return self.team.campaign.money(step[1]) if step else None

    @property
    def missing(self) -> int:
        """How many more reach the next step."""
        step = rules.next_step(self.plan, self.team.count)
        return step[0] - self.team.count if step else 0

    @property
    def is_enough(self) -> bool:
        return rules.reached(self.plan, self.team.count) is not None


def _with_people(teams: Sequence[Team], member: Member | None) -> list[Shown]:
    """Teams with the persons in them, in the order they paid: one query for all."""
    shown = {team.pk: Shown(team) for team in teams}
    rows = (
        Seat.objects.filter(team_id__in=list(shown))
        .filter(Q(state__in=rules.IN) | Q(member=member, state__in=rules.HELD))
        .select_related("member__person__picture", "order")
        .order_by("paid_at", "pk")
    )
    for seat in rows:
        one = shown[seat.team_id]
        if seat.state in rules.IN:
            one.people.append(seat.member.person)
        if member is not None and seat.member_id == member.pk:
            seat.campaign = one.team.campaign
            one.mine = seat
    return list(shown.values())


def open_teams(campaign: Campaign, member: Member | None, *, now: datetime) -> list[Shown]:
    """Teams that somebody can join, and the viewer's own; nearest to closing first."""
    rows = (
        Team.objects.filter(campaign=campaign, state=rules.OPEN, closes_at__gt=now)
        .filter(
            Q(paid__gte=1) | Q(seats__member=member, seats__state__in=rules.HELD)
            if member
            else Q(paid__gte=1)
        )
        .select_related("leader__person__picture")
        .order_by("closes_at", "pk")
        .distinct()
    )
    teams = list(rows[:MOST_TEAMS])
    for team in teams:
        team.campaign = campaign
    return _with_people(teams, member)


def team_at(community: Community, public_id: UUID) -> Team:
    found: Team | None = (
        Team.objects.of(community)
        .select_related("campaign__product__cover", "campaign__variant", "leader__person__picture")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404
    found.community = found.campaign.community = found.campaign.product.community = community
    return found


def shown(team: Team, member: Member | None) -> Shown:
    return _with_people([team], member)[0]


def my_past_seat(team: Team, member: Member | None) -> Seat | None:
    """What became of the viewer's place in a team, when it is not held any more."""
    if member is None:
        return None
    found: Seat | None = (
        Seat.objects.filter(team=team, member=member)
        .select_related("order", "campaign")
        .order_by("-pk")
        .first()
    )
    return found


def campaign_at(community: Community, public_id: UUID) -> Campaign:
    found: Campaign | None = (
        Campaign.objects.of(community)
        .select_related("product", "variant", "made_by__person")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404
    found.community = found.product.community = community
    return found


def list_in_studio(community: Community) -> list[Campaign]:
    """Every campaign, newest first, with its figures."""
    rows = (
        Campaign.objects.of(community)
        .select_related("product")
        .annotate(
            open_count=Count("teams", filter=Q(teams__state=rules.OPEN, teams__paid__gte=1)),
            on_count=Count("teams", filter=Q(teams__state__in=rules.GOOD_ENDS)),
        )
        .order_by("-made_at", "-pk")
    )
    return list(rows[:200])


def teams_in_studio(campaign: Campaign) -> Any:
    return (
        Team.objects.filter(campaign=campaign)
        .select_related("leader__person__picture")
        .order_by("-opened_at", "-pk")
    )


def seats_of(teams: Sequence[Team]) -> dict[int, list[Seat]]:
    """Every seat of these teams with its member and order, in the order they came."""
    found: dict[int, list[Seat]] = {team.pk: [] for team in teams}
    rows = (
        Seat.objects.filter(team_id__in=list(found))
        .select_related("member__person__picture", "order", "campaign")
        .order_by("reserved_at", "pk")
    )
    for seat in rows:
        found[seat.team_id].append(seat)
    return found


def claims_in_studio(campaign: Campaign) -> Any:
    """Who bought or keeps pieces of a flash sale, newest first."""
    return (
        Claim.objects.filter(campaign=campaign)
        .select_related("member__person__picture", "order")
        .order_by("-reserved_at", "-pk")
    )


def seat_of_order(order_id: int) -> Seat | None:
    found: Seat | None = (
        Seat.objects.filter(order_id=order_id)
        .select_related("team__campaign", "team__leader__person", "campaign__product", "community")
        .first()
    )
    return found


def list_here(community: Community, *, now: datetime) -> list[Campaign]:
    """Campaigns that run, soonest to end first."""
    pks = list(up_here(community).values())
    if not pks:
        return []
    rows = (
        Campaign.objects.of(community)
        .filter(pk__in=pks, state__in=rules.RUNS, starts_at__lte=now, ends_at__gt=now)
        .select_related("product__cover")
        .annotate(
            open_count=Count(
                "teams",
                filter=Q(teams__state=rules.OPEN, teams__paid__gte=1, teams__closes_at__gt=now),
            )
        )
        .order_by("ends_at", "pk")
    )
    return list(rows)
