"""Icons, the mark, avatars."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .. import drawings
from . import register


@register.simple_tag
def icon(name: str, cls: str = "") -> SafeString:
    return drawings.icon(name, cls)


@register.simple_tag
def mark(again: bool = False) -> SafeString:
    return drawings.MARK_AGAIN if again else drawings.MARK


@register.simple_tag
def avatar(person: Any, size: str = "", alone: bool = False) -> SafeString:
    return drawings.avatar(person, size, alone)


@register.simple_tag
def avatars(people: Any, size: str = "sm", most: int = 5) -> SafeString:
    """A stack of leaves; names belong in the words beside it."""
    row = format_html_join("", "{}", ((drawings.avatar(p, size),) for p in list(people)[:most]))
    return format_html('<span class="stack" aria-hidden="true">{}</span>', row)
