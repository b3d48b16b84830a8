"""Tampering: whatever is changed behind the program's back is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.db import connection, transaction

from banyan.ledger import actions, rules, seals
from banyan.ledger.models import Entry, Leg, Seal
from banyan.ledger.rules import Leg as L
from banyan.sellers.models import Book

pytestmark = pytest.mark.trust


@contextmanager
def triggers_off() -> Iterator[None]:
    """What somebody with the database's password could do; undone with the test."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger%'"
            )
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("SET session_replication_role = replica")
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for _, sql in triggers:
                cursor.execute(sql)
        else:
            cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture
def entries(book: Book, now: datetime) -> list[Entry]:
    """Twenty sales of 100."""
    return [
        actions.post(book=book, key=f"{n}", kind="sale", memo=f"cup {n}", now=now,
                     legs=[L("bank", 100), L(f"available.s{n}", -100)])
        for n in range(20)
    ]  # fmt: skip


def words() -> str:
    return "; ".join(str(finding) for finding in seals.verify())


def test_books_that_nobody_touched_have_nothing_wrong(entries: list[Entry], now: datetime) -> None:
    assert words() == ""
    assert seals.seal(now=now) == 20
    assert words() == ""


def test_sealing_twice_seals_once(entries: list[Entry], now: datetime) -> None:
    assert seals.seal(now=now) == 20
    assert seals.seal(now=now) == 0
    assert Seal.objects.count() == 1


def test_each_seal_stands_on_the_one_before(
    book: Book, entries: list[Entry], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "MOST", 7)
    monkeypatch.setattr(seals, "CHUNK", 3)
    assert seals.seal(now=now) == 20
    assert list(Seal.objects.order_by("upto").values_list("count", flat=True)) == [7, 7, 6]
    assert words() == ""


def test_of_two_who_seal_at_once_one_continues_the_chain(
    entries: list[Entry], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other has read the same last link, but fewer entries."""
    plain = seals._chain

    def rival_first(hash: str, *, after: int, upto: int) -> tuple[int, str]:
        monkeypatch.setattr(seals, "_chain", plain)
        monkeypatch.setattr(seals, "_settled", lambda: entries[7].pk)
        assert seals.seal(now=now) == 8
        return plain(hash, after=after, upto=upto)

    monkeypatch.setattr(seals, "_chain", rival_first)
    seals.seal(now=now)
    assert sum(Seal.objects.values_list("count", flat=True)) == len(entries)
    assert words() == ""


EDITS = [
    "UPDATE ledger_entry SET memo = 'cup 0, but nicer' WHERE key = '0'",
    "UPDATE ledger_entry SET kind = 'gift' WHERE key = '7'",
    "UPDATE ledger_leg SET \"order\" = 'another' WHERE position = 0 AND minor = 100",
    "UPDATE ledger_leg SET minor = minor + (CASE position WHEN 0 THEN 1 ELSE -1 END)",
    "UPDATE ledger_leg SET member = NULL, line = 'x'",
    "UPDATE ledger_account SET code = 'available.thief' WHERE code = 'available.s3'",
]


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize("edit", EDITS, ids=range(len(EDITS)))
def test_any_edited_row_is_found(
    entries: list[Entry], now: datetime, edit: str, sealed: bool
) -> None:
    if sealed:
        seals.seal(now=now)
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute(edit)
        assert cursor.rowcount > 0
    found = words()
    assert ("after they were sealed" if sealed else "not what was posted") in found


@pytest.mark.parametrize("edit", ["at = '2020-01-01 00:00:00+00:00'", "actor = %(nobody)s"])
def test_moments_and_names_are_under_the_seal_too(
    entries: list[Entry], now: datetime, edit: str
) -> None:
    seals.seal(now=now)
    with triggers_off(), connection.cursor() as cursor:
        nobody = "0" * 32
        cursor.execute(f"UPDATE ledger_entry SET {edit % {'nobody': repr(nobody)}} WHERE key = '5'")
    assert "after they were sealed" in words()


def test_a_deleted_entry_is_found(entries: list[Entry], now: datetime) -> None:
    seals.seal(now=now)
    with triggers_off(), connection.cursor() as cursor:
        for table, name in (("ledger_leg", "entry_id"), ("ledger_entry", "id")):
            cursor.execute(f"DELETE FROM {table} WHERE {name} = %s", [entries[4].pk])
    found = words()
    assert "after they were sealed" in found
    assert "available.s4: 100 kept, 0 by the legs" in found


def test_a_forged_seal_is_found(entries: list[Entry], now: datetime) -> None:
    seals.seal(now=now)
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_seal SET hash = %s", ["f" * 64])
    assert "after they were sealed" in words()


def test_an_uneven_entry_is_found_to_the_minor_unit(
    book: Book, entries: list[Entry], now: datetime
) -> None:
    leg = entries[2].legs.get(position=0)
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_leg SET minor = 101 WHERE id = %s", [leg.pk])
    found = words()
    assert f"an entry does not sum to zero: entry {entries[2].pk}, +1 CNY" in found
    assert f"the trial balance is not zero: book {book.pk}, +1 CNY" in found


def test_seals_themselves_are_append_only(entries: list[Entry], now: datetime) -> None:
    seals.seal(now=now)
    for verb in ("UPDATE ledger_seal SET count = 0", "DELETE FROM ledger_seal"):
        with (
            pytest.raises(Exception, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(verb)


def test_the_nightly_examination_writes_an_alarm_line(
    entries: list[Entry], caplog: pytest.LogCaptureFixture
) -> None:
    from banyan.ledger import tasks
    from banyan.ledger.models import Account

    assert tasks.verify() == 0
    Account.objects.filter(code="available.s1").update(balance_minor=99)
    assert tasks.verify() == 1
    assert "LEDGER ALARM" in caplog.text


def test_ten_thousand_entries_are_sealed_and_examined(book: Book, now: datetime) -> None:
    """Row 8 at its short count (the long one is a million, by bin/soak)."""
    import os

    count = 1_000_000 if os.environ.get("BANYAN_SOAK") == "1" else 10_000
    first = actions.post(book=book, key="first", kind="sale", now=now,
                         legs=[L("bank", 100), L("sales", -100)])  # fmt: skip
    accounts = {leg.account.code: leg.account for leg in first.legs.select_related("account")}
    legs = [L("bank", 100), L("sales", -100)]
    print_of = rules.fingerprint(kind="sale", memo="", reverses=None, legs=legs)
    for start in range(1, count, 10_000):
        Entry.objects.bulk_create(
            [
                Entry(book=book, key=f"b{n}", kind="sale", at=now, fingerprint=print_of)
                for n in range(start, min(start + 10_000, count))
            ],
            batch_size=1_000,
        )
        fresh = Entry.objects.filter(legs=None).values_list("pk", flat=True)
        Leg.objects.bulk_create(
            [
                Leg(entry_id=pk, position=at, account=accounts[leg.account], minor=leg.minor,
                    commodity="CNY")
                for pk in fresh for at, leg in enumerate(legs)
            ],
            batch_size=1_000,
        )  # fmt: skip
    assert seals.seal(now=now) == count
    assert words() == ""
    victim = Leg.objects.order_by("pk")[count // 3]
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_leg SET line = 'x' WHERE id = %s", [victim.pk])
    assert "after they were sealed" in words()
