"""What the catalogue puts on others' pages and into the menus."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from banyan.communities import nav
from banyan.communities.places import url
from banyan.core.slots import fills
from banyan.core.ui import nav as ui_nav

from . import queries
from .cards import product_cards
from .models import Product

nav.add_place(key="shop", name="shop", label=_("Shop"), icon="shopping-bag", order=20)
nav.add_studio_place(
    key="catalog", name="studio-catalog", label=_("Catalogue"), icon="shopping-bag", order=40,
    right="catalog.edit",
)  # fmt: skip

SHELF = 4


@fills("communities.home.aside", order=20)
def from_the_shop(request: Any, **context: Any) -> str:
    """The four latest products, beside the feed."""
    community = request.community
    rows = product_cards(
        queries.newest(community, SHELF), community=community, member=request.member, small=True
    )
    if not rows:
        return ""
    return render_to_string(
        "catalog/parts/shelf.html", {"rows": rows, "community": community}, request
    )


def _new_product(request: Any) -> str | None:
    return url(request.community, "studio-product-new") if _may_edit(request) else None


def _may_edit(request: Any) -> bool:
    member = getattr(request, "member", None)
    return member is not None and member.may("catalog.edit")


@fills("studio.today.work", order=10)
def first_products(request: Any, *, community: Any, **_more: Any) -> str:
    """A first step: an empty shop is filled by hand or from a file."""
    if not _may_edit(request) or Product.objects.of(community).exists():
        return ""
    return render_to_string("catalog/parts/first_products.html", {"community": community}, request)


ui_nav.place(
    "studio_new", "product", label=_("New product"), icon="shopping-bag", order=20, url=_new_product
)
