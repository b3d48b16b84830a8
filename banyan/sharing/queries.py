from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from banyan.communities import rules as places
from banyan.communities.models import Community, Member
from banyan.core.money import Money
from banyan.sellers.models import Book
from banyan.sellers.queries import currency_of

from . import accounts, rules, scoring, things
from .models import (
    Attribution,
    Bond,
    Commission,
    Doubt,
    Link,
    Offer,
    Payout,
    Promoter,
    Terms,
    Touch,
)

MONTH = timedelta(days=30)
MOST_DOUBTS = 30
FEW = 30  # below so many people counts are shown and no shares


def terms_of(community_id: int) -> Terms:
    found: Terms | None = Terms.objects.filter(community_id=community_id).first()
    return found or Terms(community_id=community_id)


def running_offer(community: Community) -> Offer | None:
    found: Offer | None = Offer.objects.of(community).filter(ended_at=None).first()
    if found is not None:
        found.community = community
    return found


def part_in(offer: Offer | None, member: Member | None) -> Promoter | None:
    """How a member takes part in an offer; None when they do not."""
    if offer is None or member is None:
        return None
    return Promoter.objects.filter(offer=offer, member=member, left_at=None).first()


def links_to(member: Member, thing: things.Shown) -> dict[str, Link]:
    rows = Link.objects.filter(member=member, kind=thing.kind, thing_id=thing.pk)
    return {link.channel: link for link in rows}


def earns(member_id: int) -> bool:
    """Whether what this member shares earns now: they have accepted the offer that runs."""
    rows = Promoter.objects.filter(member=member_id, left_at=None, offer__ended_at=None)
    return bool(rows.exists())


def doubts_of(member: Member) -> list[Any]:
    """A member's doubted or voided orders of the last ninety days, and all that still wait."""
    since = timezone.now() - scoring.KEPT
    rows = Doubt.objects.filter(attribution__member=member).select_related("attribution")
    recent = rows.filter(Q(raised_at__gt=since) | Q(state__in=rules.DOUBTED))
    return list(recent.order_by("-raised_at", "-pk")[:MOST_DOUBTS])


def doubts_here(community: Community) -> QuerySet[Doubt]:
    """What waits for a look, the longest wait first."""
    rows = Doubt.objects.of(community).filter(state__in=rules.DOUBTED)
    return rows.select_related(
        "attribution__member__person__picture", "attribution__order"
    ).order_by("raised_at", "pk")


_KEPT = Coalesce(Sum(F("order__total_minor") - F("order__refunded_minor")), 0)


@dataclass(slots=True)
class Came:
    """What came by a link, a sharer or a channel. `sales` of paid orders, refunds taken off."""

    label: Any = ""
    touches: int = 0
    joins: int = 0
    orders: int = 0
    sales_minor: int = 0
    links: list[Link] = field(default_factory=list)
    member: Member | None = None
    currency: str = ""

    @property
    def sales(self) -> Money:
        return Money(self.sales_minor, self.currency)

    def add(self, other: Came) -> None:
        self.touches += other.touches
        self.joins += other.joins
        self.orders += other.orders
        self.sales_minor += other.sales_minor


def came_by_link(links: QuerySet[Link], currency: str) -> dict[int | None, Came]:
    """What came by each of these links: three queries for all of them."""
    found: dict[int | None, Came] = {}

    def at(pk: int | None) -> Came:
        return found.setdefault(pk, Came(currency=currency))

    ids = links.values("pk")
    for pk, n in Touch.objects.filter(link__in=ids).values_list("link").annotate(n=Count("pk")):
        at(pk).touches = n
    joined = Bond.objects.filter(link__in=ids, member__state=places.JOINED)
    for pk, n in joined.values_list("link").annotate(n=Count("pk")):
        at(pk).joins = n
    rows = Attribution.objects.filter(
        link__in=ids, voided_at=None, order__paid_at__isnull=False
    ).values_list("link")
    for pk, n, minor in rows.annotate(n=Count("pk"), minor=_KEPT):
        at(pk).orders, at(pk).sales_minor = n, minor
    return found


@dataclass(slots=True)
class Figures:
    """How sharing goes: each figure stands beside the numbers it is made of."""

    by_sharer: list[Came]
    by_channel: list[Came]
    all: Came
    members: int
    sharers: int
    visits: int  # of the last 30 days, as are the next
    joins: int
    cycle_days: int | None
    depths: list[tuple[int, int]]  # depth, members brought in at it
    top: Came | None  # the busiest tenth of sharers, by sales
    top_count: int
    selling: int  # sharers with sales

    @property
    def i(self) -> float | None:
        return self.visits / self.members if self.members else None

    @property
    def c(self) -> float | None:
        return self.joins / self.visits if self.visits else None

    @property
    def k(self) -> float | None:
        return self.joins / self.members if self.members and self.visits else None

    @property
    def amplification(self) -> float | None:
        """1/(1-k): with whom they bring, and so on. None where few are counted, or for k >= 1."""
        if self.are_few or not self.k or self.k >= 1:
            return None
        return 1 / (1 - self.k)

    @property
    def are_few(self) -> bool:
        return self.members < FEW

    @property
    def top_share(self) -> int | None:
        if self.selling < FEW or not self.all.sales_minor or self.top is None:
            return None
        return round(100 * self.top.sales_minor / self.all.sales_minor)


def figures(community: Community, *, now: datetime) -> Figures:
    """A fixed number of queries, whatever was shared."""
    currency, since = currency_of(community.pk), now - MONTH
    links = Link.objects.of(community)
    rows = list(links.select_related("member__person__picture"))
    came = came_by_link(links, currency)
    by_sharer: dict[int, Came] = {}
    by_channel = {key: Came(label=words, currency=currency) for key, words in rules.CHANNELS}
    all_ = Came(currency=currency)
    for link in rows:
        mine = by_sharer.setdefault(
            link.member_id, Came(member=link.member, label=link.member.person, currency=currency)
        )
        if link.pk in came:
            mine.add(came[link.pk])
            by_channel[link.channel].add(came[link.pk])
            all_.add(came[link.pk])
    sharers = sorted(by_sharer.values(), key=lambda s: (-s.sales_minor, -s.joins, -s.touches))
    selling = [one for one in sharers if one.sales_minor]
    top_count = max(1, len(selling) // 10) if selling else 0
    top = Came(currency=currency)
    for one in selling[:top_count]:
        top.add(one)
    members = Member.objects.of(community).filter(state=places.JOINED).count()
    recent = Bond.objects.of(community).filter(
        link__isnull=False, bound_at__gte=since, member__state=places.JOINED
    )
    depths = Bond.objects.of(community).values_list("depth").annotate(n=Count("pk"))
    return Figures(
        by_sharer=[s for s in sharers if s.touches or s.joins or s.orders],
        by_channel=[c for c in by_channel.values() if c.touches or c.joins or c.orders],
        all=all_,
        members=members,
        sharers=len(by_sharer),
        visits=Touch.objects.filter(link__in=links.values("pk"), at__gte=since).count(),
        joins=recent.count(),
        cycle_days=_cycle(community),
        depths=sorted(depths),
        top=top if selling else None,
        top_count=top_count,
        selling=len(selling),
    )


def _cycle(community: Community) -> int | None:
    """Median days from being brought in to bringing somebody; None where nobody did yet."""
    first = Bond.objects.filter(inviter=OuterRef("member")).order_by("bound_at").values("bound_at")
    rows = Bond.objects.of(community).annotate(next=Subquery(first[:1])).filter(next__isnull=False)
    days = sorted((row.next - row.bound_at).days for row in rows)
    return days[len(days) // 2] if days else None


def links_in_studio(community: Community) -> QuerySet[Link]:
    return (
        Link.objects.of(community)
        .select_related("member__person__picture", "off_by__person")
        .annotate(last_touch=Max("touches__at"), touch_count=Count("touches"))
        .filter(Q(touch_count__gt=0) | Q(off_at__isnull=False))
        .order_by("-last_touch", "-pk")
    )


@dataclass(slots=True)
class Shared:
    """One thing that a member shared, and what came of it."""

    thing: things.Shown | None
    kind: str
    came: Came
    last: datetime
    off: bool


def shared_by(member: Member) -> tuple[list[Shared], Came]:
    """Everything a member shared, the newest first."""
    currency = currency_of(member.community_id)
    links = Link.objects.filter(member=member)
    rows = list(links.order_by("-made_at", "pk"))
    came = came_by_link(links, currency)
    shown = things.of(member.community, {(link.kind, link.thing_id) for link in rows})
    found: dict[tuple[str, int], Shared] = {}
    all_ = Came(currency=currency)
    for link in rows:
        key = (link.kind, link.thing_id)
        one = found.setdefault(
            key,
            Shared(shown.get(key), link.get_kind_display(), Came(currency=currency),  # type: ignore[attr-defined]
                   link.made_at, False),
        )  # fmt: skip
        one.off = one.off or link.off_at is not None
        if link.pk in came:
            one.came.add(came[link.pk])
            all_.add(came[link.pk])
    return list(found.values()), all_


def commissions_of(member: Member) -> QuerySet[Commission]:
    return (
        Commission.objects.filter(member=member)
        .select_related("offer", "attribution__link", "attribution__member__person")
        .order_by("-accrued_at", "-pk")
    )


def commissions_here(community: Community) -> QuerySet[Commission]:
    return (
        Commission.objects.of(community)
        .select_related("offer", "order", "member__person__picture", "attribution")
        .order_by("-accrued_at", "-pk")
    )


def payouts_of(member: Member) -> QuerySet[Payout]:
    return Payout.objects.filter(member=member).order_by("-asked_at", "-pk")


def payouts_here(community: Community) -> QuerySet[Payout]:
    rows = Payout.objects.of(community).select_related("member__person", "book")
    return rows.order_by("-asked_at", "-pk")


@dataclass(slots=True)
class Payee:
    member: Member
    purse: accounts.Purse
    paid_out: Money
    form: Any = None
    is_open: bool = False


def payees(community: Community) -> list[Payee]:
    """Who has earned here, and what stands on their accounts; four queries for all."""
    book = Book.objects.get(community=community)
    earned = Commission.objects.of(community).values("member")
    members = list(
        Member.objects.filter(pk__in=earned).select_related("person__picture").order_by("pk")
    )
    known = dict(Commission.objects.of(community).values_list("member_id", "payee"))
    paid = dict(
        Payout.objects.of(community)
        .exclude(state=rules.BACK)
        .values_list("member_id")
        .annotate(sum=Sum("amount_minor"))
    )
    purses = accounts.purses(book, list(known.values()))
    rows = [Payee(m, purses[known[m.pk]], Money(paid.get(m.pk, 0), book.currency)) for m in members]
    return sorted(rows, key=lambda row: -row.purse.available.minor)


def attribution_of(order_id: int) -> Attribution | None:
    return (
        Attribution.objects.select_related(
            "member__person__picture", "link", "voided_by__person", "doubt"
        )
        .filter(order_id=order_id)
        .first()
    )
