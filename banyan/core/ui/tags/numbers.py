"""Money, counts, moments, languages."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from banyan.core.text import lang_of as tongue_of

from .. import formats
from . import register

_SYMBOL = re.compile(r"^(-?)([^\d-]+)(.*)$")


@register.filter
def money(amount: Any) -> str:
    return "" if amount is None else amount.display(get_language() or "en")


@register.simple_tag
def price(amount: Any, was: Any = None, big: bool = False, cls: str = "") -> SafeString:
    text = money(amount)
    found = _SYMBOL.match(text)
    shown = format_html("{}<small>{}</small>{}", *found.groups()) if found else text
    classes = " ".join(filter(None, ["price num", "big" if big else "", cls]))
    out = format_html('<span class="{}">{}</span>', classes, shown)
    if was is not None and was != amount:
        out += format_html(
            ' <s class="was num"><span class="sr">{} </span>{}</s>',
            pgettext("before a crossed-out price", "Was"),
            money(was),
        )
    return out


@register.filter
def compact(n: int | None) -> str:
    return "" if n is None else formats.compact(n)


@register.filter
def whole(n: int | None) -> str:
    return "" if n is None else formats.whole(n)


@register.simple_tag
def when(moment: datetime | None, now: datetime | None = None) -> SafeString | str:
    """3 hours ago, with the exact time on hover and for screen readers that ask."""
    if moment is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        formats.exact(moment, now=now),
        formats.relative(moment, now=now),
    )


@register.simple_tag
def deadline(
    moment: datetime | None, zone: str = "", now: datetime | None = None
) -> SafeString | str:
    """Always exact; says the zone when `zone` (the shop's) is not the viewer's."""
    if moment is None:
        return ""
    shown = formats.exact(moment, now=now)
    if zone and zone != timezone.get_current_timezone_name():
        shown = _("%(moment)s (%(zone)s)") % {"moment": shown, "zone": formats.zone_name(moment)}
    return format_html('<time class="num" datetime="{}">{}</time>', moment.isoformat(), shown)


@register.simple_tag
def lang_attr(code: str | None) -> SafeString | str:
    return format_html(' lang="{}"', formats.tag_of(code)) if code else ""


@register.simple_tag
def lang_of(words: str | None) -> SafeString | str:
    """The lang attribute of words whose tongue nobody noted: a tag, a name, what a photo shows."""
    return lang_attr(tongue_of(str(words or ""), ""))


@register.simple_tag
def page_lang() -> str:
    return formats.tag_of(get_language() or "en")


@register.simple_block_tag
def captured(content: str) -> str:
    """{% captured as actions %}…{% endcaptured %}: HTML to hand to an include."""
    return content
