"""The hash chain over the books, sealed in batches after commit, and the nightly examination."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.db.models import F, Max, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from . import rules
from .models import Account, Entry, Leg, Seal

MOST = 5_000  # entries under one seal
CHUNK = 2_000
GENESIS = "0" * 64
MAX_ID = 2**63 - 1
_OF_ENTRY = (
    "pk", "public_id", "book_id", "key", "fingerprint", "kind", "at", "memo", "actor",
    "reverses_id",
)  # fmt: skip
_OF_LEG = (
    "entry_id", "position", "account__code", "minor", "commodity", "order", "line", "member",
)  # fmt: skip


def seal(*, now: datetime) -> int:
    """Seal every entry that is committed and not yet under a seal; gives their number."""
    upto = _settled()
    sealed = 0
    while True:
        last = Seal.objects.order_by("-upto").first()
        after = last.upto if last else 0
        ids = list(
            Entry.objects.filter(pk__gt=after, pk__lte=upto)
            .order_by("pk")
            .values_list("pk", flat=True)[:MOST]
        )
        if not ids:
            return sealed
        count, hash = _chain(last.hash if last else GENESIS, after=after, upto=ids[-1])
        link = Seal(after=after, upto=ids[-1], count=count, hash=hash, sealed_at=now)
        # Somebody may seal at the same time, up to another entry: one link follows each link.
        Seal.objects.bulk_create([link], ignore_conflicts=True)
        sealed += Seal.objects.filter(after=after, hash=hash).exists() and count


def _settled() -> int:
    """The newest entry before which none can appear any more.

    SQLite has one writer, so ids are committed in order. PostgreSQL gives ids before commit: a
    short lock waits for those who write and keeps others out while we look.
    """
    newest = Entry.objects.aggregate(newest=Max("pk"))
    if connection.vendor != "postgresql":
        return int(newest["newest"] or 0)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
            cursor.execute("LOCK TABLE ledger_entry IN SHARE MODE")
            cursor.execute("SELECT max(id) FROM ledger_entry")
            return int(cursor.fetchone()[0] or 0)
    except OperationalError:  # a long transaction is writing: the next round seals
        return 0


def _chain(hash: str, *, after: int, upto: int) -> tuple[int, str]:
    count = 0
    for row in _rows(after=after, upto=upto):
        hash = rules.digest([hash, row])
        count += 1
    return count, hash


def _rows(*, after: int, upto: int) -> Iterator[list[object]]:
    """Every entry with its legs as plain values, in order; no objects, there may be millions."""
    while True:
        range_of = Entry.objects.filter(pk__gt=after, pk__lte=upto).order_by("pk")
        batch = list(range_of.values_list(*_OF_ENTRY)[:CHUNK])
        if not batch:
            return
        legs: dict[int, list[list[object]]] = defaultdict(list)
        rows = Leg.objects.filter(entry_id__gt=after, entry_id__lte=batch[-1][0])
        for entry_id, *leg, member in rows.order_by("entry_id", "position").values_list(*_OF_LEG):
            legs[entry_id].append([*leg, str(member or "")])
        for pk, public_id, book_id, key, print_, kind, at, memo, actor, reverses in batch:
            yield [
                pk, str(public_id), book_id, key, print_, kind, at.isoformat(), memo,
                str(actor or ""), reverses, legs[pk],
            ]  # fmt: skip
        after = batch[-1][0]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong in the books."""

    what: str
    where: str

    def __str__(self) -> str:
        return f"{self.what}: {self.where}"


def verify(*, book_id: int | None = None) -> Iterator[Finding]:
    """Everything that is wrong, from one minor unit up. Nothing when the books are right.

    The seals are those of the whole instance; the sums those of one book, or of all.
    """
    yield from _sums(book_id)
    yield from _balances(book_id)
    yield from _seals()


def _sums(book_id: int | None) -> Iterator[Finding]:
    legs = Leg.objects.all() if book_id is None else Leg.objects.filter(entry__book_id=book_id)
    entries = Entry.objects.all() if book_id is None else Entry.objects.filter(book_id=book_id)
    uneven = legs.values("entry_id", "commodity").annotate(sum=Sum("minor")).exclude(sum=0)
    for row in uneven.order_by("entry_id"):
        yield Finding(
            "an entry does not sum to zero", f"entry {row['entry_id']}, {row['sum']:+d} "
            f"{row['commodity']}"
        )  # fmt: skip
    for pk in entries.filter(legs=None).values_list("pk", flat=True):
        yield Finding("an entry has no legs", f"entry {pk}")
    foreign = legs.exclude(account__book=F("entry__book"))
    for pk in foreign.values_list("entry_id", flat=True).distinct():
        yield Finding("an entry uses another book's account", f"entry {pk}")
    mixed = legs.exclude(commodity=F("account__commodity"))
    for pk in mixed.values_list("entry_id", flat=True).distinct():
        yield Finding("a leg counts something else than its account", f"entry {pk}")
    trial = legs.values("entry__book_id", "commodity").annotate(sum=Sum("minor")).exclude(sum=0)
    for row in trial.order_by("entry__book_id", "commodity"):
        yield Finding(
            "the trial balance is not zero",
            f"book {row['entry__book_id']}, {row['sum']:+d} {row['commodity']}",
        )


def _balances(book_id: int | None) -> Iterator[Finding]:
    accounts = Account.objects.exclude(balance_minor=None)
    if book_id is not None:
        accounts = accounts.filter(book_id=book_id)
    sums = (
        Leg.objects.filter(account=OuterRef("pk"))
        .order_by()
        .values("account")
        .annotate(sum=Sum("minor"))
        .values("sum")
    )
    for side in (rules.DEBIT, rules.CREDIT):
        families = [n for n, f in rules.CHART.items() if f.guarded and f.side == side]
        apart = (
            accounts.filter(family__in=families)
            .annotate(legs_minor=Coalesce(Subquery(sums), 0))
            .exclude(balance_minor=F("legs_minor") * side)
        )
        for account in apart.order_by("pk"):
            yield Finding(
                "a balance is not the sum of its legs",
                f"book {account.book_id}, {account.code}: {account.balance_minor} kept, "
                f"{account.legs_minor * side} by the legs",
            )


def _seals() -> Iterator[Finding]:
    hash, after = GENESIS, 0
    for link in Seal.objects.order_by("upto").iterator():
        count, found = _chain(hash, after=after, upto=link.upto)
        if link.after != after or (count, found) != (link.count, link.hash):
            yield Finding(
                "entries were changed after they were sealed", f"entries {after + 1} to {link.upto}"
            )
        hash, after = link.hash, link.upto
    # What is not sealed yet has only its own fingerprint.
    for row in _rows(after=after, upto=MAX_ID):
        pk, print_, kind, memo, reverses, legs = (row[i] for i in (0, 4, 5, 7, 9, 10))
        shown = rules.digest(
            [kind, memo, reverses, [[code, minor, *names] for _, code, minor, _, *names in legs]]
        )
        if shown != print_:
            yield Finding("an entry is not what was posted", f"entry {pk}")
