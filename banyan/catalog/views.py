"""The shop and its products, as members and strangers see them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan.communities.doors import reader
from banyan.communities.places import full_url
from banyan.core.slots import fill
from banyan.core.text import whole_number

from . import queries, rules
from .cards import product_cards
from .models import Product, ProductPhoto
from .queries import Offer, Wish

_DAY = 24 * 3600
_SORTS = [
    (queries.NEW, _("Newest first")),
    (queries.POPULAR, _("Most bought")),
    (queries.CHEAP, _("Cheapest first")),
    (queries.DEAR, _("Dearest first")),
]


def _wish(request: HttpRequest) -> Wish:
    given = request.GET
    sort = given.get("sort", queries.NEW)
    return Wish(
        words=given.get("q", "").strip()[:100],
        category=given.get("category", "")[:120],
        tag=given.get("tag", "")[:60],
        in_stock=given.get("stock") == "1",
        sort=sort if sort in queries.SORTS else queries.NEW,
    )


@reader
def shop(request: Any) -> HttpResponse:
    wish = _wish(request)
    page = queries.shelf(request.community, wish, request.GET.get("page"))
    shown = {
        "here": "shop",
        "page_is_wide": True,
        "wish": wish,
        "page": page,
        "cards": product_cards(
            list(page.object_list), community=request.community, member=request.member
        ),
        "narrow": _narrow(request, wish),
        "sorts": _SORTS,
        "may_edit": bool(request.member and request.member.may("catalog.edit")),
    }
    return _answer(request, "catalog/shop.html", shown, part="shelf")


def _narrow(request: Any, wish: Wish) -> SafeString:
    """The links that narrow the shelf, kept for half a minute like their figures."""
    key = f"shop-narrow:{request.community.pk}:{get_language()}:{wish.key}"
    html = cache.get(key)
    if html is None:
        shown = {"wish": wish, "facets": queries.facets(request.community)}
        html = render_to_string("catalog/parts/narrow.html", shown, request)
        cache.set(key, html, 30)
    return mark_safe(html)


@reader
def product(request: Any, slug: str) -> HttpResponse:
    community, member = request.community, request.member
    found, offers = queries.with_offers(community, slug, member=member)
    may_edit = bool(member and member.may("catalog.edit"))
    if found is None or not (found.is_published or may_edit):
        raise Http404
    if request.htmx and "photo" in request.GET:
        return _varying(HttpResponse(_part(found, "gallery", request.GET["photo"])))
    told: dict[str, Any] = {"product": found, "offers": offers}
    buy = bar = ""
    if found.is_published and offers:
        buy = "".join(fill("catalog.product.buy", request, **told))
        bar = "".join(fill("catalog.product.bar", request, **told))
    shown = {
        **told,
        "here": "shop",
        "page_is_wide": True,
        "best": queries.sum_up(offers) if offers else None,
        "gallery": _part(found, "gallery", request.GET.get("photo", "")),
        "story": _part(found, "story"),
        "buy": mark_safe(buy),
        "bar": mark_safe(bar),
        "ships_by": _ships_by(found, timezone.localdate()),
        "may_edit": may_edit,
        "address": full_url(community, "product", slug=found.slug),
        "cover_url": _absolute(request, found.cover.sized(1280)) if found.cover_id else "",
        "about": Truncator(found.here_line or strip_tags(found.said("description"))).chars(180),
    }
    shown["linked_data"] = _linked_data(shown) if shown["best"] and found.is_published else ""
    return _varying(render(request, "catalog/product.html", shown))


def _answer(request: Any, template: str, shown: dict[str, Any], *, part: str) -> HttpResponse:
    """The page, or to htmx only the part it puts in place of the old one."""
    return _varying(render(request, f"{template}#{part}" if request.htmx else template, shown))


def _varying(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["HX-Request"])
    return response


def _part(product: Product, name: str, photo: str = "") -> SafeString:
    """A piece of the page that changes only with the product's version."""
    number = whole_number(photo, digits=2, other=1)
    key = f"product-{name}:{get_language()}:{product.pk}:{product.version}:{number}"
    html = cache.get(key)
    if html is None:
        shown: dict[str, Any] = {"product": product, "community": product.community}
        if name == "gallery":
            photos = list(
                ProductPhoto.objects.filter(product=product, state=rules.READY)
                .select_related("picture")
                .order_by("position", "pk")
            )
            number = min(max(number, 1), max(len(photos), 1))
            shown |= {"photos": photos, "number": number}
            shown["photo"] = photos[number - 1] if photos else None
        html = render_to_string(f"catalog/parts/{name}.html", shown)
        cache.set(key, html, _DAY)
    return mark_safe(html)


def _ships_by(product: Product, today: date) -> date | None:
    if not product.needs_shipping or product.ship_within_days is None:
        return None
    return today + timedelta(days=product.ship_within_days)


def _absolute(request: HttpRequest, address: str) -> str:
    return address if "://" in address else request.build_absolute_uri(address)


def _linked_data(shown: dict[str, Any]) -> SafeString:
    """What search engines read: the product and its offer, as schema.org says it."""
    product: Product = shown["product"]
    best: Offer = shown["best"]
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.here_title,
        "description": shown["about"],
        "url": shown["address"],
        "offers": {
            "@type": "Offer",
            "price": best.price.amount.as_text(),
            "priceCurrency": best.price.amount.currency,
            "availability": "https://schema.org/"
            + ("OutOfStock" if best.is_sold_out else "InStock"),
            "url": shown["address"],
        },
    }
    if shown["cover_url"]:
        told["image"] = [shown["cover_url"]]
    if product.rating.number:
        mean = product.rating.mean_tenths
        told["aggregateRating"] = {
            "@type": "AggregateRating", "ratingValue": f"{mean // 10}.{mean % 10}",
            "reviewCount": product.rating.number,
        }  # fmt: skip
    if product.vendor:
        told["brand"] = {"@type": "Brand", "name": product.vendor}
    text = json.dumps(told, ensure_ascii=False)
    for sign, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(sign, code)
    return mark_safe(text)
