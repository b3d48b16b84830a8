"""Cleared commission leaves the shop: begun, then it arrived or it came back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.core.events import announce
from banyan.core.refusals import Refusal
from banyan.core.text import lang_of
from banyan.ledger import actions as ledger
from banyan.ledger.rules import Leg
from banyan.sellers.models import Book

from .. import accounts, rules
from ..events import PayoutBegun, PayoutCameBack, PayoutDone
from ..models import Payout
from .clearing import to_payee


class NotThatMuch(Refusal):
    status = 409
    sentence = _("There is less to pay out than that. Look at the amounts again.")


@transaction.atomic
def begin(
    *, member: Member, amount_minor: int, by: Member, now: datetime, note: str = ""
) -> Payout:
    """The shop sends so much of what a member has cleared. NotThatMuch when there is less."""
    book = Book.objects.get(community_id=member.community_id)
    payee = member.person.pseudonym
    accounts.take(member.pk)
    if not 0 < amount_minor <= accounts.purse(book, payee).available.minor:
        raise NotThatMuch
    made = Payout.objects.create(
        community_id=member.community_id, book=book, member=member, payee=payee,
        amount_minor=amount_minor, currency=book.currency, note=note, lang=lang_of(note),
        asked_by=by, asked_at=now,
    )  # fmt: skip
    ledger.post(
        book=book, key=f"payout:{made.oid}:asked", kind=accounts.PAYOUT_ASKED, now=now,
        legs=[
            Leg(accounts.available(payee), amount_minor, member=payee),
            Leg(_clearing(made), -amount_minor, member=payee),
        ],
        actor=by.person.pseudonym,
    )  # fmt: skip
    _say(PayoutBegun, made, by, now)
    return made


@transaction.atomic
def done(*, payout: Payout, by: Member, now: datetime) -> None:
    """It arrived. WrongMoment the second time."""
    accounts.take(payout.member_id)
    payout.move(rules.DONE, only_from=(rules.ASKED,), ended_at=now)
    ledger.post(
        book=payout.book, key=f"payout:{payout.oid}:done", kind=accounts.PAYOUT_DONE, now=now,
        legs=[
            Leg(_clearing(payout), payout.amount_minor, member=payout.payee),
            Leg("bank", -payout.amount_minor),
        ],
        actor=by.person.pseudonym,
    )  # fmt: skip
    _say(PayoutDone, payout, by, now)


@transaction.atomic
def came_back(*, payout: Payout, by: Member, now: datetime) -> None:
    """It did not arrive: a debt that arose since is paid first, the rest can be sent again."""
    accounts.take(payout.member_id)
    payout.move(rules.BACK, only_from=(rules.ASKED,), ended_at=now)
    ledger.post(
        book=payout.book, key=f"payout:{payout.oid}:back", kind=accounts.PAYOUT_BACK, now=now,
        legs=[
            Leg(_clearing(payout), payout.amount_minor, member=payout.payee),
            *to_payee(payout.book, payout, payout.amount_minor),
        ],
        actor=by.person.pseudonym,
    )  # fmt: skip
    _say(PayoutCameBack, payout, by, now)


def _clearing(payout: Payout) -> str:
    return f"payout_clearing.{payout.oid}"


def _say(kind: type, payout: Payout, by: Member, now: datetime) -> None:
    announce(
        kind(
            community_id=payout.community_id, object_id=payout.pk, actor=by.person.pseudonym,
            subject=payout.payee, amount_minor=payout.amount_minor, currency=payout.currency,
            now=now,
        )
    )  # fmt: skip
