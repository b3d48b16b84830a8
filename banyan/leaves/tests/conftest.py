"""Slow Kiln gives leaves: thank-yous of 50, 10 % of completed orders, 1,000 a month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from banyan.content.actions import comment as comments
from banyan.content.actions import post as posts
from banyan.content.models import Comment, Post
from banyan.leaves import rules
from banyan.leaves.actions import giving
from banyan.leaves.models import LeafLot, Terms, Thanks
from banyan.ledger.queries import balance, trial_balance
from banyan.orders.actions import fulfilling, refunding
from banyan.orders.models import Order
from banyan.orders.tests.conftest import (
    books,
    capture,
    cup,
    in_balance,
    new_variant,
    order_of,
    pay_back,
    post,
    pot,
)
from banyan.sellers.models import Book

__all__ = [
    "books", "capture", "cup", "in_balance", "new_variant", "order_of", "pay_back", "post", "pot",
]  # fmt: skip
DAY = timedelta(days=1)
TERMS: dict[str, Any] = {
    "month_minor": 1000, "thanks_minor": 50, "thanks_a_month": 3, "order_bp": 1000,
    "hold_days": 14, "expires_days": None,
}  # fmt: skip


@pytest.fixture
def book(kiln: Any) -> Book:
    return Book.objects.get(community=kiln)


@pytest.fixture
def gives(kiln: Any, cast: Any, member_of: Any, now: datetime) -> Callable[..., Terms]:
    """What gives leaves at Slow Kiln: gives(), gives(month_minor=100)."""

    def make(**given: Any) -> Terms:
        return giving.change_terms(by=member_of(kiln, cast.mei), now=now, **(TERMS | given))

    return make


@pytest.fixture
def wrote(kiln: Any, member_of: Any, now: datetime) -> Callable[..., Post]:
    """A post of a member: wrote(cast.lan)."""

    def make(person: Any, title: str = "Ash glaze", at: datetime = now) -> Post:
        return posts.publish(
            author=member_of(kiln, person), title=title, body="Sieve it twice.", now=at
        )

    return make


@pytest.fixture
def thank(kiln: Any, member_of: Any, wrote: Any, now: datetime) -> Callable[..., Thanks]:
    """thank(cast.jonas, cast.lan): for a new post of Lan's."""

    def make(giver: Any, receiver: Any, at: datetime = now, what: Any = None) -> Thanks:
        what = what or wrote(receiver, at=at)
        kind = rules.COMMENT if isinstance(what, Comment) else rules.POST
        return giving.thank(by=member_of(kiln, giver), kind=kind, thing=what, now=at)

    return make


@pytest.fixture
def answered(
    kiln: Any, member_of: Any, wrote: Any, cast: Any, now: datetime
) -> Callable[..., Comment]:
    def make(person: Any) -> Comment:
        return comments.comment(
            post=wrote(cast.mei), author=member_of(kiln, person), body="Twice, yes.", now=now
        )

    return make


@pytest.fixture
def complete(capture: Any) -> Callable[..., Order]:
    """Pay, send and receive an order."""

    def run(order: Order, at: datetime) -> Order:
        capture(order, at=at)
        fulfilling.ship(order=order, by=None, now=at)
        fulfilling.receive(order=order, by=None, by_buyer=True, now=at)
        return again(order)

    return run


def again(order: Order) -> Order:
    found = Order.objects.whole_by_id(order.pk)
    assert found is not None
    return found


def give_back(order: Order, pieces: int, *, at: datetime) -> None:
    fresh = again(order)
    refunding.refund(
        order=fresh, pieces={fresh.rows[0].pk: pieces}, with_post=False, restock=False, by=None,
        now=at,
    )  # fmt: skip


def purse(book: Book, person: Any) -> tuple[int, int, int]:
    """(to be used, not yet, owed) of a person's leaves."""
    from banyan.leaves import books as accounts

    rows = LeafLot.objects.filter(book=book, member__person=person)
    by_state = {state: 0 for state, _label in rules.LOT_STATES}
    for lot in rows:
        by_state[lot.state] += lot.left_minor
    owed = accounts.owed_by(book, person.pseudonym)
    return by_state[rules.AVAILABLE], by_state[rules.PENDING], owed


def holds(book: Book) -> None:
    """L2, L12 and what every lot must add up to: call after anything."""
    from banyan.ledger.models import Account

    assert not any(trial_balance(book).values())
    lots = list(LeafLot.objects.filter(book=book))
    owed = balance(book, "leaf.earned").minor
    wallets = Account.objects.filter(book=book, family="wallet")
    assert owed == sum(lot.left_minor for lot in lots) == sum(w.balance_minor for w in wallets)
    taken = sum(lot.taken_minor for lot in lots)
    debts = sum(a.balance_minor for a in Account.objects.filter(book=book, family="leaf_debt"))
    assert taken + debts == sum(lot.reversed_minor for lot in lots)
    given = sum(lot.amount_minor - lot.reversed_minor for lot in lots)
    assert balance(book, "rewards_cost").minor == given
    assert balance(book, "breakage").minor == sum(lot.expired_minor for lot in lots)
    for account in Account.objects.filter(book=book, balance_minor__isnull=False):
        assert account.balance_minor == balance(book, account.code).minor >= 0
