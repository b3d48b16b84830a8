"""What gives leaves: the terms, thank-yous, completed orders."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from banyan.communities import actions as places
from banyan.communities import rules as communities
from banyan.communities.models import Member
from banyan.content.models import Comment, Post
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.orders.models import Order, OrderLine
from banyan.sellers.models import Book
from banyan.sharing.actions.earning import base_of

from .. import queries, rules
from ..events import LeafTermsChanged
from ..models import LeafLot, Month, Terms, Thanks
from . import lots

TERMS = ("month_minor", "thanks_minor", "thanks_a_month", "order_bp", "hold_days", "expires_days")


class BudgetSpent(Refusal):
    status = 409
    sentence = _("This month’s leaves are given away. There are new ones next month.")


class ThanksSpent(Refusal):
    status = 409
    sentence = _("You have given all your thank-yous of this month. There are new ones next month.")


class ThankedEnough(Refusal):
    status = 409
    sentence = _("You have thanked this member as often as goes in a month. Thank somebody else.")


class ThankedAlready(WrongMoment):
    sentence = _("You have thanked for this already.")


class GoesInACircle(Refusal):
    status = 409
    sentence = _("Leaves do not go back and forth within a day. Try again tomorrow.")


class NoThanksHere(WrongMoment):
    sentence = _("Thank-yous do not give leaves here at the moment.")


@transaction.atomic
def change_terms(*, by: Member, now: datetime, **given: Any) -> Terms:
    """Say what gives leaves from now on; leaves that were given stay as they were promised.

    This month's budget changes too, but never below what was given of it.
    """
    terms, is_new = Terms.objects.get_or_create(
        community_id=by.community_id, defaults={"changed_at": now}
    )
    terms = Terms.objects.select_for_update(no_key=True).get(pk=terms.pk)
    terms.before = None if is_new else {name: getattr(terms, name) for name in TERMS}
    for name in TERMS:
        setattr(terms, name, given[name])
    terms.changed_at = now
    terms.save()
    community = by.community
    month = Month.objects.filter(community=community, first_on=rules.month_of(now, community.zone))
    places.keep_fact(
        community_id=community.pk, key=rules.THANK_YOUS,
        value=terms.thanks_minor if terms.month_minor else 0,
    )  # fmt: skip
    month.update(limit_minor=Greatest(F("given_minor"), Value(terms.month_minor)))
    queries.forget_terms(community.pk)
    announce(
        LeafTermsChanged(
            community_id=community.pk, object_id=community.pk, actor=by.person.pseudonym, now=now
        )
    )
    return terms


@transaction.atomic
def undo_terms(*, terms: Terms, by: Member, now: datetime) -> None:
    """What stood there before stands there again; twice brings the newer back."""
    if terms.before is None:
        raise WrongMoment
    change_terms(by=by, now=now, **terms.before)


@transaction.atomic
def thank(*, by: Member, kind: str, thing: Post | Comment, now: datetime) -> Thanks:
    """Thank whoever wrote this, from the community's budget.

    Never oneself, once for one thing, a few times a month and member, not in a circle.
    """
    author = thing.author
    if not by.is_in or by.community_id != thing.community_id or author.pk == by.pk:
        raise NotAllowed
    if not thing.is_published or not author.is_in or author.person.erased_at is not None:
        raise WrongMoment
    terms = Terms.objects.filter(community_id=by.community_id).first()
    if terms is None or not terms.thanks_minor or not terms.month_minor:
        raise NoThanksHere
    month = lots.reserve(
        community=by.community, terms=terms, minor=terms.thanks_minor, now=now
    )  # fmt: skip
    if month is None:
        raise BudgetSpent
    # The month is ours until the end: no other thank-you here comes between.
    _check(by, author, kind, thing, terms, month, now)
    book = Book.objects.get(community_id=by.community_id)
    lot = lots.issue(
        month=month, book=book, member=author, why=rules.THANKS, minor=terms.thanks_minor,
        hold=timedelta(days=rules.THANKS_HOLD_DAYS), terms=terms, now=now,
        actor=by.person.pseudonym,
    )  # fmt: skip
    queries.forget_thanked(kind, thing.pk)
    try:
        with transaction.atomic():
            return Thanks.objects.create(
                community_id=by.community_id, giver=by, receiver=author, kind=kind,
                thing_id=thing.pk, lot=lot, at=now,
            )  # fmt: skip
    except IntegrityError:
        raise ThankedAlready from None


def _check(
    by: Member, author: Member, kind: str, thing: Post | Comment, terms: Terms, month: Month,
    now: datetime,
) -> None:  # fmt: skip
    given = Thanks.objects.filter(giver=by, undone_at=None)
    if given.filter(kind=kind, thing_id=thing.pk).exists():
        raise ThankedAlready
    this_month = list(given.filter(lot__month=month).values_list("receiver_id", flat=True))
    if len(this_month) >= terms.thanks_a_month:
        raise ThanksSpent
    if this_month.count(author.pk) >= rules.PAIR_A_MONTH:
        raise ThankedEnough
    lately = Thanks.objects.filter(
        community_id=by.community_id, undone_at=None,
        at__gt=now - timedelta(hours=rules.CIRCLE_HOURS),
    )  # fmt: skip
    edges = lately.values_list("giver_id", "receiver_id")
    if rules.closes_a_circle(edges, giver=by.pk, receiver=author.pk):
        raise GoesInACircle


@transaction.atomic
def unthank(*, thanks: Thanks, by: Member, now: datetime) -> None:
    """Take a thank-you back: its giver while it cannot be used yet, an operator at any time."""
    lot = LeafLot.objects.select_related("book").get(pk=thanks.lot_id)
    if by.pk == thanks.giver_id and not by.may("campaigns.run"):
        if lot.state != rules.PENDING or now >= lot.available_at:
            raise WrongMoment
    elif not by.may("campaigns.run") or by.community_id != thanks.community_id:
        raise NotAllowed
    rows = Thanks.objects.filter(pk=thanks.pk, undone_at=None)
    if not rows.update(undone_at=now):
        raise WrongMoment
    queries.forget_thanked(thanks.kind, thanks.thing_id)
    lots.take_back(lot=lot, target=0, now=now, actor=by.person.pseudonym)


@transaction.atomic
def withdraw(*, lot: LeafLot, by: Member, now: datetime) -> None:
    """An operator takes a gift back, whole. WrongMoment the second time."""
    if lot.why == rules.THANKS:
        unthank(thanks=lot.thanks, by=by, now=now)  # type: ignore[attr-defined]
        return
    if lot.order_id is not None:
        Order.objects.select_for_update(no_key=True).get(pk=lot.order_id)
    lot = LeafLot.objects.select_related("book").get(pk=lot.pk)
    if not lots.take_back(lot=lot, target=0, now=now, actor=by.person.pseudonym):
        raise WrongMoment


def _share(order_id: int, bp: int) -> int:
    """Leaves for what was kept of the goods of an order, without tax and post."""
    return rules.share_of(base_of(OrderLine.objects.filter(order_id=order_id)), bp)


@transaction.atomic
def earn_by_order(*, order_id: int, now: datetime) -> LeafLot | None:
    """An order is completed: its buyer, if a member, gets a share of the goods in leaves.

    None when nothing is given, or when this month's budget has less: never a part.
    """
    order = Order.objects.select_related("book", "community", "person").get(pk=order_id)
    terms = queries.terms_of(order.community_id)
    if terms is None or not terms.order_bp or order.person is None:
        return None
    member = (
        Member.objects.select_related("person")
        .filter(community_id=order.community_id, person=order.person, state=communities.JOINED)
        .first()
    )
    if member is None or LeafLot.objects.filter(order=order).exists():
        return None
    minor = _share(order_id, terms.order_bp)
    if not minor:
        return None
    month = lots.reserve(community=order.community, terms=terms, minor=minor, now=now)
    if month is None:
        return None
    return lots.issue(
        month=month, book=order.book, member=member, why=rules.ORDER, minor=minor,
        hold=timedelta(days=terms.hold_days), terms=terms, now=now, order=order,
        rate_bp=terms.order_bp,
    )  # fmt: skip


@transaction.atomic
def adjust_to_refund(*, order_id: int, now: datetime) -> None:
    """Bring the leaves of an order to what was kept of it. The order is locked by the caller."""
    lot = LeafLot.objects.select_related("book").filter(order_id=order_id).first()
    if lot is not None:
        lots.take_back(lot=lot, target=_share(order_id, lot.rate_bp), now=now)


@transaction.atomic
def give(*, member: Member, why: str, minor: int, hold_days: int, now: datetime) -> LeafLot | None:
    """Leaves for something that a module above has seen, and gives once.

    None when nothing gives leaves here, or when this month's budget has less: never a part.
    """
    terms = queries.terms_of(member.community_id)
    if terms is None or not minor:
        return None
    month = lots.reserve(
        community=member.community, terms=terms, minor=minor, now=now, is_order=False
    )
    if month is None:
        return None
    book = Book.objects.get(community_id=member.community_id)
    return lots.issue(
        month=month, book=book, member=member, why=why, minor=minor,
        hold=timedelta(days=hold_days), terms=terms, now=now,
    )  # fmt: skip
