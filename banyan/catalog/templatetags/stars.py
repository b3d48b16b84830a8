from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banyan.core.ui.drawings import icon

from ..rules import Rating

register = template.Library()


@register.simple_tag
def stars(tenths: int) -> SafeString:
    """Five stars, as many of them full as `tenths` of a star round to; read aloud as a figure."""
    full = (tenths + 5) // 10
    drawn = format_html_join(
        "", '<span class="{}">{}</span>',
        (("on" if n <= full else "off", icon("star")) for n in range(1, 6)),
    )  # fmt: skip
    words = _("%(mean)s of 5 stars") % {"mean": shown_mean(tenths)}
    return format_html('<span class="stars" role="img" aria-label="{}">{}</span>', words, drawn)


@register.filter
def mean(tenths: int) -> str:
    return shown_mean(tenths)


def shown_mean(tenths: int) -> str:
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


@register.filter
def times_ten(number: int) -> int:
    return number * 10


@register.simple_tag
def rated(rating: Rating) -> SafeString:
    """One star, the mean and how many, for a card."""
    words = ngettext(
        "%(mean)s of 5 stars, %(n)d review", "%(mean)s of 5 stars, %(n)d reviews", rating.number
    ) % {"mean": shown_mean(rating.mean_tenths), "n": rating.number}
    return format_html(
        '<p class="xs-t sub num rating"><span class="sr">{}</span>'
        '<span aria-hidden="true">{}{} ({})</span></p>',
        words, icon("star"), shown_mean(rating.mean_tenths), rating.number,
    )  # fmt: skip
