"""Stock moves by one conditional UPDATE each, under the table's own checks.

A piece on the shelf is reserved (15 minutes, for a basket at the till), then taken out (paid) or
released; what comes back whole is put back. Variants whose pieces are not counted always have one.
Call inside the caller's transaction, last in the order of rows (docs/architecture.md).
"""

from __future__ import annotations

from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banyan.core.refusals import Refusal, WrongMoment

from . import rules
from .models import Product, Variant


class OutOfStock(Refusal):
    """Fewer pieces are left than were wanted; the sentence names the product."""

    status = 409

    def __init__(self, variant_id: int) -> None:
        self.variant_id = variant_id
        variant = Variant.objects.select_related("product").get(pk=variant_id)
        title = variant.product.here_title
        if variant.label:
            title = f"{title} ({variant.label})"
        self.left = variant.left or 0
        if variant.retired_at or variant.product.state != rules.PUBLISHED or self.left == 0:
            sentence = _("%(title)s is sold out.") % {"title": title}
        else:
            sentence = ngettext(
                "Only %(left)d piece of %(title)s is left.",
                "Only %(left)d pieces of %(title)s are left.",
                self.left,
            ) % {"left": self.left, "title": title}
        super().__init__(sentence)


def _at_least_one(n: int) -> None:
    if n < 1:
        raise ValueError("stock moves by whole pieces, at least one")


def reserve(variant_id: int, n: int) -> None:
    """Keep `n` pieces for somebody. OutOfStock when fewer are free, or when it is not for sale."""
    _at_least_one(n)
    kept = Variant.objects.filter(
        Q(is_tracked=False) | Q(on_hand__gte=F("reserved") + n),
        Exists(Product.objects.filter(pk=OuterRef("product_id"), state=rules.PUBLISHED)),
        pk=variant_id,
        retired_at=None,
    ).update(reserved=F("reserved") + n)
    if not kept:
        raise OutOfStock(variant_id)


def release(variant_id: int, n: int) -> None:
    """Give `n` reserved pieces free again. WrongMoment when not so many are reserved."""
    _at_least_one(n)
    freed = Variant.objects.filter(pk=variant_id, reserved__gte=n).update(
        reserved=F("reserved") - n
    )
    if not freed:
        raise WrongMoment


def take_out(variant_id: int, n: int) -> None:
    """`n` reserved pieces are sold. WrongMoment when not so many are reserved."""
    _at_least_one(n)
    gone = Variant.objects.filter(pk=variant_id, reserved__gte=n).update(
        reserved=F("reserved") - n,
        on_hand=Case(When(is_tracked=True, then=F("on_hand") - n), default=F("on_hand")),
    )
    if not gone:
        raise WrongMoment
    Product.objects.filter(variants=variant_id).update(sold_count=F("sold_count") + n)


def put_back(variant_id: int, n: int) -> None:
    """`n` sold pieces came back and can be sold again."""
    _at_least_one(n)
    Variant.objects.filter(pk=variant_id).update(
        on_hand=Case(When(is_tracked=True, then=F("on_hand") + n), default=F("on_hand"))
    )
    Product.objects.filter(variants=variant_id).update(sold_count=Greatest(F("sold_count") - n, 0))
