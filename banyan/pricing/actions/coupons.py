"""A coupon from being taken to being used; it follows the order that it is used on.

Rows are taken in this order: order, discount, coupon, stock. Whoever calls has the order.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.orders.actions.placing import CodeRefused, PriceChanged
from banyan.orders.models import Order
from banyan.orders.reductions import Lowered, Reduction
from banyan.people.models import Person

from .. import queries, rules
from ..events import CouponGivenBack, CouponRevoked, CouponTaken, CouponUsed
from ..models import Coupon, Discount, Saving
from .saying import say_of_coupon

RIGHT = "campaigns.run"


class MembersTakeThem(NotAllowed):
    sentence = _("Coupons here are for members. Join the community first.")


class CouponsOver(WrongMoment):
    sentence = _("This coupon is not given out any more.")


class AllTaken(Refusal):
    status = 409
    sentence = _("Somebody was faster: all of these coupons are taken.")


class EnoughCoupons(Refusal):
    status = 409
    sentence = _("You have all the coupons that one buyer may have of this kind.")


@transaction.atomic
def take(*, discount: Discount, member: Member, now: datetime) -> Coupon:
    """A member takes a coupon that the shop gives out. CouponsOver, AllTaken, EnoughCoupons."""
    if member.community_id != discount.community_id or not member.is_in:
        raise MembersTakeThem
    if not discount.is_shown:
        raise CouponsOver
    person = member.person
    coupon = _issue(discount, person=person, email=person.email, now=now, was_taken=True)
    say_of_coupon(CouponTaken, coupon, by=person, now=now)
    return coupon


def _issue(
    discount: Discount,
    *,
    person: Person | None,
    email: str,
    now: datetime,
    was_taken: bool = False,
    order: Order | None = None,
) -> Coupon:
    """One more coupon, counted by one guarded update; locked at once when it is for an order."""
    if not _count(discount.pk, now):
        fresh = Discount.objects.get(pk=discount.pk)
        raise AllTaken if fresh.is_on(now) and fresh.left == 0 else CouponsOver
    turn = None
    if discount.most_each is not None:
        held = queries.held(discount, person=person, email=email)
        turn = rules.free_turn((one.turn for one in held), discount.most_each)
        if turn is None:
            raise EnoughCoupons
    try:
        with transaction.atomic():
            made: Coupon = Coupon.objects.create(
                community_id=discount.community_id, discount=discount, person=person,
                mailbox=queries.mailbox_of(email), turn=turn, was_taken=was_taken, order=order,
                state=rules.LOCKED if order else rules.CLAIMED, claimed_at=now,
                locked_at=now if order else None,
            )  # fmt: skip
    except IntegrityError:
        raise EnoughCoupons from None
    return made


def _count(discount_id: int, now: datetime) -> int:
    """Count one more as issued, while there are some and the time is on."""
    rows = Discount.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), Q(most=None) | Q(issued__lt=F("most")),
        pk=discount_id, state=rules.ACTIVE, starts_at__lte=now,
    )  # fmt: skip
    return int(rows.update(issued=F("issued") + 1))


def hold(order: Order, lowered: Lowered, now: datetime) -> None:
    """For orders: it was placed, so keep what it was promised. A refusal undoes the order."""
    active = Discount.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), state=rules.ACTIVE, starts_at__lte=now,
        pk__in=[one.rule_id for one in lowered.taken],
    ).in_bulk()  # fmt: skip
    if len(active) < len(lowered.taken):
        queries.forget(order.community_id)
        raise PriceChanged
    savings = []
    for one in sorted(lowered.taken, key=lambda one: one.rule_id):
        coupon = None
        if one.kind == rules.COUPON:
            coupon = _lock(order, active[one.rule_id], now)
        savings.append(_saving(order, one, coupon))
    Saving.objects.bulk_create(savings)


def _saving(order: Order, one: Reduction, coupon: Coupon | None) -> Saving:
    return Saving(order=order, discount_id=one.rule_id, coupon=coupon, minor=one.minor)


def _lock(order: Order, discount: Discount, now: datetime) -> Coupon:
    """The coupon that the buyer holds, or one made for this order."""
    for coupon in queries.held(discount, person=order.person, email=order.email):
        if coupon.state == rules.CLAIMED:
            try:
                coupon.move(rules.LOCKED, order=order, locked_at=now)
            except WrongMoment:  # another order of theirs was faster
                continue
            return coupon
    try:
        return _issue(discount, person=order.person, email=order.email, now=now, order=order)
    except (CouponsOver, AllTaken, EnoughCoupons):
        raise CodeRefused from None


def _of(order: Order) -> tuple[Coupon, int] | None:
    """The coupon that an order was placed with, and what it took off."""
    row = (
        Saving.objects.filter(order=order, coupon__isnull=False)
        .select_related("coupon__discount")
        .first()
    )
    return (row.coupon, row.minor) if row and row.coupon else None


def paid(order: Order, now: datetime) -> None:
    """Locked -> used."""
    found = _of(order)
    if found is None or found[0].order_id != order.pk:
        return
    coupon, minor = found
    coupon.move(rules.USED, only_from=(rules.LOCKED,), used_at=now)
    say_of_coupon(CouponUsed, coupon, by=order.person, amount_minor=minor, now=now)


def accept(order: Order, now: datetime) -> bool:
    """The order is paid after its time: its coupon is kept for it again, if it can be had still."""
    found = _of(order)
    if found is None:
        return True
    coupon, _minor = found
    if coupon.state == rules.LOCKED and coupon.order_id == order.pk:
        return True
    try:
        with transaction.atomic():
            if not Discount.objects.get(pk=coupon.discount_id).is_on(now):
                return False
            if coupon.state == rules.RELEASED and not _count(coupon.discount_id, now):
                return False
            coupon.move(
                rules.LOCKED, only_from=(rules.CLAIMED, rules.RELEASED), order=order,
                locked_at=now, ended_at=None,
            )  # fmt: skip
    except (WrongMoment, IntegrityError):
        return False
    return True


def given_up(order: Order, now: datetime) -> None:
    """The order is let go, or paid back whole: its coupon goes back, unless its time is over.

    What was taken beforehand lies in its owner's list again; of a code, one more can be used.
    """
    found = _of(order)
    if found is None or found[0].order_id != order.pk:
        return
    coupon = found[0]
    if coupon.state not in (rules.LOCKED, rules.USED):
        return
    discount = coupon.discount
    discount.take()
    if not discount.is_on(now):
        coupon.move(rules.EXPIRED, ended_at=now)
        return
    if coupon.was_taken:
        coupon.move(rules.CLAIMED, order=None, locked_at=None, used_at=None)
    else:
        coupon.move(rules.RELEASED, order=None, used_at=None, ended_at=now)
        Discount.objects.filter(pk=discount.pk).update(issued=F("issued") - 1)
    say_of_coupon(CouponGivenBack, coupon, now=now)


@transaction.atomic
def revoke(*, coupon: Coupon, by: Member, now: datetime) -> None:
    """The shop takes a coupon back that is not used. WrongMoment while its order is being paid."""
    if by.community_id != coupon.community_id or not by.may(RIGHT):
        raise NotAllowed
    coupon.move(rules.REVOKED, only_from=(rules.CLAIMED,), ended_at=now)
    say_of_coupon(CouponRevoked, coupon, by=by.person, now=now)
