"""What the three shops sell: names, lines and prices as on the pictures' list."""

from __future__ import annotations

from datetime import timedelta

from . import texts
from .shapes import CommunityPlan, ProductPlan, VariantPlan

_OPTIONS = {
    ("kiln", "bottle-vase"): ("Finish 质地", [("Celadon", "青瓷"), ("Bare clay", "素陶")]),
    ("kiln", "mug"): ("Dip 浸釉色", [("Sea ice", "海冰"), ("Oat", "燕麦"), ("Slate", "石板")]),
    ("wax", "wax-melts"): ("Box 味道", [("All three", "三味"), ("Cedar only", "只要雪松")]),
}
# The catalogue keeps categories, tags and options in one language only, so they carry both.
_CATEGORIES = {
    "Cups and pots": "杯与壶", "Table": "餐桌", "Around the house": "居家", "Learning": "学手艺",
    "Tea": "茶", "Tools": "茶具", "Together": "相聚",
    "Candles": "蜡烛", "Lamps and tools": "灯与小物",
}  # fmt: skip
_GIFTS = {
    "gaiwan-set", "supper-set", "gift-box", "matcha-set", "iron-kettle", "tapers", "birch-smoke",
    "tealight-cups", "moon-jar", "incense-dish",
}  # fmt: skip
_MADE_HERE = {"wheel-afternoon", "four-tasting"}


def _tags(slug: str, price: int) -> tuple[str, ...]:
    found = []
    if slug in _GIFTS:
        found.append("gift 送礼")
    if price < 10000:
        found.append("under ¥100 百元内")
    if slug in _MADE_HERE:
        found.append("in person 到场")
    return tuple(found)


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
                    details=details, second_details=second_details,
                    category=f"{category} {_CATEGORIES[category]}",
                    tags=_tags(slug, int(price)), option_name=name,
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
