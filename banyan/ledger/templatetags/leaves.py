"""{% load leaves %}: an amount of leaves, always with the money it is worth beside it."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

from banyan.core.money import Money
from banyan.core.ui.tags.numbers import whole

register = template.Library()


@register.filter
def leaves(worth: Money) -> str:
    """The number in words: 40 leaves."""
    n = abs(worth.minor)
    text = ngettext("%(n)s leaf", "%(n)s leaves", n) % {"n": whole(n)}
    return f"−{text}" if worth.minor < 0 else text


@register.filter
def worth(amount: Money) -> str:
    return amount.display(get_language() or "en")


@register.filter
def leaves_and_money(amount: Money) -> SafeString:
    """40 leaves with ¥0.40 beside it."""
    return format_html(
        '<span class="leaves-sum"><b class="num">{}</b>'
        ' <span class="sub sm-t num">{}</span></span>',
        leaves(amount),
        worth(amount),
    )
