"""What the three shops sell: names, lines and prices as on the pictures' list."""

from __future__ import annotations

from datetime import timedelta

from . import texts
from .shapes import CommunityPlan, ProductPlan, VariantPlan

_OPTIONS = {
    ("kiln", "bottle-vase"): ("Finish", [("Celadon", "青瓷"), ("Bare clay", "素陶")]),
    ("kiln", "mug"): ("Dip", [("Sea ice", "海冰"), ("Oat", "燕麦"), ("Slate", "石板")]),
    ("wax", "wax-melts"): ("Box", [("All three", "三味"), ("Cedar only", "只要雪松")]),
}
_MADE_HERE = {"wheel-afternoon", "four-tasting"}


def goods(communities: list[CommunityPlan]) -> list[ProductPlan]:
    """Every product with one variant (or its options); stock is set once the orders are known."""
    found = []
    for place in communities:
        for n, row in enumerate(texts.table("goods.txt", place.slug)):
            (slug, picture, category, price, grams, pull, title, second_title, line, second_line,
             details, second_details) = row  # fmt: skip
            name, values = _OPTIONS.get((place.slug, slug), ("", [("", "")]))
            late = place.slug == "four" and slug == "birch-smoke"
            found.append(
                ProductPlan(
                    community=place.slug, slug=slug, picture=f"{picture}.jpg", title=title,
                    second_title=second_title, line=line, second_line=second_line,
                    details=details, second_details=second_details, category=category,
                    tags=tuple(category.lower().split(" and ")), option_name=name,
                    variants=[
                        VariantPlan(option=en, second_option=zh, price_minor=int(price))
                        for en, zh in values
                    ],
                    weight_grams=int(grams), needs_shipping=slug not in _MADE_HERE,
                    pull=float(pull),
                    published_at=place.founded_at
                    + timedelta(days=58 if late else 2 + n // 3, hours=2 + n % 5),
                )
            )  # fmt: skip
    return found
