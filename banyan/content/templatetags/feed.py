"""{% load feed %}: what cards are lean by."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from banyan.catalog.models import Product
from banyan.core.money import Money
from banyan.core.ui.drawings import icon

from ..queries.feed import mark_of

register = template.Library()


@register.simple_tag
def live(name: str, pk: int) -> SafeString:
    """A place in a cached card that each page fills: likes, replies, pressed, next."""
    return mark_safe(mark_of(name, pk))


@register.simple_tag
def symbols(*names: str) -> SafeString:
    """The icons of many cards, drawn once a page; cards point at them with {% use %}."""
    drawn = format_html_join(
        "",
        '<symbol id="i-{}" viewBox="0 0 24 24">{}</symbol>',
        ((name, _inside(name)) for name in names),
    )
    return format_html("<div hidden><svg>{}</svg></div>", drawn)


def _inside(name: str) -> SafeString:
    whole = icon(name)
    return mark_safe(whole[whole.index(">") + 1 : whole.rindex("</svg>")])


@register.simple_tag
def use(name: str) -> SafeString:
    return format_html('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.filter
def price_of(product: Product) -> Money:
    """What the cheapest variant costs. Read the currency with the row."""
    return Money(product.price_from_minor, product.currency)


@register.filter
def sized(picture: Any, width: int) -> str:
    """The address of the smallest copy at least `width` wide."""
    return str(picture.sized(width))
