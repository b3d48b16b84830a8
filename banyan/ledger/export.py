"""The books as files: Beancount (plain-text accounting) and CSV, streamed line by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from django.db.models import Min, Sum

from banyan.core.ids import write_id
from banyan.core.money import Money
from banyan.sellers.models import Book

from . import rules
from .models import Account, Entry, Leg

_ROOTS = {
    rules.ASSETS: "Assets",
    rules.LIABILITIES: "Liabilities",
    rules.EQUITY: "Equity",
    rules.INCOME: "Income",
    rules.EXPENSES: "Expenses",
    rules.UNITS: "Equity:Units",
}
CHUNK = 500


def account_name(code: str) -> str:
    """psp.sandbox -> Assets:Psp:Sandbox; every part begins with a capital or a digit."""
    name, *parts = code.split(".")
    words = "".join(word.capitalize() for word in name.split("_"))
    rest = [part[:1].upper() + part[1:] for part in parts]
    return ":".join([_ROOTS[rules.family_of(code).group], words, *rest])


def amount_text(minor: int, commodity: str) -> str:
    currency = commodity if not commodity.startswith("LEAF.") else "XXX"
    return f"{Money(minor, currency).as_text()} {commodity}"


def exactly(minor: int, commodity: str) -> str:
    """For balances: without the tolerance of a cent that the checker would else allow."""
    number, _, name = amount_text(minor, commodity).partition(" ")
    return f"{number} ~ 0 {name}"


def quoted(text: str) -> str:
    flat = " ".join(text.split())
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'


def day_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def entries(book: Book) -> Iterator[Entry]:
    """All entries with their legs, in the order of their moments."""
    rows = Entry.objects.filter(book=book).order_by("at", "id").prefetch_related("legs__account")
    return rows.iterator(chunk_size=CHUNK)


def beancount(book: Book, *, title: str) -> Iterator[str]:
    """Lines of a Beancount file: accounts, entries with their names, and what each account holds.

    The balances at the end are ours: the reader's checker compares them with its own sums.
    """
    yield f"option {quoted('title')} {quoted(title)}\n"
    yield f"option {quoted('operating_currency')} {quoted(book.currency)}\n\n"
    accounts = list(
        Account.objects.filter(book=book)
        .annotate(first_at=Min("legs__entry__at"), sum=Sum("legs__minor"))
        .order_by("code")
    )
    used = [account for account in accounts if account.first_at]
    firsts = [account.first_at for account in used if account.first_at]
    opened = day_of(min(firsts)) if firsts else day_of(book.opened_at)
    for commodity in sorted({book.currency, *(account.commodity for account in used)}):
        yield f"{opened} commodity {commodity}\n"
    yield "\n"
    for account in used:
        yield f"{day_of(account.first_at)} open {account_name(account.code)} {account.commodity}\n"
    yield "\n"
    last = opened
    for entry in entries(book):
        last = day_of(entry.at)
        yield from _transaction(entry)
    for account in used:
        held = _kept(account)
        yield (
            f"{last + timedelta(days=1)} balance {account_name(account.code)} "
            f"{exactly(held, account.commodity)}\n"
        )


def _kept(account: Account) -> int:
    """The balance as we keep it, debit above zero; the sum of legs where none is kept."""
    if account.balance_minor is not None:
        return int(account.balance_minor) * rules.family_of(account.code).side
    return int(account.sum or 0)  # type: ignore[attr-defined]


def _transaction(entry: Entry) -> Iterator[str]:
    yield f"{day_of(entry.at)} * {quoted(entry.kind)} {quoted(entry.memo)}\n"
    yield f"  entry: {quoted(entry.oid)}\n"
    yield f"  key: {quoted(entry.key)}\n"
    yield f"  at: {quoted(entry.at.astimezone(UTC).isoformat())}\n"
    if entry.actor:
        yield f"  actor: {quoted(str(entry.actor))}\n"
    if entry.reverses_id:
        yield f"  reverses: {quoted(str(entry.reverses_id))}\n"
    for leg in sorted(entry.legs.all(), key=lambda leg: leg.position):
        yield f"  {account_name(leg.account.code)}  {amount_text(leg.minor, leg.commodity)}\n"
        for name, value in (("order", leg.order), ("line", leg.line), ("member", leg.member)):
            if value:
                yield f"    {name}: {quoted(str(value))}\n"
    yield "\n"


COLUMNS = (
    "at", "entry", "kind", "memo", "account", "debit", "credit", "commodity", "order", "line",
    "member", "key",
)  # fmt: skip


def table(book: Book) -> Iterator[str]:
    """The same as CSV, one row per leg."""
    yield _row(COLUMNS)
    legs = Leg.objects.filter(entry__book=book).select_related("entry", "account")
    for leg in legs.order_by("entry__at", "entry_id", "position").iterator(chunk_size=CHUNK):
        entry = leg.entry
        money = amount_text(abs(leg.minor), leg.commodity).split()[0]
        yield _row(
            [
                entry.at.astimezone(UTC).isoformat(), write_id(entry.public_id), entry.kind,
                entry.memo, leg.account.code, money if leg.minor > 0 else "",
                money if leg.minor < 0 else "", leg.commodity, leg.order, leg.line,
                str(leg.member or ""), entry.key,
            ]
        )  # fmt: skip


def _row(cells: Iterable[str]) -> str:
    """One CSV line. What a spreadsheet would take for a formula is given as text."""
    safe = [f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in cells]
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(safe)
    return out.getvalue()
