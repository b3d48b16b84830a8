"""What of these tables leaves with a community."""

from django.db.models import Q

from banyan.core.moving import goes, record, stays, texts

from . import rules
from .texts import foreign_html

goes(
    "catalog.Product", "slug", "handle", "title", "line", "description", "description_source",
    "lang", "second_title", "second_line", "second_description", "second_description_source",
    "second_lang", "state", "category", "tags", "tag_text", "vendor", "options", "needs_shipping",
    "ship_within_days", "cover", "price_from_minor", "extra", "created_at",
    "updated_at", "published_at",
    shapes={
        "tags": texts(rules.MOST_TAGS, 60), "options": texts(rules.MOST_OPTIONS, 120),
        "extra": record(300, 20_000),
    },
    limits={
        "description": 200_000, "description_source": 200_000, "second_description": 200_000,
        "second_description_source": 200_000, "tag_text": 4000,
    },
    cleaned={"description": foreign_html, "second_description": foreign_html},
)  # fmt: skip
goes(
    "catalog.Variant", "product", "position", "sku", "option1", "option2", "option3", "price_minor",
    "compare_minor", "is_tracked", "on_hand", "weight_grams", "picture", "extra", "retired_at",
    shapes={"extra": record(300, 20_000)}, given={"reserved": 0},
)  # fmt: skip
goes(
    "catalog.ProductPhoto", "product", "picture", "position", "alt",
    where=Q(state=rules.READY, picture__isnull=False), given={"state": rules.READY},
)  # fmt: skip
stays("who counted what is this instance’s own record", "catalog.StockChange")
stays("counted anew from the products", "catalog.Facet")
stays("files brought in here", "catalog.ImportRun")
