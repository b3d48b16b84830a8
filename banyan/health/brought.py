"""Do members who were brought in stay as those who came alone do? Beside sharing's own figures.

Three groups of those who joined 37 to 127 days ago, as `evidence.day30` counts them: by a link
whose sharer earned then, by any other link or invitation, and alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from banyan.communities.models import Community, Member
from banyan.core.money import Money
from banyan.orders.models import Order
from banyan.sellers.queries import currency_of
from banyan.sharing.models import Bond, Commission, Promoter

from .rules import Share
from .sweep import evidence

REWARDED, BROUGHT, ALONE = "rewarded", "brought", "alone"


@dataclass(frozen=True)
class Group:
    """`refunds`: paid orders of which something was given back; `cost` only where sharers earn."""

    key: str
    stayed: Share
    refunds: Share
    cost: Money | None = None

    @property
    def each(self) -> Money | None:
        """What each who stayed has cost; None where nobody stayed or nothing was paid."""
        if not self.cost or not self.stayed.part:
            return None
        return Money(round(self.cost.minor / self.stayed.part), self.cost.currency)


def groups(community: Community, today: date) -> list[Group]:
    """Rewarded, brought without reward, alone; a fixed number of queries."""
    came, did = evidence.day30_rows(community, today)
    stayed = set(did.values_list("member", flat=True))
    bonds = _bonds(community)
    members: dict[str, dict[int, int]] = {REWARDED: {}, BROUGHT: {}, ALONE: {}}
    for member, person in came.values_list("member", "member__person"):
        key = ALONE if member not in bonds else REWARDED if bonds[member] else BROUGHT
        members[key][member] = person
    orders = _orders(community)
    cost = _cost(community, set(members[REWARDED].values()))
    return [
        Group(
            key=key,
            stayed=Share(len(stayed & set(found)), len(found)),
            refunds=_refunds(orders, set(found.values())),
            cost=cost if key == REWARDED else None,
        )
        for key, found in members.items()
    ]


def _bonds(community: Community) -> dict[int, bool]:
    """Members who were brought in, and whether the sharer earned by it then."""
    earned = Promoter.objects.filter(
        Q(left_at=None) | Q(left_at__gt=OuterRef("bound_at")),
        Q(offer__ended_at=None) | Q(offer__ended_at__gt=OuterRef("bound_at")),
        member=OuterRef("inviter"), accepted_at__lte=OuterRef("bound_at"),
    )  # fmt: skip
    rows = Bond.objects.of(community).annotate(is_rewarded=Q(link__isnull=False) & Exists(earned))
    return dict(rows.values_list("member", "is_rewarded"))


def _orders(community: Community) -> list[tuple[int, bool]]:
    """(buyer, something came back) of every paid order of a person here."""
    rows = Order.objects.of(community).filter(paid_at__isnull=False, person__isnull=False)
    back = Q(refunded_minor__gt=F("lowered_minor"))
    return list(rows.values_list("person", back))


def _refunds(orders: list[tuple[int, bool]], people: set[int]) -> Share:
    mine = [came_back for person, came_back in orders if person in people]
    return Share(sum(mine), len(mine))


def _cost(community: Community, people: set[int]) -> Money:
    """Commission for what these people bought, less what was taken back."""
    rows = Commission.objects.of(community).filter(order__person__in=people)
    minor = rows.aggregate(sum=Coalesce(Sum(F("accrued_minor") - F("reversed_minor")), 0))["sum"]
    return Money(int(minor), currency_of(community.pk))


@dataclass(frozen=True)
class Depth:
    """What members at one depth have bought; 0 are those who came alone."""

    depth: int
    sales: Money
    percent: int


def sales_by_depth(community: Community) -> list[Depth]:
    """Paid orders of members, refunds taken off, by how far from the root the buyer came in."""
    bond = Bond.objects.filter(community=community, member__person=OuterRef("person")).values(
        "depth"
    )
    here = Member.objects.of(community).filter(person=OuterRef("person"))
    rows = (
        Order.objects.of(community)
        .filter(Exists(here), paid_at__isnull=False)
        .annotate(at=Coalesce(Subquery(bond[:1]), 0))
        .values_list("at")
        .annotate(minor=Sum(F("total_minor") - F("refunded_minor")))
        .order_by("at")
    )
    found = [(int(at), int(minor)) for at, minor in rows]
    whole = sum(minor for _at, minor in found)
    currency = currency_of(community.pk)
    return [
        Depth(at, Money(minor, currency), round(100 * minor / whole) if whole else 0)
        for at, minor in found
    ]


def context(community: Community, today: date) -> dict[str, Any] | None:
    """What the page says; None while nobody whom it could speak of was brought in."""
    if not Bond.objects.of(community).exists():
        return None
    found, depths = groups(community, today), sales_by_depth(community)
    depths = depths if len(depths) > 1 else []
    if not depths and not any(one.stayed.whole for one in found if one.key != ALONE):
        return None
    return {"groups": found, "depths": depths}
