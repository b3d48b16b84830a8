"""Posting. Everything that moves money in Banyan goes through `post`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from banyan.core.refusals import Refusal, WrongMoment
from banyan.sellers.models import Book

from . import rules
from .models import Account, Entry, Leg


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
    # One statement for "take the key, unless it is taken"; a rival's open transaction is awaited.
    Entry.objects.bulk_create([made], ignore_conflicts=True)
    entry = Entry.objects.filter(book=book, key=key).first()
    if entry is None:
        raise ReversedAlready
    entry.book = book
    if entry.public_id != made.public_id:
        if entry.fingerprint != made.fingerprint:
            raise KeyUsedOtherwise(f"{key}: {kind} is not what was posted under this key")
        return entry
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


def _open(book: Book, codes: set[str], *, now: datetime) -> dict[str, Account]:
    """The accounts of these codes; those that are new are opened."""
    rows = Account.objects.filter(book=book, code__in=codes)
    found = {account.code: account for account in rows}
    missing = sorted(codes - set(found))
    if missing:
        Account.objects.bulk_create(
            [
                Account(
                    book=book,
                    code=code,
                    family=code.partition(".")[0],
                    commodity=rules.commodity_of(code, currency=book.currency, book_id=book.pk),
                    balance_minor=0 if rules.family_of(code).guarded else None,
                    opened_at=now,
                )
                for code in missing
            ],
            ignore_conflicts=True,
        )
        found = {account.code: account for account in rows.all()}
    return found
