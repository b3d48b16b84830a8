"""Meaning to pay: a bill for a first term, the next one, a higher tier, a gift. And a trial."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.communities.places import full_url
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.payments import actions as payments
from banyan.payments.models import Payment

from .. import rules
from ..events import MembershipBegan
from ..models import Bill, Subscription, Tier
from . import terms
from .saying import say, take

SOURCE = "membership"


class NotSold(WrongMoment):
    sentence = _("This membership is not sold any more. Look what there is.")


class CostsOtherwise(WrongMoment):
    sentence = _("The price has changed by now. Look again before you pay.")


class HasOne(WrongMoment):
    sentence = _("There is a membership already. One is enough at a time.")


class PaidAhead(WrongMoment):
    sentence = _("The next term is paid for already. You need not pay again.")


class TriedAlready(WrongMoment):
    sentence = _("A trial is for a first membership. You can join by paying.")


class NotHigher(Refusal):
    status = 409
    sentence = _("That is no higher level than the one you have.")


@transaction.atomic
def ask(
    *, why: str, tier: Tier, period: str, payer: Member, member: Member, price_minor: int,
    key: str, now: datetime,
) -> Bill:  # fmt: skip
    """A bill, to be paid now. The same key is the same bill; an older open one is void.

    CostsOtherwise when `price_minor`, which was shown, is not what it costs.
    """
    if not (payer.is_in and member.is_in) or {payer.community_id, member.community_id} != {
        tier.community_id
    }:
        raise NotAllowed
    take(member.pk)
    found = Bill.objects.filter(payer=payer, key=key).first()
    if found is not None:
        return found
    tier = Tier.objects.select_related("community", "book").get(pk=tier.pk)
    price = tier.price_minor(period)
    if price is None or tier.currency != tier.book.currency:
        raise NotSold
    one = living(member.pk)
    due = _due(why, tier=tier, period=period, price=price, member=member, one=one, now=now)
    if due != price_minor:
        raise CostsOtherwise
    older = Bill.objects.filter(payer=payer, member=member, state=rules.OPEN).order_by("pk")
    for bill in older:
        bill.move(rules.VOID)
        payments.ask_void(source_kind=SOURCE, source_id=bill.pk, now=now)
    return Bill.objects.create(
        community_id=tier.community_id, why=why, payer=payer, payee=payer.person.pseudonym,
        member=member, tier=tier, period=period, subscription=one, key=key, amount_minor=due,
        currency=tier.currency, made_at=now,
    )  # fmt: skip


def _due(
    why: str, *, tier: Tier, period: str, price: int, member: Member,
    one: Subscription | None, now: datetime,
) -> int:  # fmt: skip
    today = rules.day_of(now, tier.community.zone)
    if why == rules.UPGRADE:
        return difference(one, tier=tier, now=now)
    is_own = why == rules.RENEW and one is not None and one.tier_id == tier.pk
    if not tier.is_on and not is_own:  # whoever has it may go on with it
        raise NotSold
    if why == rules.RENEW:
        if one is None or one.state not in rules.RENEWS:
            raise WrongMoment
        if any(term.starts_on > today for term in terms.of(one)):
            raise PaidAhead
    elif one is not None and one.lives:
        raise HasOne
    return price


def difference(one: Subscription | None, *, tier: Tier, now: datetime) -> int:
    """What the days that are left cost more in a higher tier, to the minor unit."""
    if one is None or one.state != rules.ACTIVE:
        raise WrongMoment
    today = rules.day_of(now, tier.community.zone)
    term = terms.at(one, today)
    if term is None or any(other.starts_on > today for other in terms.of(one)):
        raise WrongMoment
    price = tier.price_minor(one.period)
    if not tier.is_on or price is None:
        raise NotSold
    if tier.level <= term.tier.level:
        raise NotHigher
    unused = term.value_minor - rules.earned(
        term.value_minor, starts_on=term.starts_on, ends_on=term.ends_on, on=today
    )
    return rules.to_pay(
        price, of_days=term.of_days, days_left=(term.ends_on - today).days, unused=unused
    )


def living(member_id: int) -> Subscription | None:
    """The membership a member has, else the last one that ran out and can return."""
    rows = Subscription.objects.filter(member_id=member_id).select_related("tier", "community")
    lives = rows.filter(state__in=rules.LIVE).first()
    return lives or rows.filter(state=rules.LAPSED).order_by("-pk").first()


@transaction.atomic
def pay(*, bill: Bill, now: datetime) -> Payment:
    """The attempt to send the payer to: the one still open, or a new one."""
    take(bill.member_id)
    bill.take()
    if bill.state != rules.OPEN:
        raise WrongMoment
    tried = Payment.objects.filter(source_kind=SOURCE, source_id=bill.pk).order_by("-pk")
    newest = tried.first()
    if newest is not None and newest.is_open:
        return newest
    tier = Tier.objects.select_related("community", "book").get(pk=bill.tier_id)
    return payments.begin(
        book=tier.book, source_kind=SOURCE, source_id=bill.pk, source_oid=bill.oid,
        amount=bill.amount, description=f"{tier.community.name[:50]}: {tier.name}",
        return_url=full_url(tier.community, "tiers") + "?paid=" + bill.oid, payer=bill.payee,
        key=f"membership:{bill.oid}:{tried.count()}", now=now,
    )  # fmt: skip


@transaction.atomic
def begin_trial(*, tier: Tier, period: str, member: Member, now: datetime) -> Subscription:
    """Days for nothing, once for each member here; then it runs out unless it is paid."""
    if not member.is_in or member.community_id != tier.community_id:
        raise NotAllowed
    take(member.pk)
    tier = Tier.objects.select_related("community").get(pk=tier.pk)
    if not tier.is_on or not tier.trial_days or tier.price_minor(period) is None:
        raise NotSold
    if Subscription.objects.filter(member=member).exists():
        raise TriedAlready
    today = rules.day_of(now, tier.community.zone)
    made = begin(
        tier=tier, period=period, member=member, state=rules.TRIAL, now=now,
        until_on=today + timedelta(days=tier.trial_days),
    )  # fmt: skip
    say(MembershipBegan, made, by=member, now=now)
    return made


def begin(
    *, tier: Tier, period: str, member: Member, state: str, until_on: date, now: datetime,
    is_gift: bool = False,
) -> Subscription:  # fmt: skip
    """A new one, for a member who was taken. HasOne when there is one."""
    try:
        with transaction.atomic():
            made: Subscription = Subscription.objects.create(
                community_id=tier.community_id, member=member, payee=member.person.pseudonym,
                tier=tier, period=period, state=state, is_gift=is_gift, started_at=now,
                until_on=until_on, look_at=rules.next_day_at(now, tier.community.zone),
            )  # fmt: skip
    except IntegrityError:
        raise HasOne from None
    return made
