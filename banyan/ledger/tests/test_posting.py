"""The verbs of the ledger: post and reverse."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from banyan.core.money import Money
from banyan.ledger import actions, queries, rules
from banyan.ledger.models import Account, Entry, Leg
from banyan.ledger.rules import Leg as L
from banyan.sellers.models import Book

ORDER = "01" + "a" * 24
REFUND = "01" + "b" * 24


def pay(book: Book, minor: int, *, order: str = ORDER, now: datetime, **more: Any) -> Entry:
    legs = [L("psp.sandbox", minor, order), L(f"escrow.{order}", -minor, order)]
    return actions.post(
        book=book, key=f"paid:{order}", kind=rules.ORDER_PAID, legs=legs, now=now, **more
    )


def test_a_posting_moves_both_accounts_and_the_books_stay_even(book: Book, now: datetime) -> None:
    entry = pay(book, 15_800, now=now)
    assert [leg.minor for leg in entry.legs.order_by("position")] == [15_800, -15_800]
    assert queries.balance(book, "psp.sandbox") == Money(15_800, "CNY")
    assert queries.balance(book, f"escrow.{ORDER}") == Money(15_800, "CNY")
    assert queries.trial_balance(book) == {"CNY": 0}


def test_the_same_key_twice_changes_nothing(book: Book, now: datetime) -> None:
    first = pay(book, 15_800, now=now)
    again = pay(book, 15_800, now=now + timedelta(days=1))
    assert again == first
    assert again.at == now
    assert Leg.objects.count() == 2
    assert queries.balance(book, f"escrow.{ORDER}").minor == 15_800


def test_the_same_key_with_other_legs_is_a_mistake(book: Book, now: datetime) -> None:
    pay(book, 15_800, now=now)
    with pytest.raises(actions.KeyUsedOtherwise):
        pay(book, 15_801, now=now)
    assert Entry.objects.count() == 1


def test_keys_of_two_books_do_not_meet(book: Book, tea: Any, now: datetime) -> None:
    other = Book.objects.get(community=tea)
    assert pay(book, 100, now=now) != pay(other, 200, now=now)
    assert queries.balance(other, "psp.sandbox").minor == 200


def test_a_guarded_account_cannot_be_overdrawn(book: Book, now: datetime) -> None:
    pay(book, 100, now=now)
    with pytest.raises(actions.Overdrawn), transaction.atomic():
        actions.post(
            book=book,
            key="too-much",
            kind=rules.REFUND_AGREED,
            legs=[L(f"escrow.{ORDER}", 101), L(f"refund_clearing.{REFUND}", -101)],
            now=now,
        )
    assert queries.balance(book, f"escrow.{ORDER}").minor == 100
    assert Entry.objects.count() == 1


def test_the_database_itself_refuses_an_overdrawn_account(book: Book, now: datetime) -> None:
    pay(book, 100, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(family="escrow").update(balance_minor=-1)


def test_an_unguarded_account_keeps_no_balance_of_its_own(book: Book, now: datetime) -> None:
    pay(book, 100, now=now)
    assert Account.objects.get(code="psp.sandbox").balance_minor is None


@pytest.mark.parametrize(
    "legs",
    [
        [L("psp.sandbox", 1)],
        [L("psp.sandbox", 2), L("sales", -1)],
        [L("psp.sandbox", 1), L("issued", -1)],  # money and leaves do not mix
        [],
        [L("psp.sandbox", 0), L("sales", 0)],
        [L("petty_cash", 1), L("sales", -1)],
        [L("escrow", 1), L("sales", -1)],
        [L("sales.more", 1), L("sales", -1)],
        [L("cost.parties", 1), L("owner", -1)],
        [L("escrow.Mei Lin", 1), L("sales", -1)],
    ],
)
def test_legs_that_are_no_entry_are_refused(book: Book, now: datetime, legs: list[L]) -> None:
    with pytest.raises(rules.BadLegs):
        actions.post(book=book, key="bad", kind="trial", legs=legs, now=now)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("minor", [1.0, True, 10**15 + 1, "1"])
def test_a_leg_is_whole_minor_units(minor: Any) -> None:
    with pytest.raises(rules.BadLegs):
        L("sales", minor)


def test_leaves_are_counted_beside_the_money(book: Book, now: datetime) -> None:
    who = uuid4()
    actions.post(
        book=book,
        key="leaves",
        kind="leaves_bought",
        legs=[
            L("psp.sandbox", 500),
            L("leaf.bought", -500),
            L("issued", 500),
            L(f"wallet.{who}.bought", -500, member=who),
        ],
        now=now,
    )
    assert queries.trial_balance(book) == {"CNY": 0, f"LEAF.{book.pk}": 0}
    assert queries.balance(book, f"wallet.{who}.bought").minor == 500
    assert queries.balance(book, "leaf.bought") == Money(500, "CNY")


def test_a_reversal_is_the_mirror_and_happens_once(book: Book, now: datetime) -> None:
    entry = pay(book, 100, now=now)
    back = actions.reverse(entry, key="back", now=now)
    assert back.reverses == entry
    assert back.kind == entry.kind
    assert queries.balance(book, f"escrow.{ORDER}").minor == 0
    assert actions.reverse(entry, key="back", now=now) == back
    with pytest.raises(actions.ReversedAlready), transaction.atomic():
        actions.reverse(entry, key="back-again", now=now)
    assert queries.balance(book, "psp.sandbox").minor == 0


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_leg"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_rows_of_the_books_can_be_neither_changed_nor_deleted(
    book: Book, now: datetime, table: str, verb: str
) -> None:
    pay(book, 100, now=now)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb.format(table))
    assert Leg.objects.count() == 2


def test_a_posting_asks_the_database_a_fixed_number_of_times(
    book: Book, now: datetime, django_assert_max_num_queries: Any
) -> None:
    pay(book, 100, now=now)
    with django_assert_max_num_queries(9):  # two of them are this test's savepoint
        pay(book, 100, order="01" + "c" * 24, now=now)
