"""Directed money stories, for what random rules find too seldom."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from banyan.core.money import Money, largest_remainder
from banyan.ledger import actions, queries, rules, seals
from banyan.ledger.rules import Leg as L
from banyan.sellers.models import Book

ORDER = "01" + "a" * 24


def test_an_order_refunded_before_and_after_completion_leaves_nothing_behind(
    book: Book, now: datetime
) -> None:
    """Pay, refund a line, complete, refund the rest in two parts: L7, L8, L9."""
    who, escrow = uuid4(), f"escrow.{ORDER}"
    clearings: list[str] = []

    def post(kind: str, *legs: L) -> None:
        key = f"{kind}:{len(clearings)}"
        actions.post(book=book, key=key, kind=kind, legs=legs, now=now)

    def give_back(source: str, minor: int) -> None:
        clearing = f"refund_clearing.r{len(clearings)}"
        clearings.append(clearing)
        post(rules.REFUND_AGREED, L(source, minor, ORDER), L(clearing, -minor, ORDER, member=who))
        post(rules.REFUND_EXECUTED, L(clearing, minor, ORDER, member=who),
             L("psp.sandbox", -minor, ORDER))  # fmt: skip

    post(rules.ORDER_PAID, L("psp.sandbox", 15_800, ORDER), L(escrow, -15_800, ORDER, member=who))
    give_back(escrow, 5_266)
    post(rules.ORDER_COMPLETED, L(escrow, 10_534, ORDER), L("sales", -10_534, ORDER))
    assert queries.balance(book, escrow).minor == 0
    for part in largest_remainder(10_534, [1, 2]):
        give_back("sales", part)

    assert queries.balance(book, "sales").minor == 0
    assert queries.balance(book, "psp.sandbox").minor == 0
    assert all(queries.balance(book, code).minor == 0 for code in clearings)
    flow = queries.flow(book)
    assert flow.sold == flow.refunded == Money(15_800, "CNY")
    assert flow.yours.minor == flow.held.minor == flow.on_its_way.minor == 0
    purse = queries.purses(who)[0]
    assert (purse.paid, purse.back) == (flow.sold, flow.sold)
    assert purse.spent.minor == purse.on_its_way.minor == 0
    assert list(seals.verify()) == []


def test_a_shop_that_spends_more_than_it_sells_reads_below_zero(book: Book, now: datetime) -> None:
    actions.post(
        book=book,
        key="1",
        kind=rules.ORDER_PAID,
        now=now,
        legs=[L("psp.sandbox", 1_000, ORDER), L(f"escrow.{ORDER}", -1_000, ORDER)],
    )
    actions.post(book=book, key="2", kind=rules.COST, now=now,
                 legs=[L("cost.technology", 4_000), L("owner", -4_000)])  # fmt: skip
    flow = queries.flow(book)
    assert (flow.sold.minor, flow.held.minor, flow.yours.minor) == (1_000, 1_000, -4_000)
    assert flow.sold == flow.held + flow.refunded + flow.fees + flow.costs + flow.yours
