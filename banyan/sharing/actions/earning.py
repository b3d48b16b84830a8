"""Commission: offered, accepted, accrued at completion, taken back, given again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.core.db.inserting import insert_if_new
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.ledger import actions as ledger
from banyan.ledger.rules import Leg
from banyan.orders import rules as orders
from banyan.orders.models import Order, OrderLine
from banyan.sellers.models import Book

from .. import accounts, rules
from ..events import (
    CommissionAccrued,
    CommissionReversed,
    OfferAccepted,
    OfferBegun,
    OfferEnded,
    OfferLeft,
)
from ..models import Attribution, Commission, Offer, Promoter
from . import doubting


class OfferRuns(WrongMoment):
    sentence = _("An offer runs already. End it first; what it has earned stays.")


class OfferOver(WrongMoment):
    sentence = _("This offer is over. Look at what is offered now.")


@transaction.atomic
def offer(
    *, by: Member, rate_bp: int, second_bp: int, cap_minor: int | None, hold_days: int,
    product_ids: Iterable[int], now: datetime,
) -> Offer:  # fmt: skip
    """Say what sharers earn. OfferRuns while another one does."""
    book = Book.objects.get(community_id=by.community_id)
    try:
        with transaction.atomic():
            made = Offer.objects.create(
                community_id=by.community_id, currency=book.currency, rate_bp=rate_bp,
                second_bp=second_bp, cap_minor=cap_minor, hold_days=hold_days,
                product_ids=sorted(product_ids), made_by=by, made_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise OfferRuns from None
    _say(OfferBegun, made, by, now)
    return made


@transaction.atomic
def end(*, offer: Offer, by: Member, now: datetime) -> None:
    """From now on nothing is promised; orders that were placed before still earn."""
    if not Offer.objects.filter(pk=offer.pk, ended_at=None).update(ended_at=now):
        raise WrongMoment
    _say(OfferEnded, offer, by, now)


@transaction.atomic
def accept(*, offer: Offer, member: Member, now: datetime) -> None:
    """A member takes part. Again after leaving too; twice changes nothing."""
    if not member.is_in or member.community_id != offer.community_id:
        raise NotAllowed
    if not Offer.objects.filter(pk=offer.pk, ended_at=None).exists():
        raise OfferOver
    insert_if_new(
        Promoter(community_id=offer.community_id, offer=offer, member=member, accepted_at=now)
    )
    Promoter.objects.filter(offer=offer, member=member, left_at__isnull=False).update(
        left_at=None, accepted_at=now
    )
    _say(OfferAccepted, offer, member, now)


@transaction.atomic
def leave(*, offer: Offer, member: Member, now: datetime) -> None:
    """Earn nothing more by sharing; what was earned stays. WrongMoment the second time."""
    rows = Promoter.objects.filter(offer=offer, member=member, left_at=None)
    if not rows.update(left_at=now):
        raise WrongMoment
    _say(OfferLeft, offer, member, now)


def _say(kind: type, offer: Offer, by: Member, now: datetime) -> None:
    announce(
        kind(
            community_id=offer.community_id, object_id=offer.pk, actor=by.person.pseudonym, now=now
        )
    )


def base_of(lines: Iterable[OrderLine]) -> int:
    """What the goods cost that were kept, without tax; post is in no line."""
    base = 0
    for line in lines:
        left = line.total_minor - line.refunded_minor
        base += left - orders.tax_left(line.tax_minor, line.total_minor, left)
    return base


@transaction.atomic
def accrue(*, order_id: int, now: datetime) -> list[Commission]:
    """An order is completed: what its sharer earned is held. Twice changes nothing."""
    fixed = (
        Attribution.objects.select_related("offer", "member__person", "second__person")
        .filter(order_id=order_id, voided_at=None, offer__isnull=False)
        .first()
    )
    if fixed is None or fixed.offer is None or fixed.commissions.exists():
        return []
    order = Order.objects.whole_by_id(order_id)
    assert order is not None
    of = fixed.offer
    lines = [line for line in order.rows if _is_in(line, of)]
    base = base_of(lines)
    payees = [fixed.member] if fixed.second is None else [fixed.member, fixed.second]
    accounts.take(*(payee.pk for payee in payees))
    rates = of.rates[: len(payees)]
    parts = rules.commission_of(base, rates_bp=rates, cap_minor=of.cap_minor)
    made = []
    for level, (payee, rate, minor) in enumerate(zip(payees, rates, parts, strict=True), 1):
        if not minor or payee.person.erased_at is not None:
            continue
        one = Commission.objects.create(
            community_id=fixed.community_id, book=order.book, attribution=fixed, order=order,
            offer=of, member=payee, payee=payee.person.pseudonym, level=level, rate_bp=rate,
            lines=[line.pk for line in lines], currency=order.currency, base_minor=base,
            accrued_minor=minor, accrued_at=now, clears_at=now + timedelta(days=of.hold_days),
        )  # fmt: skip
        _hold(one, minor, now)
        made.append(one)
    if made:
        doubting.look_at(fixed, order, now=now)
    return made


def _hold(one: Commission, minor: int, now: datetime) -> None:
    order = one.order.oid
    ledger.post(
        book=one.book, key=key_of(one, "accrued"), kind=accounts.ACCRUED, now=now,
        legs=[
            Leg("commission", minor, order=order),
            Leg(accounts.held(one.payee), -minor, order=order, member=one.payee),
        ],
        memo=one.order.number,
    )  # fmt: skip
    say(CommissionAccrued, one, minor, now)


def key_of(one: Commission, what: str) -> str:
    """Of an entry: what was given again after a void has entries of its own."""
    return f"commission:{one.oid}:{what}" + (f":{one.round}" if one.round else "")


def _is_in(line: OrderLine, of: Offer) -> bool:
    if not of.product_ids:
        return True
    return line.variant is not None and line.variant.product_id in of.product_ids


def say(kind: type, one: Commission, minor: int, now: datetime) -> None:
    announce(
        kind(
            community_id=one.community_id, object_id=one.pk, subject=one.payee,
            amount_minor=minor, currency=one.currency, now=now,
        )
    )  # fmt: skip


@transaction.atomic
def adjust(*, order_id: int, now: datetime) -> None:
    """Bring the commission of an order to what was kept of it. The order is locked by the caller.

    By cumulative target: what it would be for the goods that are left, less nothing twice.
    """
    rows = (
        Commission.objects.select_related("attribution", "offer", "book", "order")
        .filter(order_id=order_id)
        .exclude(state=rules.REVERSED)
        .order_by("level")
    )
    found = list(rows.select_for_update(no_key=True, of=("self",)))
    if not found:
        return
    accounts.take(*(one.member_id for one in found))
    targets = [0] * rules.LEVELS_MOST
    if found[0].attribution.voided_at is None:
        targets = _targets(found[0])
    for one in found:
        _take_back(one, target=targets[one.level - 1], now=now)


def _targets(one: Commission) -> list[int]:
    """What each level gets of the goods that are left of this commission's order."""
    of, fixed = one.offer, one.attribution
    lines = OrderLine.objects.filter(order_id=one.order_id, pk__in=one.lines)
    rates = of.rates[: 1 if fixed.second_id is None else 2]
    return rules.commission_of(base_of(lines), rates_bp=rates, cap_minor=of.cap_minor)


@transaction.atomic
def give_again(*, order_id: int, now: datetime) -> None:
    """After a void that did not stand: what is left to earn is held anew. The order is locked.

    An order completed while it did not count earns now.
    """
    found = list(
        Commission.objects.select_related("attribution", "offer", "book", "order", "member__person")
        .filter(order_id=order_id, state=rules.REVERSED)
        .order_by("level")
    )
    if not found:
        if Order.objects.filter(pk=order_id, state=orders.COMPLETED).exists():
            accrue(order_id=order_id, now=now)
        return
    accounts.take(*(one.member_id for one in found))
    targets = _targets(found[0])
    for one in found:
        minor = targets[one.level - 1] - (one.accrued_minor - one.reversed_minor)
        if minor <= 0 or one.member.person.erased_at is not None:
            continue
        one.move(
            rules.HELD, reversed_minor=one.reversed_minor - minor, round=one.round + 1,
            cleared_at=None,
        )  # fmt: skip
        _hold(one, minor, now)


def _take_back(one: Commission, *, target: int, now: datetime) -> None:
    """From what is held; once cleared, from what is left to pay out, and the rest is a debt."""
    before = one.reversed_minor
    more = rules.to_reverse(accrued=one.accrued_minor, target=target, reversed_before=before)
    if not more:
        return
    rows = Commission.objects.filter(pk=one.pk, reversed_minor=before)
    if not rows.update(reversed_minor=F("reversed_minor") + more):
        raise WrongMoment
    one.reversed_minor = before + more
    order = one.order.oid
    if one.state == rules.HELD:
        legs = [Leg(accounts.held(one.payee), more, order=order, member=one.payee)]
    else:
        purse = accounts.purse(one.book, one.payee)
        there = min(purse.available.minor, more)
        legs = [
            Leg(accounts.available(one.payee), there, order=order, member=one.payee),
            Leg(accounts.clawback(one.payee), more - there, order=order, member=one.payee),
        ]
    ledger.post(
        book=one.book, key=key_of(one, f"reversed:{one.reversed_minor}"),
        kind=accounts.TAKEN_BACK, legs=[*legs, Leg("commission", -more, order=order)], now=now,
        memo=one.order.number,
    )  # fmt: skip
    if one.reversed_minor == one.accrued_minor:
        one.move(rules.REVERSED)
    say(CommissionReversed, one, more, now)
