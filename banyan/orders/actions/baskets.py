"""Putting things in a basket, changing how many, taking them out, joining two baskets."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _

from banyan.catalog import stock
from banyan.catalog.models import Variant
from banyan.communities.models import Community
from banyan.core.refusals import Refusal
from banyan.people.models import Person

from .. import rules
from ..models import Basket, BasketLine

KEPT_DAYS = 90


class NotForSale(Refusal):
    status = 409
    sentence = _("This is not for sale any more.")


class BasketFull(Refusal):
    sentence = _("A basket holds 60 different things. Check out first, then go on.")


@transaction.atomic
def put_in(
    *,
    community: Community,
    variant: Variant,
    quantity: int,
    person: Person | None,
    visitor: str,
    now: datetime,
    is_first: bool = False,
) -> Basket:
    """Add pieces to the person's (or the guest's) basket here; opens it with the first one.

    `is_first` says that this visitor's key was made a moment ago, so that there is none to find.

    OutOfStock when more are wanted, with what is in the basket already, than are left.
    """
    if variant.retired_at or not variant.product.is_published:
        raise NotForSale
    basket, is_new = _mine(community, person=person, visitor=visitor, is_first=is_first, now=now)
    if not is_new:
        Basket.objects.filter(pk=basket.pk).update(changed_at=now)
    most = rules.MOST_OF_ONE if variant.left is None else min(variant.left, rules.MOST_OF_ONE)
    quantity = max(1, min(quantity, rules.MOST_OF_ONE))
    if quantity > most:
        raise stock.OutOfStock(variant.pk)
    added = not is_new and BasketLine.objects.filter(basket=basket, variant=variant).update(
        quantity=Least(F("quantity") + quantity, most)
    )
    if not added:
        if not is_new and basket.lines.count() >= rules.MOST_LINES:
            raise BasketFull
        BasketLine.objects.create(basket=basket, variant=variant, quantity=quantity, put_at=now)
    return basket


def _mine(
    community: Community,
    *,
    person: Person | None,
    visitor: str,
    is_first: bool,
    now: datetime,
) -> tuple[Basket, bool]:
    """The basket of this owner here and whether it is new. Two tabs at once get the same."""
    owner = {"person": person} if person else {"person": None, "visitor": visitor}
    open_one = Basket.objects.filter(community=community, ordered_at=None, deal_kind="", **owner)
    found = None if is_first else open_one.first()
    if found is not None:
        return found, False
    try:
        with transaction.atomic():
            return Basket.objects.create(community=community, changed_at=now, **owner), True
    except IntegrityError:
        return open_one.get(), False


@transaction.atomic
def for_deal(
    *,
    community: Community,
    variant: Variant,
    person: Person,
    kind: str,
    id: int,
    now: datetime,
    quantity: int = 1,
) -> Basket:
    """A basket for one deal only, beside the person's own. Twice gives the same basket."""
    if variant.retired_at or not variant.product.is_published:
        raise NotForSale
    rows = Basket.objects.filter(
        community=community, person=person, deal_kind=kind, deal_id=id, ordered_at=None
    )
    basket = rows.first()
    if basket is None:
        try:
            with transaction.atomic():
                basket = Basket.objects.create(
                    community=community, person=person, deal_kind=kind, deal_id=id, changed_at=now
                )
        except IntegrityError:
            basket = rows.get()
    basket.lines.exclude(variant=variant).delete()
    BasketLine.objects.update_or_create(
        basket=basket, variant=variant, defaults={"quantity": quantity, "put_at": now}
    )
    return basket


@transaction.atomic
def set_quantity(*, basket: Basket, variant_id: int, quantity: int, now: datetime) -> None:
    """How many of a variant; 0 takes it out. Never more than are left. Twice changes nothing."""
    if quantity <= 0:
        take_out(basket=basket, variant_id=variant_id, now=now)
        return
    variant = Variant.objects.select_related("product").filter(pk=variant_id).first()
    if variant is None:
        return
    if variant.left is not None and quantity > variant.left:
        raise stock.OutOfStock(variant.pk)
    basket.lines.filter(variant_id=variant_id).update(quantity=min(quantity, rules.MOST_OF_ONE))
    Basket.objects.filter(pk=basket.pk).update(changed_at=now)


@transaction.atomic
def take_out(*, basket: Basket, variant_id: int, now: datetime) -> int:
    """Remove a variant; the basket goes with its last one. Gives how many there were."""
    line = basket.lines.filter(variant_id=variant_id).first()
    if line is None:
        return 0
    line.delete()
    if not basket.lines.exists():
        Basket.objects.filter(pk=basket.pk).delete()
    else:
        Basket.objects.filter(pk=basket.pk).update(changed_at=now)
    return line.quantity


@transaction.atomic
def merge(*, visitor: str, person: Person, now: datetime) -> None:
    """On signing in, what the guest had gathered joins the person's baskets. Twice does no harm."""
    for guest in Basket.objects.filter(visitor=visitor, person=None, ordered_at=None).order_by(
        "pk"
    ):
        own = Basket.objects.filter(
            community_id=guest.community_id, person=person, ordered_at=None, deal_kind=""
        ).first()
        if own is None:
            Basket.objects.filter(pk=guest.pk, person=None).update(person=person, visitor="")
            continue
        have = set(own.lines.values_list("variant_id", flat=True))
        for line in guest.lines.order_by("pk"):
            if line.variant_id in have:
                more = Least(F("quantity") + line.quantity, rules.MOST_OF_ONE)
                own.lines.filter(variant_id=line.variant_id).update(quantity=more)
            else:
                BasketLine.objects.filter(pk=line.pk).update(basket=own)
        Basket.objects.filter(pk=guest.pk).delete()
        Basket.objects.filter(pk=own.pk).update(changed_at=now)


def drop_old(*, now: datetime) -> int:
    """Baskets nobody has touched for 90 days are forgotten, ordered ones after a day."""
    old = Basket.objects.filter(
        Q(changed_at__lt=now - timedelta(days=KEPT_DAYS))
        | Q(ordered_at__lt=now - timedelta(days=1))
    )
    return int(old.delete()[0])


def find(*, id: UUID, person: Person | None, visitor: str) -> Basket | None:
    """A basket by its public id, for its owner only."""
    owner = Basket.objects.filter(person=person) if person else None
    if owner is None:
        if not visitor:
            return None
        owner = Basket.objects.filter(person=None, visitor=visitor)
    found: Basket | None = (
        owner.select_related("community")
        .filter(public_id=id, ordered_at=None, deal_kind="")
        .first()
    )
    return found
