"""Money back: by line and piece, with post or without, in parts that add up exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from banyan.catalog import stock
from banyan.core.ids import read_id
from banyan.core.money import Money
from banyan.core.refusals import Refusal, WrongMoment
from banyan.ledger import actions as ledger
from banyan.ledger import rules as books
from banyan.ledger.rules import Leg
from banyan.payments import actions as payments
from banyan.payments.models import PaymentRefund
from banyan.people.models import Person

from .. import deals, reductions, rules
from ..events import OrderCancelled, OrderRefunded
from ..models import Order, OrderLine, OrderNote, Refund, RefundLine
from .fulfilling import earned, earned_post
from .paying import SOURCE
from .placing import free
from .saying import say


class NothingToRefund(Refusal):
    sentence = _("Choose what goes back: nothing is chosen, or it went back already.")


class TooLateToCancel(WrongMoment):
    sentence = _("The order is packed already. Write to the shop to send it back.")


@dataclass(frozen=True)
class Share:
    line: OrderLine
    quantity: int
    minor: int

    @property
    def amount(self) -> Money:
        return self.line.order.money(self.minor)


@dataclass(frozen=True)
class Sum:
    """What a refund would pay back."""

    shares: list[Share]
    post_minor: int
    total: Money

    @property
    def post(self) -> Money:
        return Money(self.post_minor, self.total.currency)


def work_out(order: Order, pieces: Mapping[int, int], *, with_post: bool) -> Sum:
    """The exact sum for so many pieces of each line (by id), with what is left of the post."""
    shares = []
    for line in order.rows:
        wanted = pieces.get(line.pk, 0)
        if not 0 <= wanted <= line.left:
            raise WrongMoment
        if wanted:
            minor = rules.slice_of(line.net_minor, line.quantity, line.refunded_quantity, wanted)
            shares.append(Share(line, wanted, minor))
    post = order.post_minor - order.post_refunded_minor if with_post else 0
    return Sum(shares, post, order.money(sum(s.minor for s in shares) + post))


@transaction.atomic
def refund(
    *,
    order: Order,
    pieces: Mapping[int, int],
    with_post: bool,
    restock: bool,
    by: Person | None,
    now: datetime,
    reason: str = "",
    lang: str = "",
    expected_minor: int | None = None,
    by_buyer: bool = False,
) -> Refund:
    """Pay back pieces of lines and, if chosen, the post. Everything at once or in many parts.

    WrongMoment when the order is not paid, the pieces are not there any more, or the sum is not
    the one that was shown. An order that has nothing left before it was sent is cancelled.
    """
    order.take()
    if not order.is_paid or order.payment is None:
        raise WrongMoment
    sum_ = work_out(order, pieces, with_post=with_post)
    if not sum_.total.minor:
        raise NothingToRefund
    if expected_minor is not None and expected_minor != sum_.total.minor:
        raise WrongMoment
    made = Refund.objects.create(
        order=order,
        payment=order.payment,
        amount_minor=sum_.total.minor,
        post_minor=sum_.post_minor,
        reason=reason,
        lang=lang,
        by=by,
        asked_at=now,
    )
    legs = _legs(order, sum_, made)  # before the lines count what goes back now
    _count(order, sum_, made, restock=restock)
    _promise(order, made, legs, note="refunded", by=by, by_buyer=by_buyer, now=now)
    if order.shipped_at is None and all(line.left == 0 for line in order.rows):
        order.move(rules.CANCELLED, only_from=(rules.PAID, rules.FULFILLING), cancelled_at=now)
        say(OrderCancelled, order, by=by, now=now)
    if all(line.left == 0 for line in order.rows):
        reductions.given_up(order, now=now)
    if restock:
        for share in sorted(sum_.shares, key=lambda s: s.line.variant_id or 0):
            if share.line.variant_id:
                stock.put_back(share.line.variant_id, share.quantity)
    return made


def _promise(
    order: Order,
    made: Refund,
    legs: list[Leg],
    *,
    note: str,
    by: Person | None,
    now: datetime,
    by_buyer: bool = False,
) -> None:
    """The provider is asked, the books know it, the order's page and the buyer are told."""
    payments.ask_refund(
        payment=made.payment,
        amount=made.amount,
        ref=made.oid,
        key=f"refund:{made.oid}",
        now=now,
    )
    ledger.post(
        book=order.book,
        key=f"refund:{made.oid}",
        kind=books.REFUND_AGREED,
        legs=legs,
        now=now,
        memo=order.number,
        actor=by.pseudonym if by else None,
    )
    OrderNote.objects.create(
        order=order,
        at=now,
        kind=note,
        by=by,
        by_buyer=by_buyer,
        amount_minor=made.amount_minor,
        text=made.reason,
    )
    say(
        OrderRefunded, order, by=by, amount_minor=made.amount_minor, refund_id=made.pk, now=now
    )  # fmt: skip


@transaction.atomic
def lower(
    *, order: Order, line_id: int, to_minor: int, now: datetime, reason: str = "", lang: str = ""
) -> Refund | None:
    """A line costs `to_minor` in the end: what was paid above that goes back.

    By cumulative target, so the same again changes nothing (None). Before it is packed or any of
    its pieces went back; WrongMoment later, and when it was lowered further already.
    """
    order.take()
    line = next((row for row in order.rows if row.pk == line_id), None)
    if line is None or order.state != rules.PAID or order.payment is None:
        raise WrongMoment
    more = line.total_minor - to_minor - line.lowered_minor
    if more == 0:
        return None
    if more < 0 or to_minor < 0 or line.refunded_quantity:
        raise WrongMoment
    changed = OrderLine.objects.filter(pk=line.pk, lowered_minor=line.lowered_minor).update(
        lowered_minor=F("lowered_minor") + more, refunded_minor=F("refunded_minor") + more
    )
    if not changed:
        raise WrongMoment
    line.lowered_minor += more
    line.refunded_minor += more
    Order.objects.filter(pk=order.pk).update(
        refunded_minor=F("refunded_minor") + more, lowered_minor=F("lowered_minor") + more
    )
    order.refunded_minor += more
    order.lowered_minor += more
    made = Refund.objects.create(
        order=order, payment=order.payment, amount_minor=more, reason=reason, lang=lang,
        asked_at=now,
    )  # fmt: skip
    RefundLine.objects.create(refund=made, line=line, quantity=0, amount_minor=more)
    whose = order.person.pseudonym if order.person else None
    legs = [
        Leg(f"escrow.{order.oid}", more, order=order.oid, line=line.oid, member=whose),
        Leg(f"refund_clearing.{made.oid}", -more, order=order.oid, member=whose),
    ]
    _promise(order, made, legs, note="lowered", by=None, now=now)
    return made


def _legs(order: Order, sum_: Sum, made: Refund) -> list[Leg]:
    """Out of escrow before completion; out of sales, shipping and tax after it."""
    whose = order.person.pseudonym if order.person else None
    back = Leg(f"refund_clearing.{made.oid}", -sum_.total.minor, order=order.oid, member=whose)
    if order.state != rules.COMPLETED:
        return [
            Leg(f"escrow.{order.oid}", sum_.total.minor, order=order.oid, member=whose),
            back,
        ]
    return [
        *(leg for s in sum_.shares for leg in earned(order, s.line, 0, s.quantity, 1)),
        *earned_post(order, sum_.post_minor, 1),
        back,
    ]


def _count(order: Order, sum_: Sum, made: Refund, *, restock: bool) -> None:
    """Write on lines and order what goes back; the tables refuse more than was paid."""
    for share in sum_.shares:
        line = share.line
        changed = OrderLine.objects.filter(
            pk=line.pk, refunded_quantity=line.refunded_quantity
        ).update(
            refunded_quantity=F("refunded_quantity") + share.quantity,
            refunded_minor=F("refunded_minor") + share.minor,
        )
        if not changed:
            raise WrongMoment
        line.refunded_quantity += share.quantity
        line.refunded_minor += share.minor
    RefundLine.objects.bulk_create(
        RefundLine(
            refund=made,
            line=share.line,
            quantity=share.quantity,
            amount_minor=share.minor,
            restocked=restock,
        )
        for share in sum_.shares
    )
    Order.objects.filter(pk=order.pk).update(
        refunded_minor=F("refunded_minor") + sum_.total.minor,
        post_refunded_minor=F("post_refunded_minor") + sum_.post_minor,
    )
    order.refunded_minor += sum_.total.minor
    order.post_refunded_minor += sum_.post_minor


@transaction.atomic
def cancel(
    *, order: Order, by: Person | None, now: datetime, by_buyer: bool = False, reason: str = ""
) -> None:
    """Call the order off before it is packed (the shop: before it has left); paid money goes back.

    Every piece goes back on the shelf. WrongMoment the second time.
    """
    order.take()
    if order.state == rules.PLACED:
        order.move(rules.CANCELLED, cancelled_at=now)
        OrderNote.objects.create(
            order=order, at=now, kind="cancelled", by=by, by_buyer=by_buyer, text=reason
        )
        say(OrderCancelled, order, by=by, now=now)
        payments.ask_void(source_kind=SOURCE, source_id=order.pk, now=now)
        reductions.given_up(order, now=now)
        free(order)
        return
    if by_buyer and order.state == rules.FULFILLING:
        raise TooLateToCancel
    if by_buyer and not deals.may_leave(order, now=now):
        raise deals.DealHasClosed
    if order.state not in (rules.PAID, rules.FULFILLING) or order.shipped_at is not None:
        raise WrongMoment
    everything = {line.pk: line.left for line in order.rows}
    if order.left.minor:
        OrderNote.objects.create(
            order=order, at=now, kind="cancelled", by=by, by_buyer=by_buyer, text=reason
        )
        refund(
            order=order,
            pieces=everything,
            with_post=True,
            restock=True,
            by=by,
            by_buyer=by_buyer,
            now=now,
            reason=reason,
        )
        return
    order.move(rules.CANCELLED, cancelled_at=now)
    OrderNote.objects.create(order=order, at=now, kind="cancelled", by=by, by_buyer=by_buyer)
    say(OrderCancelled, order, by=by, now=now)
    reductions.given_up(order, now=now)
    for line in sorted(order.rows, key=lambda line: line.variant_id or 0):
        if line.variant_id and line.left:
            stock.put_back(line.variant_id, line.left)


@transaction.atomic
def settle(*, ref: str, state: str, now: datetime) -> Refund | None:
    """The provider's word on a refund. Safe to hear twice."""
    try:
        made = Refund.objects.filter(public_id=read_id(ref)).first()
    except ValueError:
        return None
    if made is None or made.state == state or made.state == rules.EXECUTED:
        return None
    moment = {"executed_at": now} if state == rules.EXECUTED else {"failed_at": now}
    made.move(state, **moment)
    OrderNote.objects.create(
        order_id=made.order_id,
        at=now,
        kind="paid_back" if state == rules.EXECUTED else "refund_failed",
        amount_minor=made.amount_minor,
    )
    return made


@transaction.atomic
def ask_again(*, refund: Refund, by: Person, now: datetime) -> None:
    """Let the provider try a refund that did not go through once more."""
    refund.order.take()
    refund.move(rules.ASKED, only_from=(rules.FAILED,), failed_at=None, tries=F("tries") + 1)
    OrderNote.objects.create(order=refund.order, at=now, kind="refund_again", by=by)
    asked = PaymentRefund.objects.get(ref=refund.oid)
    payments.try_refund_again(refund=asked, now=now)
