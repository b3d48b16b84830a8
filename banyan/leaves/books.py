"""What leaves do to the books: every change of a wallet is an entry in money and in leaves."""

from __future__ import annotations

from uuid import UUID

from banyan.ledger.models import Account
from banyan.ledger.rules import Leg
from banyan.sellers.models import Book


def wallet(payee: UUID) -> str:
    return f"wallet.{payee}.earned"


def debt(payee: UUID) -> str:
    return f"leaf_debt.{payee}"


def owed_by(book: Book, payee: UUID) -> int:
    """Leaves that were taken back after they were used; read once the member is taken."""
    found = Account.objects.filter(book=book, code=debt(payee)).values_list("balance_minor")
    return int(found[0][0] or 0) if found else 0


def given(payee: UUID, minor: int, order: str) -> list[Leg]:
    return [
        Leg("rewards_cost", minor, order=order),
        Leg("leaf.earned", -minor, order=order, member=payee),
        Leg("issued", minor, order=order),
        Leg(wallet(payee), -minor, order=order, member=payee),
    ]


def taken_back(payee: UUID, there: int, owed: int, order: str) -> list[Leg]:
    """`there` out of the wallet; `owed` was used already and is kept from later leaves."""
    return [
        Leg("leaf.earned", there, order=order, member=payee),
        Leg(debt(payee), owed, order=order, member=payee),
        Leg("rewards_cost", -(there + owed), order=order),
        Leg(wallet(payee), there, order=order, member=payee),
        Leg("issued", -there, order=order),
    ]


def kept(payee: UUID, minor: int) -> list[Leg]:
    return [
        Leg("leaf.earned", minor, member=payee),
        Leg(debt(payee), -minor, member=payee),
        Leg(wallet(payee), minor, member=payee),
        Leg("issued", -minor),
    ]


def expired(payee: UUID, minor: int) -> list[Leg]:
    return [
        Leg("leaf.earned", minor, member=payee),
        Leg("breakage", -minor),
        Leg(wallet(payee), minor, member=payee),
        Leg("expired", -minor),
    ]


def exchanged(payee: UUID, minor: int) -> list[Leg]:
    return [
        Leg("leaf.earned", minor, member=payee),
        Leg("sales", -minor),
        Leg(wallet(payee), minor, member=payee),
        Leg("redeemed", -minor),
    ]
