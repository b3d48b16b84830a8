"""What a captured payment does to a membership, whenever and however it comes."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from banyan.communities.models import Community, Member
from banyan.communities.places import full_url
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.payments import actions as payments
from banyan.payments.models import Payment
from banyan.sellers.models import Book

from .. import books, rules
from ..events import MembershipBegan, MembershipRaised, MembershipRenewed
from ..models import Bill, Subscription, Tier
from . import terms
from .joining import HasOne, begin, difference, living
from .lasting import settle
from .saying import say, take


def lock(bill_id: int) -> None:
    """For payments: a member and a bill are taken before its payment, always."""
    member = Bill.objects.values_list("member", flat=True).filter(pk=bill_id).first()
    if member is not None:
        take(member)
        Bill.objects.select_for_update(no_key=True).get(pk=bill_id)


def page_of(payment: Payment) -> str:
    """Where a payer goes on to: the page of memberships."""
    if payment.return_url:
        return payment.return_url
    community = Community.objects.filter(pk=payment.book.community_id).first()
    return full_url(community, "tiers") if community else "/"


def take_captured(
    *, bill_id: int, payment_id: int, provider: str, amount_minor: int, now: datetime
) -> None:  # fmt: skip
    """The money for a bill is here. Never refuses: it counts, or it goes back by itself."""
    bill = Bill.objects.select_related(
        "tier__community", "tier__book", "member__person", "payer__person"
    ).get(pk=bill_id)
    if bill.state in (rules.PAID, rules.RETURNED):  # heard before
        return
    if bill.state == rules.OPEN and amount_minor == bill.amount_minor:
        with suppress(Refusal), transaction.atomic():
            _count(bill, payment_id=payment_id, provider=provider, now=now)
            return
        bill.state = rules.OPEN
    bill.move(rules.RETURNED)
    payments.give_back(payment=Payment.objects.select_related("book").get(pk=payment_id), now=now)


def _count(bill: Bill, *, payment_id: int, provider: str, now: datetime) -> None:
    if not bill.member.is_in:
        raise WrongMoment
    book = bill.tier.book
    one = living(bill.member_id)
    if one is not None:
        one = settle(one, now=now, looks=False)
    if bill.why == rules.UPGRADE:
        one, kind, more = _raise(bill, one, now=now), MembershipRaised, {}
    elif bill.why == rules.RENEW and one is not None:
        kind = MembershipBegan if one.state == rules.LAPSED else MembershipRenewed
        one, more = _lengthen(bill, one, now=now), {}
    else:
        one, kind, more = _first(bill, one, now=now), MembershipBegan, {}
        more = {"is_gift": True} if one.is_gift else {}
    bill.move(
        rules.PAID, only_from=(rules.OPEN,), paid_at=now, payment_id=payment_id, subscription=one
    )
    books.sold(bill, one, book=book, provider=provider, now=now)
    Book.objects.filter(pk=book.pk, first_order_at=None).update(first_order_at=now)
    say(kind, one, by=bill.payer, now=now, **more)
    settle(one, now=now)


def _first(bill: Bill, one: Subscription | None, *, now: datetime) -> Subscription:
    if one is not None and one.lives:
        raise HasOne
    today = rules.day_of(now, bill.tier.community.zone)
    until_on = rules.after(today, bill.period)
    made = begin(
        tier=bill.tier, period=bill.period, member=bill.member, state=rules.ACTIVE, now=now,
        until_on=until_on, is_gift=bill.why == rules.GIFT,
    )  # fmt: skip
    terms.add(made, tier=bill.tier, value=bill.amount_minor, starts_on=today, ends_on=until_on)
    return made


def _lengthen(bill: Bill, one: Subscription, *, now: datetime) -> Subscription:
    """One more term: from where the last one ends, or from today when it had run out."""
    if one.state not in rules.RENEWS:
        raise WrongMoment
    today = rules.day_of(now, bill.tier.community.zone)
    earliest = today if one.state == rules.LAPSED else today - timedelta(days=rules.GRACE_DAYS)
    starts_on = max(one.until_on, earliest)
    if any(term.starts_on > today for term in terms.of(one)):
        raise WrongMoment
    until_on = rules.after(starts_on, bill.period)
    changes: dict[str, Any] = {"tier": bill.tier} if starts_on <= today else {}
    one.move(
        rules.ACTIVE, until_on=until_on, period=bill.period, is_gift=False, reminded=0,
        grace_until_on=None, look_at=rules.next_day_at(now, bill.tier.community.zone), **changes,
    )  # fmt: skip
    terms.add(one, tier=bill.tier, value=bill.amount_minor, starts_on=starts_on, ends_on=until_on)
    return one


def _raise(bill: Bill, one: Subscription | None, *, now: datetime) -> Subscription:
    if one is None or one.state != rules.ACTIVE or one.pk != bill.subscription_id:
        raise WrongMoment
    if bill.tier.level <= one.tier.level:
        raise WrongMoment
    lift(one, bill.tier, more=bill.amount_minor, now=now)
    return one


def lift(one: Subscription, tier: Tier, *, more: int, now: datetime) -> None:
    """The days that are left, and what is left of their value, are of the higher tier now."""
    today = rules.day_of(now, tier.community.zone)
    term = terms.at(one, today)
    if term is None or any(other.starts_on > today for other in terms.of(one)):
        raise WrongMoment
    rest = terms.split(term, today)
    terms.change(rest, tier=tier, value_minor=rest.value_minor + more)
    one.move(rules.ACTIVE, tier=tier)


@transaction.atomic
def lift_for_nothing(*, one: Subscription, tier: Tier, by: Member, now: datetime) -> None:
    """What is left of the lower tier covers the higher one: nothing is to be paid."""
    if one.member_id != by.pk or tier.community_id != one.community_id:
        raise NotAllowed
    one = settle(one, now=now)
    tier = Tier.objects.select_related("community").get(pk=tier.pk)
    if difference(one, tier=tier, now=now):
        raise WrongMoment
    lift(one, tier, more=0, now=now)
    say(MembershipRaised, one, by=by, now=now)
