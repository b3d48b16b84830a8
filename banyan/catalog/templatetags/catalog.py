from __future__ import annotations

from typing import Any

from django import template
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan.core.money import Money
from banyan.core.ui import formats

register = template.Library()


@register.simple_tag(takes_context=True)
def same_but(context: Any, **changes: str) -> str:
    """This page's query, some of it different, from the first page on: {% same_but tag="" %}."""
    query: QueryDict = context["request"].GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}"


@register.simple_tag
def said(product: Any, field: str) -> str:
    """A text of a product in the reader's language."""
    return str(product.said(field))


@register.simple_tag
def said_lang(product: Any, field: str) -> str:
    """The lang attribute of `said`."""
    return format_html(' lang="{}"', formats.tag_of(product.lang_said(field)))


@register.simple_tag
def price_from(product: Any) -> str:
    """The lowest price of a product that was read `with_currency()`."""
    amount = Money(product.price_from_minor, product.currency)
    return amount.display(get_language() or "en")


@register.simple_tag
def left_of(product: Any) -> str:
    """Pieces left of a product annotated with `pieces`, `kept` and `uncounted`."""
    if product.uncounted:
        return str(_("not counted"))
    return formats.whole((product.pieces or 0) - (product.kept or 0))


@register.filter
def step(n: int) -> str:
    """+3 or −2."""
    return f"+{n}" if n >= 0 else f"−{-n}"


_FAULTS = {
    "address": _("That is not a web address we may fetch from."),
    "refused": _("That address leads into a private network."),
    "unreachable": _("The other side did not answer."),
    "answer": _("The other side has no picture there."),
    "size": _("It is larger than 15 MB."),
    "picture": _("That is not a picture we can read."),
}


@register.simple_tag
def fault_words(fault: str) -> str:
    """Why a photo could not be fetched."""
    return str(_FAULTS.get(fault, ""))
