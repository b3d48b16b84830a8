"""Reads: what is sold here, what a member has, what the studio looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Sum

from banyan.communities.models import Community, Member
from banyan.content.models import Post
from banyan.core.money import Money
from banyan.core.refusals import Refusal
from banyan.people.models import Person
from banyan.sellers.models import Book

from . import rules
from .actions import joining, terms
from .models import Inner, Subscription, Term, Tier


def level_of(community: Community, person: Person | None) -> int:
    """The level of what is open to somebody here; 0 when nothing is. One statement at most."""
    if person is None or rules.HERE not in community.switches:
        return 0
    level = (
        Subscription.objects.of(community)
        .filter(member__person=person, state__in=rules.GIVES)
        .values_list("tier__level", flat=True)
        .first()
    )
    return int(level or 0)


def tiers_here(community: Community) -> list[Tier]:
    rows = Tier.objects.of(community).order_by("level", "pk")
    return list(rows.select_related("made_by__person", "book"))


def on_offer(community: Community) -> list[Tier]:
    """Tiers that something can be for; no statement where there are none."""
    if rules.HERE not in community.switches:
        return []
    return [tier for tier in tiers_here(community) if tier.state != rules.DRAFT]


@dataclass
class Choice:
    """One way to pay: `why` it is paid, for which period, how much."""

    why: str
    period: str
    price: Money


@dataclass
class Offer:
    """A tier as a member sees it: what they may do with it now."""

    tier: Tier
    choices: list[Choice]
    is_mine: bool = False
    may_try: bool = False
    posts: int = 0


@dataclass
class Mine:
    """What a member has, in days."""

    one: Subscription
    left: Money  # paid and not used yet
    may_renew: bool
    paid_ahead_on: date | None
    kept_until_on: date | None
    kept_days: int = 0


def mine(member: Member, *, now: datetime) -> Mine | None:
    one = joining.living(member.pk)
    if one is None:
        return None
    one.member = member
    today = rules.day_of(now, one.community.zone)
    days = terms.of(one)
    ahead = next((term.starts_on for term in days if term.starts_on > today), None)
    is_paused = one.state == rules.PAUSED
    kept = one.paused_on if is_paused else None
    return Mine(
        one=one,
        left=Money(sum(term.left_minor for term in days), one.tier.currency),
        may_renew=one.state in rules.RENEWS and ahead is None,
        paid_ahead_on=ahead if one.state == rules.ACTIVE else None,
        kept_until_on=kept + timedelta(days=rules.PAUSE_DAYS) if kept else None,
        kept_days=(one.until_on - kept).days if kept else 0,
    )


def offers(
    community: Community, member: Member | None, found: Mine | None, *, now: datetime
) -> list[Offer]:
    """Tiers on sale, and the one a member has; with what a press would cost."""
    one = found.one if found else None
    posts = dict(
        Inner.objects.of(community)
        .filter(post__state="published")
        .values_list("tier__level")
        .annotate(Count("pk"))
        .order_by()
    )
    had_one = one is not None or (
        member is not None and Subscription.objects.filter(member=member).exists()
    )
    made = []
    for tier in tiers_here(community):
        is_mine = one is not None and one.tier_id == tier.pk
        if not tier.is_on and not is_mine:
            continue
        tier.community = community
        made.append(
            Offer(
                tier=tier,
                choices=_choices(tier, found, now=now),
                is_mine=is_mine,
                may_try=bool(tier.trial_days) and tier.is_on and not had_one,
                posts=sum(n for level, n in posts.items() if level <= tier.level),
            )
        )
    return made


def _choices(tier: Tier, found: Mine | None, *, now: datetime) -> list[Choice]:
    if found is None:
        return [Choice(rules.JOIN, period, price) for period, price in tier.prices]
    if found.one.state == rules.ACTIVE and tier.level > found.one.tier.level:
        try:
            minor = joining.difference(found.one, tier=tier, now=now)
        except Refusal:
            return []
        return [Choice(rules.UPGRADE, found.one.period, Money(minor, tier.currency))]
    if found.may_renew:
        return [Choice(rules.RENEW, period, price) for period, price in tier.prices]
    return []


@dataclass
class Seen:
    """The inner part of a post for one reader."""

    inner: Inner
    is_open: bool


def inner_of(post: Post, community: Community, member: Member | None) -> Seen | None:
    """No statement where no post has such a part. Its author reads it, and who runs the shop."""
    if rules.INNER not in community.switches:
        return None
    inner = Inner.objects.of(community).filter(post=post).select_related("tier").first()
    if inner is None:
        return None
    inside = member if member is not None and member.is_in else None
    is_open = inside is not None and (
        inside.pk == post.author_id
        or inside.may("campaigns.run")
        or inside.may("content.moderate")
        or level_of(community, inside.person) >= inner.tier.level
    )
    return Seen(inner, is_open)


def members_here(community: Community) -> Any:
    """Every membership with what of it is deferred, the newest first."""
    rows = Subscription.objects.of(community).select_related("tier", "member__person__picture")
    return rows.order_by("-pk")


def with_left(ones: list[Subscription]) -> list[Subscription]:
    """Each with what is paid and not earned yet; one statement."""
    left = F("value_minor") - F("earned_minor") - F("returned_minor")
    sums = dict(
        Term.objects.filter(subscription__in=ones)
        .values_list("subscription")
        .annotate(left=Sum(left))
        .order_by()
    )
    for one in ones:
        one.left = Money(int(sums.get(one.pk) or 0), one.tier.currency)
    return ones


@dataclass
class Figures:
    members: dict[str, int]
    deferred: Money
    earned: Money

    @property
    def by_state(self) -> list[tuple[str, int]]:
        words = dict(rules.STATES)
        return [(str(words[s]), self.members[s]) for s in rules.LIVE if self.members.get(s)]


def figures(community: Community, book: Book) -> Figures:
    """Who has one, what stands deferred, what was earned; from the terms, which add up."""
    states = dict(
        Subscription.objects.of(community).values_list("state").annotate(Count("pk")).order_by()
    )
    sums = Term.objects.filter(subscription__community=community).aggregate(
        value=Sum("value_minor"), earned=Sum("earned_minor"), back=Sum("returned_minor")
    )
    value, earned, back = (int(sums[name] or 0) for name in ("value", "earned", "back"))
    return Figures(
        states, Money(value - earned - back, book.currency), Money(earned, book.currency)
    )
