"""Leaves of a member: given within the budget, cleared, lapsed, taken back.

Rows are taken in the order: order, month, member, lots, rewards, accounts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from banyan.communities.models import Community, Member
from banyan.core.db.inserting import insert_if_new
from banyan.core.events import announce
from banyan.core.refusals import WrongMoment
from banyan.ledger import actions as ledger
from banyan.ledger import rules as kinds
from banyan.orders.models import Order
from banyan.sellers.models import Book
from banyan.sharing import accounts
from banyan.sharing.rules import to_reverse

from .. import books, rules
from ..events import LeavesCleared, LeavesEvent, LeavesExpired, LeavesGiven, LeavesTakenBack
from ..models import LeafLot, Month, Terms

AT_ONCE = 200


def reserve(
    *, community: Community, terms: Terms, minor: int, now: datetime, is_order: bool = True
) -> Month | None:
    """Take so many out of this month's budget, whole or not at all; None when there is less.

    One guarded UPDATE, and the row stays ours until the transaction ends. The month counts the
    orders that it did not reach for.
    """
    first_on = rules.month_of(now, community.zone)
    rows = Month.objects.filter(community=community, first_on=first_on)
    fits = rows.filter(given_minor__lte=F("limit_minor") - minor)
    if not fits.update(given_minor=F("given_minor") + minor):
        insert_if_new(Month(community=community, first_on=first_on, limit_minor=terms.month_minor))
        if not fits.update(given_minor=F("given_minor") + minor):
            if is_order:
                rows.update(missed=F("missed") + 1)
            return None
    return rows.get()


def issue(
    *, month: Month, book: Book, member: Member, why: str, minor: int, hold: timedelta,
    terms: Terms, now: datetime, order: Order | None = None, rate_bp: int = 0,
    actor: UUID | None = None,
) -> LeafLot:  # fmt: skip
    """Leaves that were reserved become a member's, to be used after `hold`."""
    payee = member.person.pseudonym
    available_at = now + hold
    lot = LeafLot.objects.create(
        community_id=member.community_id, book=book, month=month, member=member, payee=payee,
        why=why, order=order, rate_bp=rate_bp, amount_minor=minor, left_minor=minor,
        earned_at=now, available_at=available_at,
        expires_at=rules.expires_at(available_at, terms.expires_days),
    )  # fmt: skip
    ledger.post(
        kind=kinds.LEAVES_EARNED, book=book,
        legs=books.given(payee, minor, order.oid if order else ""),
        key=f"leaves:{lot.oid}:given", now=now, memo=order.number if order else "", actor=actor,
    )  # fmt: skip
    announce(
        LeavesGiven(
            community_id=lot.community_id, object_id=lot.pk, subject=payee, actor=actor,
            amount_minor=minor, currency=book.currency, why=why, now=now,
        )
    )  # fmt: skip
    return lot


def usable(member_id: int, *, now: datetime) -> list[LeafLot]:
    """What a member, taken before, can use now: the oldest first."""
    rows = LeafLot.objects.select_related("book").filter(
        Q(expires_at=None) | Q(expires_at__gt=now),
        member_id=member_id, state=rules.AVAILABLE, left_minor__gt=0,
    )  # fmt: skip
    return list(rows.order_by("earned_at", "pk"))


def draw(lots: list[LeafLot], wanted: int, *, column: str) -> list[int]:
    """Move so many out of these lots into `column`, the first lot first; what each gave."""
    parts = rules.take_from([lot.left_minor for lot in lots], wanted)
    for lot, part in zip(lots, parts, strict=True):
        if part:
            _shift(lot, part, column)
    return parts


def _shift(lot: LeafLot, minor: int, column: str) -> None:
    """Guarded by what was left when it was read; a lot with nothing left is over."""
    rows = LeafLot.objects.filter(pk=lot.pk, state=lot.state, left_minor=lot.left_minor)
    left = lot.left_minor - minor
    state = rules.OVER if not left else lot.state
    changes = {"left_minor": left, "state": state, column: getattr(lot, column) + minor}
    if left < 0 or not rows.update(**changes):
        raise WrongMoment
    for name, value in changes.items():
        setattr(lot, name, value)


@transaction.atomic
def take_back(
    *, lot: LeafLot, target: int, now: datetime, actor: UUID | None = None
) -> int:  # fmt: skip
    """Only `target` of a gift stays: the rest goes back, by cumulative target, never twice.

    Out of this lot, then out of the member's others; what was used already is owed and kept from
    the next leaves. The month's budget has it again. What went back now.
    """
    more = to_reverse(accrued=lot.amount_minor, target=target, reversed_before=lot.reversed_minor)
    if not more:
        return 0
    Month.objects.filter(pk=lot.month_id, given_minor__gte=more).update(
        given_minor=F("given_minor") - more
    )
    accounts.take(lot.member_id)
    before = lot.reversed_minor
    rows = LeafLot.objects.filter(pk=lot.pk, reversed_minor=before)
    if not rows.update(reversed_minor=F("reversed_minor") + more):
        raise WrongMoment
    lot = LeafLot.objects.select_related("book", "order").get(pk=lot.pk)
    sources = [lot] if lot.left_minor else []
    if lot.state != rules.PENDING:
        sources += [one for one in usable(lot.member_id, now=now) if one.pk != lot.pk]
    there = sum(draw(sources, more, column="taken_minor"))
    order = lot.order.oid if lot.order else ""
    ledger.post(
        kind=kinds.LEAVES_BACK, book=lot.book,
        legs=books.taken_back(lot.payee, there, more - there, order),
        key=f"leaves:{lot.oid}:back:{lot.reversed_minor}", now=now,
        memo=lot.order.number if lot.order else "", actor=actor,
    )  # fmt: skip
    _say(LeavesTakenBack, lot, more, now, actor)
    return more


def keep_what_is_owed(lot: LeafLot, *, key: str, now: datetime) -> None:
    """The member, taken before, has leaves again: what was taken back too late comes first."""
    owed = books.owed_by(lot.book, lot.payee)
    if not owed:
        return
    minor = sum(draw(usable(lot.member_id, now=now), owed, column="taken_minor"))
    if minor:
        ledger.post(
            kind=kinds.LEAVES_OWED,
            legs=books.kept(lot.payee, minor),
            book=lot.book,
            key=key,
            now=now,
        )


@transaction.atomic
def clear(*, lot_id: int, now: datetime) -> None:
    """Its time has come: it can be used. Once, else WrongMoment."""
    lot = LeafLot.objects.select_related("book").get(pk=lot_id)
    if now < lot.available_at:
        raise WrongMoment
    accounts.take(lot.member_id)
    lot.take()
    lot.move(rules.AVAILABLE, only_from=(rules.PENDING,))
    keep_what_is_owed(lot, key=f"leaves:{lot.oid}:owed", now=now)
    _say(LeavesCleared, lot, lot.left_minor, now)


@transaction.atomic
def expire(*, lot_id: int, now: datetime) -> None:
    """Nobody used it in time. Once, else WrongMoment."""
    lot = LeafLot.objects.select_related("book").get(pk=lot_id)
    if lot.expires_at is None or now < lot.expires_at:
        raise WrongMoment
    accounts.take(lot.member_id)
    lot.take()
    if lot.state != rules.AVAILABLE:
        raise WrongMoment
    _lapse(lot, now=now)


def _lapse(lot: LeafLot, *, now: datetime) -> None:
    minor = lot.left_minor
    _shift(lot, minor, "expired_minor")
    ledger.post(
        kind=kinds.LEAVES_EXPIRED, legs=books.expired(lot.payee, minor), book=lot.book,
        key=f"leaves:{lot.oid}:expired:{lot.expired_minor}", now=now,
    )  # fmt: skip
    _say(LeavesExpired, lot, minor, now)


def forfeit(*, person_id: int, now: datetime) -> None:
    """Whoever is erased leaves no leaves behind: what is left lapses."""
    rows = LeafLot.objects.filter(member__person_id=person_id, left_minor__gt=0)
    for lot in rows.select_related("book").order_by("member_id", "pk"):
        accounts.take(lot.member_id)
        lot.take()
        if lot.left_minor:
            _lapse(lot, now=now)


def clear_due(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Clear what is due. Safe to run twice; steps over what somebody else has just moved."""
    due = LeafLot.objects.filter(state=rules.PENDING, available_at__lte=now)
    return _each(due.order_by("available_at", "pk"), clear, now=now, limit=limit)


def expire_due(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Let lapse what was not used in time. Safe to run twice."""
    due = LeafLot.objects.filter(state=rules.AVAILABLE, expires_at__lte=now)
    return _each(due.order_by("expires_at", "pk"), expire, now=now, limit=limit)


def _each(rows: QuerySet[LeafLot], act: Callable[..., None], *, now: datetime, limit: int) -> int:
    done = 0
    for pk in rows.values_list("pk", flat=True)[:limit]:
        try:
            act(lot_id=pk, now=now)
            done += 1
        except WrongMoment:
            continue
    return done


def _say(
    kind: type[LeavesEvent], lot: LeafLot, minor: int, now: datetime, actor: UUID | None = None
) -> None:
    announce(
        kind(
            community_id=lot.community_id, object_id=lot.pk, subject=lot.payee, actor=actor,
            amount_minor=minor, currency=lot.book.currency, now=now,
        )
    )  # fmt: skip
