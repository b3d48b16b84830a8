"""Variants: their options, prices and counted pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banyan.core.events import announce
from banyan.core.refusals import Refusal, WrongMoment
from banyan.core.text import lang_of
from banyan.people.models import Person

from .. import rules
from ..events import StockChanged
from ..models import Product, StockChange, Variant
from .products import say_changed, touch


class TooManyVariants(Refusal):
    sentence = _("That would make more than 100 variants. Use fewer values.")


class LessThanReserved(Refusal):
    status = 409
    sentence = _("Some of these pieces are being paid for right now. Count again in a few minutes.")


@dataclass(frozen=True)
class VariantRow:
    """One row of the operator's table. `seen` is the stock the operator saw when typing."""

    variant: Variant
    price_minor: int
    compare_minor: int | None
    sku: str
    weight_grams: int
    is_tracked: bool
    on_hand: int
    seen: int


@transaction.atomic
def set_options(
    *, product: Product, options: Sequence[tuple[str, Sequence[str]]], by: Person | None,
    now: datetime,
) -> None:  # fmt: skip
    """Give a product its options (name, values) and the variants that follow; none: one variant.

    Variants that still fit keep stock, price and orders; the others are retired, new ones take the
    first one's price and no stock.
    """
    wanted = rules.combinations(options)
    if len(wanted) > rules.MOST_VARIANTS:
        raise TooManyVariants
    Product.objects.filter(pk=product.pk).update(updated_at=now)
    have = list(Variant.objects.filter(product=product).for_sale().order_by("position", "pk"))
    first = have[0] if have else None
    n = len(product.options)
    plan = rules.plan_options([(v.pk, tuple(v.values[:n])) for v in have], wanted)
    Variant.objects.filter(pk__in=plan.retire).update(retired_at=now)
    for pk in plan.keep:  # out of each other's way first: the combination is unique
        Variant.objects.filter(pk=pk).update(option1=f"~{pk}", option2="", option3="")
    place = {values: i for i, values in enumerate(wanted, start=1)}
    for pk, values in plan.keep.items():
        Variant.objects.filter(pk=pk).update(**_columns(values), position=place[values])
    Variant.objects.bulk_create(
        Variant(
            community_id=product.community_id, product=product, position=place[values],
            price_minor=first.price_minor if first else 0,
            compare_minor=first.compare_minor if first else None,
            weight_grams=first.weight_grams if first else 0,
            is_tracked=first.is_tracked if first else True,
            **_columns(values),
        )
        for values in plan.add
    )  # fmt: skip
    touch(product, now=now, options=[name for name, _values in options])
    say_changed(product, by=by, now=now, fields=["options"])


def _columns(values: tuple[str, ...]) -> dict[str, str]:
    one, two, three = (*values, "", "", "")[:3]
    return {"option1": one, "option2": two, "option3": three}


@transaction.atomic
def set_rows(
    *, product: Product, rows: Sequence[VariantRow], by: Person | None, now: datetime
) -> int:
    """Write the operator's table of variants. Gives how many were different."""
    changed = 0
    for row in rows:
        variant = row.variant
        fields = {
            "price_minor": row.price_minor, "compare_minor": row.compare_minor, "sku": row.sku,
            "weight_grams": row.weight_grams,
        }  # fmt: skip
        different = {k: v for k, v in fields.items() if getattr(variant, k) != v}
        if different:
            Variant.objects.filter(pk=variant.pk, product=product).update(**different)
            for name, value in different.items():
                setattr(variant, name, value)
        if row.on_hand != row.seen:
            count(variant=variant, to=row.on_hand, seen=row.seen, by=by, now=now)
        if row.is_tracked != variant.is_tracked:
            track(variant=variant, is_tracked=row.is_tracked)
        changed += bool(different) or row.on_hand != row.seen
    if changed:
        touch(product, now=now)
        say_changed(product, by=by, now=now, fields=["variants"])
    return changed


def track(*, variant: Variant, is_tracked: bool) -> None:
    """Begin or end counting a variant's pieces. LessThanReserved when fewer are there than kept."""
    rows = Variant.objects.filter(pk=variant.pk)
    if is_tracked:
        rows = rows.filter(on_hand__gte=F("reserved"))
    if not rows.update(is_tracked=is_tracked):
        raise LessThanReserved
    variant.is_tracked = is_tracked


@transaction.atomic
def count(
    *, variant: Variant, to: int, seen: int, by: Person | None, now: datetime,
    why: str = rules.COUNTED, note: str = "",
) -> None:  # fmt: skip
    """The shelf was counted: `to` pieces are there, where the operator had `seen` before.

    WrongMoment when a sale came in between; LessThanReserved when more are kept for buyers.
    """
    rows = Variant.objects.filter(pk=variant.pk, on_hand=seen)
    if not rows.filter(Q(is_tracked=False) | Q(reserved__lte=to)).update(on_hand=to):
        raise LessThanReserved if rows.exists() else WrongMoment
    _write_down(variant, step=to - seen, by=by, now=now, why=why, note=note)


@transaction.atomic
def adjust(
    *, variant: Variant, step: int, by: Person | None, now: datetime, why: str, note: str = ""
) -> None:
    """`step` pieces came in, or went when negative. LessThanReserved when too few would be left."""
    fits = Q(on_hand__gte=-step) & (Q(is_tracked=False) | Q(on_hand__gte=F("reserved") - step))
    moved = Variant.objects.filter(fits, pk=variant.pk).update(on_hand=F("on_hand") + step)
    if not moved:
        raise LessThanReserved
    _write_down(variant, step=step, by=by, now=now, why=why, note=note)


def _write_down(
    variant: Variant, *, step: int, by: Person | None, now: datetime, why: str, note: str
) -> None:
    variant.refresh_from_db(fields=["on_hand", "reserved"])
    StockChange.objects.create(
        community_id=variant.community_id, variant=variant, by=by, step=step,
        on_hand=variant.on_hand, why=why, note=note[:200], lang=lang_of(note, "") if note else "",
        at=now,
    )  # fmt: skip
    announce(
        StockChanged(
            community_id=variant.community_id, object_id=variant.product_id, now=now,
            actor=by.pseudonym if by else None, variant_id=variant.pk, step=step, why=why,
        )
    )  # fmt: skip
