"""Many at once, with real threads and transactions, on either database."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection

from banyan.core.refusals import Refusal
from banyan.ledger import actions, queries, rules, seals
from banyan.ledger.models import Account, Entry, Leg, Seal
from banyan.ledger.rules import Leg as L
from banyan.sellers.models import Book

THREADS = 16
ROUNDS = 20 if os.environ.get("BANYAN_SOAK") == "1" else 2
pytestmark = [pytest.mark.trust, pytest.mark.django_db(transaction=True)]


def at_once[T](work: list[Callable[[], T]]) -> list[T]:
    def alone(one: Callable[[], T]) -> T:
        try:
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return [future.result(timeout=120) for future in [pool.submit(alone, w) for w in work]]


def test_a_guarded_account_is_emptied_once_however_many_reach_for_it(
    book: Book, now: datetime
) -> None:
    """L4: 40 hands take 100 each from 1,000."""
    for number in range(ROUNDS):
        escrow = f"escrow.o{number}"
        actions.post(book=book, key=f"in{number}", kind=rules.ORDER_PAID, now=now,
                     legs=[L("psp.sandbox", 1_000), L(escrow, -1_000)])  # fmt: skip

        def take(hand: int, escrow: str = escrow, number: int = number) -> bool:
            try:
                actions.post(book=book, key=f"out{number}:{hand}", kind="take", now=now,
                             legs=[L(escrow, 100), L("sales", -100)])  # fmt: skip
            except Refusal:
                return False
            return True

        taken = at_once([lambda hand=hand: take(hand) for hand in range(40)])
        assert taken.count(True) == 10
        assert queries.balance(book, escrow).minor == 0
    assert list(seals.verify()) == []


def test_one_key_from_many_threads_is_one_entry(book: Book, now: datetime) -> None:
    """L5, at the same moment, with accounts that nobody has opened yet."""

    def post() -> int:
        return actions.post(book=book, key="once", kind="sale", now=now,
                            legs=[L("bank", 7), L("available.kenji", -7)]).pk  # fmt: skip

    assert len(set(at_once([post] * 40))) == 1
    assert (Entry.objects.count(), Leg.objects.count(), Account.objects.count()) == (1, 2, 2)
    assert queries.balance(book, "available.kenji").minor == 7


def test_sealing_while_others_write_leaves_nothing_out(book: Book, now: datetime) -> None:
    def write(number: int) -> int:
        return actions.post(book=book, key=f"w{number}", kind="sale", now=now,
                            legs=[L("bank", 1), L("sales", -1)]).pk  # fmt: skip

    work: list[Callable[[], int]] = []
    for number in range(150):
        work.append(lambda number=number: write(number))
        if number % 10 == 0:
            work.append(lambda: seals.seal(now=now))
    at_once(work)
    seals.seal(now=now)
    assert sum(Seal.objects.values_list("count", flat=True)) == Entry.objects.count() == 150
    assert list(seals.verify()) == []
