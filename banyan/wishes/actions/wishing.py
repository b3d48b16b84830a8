"""Putting a product on one's list and taking it off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from banyan.catalog.models import Product
from banyan.core.refusals import Refusal, WrongMoment
from banyan.people.models import Person

from .. import queries, rules
from ..models import Wait, Wish


class ListFull(Refusal):
    sentence = _("A list holds 300 wishes. Take some off first.")


@transaction.atomic
def wish(*, product: Product, person: Person, now: datetime, member: Any = None) -> Wish:
    """Put it on the list at today's price. Twice changes nothing.

    WrongMoment for what is not in the shop. `member`: whose price it is, where they are one.
    """
    price_minor = queries.price_today(product, member=member)
    if price_minor is None:
        raise WrongMoment
    mine = Wish.objects.filter(product=product, person=person).first()
    if mine is not None and mine.is_kept:
        return mine
    rows = Wish.objects.filter(community=product.community_id, person=person, state=rules.KEPT)
    if rows.count() >= rules.MOST_WISHES:
        raise ListFull
    anew = {"price_minor": price_minor, "wished_at": now, "changed_at": now, "bought_at": None}
    if mine is not None:
        mine.move(rules.KEPT, **anew)
        return mine
    try:
        with transaction.atomic():
            made: Wish = Wish.objects.create(
                community_id=product.community_id, product=product, person=person, **anew
            )
            return made
    except IntegrityError:  # the same press in another tab
        return Wish.objects.get(product=product, person=person)


@transaction.atomic
def take_off(*, product: Product, person: Person, now: datetime) -> None:
    """Off the list, and nothing more is told of its price. Twice changes nothing."""
    Wish.objects.filter(product=product, person=person, state=rules.KEPT).update(
        state=rules.TAKEN_OFF, changed_at=now, mark_minor=None, low_minor=None, low_since=None
    )


@transaction.atomic
def leave(*, community_id: int, person_id: int, now: datetime) -> None:
    """Whoever leaves a community, or is put out, is told nothing more of its shop.

    The list stays theirs.
    """
    Wait.objects.filter(
        community=community_id, person=person_id, state__in=(rules.WAITING, rules.TOLD)
    ).update(state=rules.WITHDRAWN, changed_at=now)
    Wish.objects.filter(community=community_id, person=person_id).update(
        mark_minor=None, low_minor=None, low_since=None
    )


@transaction.atomic
def note_bought(*, person_id: int, variants: list[int], now: datetime) -> None:
    """They have it: nothing more is told of it. The wish stays on the list, as bought."""
    Wait.objects.filter(
        person=person_id, variant__in=variants, state__in=(rules.WAITING, rules.TOLD)
    ).update(state=rules.BOUGHT, changed_at=now)
    products = Product.objects.filter(variants__in=variants).values("pk")
    Wish.objects.filter(person=person_id, product__in=products).update(
        bought_at=now, mark_minor=None, low_minor=None, low_since=None
    )


def forget_over(*, now: datetime) -> int:
    """What is over is forgotten after a month."""
    before = now - rules.FORGOTTEN_AFTER
    wishes = Wish.objects.filter(state=rules.TAKEN_OFF, changed_at__lt=before).delete()[0]
    ended = (rules.TOLD, rules.WITHDRAWN, rules.BOUGHT, rules.GONE)
    return wishes + Wait.objects.filter(state__in=ended, changed_at__lt=before).delete()[0]
