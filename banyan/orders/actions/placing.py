"""From basket to order: prices and stock are looked at once more, then everything or nothing."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from banyan.catalog import stock
from banyan.core.refusals import Refusal, WrongMoment
from banyan.people.models import Person

from .. import deals, queries, reductions, rules
from ..events import OrderExpired, OrderPlaced
from ..models import Basket, Order, OrderLine, OrderNote
from . import paying
from .saying import say

NUMBER_TRIES = 5


class PriceChanged(Refusal):
    """What the buyer saw is not what it costs now: they look again and decide anew."""

    status = 409
    sentence = _("Something changed since you looked. Look at the new total, then order.")


class CodeRefused(Refusal):
    """Why stands beside the code, with the total that holds without it."""

    status = 409
    sentence = _("The code takes nothing off this order. Look at the new total, then order.")


class NotSentThere(Refusal):
    status = 422
    sentence = _("We do not send parcels there yet. Choose another country.")


class BasketGone(WrongMoment):
    sentence = _("This basket is empty, or it has been ordered already.")


@dataclass(frozen=True, kw_only=True)
class Address:
    """Whom and where to. Empty for goods that need no post."""

    name: str = ""
    phone: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


def place(
    *,
    basket_id: UUID,
    person: Person | None,
    visitor: str,
    email: str,
    address: Address,
    rate_id: int | None,
    seen: str,
    seen_total: int,
    lang: str,
    note: str = "",
    now: datetime,
    counted: queries.Counted | None = None,
    code: str = "",
) -> Order:
    """Turn a basket into an order whose stock is kept for 15 minutes.

    PriceChanged when items, prices or the total are not those the buyer saw; OutOfStock;
    NotSentThere; CodeRefused; BasketGone the second time: a basket is ordered once. `counted` is
    the basket when the caller has just read it.
    """
    counted = counted or queries.basket_at(id=basket_id, person=person, visitor=visitor, now=now)
    if counted is None:
        raise BasketGone
    counted.lower(code=code, email=email, now=now)
    if counted.lowered.fault:
        raise CodeRefused
    if counted.is_over:
        raise deals.DealOver
    for row in counted.rows:
        if row.is_short:
            raise stock.OutOfStock(row.variant.pk)
    offer = None
    if counted.needs_post:
        offer = next((o for o in counted.offers(address.country) if o.pk == rate_id), None)
        if offer is None:
            raise NotSentThere
    totals = counted.totals(offer.price if offer else None)
    if seen != counted.seen or seen_total != totals.total_minor:
        raise PriceChanged
    for _attempt in range(NUMBER_TRIES):
        try:
            return _write(
                counted,
                offer,
                totals,
                address=address,
                email=email,
                person=person,
                visitor=visitor,
                lang=lang,
                note=note,
                now=now,
            )
        except IntegrityError:
            if Order.objects.filter(basket_id=basket_id).exists():
                raise BasketGone from None
    raise RuntimeError("no free order number found")


@transaction.atomic
def _write(
    counted: queries.Counted,
    offer: queries.Offer | None,
    totals: rules.Totals,
    *,
    address: Address,
    email: str,
    person: Person | None,
    visitor: str,
    lang: str,
    note: str,
    now: datetime,
) -> Order:
    offs = counted.lowered.parts(len(counted.rows))
    parts = [row.total.minor - off for row, off in zip(counted.rows, offs, strict=True)]
    post = offer.price.minor if offer else 0
    taxes = rules.tax_parts([*parts, post], counted.tax_bp)
    # Begins with the guarded write: of two tabs one orders. Stock comes last in the order of rows.
    closed = Basket.objects.filter(pk=counted.basket.pk, ordered_at=None).update(ordered_at=now)
    if not closed:
        raise BasketGone
    order = Order.objects.create(
        community=counted.community,
        book=counted.book,
        number=rules.number_of(counted.community.slug, secrets.randbelow(2**30)),
        basket_id=counted.basket.public_id,
        person=person,
        visitor="" if person else visitor,
        lang=lang,
        email=email,
        note=note,
        **asdict(address),
        currency=counted.book.currency,
        items_minor=totals.items_minor,
        post_minor=post,
        post_tax_minor=taxes[-1],
        tax_minor=totals.tax_minor,
        tax_bp=counted.tax_bp,
        total_minor=totals.total_minor,
        post_name=offer.rate.name if offer else "",
        post_lang=offer.rate.lang if offer else "",
        needs_post=counted.needs_post,
        deal_kind=counted.basket.deal_kind,
        deal_id=counted.basket.deal_id,
        waits=deals.waits(counted.basket.deal_kind),
        placed_at=now,
        reserved_until=now + timedelta(minutes=rules.RESERVED_MINUTES),
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            variant=row.variant,
            picture=row.picture,
            title=row.product.said("title", lang),
            options=row.variant.label,
            lang=row.product.lang_said("title", lang),
            slug=row.product.slug,
            sku=row.variant.sku,
            quantity=row.quantity,
            unit_minor=row.price.amount.minor,
            discount_minor=off,
            total_minor=row.total.minor - off,
            tax_minor=tax,
            needs_post=row.product.needs_shipping,
        )
        for row, tax, off in zip(counted.rows, taxes, offs, strict=False)
    )
    say(
        OrderPlaced,
        order,
        by=person,
        variants=[row.variant.pk for row in counted.rows],
        pieces=[row.quantity for row in counted.rows],
        now=now,
    )
    deals.hold(order, now=now)
    reductions.hold(order, counted.lowered, now=now)
    order.attempt = paying.begin(order, key="1", first=True, now=now)
    for row in sorted(counted.rows, key=lambda row: row.variant.pk):
        stock.reserve(row.variant.pk, row.quantity)
    if order.attempt is None:  # it costs nothing
        paying.become_paid(order, payment_id=None, now=now)
    return order


@transaction.atomic
def expire(*, order: Order, now: datetime) -> None:
    """Give the reserved pieces free: the time to pay is over. WrongMoment when it was paid."""
    if now < order.reserved_until:
        raise WrongMoment
    order.move(rules.EXPIRED, only_from=(rules.PLACED,), expired_at=now)
    OrderNote.objects.create(order=order, at=now, kind="expired")
    say(OrderExpired, order, now=now)
    reductions.given_up(order, now=now)
    free(order)  # last, in the order of rows


def free(order: Order) -> None:
    """Release what a placed order had reserved, in the fixed order of rows."""
    for line in sorted(order.rows, key=lambda line: line.variant_id or 0):
        if line.variant_id:
            stock.release(line.variant_id, line.quantity)
