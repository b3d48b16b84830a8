"""Products on the shelf, with their photo, options and pieces."""

from __future__ import annotations

from datetime import datetime

from banyan.catalog.actions import photos, products, variants
from banyan.catalog.models import Variant

from ..plan.shapes import EN, ZH, ProductPlan
from .hands import Hands


def stock_up(plan: ProductPlan, hands: Hands, now: datetime) -> None:
    place, owner = hands.places[plan.community], hands.owner(plan.community)
    first = plan.variants[0]
    product = products.create(
        community=place, by=owner, now=now, title=plan.title, price_minor=first.price_minor,
        on_hand=first.on_hand if not plan.option_name else 0, slug=plan.slug,
        weight_grams=plan.weight_grams, line=plan.line, description=plan.details, lang=EN,
        second_title=plan.second_title, second_line=plan.second_line,
        second_description=plan.second_details, second_lang=ZH, category=plan.category,
        tags=list(plan.tags),
        vendor=f"{place.name} {place.second_name}", needs_shipping=plan.needs_shipping,
        ship_within_days=plan.ship_within_days if plan.needs_shipping else None,
    )  # fmt: skip
    if plan.option_name:
        values = [f"{v.option} {v.second_option}" for v in plan.variants]
        variants.set_options(
            product=product, options=[(plan.option_name, values)], by=owner, now=now
        )
    rows = list(Variant.objects.filter(product=product).for_sale().order_by("position"))
    for n, (row, planned) in enumerate(zip(rows, plan.variants, strict=True)):
        if plan.option_name:
            variants.count(variant=row, to=planned.on_hand, seen=0, by=owner, now=now)
        row.product = product
        hands.variants[plan.community, plan.slug, n] = row
    picture = hands.picture(
        plan.picture, community=place, owner=owner, now=now, alt=plan.title, lang=EN
    )
    photos.hang(product=product, pictures=[picture], by=owner, now=now, alt=plan.title)
    products.publish(product=product, by=owner, now=now)
    hands.products[plan.community, plan.slug] = product
