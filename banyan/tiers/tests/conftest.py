"""Slow Kiln sells two levels: Friends (30 a month, 300 a year, 14 days to try), Patrons (90)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from banyan.ledger.models import Account
from banyan.ledger.queries import balance, trial_balance
from banyan.orders.tests.conftest import cup, new_variant, order_of, post
from banyan.payments import hearing
from banyan.payments.models import Payment, PaymentRefund
from banyan.payments.providers import RefundWord, Word
from banyan.sellers.models import Book
from banyan.tiers import rules
from banyan.tiers.actions import joining, offering
from banyan.tiers.models import Bill, Subscription, Term, Tier

__all__ = ["cup", "new_variant", "order_of", "post"]
DAY = timedelta(days=1)


@pytest.fixture
def book(kiln: Any) -> Book:
    return Book.objects.get(community=kiln)


@pytest.fixture
def new_tier(kiln: Any, cast: Any, member_of: Any, now: datetime) -> Callable[..., Tier]:
    """A tier on sale: new_tier("Friends", level=1, month_minor=3000)."""

    def make(name: str, **terms: Any) -> Tier:
        given = {"words": "", "level": 1, "month_minor": 3000, "year_minor": None, "trial_days": 0}
        mei = member_of(kiln, cast.mei)
        made = offering.make(by=mei, now=now, name=name, **(given | terms))
        offering.turn(tier=made, to=rules.ON, by=mei, now=now)
        return made

    return make


@pytest.fixture
def tiers(new_tier: Callable[..., Tier], kiln: Any) -> SimpleNamespace:
    found = SimpleNamespace(
        friends=new_tier("Friends", year_minor=30000, trial_days=14),
        patrons=new_tier("Patrons", level=2, month_minor=9000),
    )
    kiln.refresh_from_db()
    return found


@pytest.fixture
def captured(now: datetime) -> Callable[..., Bill]:
    """The provider says that a bill is paid."""

    def do(bill: Bill, at: datetime = now) -> Bill:
        payment = joining.pay(bill=bill, now=at)
        hear(payment, at=at)
        bill.refresh_from_db()
        return bill

    return do


def hear(payment: Payment, *, at: datetime) -> None:
    found = Payment.objects.select_related("book").get(pk=payment.pk)
    word = Word(found.oid, "captured", found.amount_minor, found.currency)
    hearing.apply(found, word, now=at)


def pay_back(*, at: datetime) -> int:
    """The provider carries out every refund that was asked for; how much."""
    total = 0
    for refund in PaymentRefund.objects.exclude(state="executed").order_by("pk"):
        word = RefundWord(refund.provider_key, "executed", refund.amount_minor, refund.currency)
        hearing.settle_refund(refund, word, now=at)
        total += refund.amount_minor
    return total


@pytest.fixture
def bill_of(member_of: Any, kiln: Any, now: datetime) -> Callable[..., Bill]:
    """bill_of(cast.jonas, tier), with why=, period=, to=, price=, at=."""
    count = iter(range(10_000))

    def make(person: Any, tier: Tier, **given: Any) -> Bill:
        at = given.get("at", now)
        member = member_of(kiln, person)
        why, period = given.get("why", rules.JOIN), given.get("period", rules.MONTH)
        price = given.get("price", tier.price_minor(period))
        if why == rules.UPGRADE and "price" not in given:
            price = joining.difference(joining.living(member.pk), tier=tier, now=at)
        return joining.ask(
            why=why, tier=Tier.objects.get(pk=tier.pk), period=period, payer=member,
            member=member_of(kiln, given.get("to", person)), price_minor=price,
            key=given.get("key", f"k{next(count)}"), now=at,
        )  # fmt: skip

    return make


@pytest.fixture
def join(bill_of: Any, captured: Any, now: datetime) -> Callable[..., Subscription]:
    """Pay for a membership: join(cast.jonas, tier); with why=, to=, at= as bill_of."""

    def do(person: Any, tier: Tier, **given: Any) -> Subscription:
        bill = captured(bill_of(person, tier, **given), at=given.get("at", now))
        assert bill.state == rules.PAID, bill.state
        return fresh(bill.subscription)

    return do


def fresh(one: Subscription) -> Subscription:
    return Subscription.objects.select_related("community", "tier", "member__person").get(pk=one.pk)


def deferred(one: Subscription) -> int:
    return int(balance(one.tier.book, one.account).minor)


def holds(book: Book) -> None:
    """L2 to L4, L16 and what every term must add up to: call after anything."""
    assert not any(trial_balance(book).values())
    sums = {"value_minor": 0, "earned_minor": 0, "returned_minor": 0}
    for one in Subscription.objects.select_related("tier__book", "community"):
        left = 0
        for term in Term.objects.filter(subscription=one):
            left += term.left_minor
            for name in sums:
                sums[name] += getattr(term, name)
        assert balance(book, one.account).minor == left
        if not one.lives:
            assert left == 0, f"{one.state} with {left} deferred"
    paid = sum(bill.amount_minor for bill in Bill.objects.filter(state=rules.PAID))
    back = sum(bill.returned_minor for bill in Bill.objects.all())
    assert paid == sums["value_minor"]
    assert back == sums["returned_minor"]
    assert balance(book, "membership").minor == sums["earned_minor"]
    for account in Account.objects.filter(book=book, balance_minor__isnull=False):
        assert account.balance_minor == balance(book, account.code).minor >= 0
