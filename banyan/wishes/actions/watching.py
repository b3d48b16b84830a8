"""Being told when something that is wished for costs less."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from banyan.catalog import rules as catalog
from banyan.catalog.models import Product
from banyan.core.events import announce
from banyan.core.refusals import WrongMoment
from banyan.people.models import Person
from banyan.sellers.models import Book

from .. import queries, rules
from ..events import PriceFell
from ..models import Wish

BATCH = 500


@transaction.atomic
def ask(*, product: Product, person: Person, now: datetime, member: Any = None) -> None:
    """Tell them when it costs less than today. Twice keeps the price it was asked at first.

    WrongMoment for what is not on their list or not in the shop.
    """
    price_minor = queries.price_today(product, member=member)
    if price_minor is None:
        raise WrongMoment
    rows = Wish.objects.filter(product=product, person=person, state=rules.KEPT)
    if not rows.filter(mark_minor=None).update(
        mark_minor=price_minor, low_minor=None, low_since=None
    ) and not rows.exists():  # fmt: skip
        raise WrongMoment


@transaction.atomic
def stop(*, product: Product, person: Person, now: datetime) -> None:
    """Twice changes nothing."""
    Wish.objects.filter(product=product, person=person).update(
        mark_minor=None, low_minor=None, low_since=None
    )


def look_at_prices(*, now: datetime) -> int:
    """Compare every watched price with its mark; gives how many people are owed a word.

    Looks at what it costs now, not at what was changed: a fall is told once it has stood for an
    hour, at most once in a week, and only of what is to be had. May run twice, and beside itself.
    """
    Wish.objects.filter(
        Q(product__state=catalog.ARCHIVED) | Q(community__closed_at__isnull=False),
        mark_minor__isnull=False,
    ).update(mark_minor=None, low_minor=None, low_since=None)
    currency = Book.objects.filter(community_id=OuterRef("community_id")).values("currency")[:1]
    watched = (
        Wish.objects.filter(
            state=rules.KEPT, mark_minor__isnull=False, product__state=catalog.PUBLISHED
        )
        .select_related("product")
        .annotate(book_currency=Subquery(currency))
        .order_by("pk")
    )
    last = told = 0
    while rows := list(watched.filter(pk__gt=last)[:BATCH]):
        last = rows[-1].pk
        told += _look_at(rows, now=now)
    return told


def _look_at(wishes: Sequence[Wish], *, now: datetime) -> int:
    offers = queries.offers_of_wishes(wishes)
    told = 0
    for wish in wishes:
        offer, before = offers.get(wish.pk), wish.watch
        if offer is None or offer.is_sold_out or before is None:
            continue
        after, is_due = rules.look(before, offer.price.amount.minor, now)
        if after != before:
            told += _write(wish, before, after, is_due=is_due, now=now)
    return told


@transaction.atomic
def _write(
    wish: Wish, before: rules.Watch, after: rules.Watch, *, is_due: bool, now: datetime
) -> int:
    """Guarded by all that was seen: of two sweeps one writes."""
    mine = Wish.objects.filter(
        pk=wish.pk, state=rules.KEPT, mark_minor=before.mark_minor, low_minor=before.low_minor,
        low_since=before.low_since, told_at=before.told_at,
    )  # fmt: skip
    changed = mine.update(
        mark_minor=after.mark_minor, low_minor=after.low_minor, low_since=after.low_since,
        told_at=after.told_at,
    )  # fmt: skip
    if not changed or not is_due:
        return 0
    announce(
        PriceFell(
            community_id=wish.community_id, object_id=wish.pk, product_id=wish.product_id,
            amount_minor=after.mark_minor, currency=wish.product.currency, now=now,
        )
    )  # fmt: skip
    return 1
