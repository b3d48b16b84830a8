"""A shop for leaves: put up, exchanged once by key, handed over, undone into the same lots."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.core.text import lang_of
from banyan.ledger import actions as ledger
from banyan.ledger import rules as kinds
from banyan.ledger.models import Entry
from banyan.sellers.models import Book
from banyan.sharing import accounts

from .. import books, rules
from ..events import (
    ExchangeEvent,
    ExchangeUndone,
    LeavesExchanged,
    RewardChanged,
    RewardEvent,
    RewardHandedOver,
    RewardPutUp,
)
from ..models import Exchange, LeafLot, Reward, Spending
from .lots import draw, forfeit, keep_what_is_owed, usable


class NotEnoughLeaves(Refusal):
    status = 409
    sentence = _("You have fewer leaves than that to use.")


class NoneLeft(Refusal):
    status = 409
    sentence = _("None of it is left. Your leaves are untouched.")


class CostsOtherwise(WrongMoment):
    sentence = _("It costs a different number of leaves by now. Look again.")


@transaction.atomic
def put_up(
    *, by: Member, title: str, words: str, price_minor: int, stock: int, now: datetime
) -> Reward:  # fmt: skip
    made = Reward.objects.create(
        community_id=by.community_id, book=Book.objects.get(community_id=by.community_id),
        title=title, words=words, lang=lang_of(f"{title} {words}"), price_minor=price_minor,
        stock=stock, made_by=by, made_at=now,
    )  # fmt: skip
    _say(RewardPutUp, made, by, now)
    return made


@transaction.atomic
def change(
    *, reward: Reward, by: Member, title: str, words: str, price_minor: int, stock: int,
    expected_stock: int, now: datetime,
) -> None:  # fmt: skip
    """What was exchanged stays as it was. WrongMoment when somebody took one meanwhile."""
    rows = Reward.objects.filter(pk=reward.pk, stock=expected_stock)
    if not rows.update(
        title=title, words=words, lang=lang_of(f"{title} {words}"), price_minor=price_minor,
        stock=stock,
    ):  # fmt: skip
        raise WrongMoment
    _say(RewardChanged, reward, by, now)


@transaction.atomic
def turn(*, reward: Reward, to: str, by: Member, now: datetime) -> None:
    """Take it down, or put it up again. WrongMoment the second time."""
    reward.move(to)
    _say(RewardChanged, reward, by, now)


@transaction.atomic
def exchange(
    *, reward: Reward, by: Member, key: str, price_minor: int, now: datetime
) -> Exchange:  # fmt: skip
    """Leaves for a reward: the oldest first, all of it or nothing. The same key is the same one.

    CostsOtherwise when `price_minor`, which was shown, is not the price any more.
    """
    if not by.is_in or by.community_id != reward.community_id:
        raise NotAllowed
    accounts.take(by.pk)
    found = Exchange.objects.filter(member=by, key=key).first()
    if found is not None:
        return found
    lots = usable(by.pk, now=now)
    if sum(lot.left_minor for lot in lots) < price_minor:
        raise NotEnoughLeaves
    parts = draw(lots, price_minor, column="spent_minor")
    on_offer = Reward.objects.filter(pk=reward.pk, state=rules.ON, stock__gte=1)
    if not on_offer.filter(price_minor=price_minor).update(stock=F("stock") - 1):
        raise CostsOtherwise if on_offer.exists() else NoneLeft
    payee = by.person.pseudonym
    made = Exchange.objects.create(
        community_id=by.community_id, reward=reward, member=by, payee=payee, key=key,
        price_minor=price_minor, at=now,
    )  # fmt: skip
    Spending.objects.bulk_create(
        Spending(exchange=made, lot=lot, minor=part)
        for lot, part in zip(lots, parts, strict=True)
        if part
    )
    ledger.post(
        kind=kinds.LEAVES_SPENT, legs=books.exchanged(payee, price_minor), book=reward.book,
        key=f"exchange:{made.oid}", now=now, actor=payee,
    )  # fmt: skip
    _tell(LeavesExchanged, made, by, now)
    return made


@transaction.atomic
def hand_over(*, exchange: Exchange, by: Member, now: datetime) -> None:
    """The member has it. WrongMoment the second time."""
    exchange.move(rules.HANDED, only_from=(rules.ASKED,), ended_at=now)
    _tell(RewardHandedOver, exchange, by, now)


@transaction.atomic
def undo(*, exchange: Exchange, by: Member, now: datetime) -> None:
    """The leaves go back to the lots they came from: its member before it is handed over, an
    operator at any time. What would have lapsed meanwhile has a month of grace.
    """
    if not by.may("campaigns.run"):
        if by.pk != exchange.member_id:
            raise NotAllowed
        if exchange.state != rules.ASKED:
            raise WrongMoment
    exchange.move(rules.UNDONE, ended_at=now)
    accounts.take(exchange.member_id)
    spendings = list(exchange.spendings.order_by("pk"))  # type: ignore[attr-defined]
    for one in spendings:
        _give_back(one, now=now)
    Reward.objects.filter(pk=exchange.reward_id).update(stock=F("stock") + 1)
    book = exchange.reward.book
    entry = Entry.objects.select_related("book").get(book=book, key=f"exchange:{exchange.oid}")
    ledger.reverse(entry, key=f"exchange:{exchange.oid}:undo", now=now, actor=by.person.pseudonym)
    lot = LeafLot.objects.select_related("book").get(pk=spendings[0].lot_id)
    keep_what_is_owed(lot, key=f"exchange:{exchange.oid}:owed", now=now)
    if exchange.member.person.erased_at is not None:
        forfeit(person_id=exchange.member.person_id, now=now)
    _tell(ExchangeUndone, exchange, by, now)


def _give_back(one: Spending, *, now: datetime) -> None:
    lot = LeafLot.objects.get(pk=one.lot_id)
    expires_at = lot.expires_at
    if expires_at is not None:
        expires_at = max(expires_at, now + timedelta(days=rules.GRACE_DAYS))
    rows = LeafLot.objects.filter(pk=lot.pk, spent_minor__gte=one.minor)
    if not rows.update(
        left_minor=F("left_minor") + one.minor, spent_minor=F("spent_minor") - one.minor,
        state=rules.AVAILABLE, expires_at=expires_at,
    ):  # fmt: skip
        raise WrongMoment


def _say(kind: type[RewardEvent], reward: Reward, by: Member, now: datetime) -> None:
    announce(
        kind(
            community_id=reward.community_id, object_id=reward.pk, actor=by.person.pseudonym,
            now=now,
        )
    )  # fmt: skip


def _tell(kind: type[ExchangeEvent], one: Exchange, by: Member, now: datetime) -> None:
    announce(
        kind(
            community_id=one.community_id, object_id=one.pk, actor=by.person.pseudonym,
            subject=one.payee, amount_minor=one.price_minor, currency=one.reward.book.currency,
            now=now,
        )
    )  # fmt: skip
