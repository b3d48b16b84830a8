"""An operator ends a membership now: what its days have not earned goes back to who paid."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from banyan.communities.models import Member
from banyan.core.ids import uuid7, write_id
from banyan.core.money import Money
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.payments import actions as payments
from banyan.payments.models import Payment
from banyan.sellers.models import Book

from .. import books, rules
from ..events import MembershipEnded
from ..models import Bill, Subscription
from . import terms
from .lasting import settle
from .saying import say

RIGHT = "orders.refund"


@transaction.atomic
def end(*, one: Subscription, by: Member, now: datetime) -> int:
    """End it today; today's days and later ones go back, the last payment first. How much."""
    if by.community_id != one.community_id or not by.may(RIGHT):
        raise NotAllowed
    one = settle(one, now=now)
    if not one.lives:
        raise WrongMoment
    minor = _give_back(one, by=by, now=now)
    one.move(rules.ENDED, ended_at=now, look_at=None)
    say(MembershipEnded, one, by=by, amount_minor=minor, now=now)
    return minor


def _give_back(one: Subscription, *, by: Member, now: datetime) -> int:
    book = Book.objects.get(community_id=one.community_id)
    total = 0
    for term in terms.of(one):
        total += term.left_minor
        if term.left_minor:
            terms.change(term, returned_minor=term.returned_minor + term.left_minor)
    paid = list(Bill.objects.filter(subscription=one, state=rules.PAID).order_by("-paid_at", "-pk"))
    parts = rules.take_from([bill.amount_minor - bill.returned_minor for bill in paid], total)
    for bill, part in zip(paid, parts, strict=True):
        if not part:
            continue
        Bill.objects.filter(pk=bill.pk).update(returned_minor=F("returned_minor") + part)
        ref = write_id(uuid7())
        books.given_back(one, bill, part, ref, book=book, now=now, actor=by.person.pseudonym)
        payments.ask_refund(
            payment=Payment.objects.select_related("book").get(pk=bill.payment_id),
            amount=Money(part, bill.currency), ref=ref, key=f"membership:{bill.oid}", now=now,
        )  # fmt: skip
    return total
