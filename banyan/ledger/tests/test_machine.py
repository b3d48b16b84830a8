"""Orders paid, completed and refunded in any order: the invariants of the books always hold.

The machine plays what orders and payments post (1, 3, 4, 8, 9, 11 of the table), with retries,
mistakes and overdrafts in between. L1 to L8 and L18.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from banyan.core.ids import write_id
from banyan.core.money import largest_remainder
from banyan.ledger import actions, export, queries, rules, seals
from banyan.ledger.models import Account, Entry, Leg
from banyan.ledger.rules import Leg as L
from banyan.ledger.tests.test_export import beancount_errors
from banyan.sellers.models import Book

SOAK = os.environ.get("BANYAN_SOAK") == "1"
START = datetime(2026, 11, 1, tzinfo=UTC)
Amounts = st.one_of(st.integers(1, 20), st.integers(1, 10**9))


def number_id(n: int) -> str:
    return write_id(UUID(int=n))


@dataclass
class Bought:
    """What the model knows of one order, apart from the books."""

    oid: str
    paid: int
    held: int
    earned: int = 0
    agreed: int = 0
    executed: int = 0
    open_refunds: dict[str, int] = field(default_factory=dict)


class Books(RuleBasedStateMachine):
    book: Book

    def __init__(self) -> None:
        super().__init__()
        # Each run undoes itself, so that thousands may follow one another.
        self.wrap = transaction.atomic()
        self.wrap.__enter__()
        self.orders: list[Bought] = []
        self.posted: list[tuple[dict[str, Any], int]] = []
        self.clock, self.count, self.fees = START, 0, 0

    def teardown(self) -> None:
        if self.posted:
            self.check_deeply()
        transaction.set_rollback(True)
        self.wrap.__exit__(None, None, None)

    def post(self, kind: str, legs: list[L]) -> Entry:
        self.count += 1
        self.clock += timedelta(minutes=self.count % 700)
        given = {"key": f"k{self.count}", "kind": kind, "legs": legs, "now": self.clock}
        entry = actions.post(book=self.book, **given)
        self.posted.append((given, entry.pk))
        return entry

    @initialize()
    def open(self) -> None:
        assert queries.trial_balance(self.book) == {}

    @rule(minor=Amounts)
    def an_order_is_paid(self, minor: int) -> None:
        oid = number_id(1000 + len(self.orders))
        fee = (minor * 60 + 5000) // 10000
        self.post(rules.ORDER_PAID, [L("psp.sandbox", minor, oid), L(f"escrow.{oid}", -minor, oid)])
        if fee:
            self.post(rules.PROVIDER_FEE, [L("psp_fee", fee, oid), L("psp.sandbox", -fee, oid)])
            self.fees += fee
        self.orders.append(Bought(oid, paid=minor, held=minor))

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), weights=st.lists(st.integers(0, 9), min_size=3, max_size=3))
    def an_order_is_completed(self, data: st.DataObject, weights: list[int]) -> None:
        order = data.draw(st.sampled_from(self.orders))
        if not order.held:
            return
        sales, shipping, tax = largest_remainder(order.held, weights)
        self.post(
            rules.ORDER_COMPLETED,
            [
                L(f"escrow.{order.oid}", order.held, order.oid),
                L("sales", -sales, order.oid),
                L("shipping", -shipping, order.oid),
                L("tax_payable.vat", -tax, order.oid),
            ],
        )
        order.earned, order.held = order.earned + order.held, 0

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), minor=Amounts)
    def a_refund_is_agreed(self, data: st.DataObject, minor: int) -> None:
        order = data.draw(st.sampled_from(self.orders))
        left = order.held + order.earned
        if not left:
            return
        minor = min(minor, left)
        from_escrow = min(minor, order.held)
        ref = number_id(10**6 + self.count)
        self.post(
            rules.REFUND_AGREED,
            [
                L(f"escrow.{order.oid}", from_escrow, order.oid),
                L("sales", minor - from_escrow, order.oid),
                L(f"refund_clearing.{ref}", -minor, order.oid),
            ],
        )
        order.held -= from_escrow
        order.earned -= minor - from_escrow
        order.agreed += minor
        order.open_refunds[ref] = minor

    @precondition(lambda self: any(order.open_refunds for order in self.orders))
    @rule(data=st.data())
    def a_refund_is_executed(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from([o for o in self.orders if o.open_refunds]))
        ref, minor = order.open_refunds.popitem()
        self.post(
            rules.REFUND_EXECUTED,
            [
                L(f"refund_clearing.{ref}", minor, order.oid),
                L("psp.sandbox", -minor, order.oid),
            ],
        )
        order.executed += minor

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def a_posting_is_retried(self, data: st.DataObject) -> None:
        """L5."""
        given, pk = data.draw(st.sampled_from(self.posted))
        before = Leg.objects.count()
        assert actions.post(book=self.book, **(given | {"now": self.clock})).pk == pk
        with pytest.raises(actions.KeyUsedOtherwise), transaction.atomic():
            legs = [L(leg.account, leg.minor * 2) for leg in given["legs"]]
            actions.post(book=self.book, **(given | {"legs": legs}))
        assert Leg.objects.count() == before

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), too_much=st.integers(1, 10**6))
    def more_than_is_held_is_asked_for(self, data: st.DataObject, too_much: int) -> None:
        """L4."""
        order = data.draw(st.sampled_from(self.orders))
        legs = [
            L(f"escrow.{order.oid}", order.held + too_much),
            L("sales", -order.held - too_much),
        ]
        with pytest.raises(actions.Overdrawn), transaction.atomic():
            actions.post(book=self.book, key="greedy", kind="trial", legs=legs, now=self.clock)

    @rule()
    def the_books_are_sealed(self) -> None:
        seals.seal(now=self.clock)

    @invariant()
    def sums_are_zero(self) -> None:
        """L2."""
        assert set(queries.trial_balance(self.book).values()) <= {0}

    @invariant()
    def every_order_is_whole(self) -> None:
        """L4, L7, L8: paid in = held + earned + refunded."""
        kept = {
            a.code: a.balance_minor for a in Account.objects.filter(book=self.book, family="escrow")
        }
        for order in self.orders:
            assert kept[f"escrow.{order.oid}"] == order.held
            assert order.paid == order.held + order.earned + order.agreed
            assert order.executed <= order.agreed <= order.paid

    @invariant()
    def figures_add_up(self) -> None:
        flow = queries.flow(self.book)
        assert flow.sold.minor == sum(order.paid for order in self.orders)
        assert flow.refunded.minor == sum(order.agreed for order in self.orders)
        assert flow.fees.minor == self.fees
        assert flow.sold == flow.held + flow.refunded + flow.fees + flow.costs + flow.yours

    def check_deeply(self) -> None:
        """L1, L3, L6 by the examination; L18 by an outside judge."""
        assert list(seals.verify(book_id=self.book.pk)) == []
        uneven = Leg.objects.values("entry").annotate(sum=Sum("minor")).exclude(sum=0)
        assert not uneven.exists()
        text = "".join(export.beancount(self.book, title="A trial"))
        assert beancount_errors(text) == []


@pytest.mark.trust
def test_the_books_hold_whatever_happens(book: Book) -> None:
    """L1 to L8, L18: random stories, each examined and exported at its end."""

    class Here(Books):
        pass

    Here.book = book
    case = Here.TestCase
    case.settings = settings(
        max_examples=500 if SOAK else 20,
        stateful_step_count=60 if SOAK else 20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=not SOAK,
        database=None,
    )
    case().runTest()
