"""Posting. Everything that moves money in Banyan goes through `post`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from banyan.core.refusals import Refusal, WrongMoment
from banyan.sellers.models import Book

from . import rules
from .models import Account, Entry, Leg

REMEMBERED_SECONDS = 3600


class KeyUsedOtherwise(Exception):
    """The same key came with other legs: a mistake in the code that posts, never a retry."""


class Overdrawn(Refusal):
    """A guarded account would fall below zero."""

    status = 409
    sentence = _("There is not enough money left for this.")


class ReversedAlready(WrongMoment):
    sentence = _("This was taken back already.")


@transaction.atomic
def post(
    *,
    book: Book,
    key: str,
    kind: str,
    legs: Iterable[rules.Leg],
    now: datetime,
    memo: str = "",
    actor: UUID | None = None,
    reverses: Entry | None = None,
) -> Entry:
    """Write one entry and bring the guarded balances along. Legs of zero are left out.

    The same key and legs again give the entry of the first time; other legs KeyUsedOtherwise.
    BadLegs when they do not sum to zero, Overdrawn when a guarded account has too little.
    """
    moving = rules.checked(legs, currency=book.currency, book_id=book.pk)
    reversed_id = reverses.pk if reverses is not None else None
    made = Entry(
        book=book,
        key=key,
        kind=kind,
        at=now,
        memo=memo,
        actor=actor,
        reverses=reverses,
        fingerprint=rules.fingerprint(kind=kind, memo=memo, reverses=reversed_id, legs=moving),
    )
    try:
        with transaction.atomic():  # a rival's open transaction with this key is awaited
            made.save(force_insert=True)
    except IntegrityError:
        return _posted_before(made, key=key)
    entry = made
    accounts = _open(book, {leg.account for leg in moving}, now=now)
    Leg.objects.bulk_create(
        Leg(
            entry=entry,
            position=position,
            account=accounts[leg.account],
            minor=leg.minor,
            commodity=accounts[leg.account].commodity,
            order=leg.order,
            line=leg.line,
            member=leg.member,
        )
        for position, leg in enumerate(moving)
    )
    for code, change in rules.deltas(moving).items():
        rows = Account.objects.filter(pk=accounts[code].pk, balance_minor__gte=-change)
        if not rows.update(balance_minor=F("balance_minor") + change):
            raise Overdrawn
    return entry


def reverse(
    entry: Entry, *, key: str, now: datetime, memo: str = "", actor: UUID | None = None
) -> Entry:
    """Take an entry back by its mirror image, of the same kind; ReversedAlready the second time."""
    legs = [
        rules.Leg(leg.account.code, -leg.minor, leg.order, leg.line, leg.member)
        for leg in entry.legs.select_related("account").order_by("position")
    ]
    return post(
        book=entry.book,
        key=key,
        kind=entry.kind,
        legs=legs,
        now=now,
        memo=memo,
        actor=actor,
        reverses=entry,
    )


def _posted_before(made: Entry, *, key: str) -> Entry:
    entry = Entry.objects.filter(book=made.book, key=key).first()
    if entry is None:
        raise ReversedAlready
    entry.book = made.book
    if entry.fingerprint != made.fingerprint:
        raise KeyUsedOtherwise(f"{key}: {made.kind} is not what was posted under this key")
    return entry


def _open(book: Book, codes: set[str], *, now: datetime) -> dict[str, Account]:
    """The accounts of these codes; those that are new are opened.

    Guarded accounts are about to be written, so they are opened or found by one statement. The
    others are never written again and few: once committed they are remembered.
    """
    guarded = sorted(code for code in codes if rules.family_of(code).guarded)
    found = {code: _account(book, code, now=now) for code in guarded}
    if found:
        Account.objects.bulk_create(
            found.values(),
            update_conflicts=True,
            unique_fields=["book", "code"],
            update_fields=["family"],
        )
    plain = codes - found.keys()
    if plain:
        found |= _remembered(book, plain, now=now)
    return found


def _remembered(book: Book, codes: set[str], *, now: datetime) -> dict[str, Account]:
    keys = {f"ledger-account:{book.pk}:{code}": code for code in codes}
    ids = {keys[key]: pk for key, pk in cache.get_many(keys).items()}
    found = {code: _account(book, code, now=now, pk=pk) for code, pk in ids.items()}
    unknown = codes - found.keys()
    if unknown:
        rows = Account.objects.filter(book=book, code__in=unknown)
        read = {account.code: account for account in rows}
        missing = sorted(unknown - read.keys())
        if missing:
            opened = [_account(book, code, now=now) for code in missing]
            Account.objects.bulk_create(opened, ignore_conflicts=True)
            read = {account.code: account for account in rows.all()}
        kept = {f"ledger-account:{book.pk}:{code}": account.pk for code, account in read.items()}
        transaction.on_commit(partial(cache.set_many, kept, REMEMBERED_SECONDS))
        found |= read
    return found


def _account(book: Book, code: str, *, now: datetime, pk: int | None = None) -> Account:
    return Account(
        pk=pk,
        book=book,
        code=code,
        family=code.partition(".")[0],
        commodity=rules.commodity_of(code, currency=book.currency, book_id=book.pk),
        balance_minor=0 if rules.family_of(code).guarded else None,
        opened_at=now,
    )
