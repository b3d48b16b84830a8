"""Reads: what is active here (kept for a minute), codes, coupons, the studio's lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Q, Sum
from django.http import Http404
from django.utils.crypto import salted_hmac

from banyan.communities.models import Community
from banyan.core.money import Money
from banyan.orders import rules as orders
from banyan.orders.models import Order
from banyan.people.models import Person
from banyan.tiers.models import Tier

from . import rules
from .models import Coupon, Discount, Saving, Together

KEPT_SECONDS = 60
MOST_TRIES, TRIES_SECONDS = 20, 600


@dataclass(frozen=True, slots=True)
class Here:
    """What is active in a shop. `has_coupons`: asking for a code makes sense."""

    by_themselves: tuple[rules.Rule, ...] = ()
    has_coupons: bool = False
    together: tuple[rules.Pair, ...] = ()


def _key(community_id: int) -> str:
    return f"pricing:{community_id}"


def forget(community_id: int) -> None:
    """Something began or ended: the next page looks anew."""
    cache.delete(_key(community_id))


def here(community: Community) -> Here:
    """At most a minute old in another process; an order looks at the rows themselves (`hold`)."""
    found: Here | None = cache.get(_key(community.pk))
    if found is None:
        active = list(
            Discount.objects.of(community)
            .filter(state=rules.ACTIVE)
            .select_related("tier")
            .order_by("pk")[:200]
        )
        found = Here(
            tuple(one.rule for one in active if one.kind in rules.BY_ITSELF),
            any(one.kind == rules.COUPON for one in active),
            together(community) if len(active) > 1 else (),
        )
        cache.set(_key(community.pk), found, KEPT_SECONDS)
    return found


def together(community: Community) -> tuple[rules.Pair, ...]:
    """The kinds that this shop lets stand together."""
    kept = Together.objects.filter(community=community).values_list("pairs", flat=True).first()
    return rules.pairs_of(kept)


def mailbox_of(email: str) -> str:
    """What an address is counted by, when the address itself need not be kept."""
    if not email:
        return ""
    return salted_hmac("pricing.mailbox", email.lower(), algorithm="sha256").hexdigest()[:40]


def by_code(community: Community, code: str) -> Discount | None:
    """The discount of a code: the active one, else the one that was over last."""
    rows = Discount.objects.of(community).filter(code=code, kind=rules.COUPON)
    found: Discount | None = rows.filter(state=rules.ACTIVE).first()
    if found is None:
        found = rows.filter(state=rules.ENDED).order_by("-ended_at").first()
    if found is not None:
        found.community = community
    return found


def held(discount: Discount, *, person: Person | None, email: str) -> list[Coupon]:
    """A buyer's coupons of a discount that were not let go, oldest first."""
    whose = Q(person=person) if person is not None else Q(pk=None)
    if email:
        whose |= Q(mailbox=mailbox_of(email))
    rows = Coupon.objects.filter(whose, discount=discount).exclude(state=rules.RELEASED)
    return list(rows.order_by("pk")[:200])


def has_ordered(community: Community, *, person: Person | None, email: str) -> bool:
    """Whether this buyer has an order here that stands, paid or waiting for it."""
    whose = Q(person=person) if person is not None else Q(pk=None)
    if email:
        whose |= Q(email=email.lower())
    dead = (orders.EXPIRED, orders.CANCELLED)
    return Order.objects.of(community).filter(whose).exclude(state__in=dead).exists()


def too_many_tries(who: str) -> bool:
    """Whether somebody tries codes at random: counted in this process for ten minutes."""
    return int(cache.get(f"pricing-tries:{who}", 0)) >= MOST_TRIES


def count_try(who: str) -> None:
    key = f"pricing-tries:{who}"
    if not cache.add(key, 1, TRIES_SECONDS):
        try:
            cache.incr(key)
        except ValueError:  # it ran out a moment ago
            cache.add(key, 1, TRIES_SECONDS)


def for_tier(tier: Tier, *, now: datetime) -> list[Discount]:
    """What members of a tier get in the shop by itself, also what is for a lower one."""
    rows = Discount.objects.of(tier.community_id).filter(
        state=rules.ACTIVE, kind__in=rules.BY_ITSELF, tier__level__lte=tier.level
    )
    found = rows.select_related("tier").order_by("pk")[: rules.MOST_ACTIVE]
    return [one for one in found if one.is_on(now)]


def shown_here(community: Community, *, now: datetime) -> list[Discount]:
    """Coupons that members can take now, soonest over first."""
    rows = Discount.objects.of(community).filter(
        Q(ends_at=None) | Q(ends_at__gt=now),
        state=rules.ACTIVE, kind=rules.COUPON, is_shown=True, starts_at__lte=now,
    )  # fmt: skip
    return list(rows.order_by("ends_at", "pk")[:100])


def of_person(community: Community, person: Person) -> list[Coupon]:
    """A member's coupons here, those that can be used first."""
    rows = (
        Coupon.objects.of(community)
        .filter(person=person)
        .exclude(state=rules.RELEASED)
        .select_related("discount", "order")
        .order_by("-pk")
    )
    return sorted(rows[:200], key=lambda one: one.state not in (rules.CLAIMED, rules.LOCKED))


def ready(community: Community, person: Person, *, now: datetime) -> list[Coupon]:
    """The coupons a member could use now."""
    rows = Coupon.objects.of(community).filter(
        Q(discount__ends_at=None) | Q(discount__ends_at__gt=now),
        person=person, state=rules.CLAIMED, discount__state=rules.ACTIVE,
        discount__starts_at__lte=now,
    )  # fmt: skip
    return list(rows.select_related("discount").order_by("pk")[:20])


def at(community: Community, public_id: UUID) -> Discount:
    found: Discount | None = (
        Discount.objects.of(community)
        .select_related("made_by__person", "tier")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404
    found.community = community
    return found


def coupon_at(community: Community, public_id: UUID) -> Coupon:
    found: Coupon | None = (
        Coupon.objects.of(community)
        .select_related("discount", "person")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404
    found.community = found.discount.community = community
    return found


def list_in_studio(community: Community) -> list[Discount]:
    """Every discount, newest first, with how many orders it was used by and what it cost."""
    found = list(Discount.objects.of(community).order_by("-made_at", "-pk")[:200])
    figures = cost_of(found)
    for one in found:
        one.uses, one.cost = figures.get(one.pk, (0, Money(0, one.currency)))
    return found


def cost_of(discounts: Sequence[Discount]) -> dict[int, tuple[int, Any]]:
    """How many paid orders used each, and what they took off: orders paid back whole left out."""
    rows = (
        Saving.objects.filter(discount__in=discounts, order__paid_at__isnull=False)
        .exclude(order__state=orders.CANCELLED)
        .values_list("discount")
        .annotate(Count("pk"), Sum("minor"))
    )
    currencies = {one.pk: one.currency for one in discounts}
    return {pk: (count, Money(int(minor), currencies[pk])) for pk, count, minor in rows}


def savings_of(discount: Discount) -> Any:
    """The orders that a discount lowered, newest first."""
    return (
        Saving.objects.filter(discount=discount)
        .select_related("order__person", "coupon")
        .order_by("-pk")
    )


def unused_of(discount: Discount) -> Any:
    """Coupons that members hold and have not used, newest first."""
    states = (rules.CLAIMED, rules.LOCKED)
    return (
        Coupon.objects.filter(discount=discount, state__in=states)
        .select_related("person__picture")
        .order_by("-pk")
    )


def of_order(order: Order) -> list[Saving]:
    """What was taken off an order, by which discounts."""
    rows = Saving.objects.filter(order=order).select_related("discount", "coupon").order_by("pk")
    found = list(rows)
    for one in found:
        one.order = order
    return found
