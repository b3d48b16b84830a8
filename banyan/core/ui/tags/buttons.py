"""Buttons, chips, progress."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .. import drawings
from . import register


def attributes(given: dict[str, Any]) -> SafeString:
    """data_draft="x" becomes data-draft="x"; True stands alone, False and None fall away."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html(" {}", k.rstrip("_").replace("_", "-")),)
            if v is True
            else (format_html(' {}="{}"', k.rstrip("_").replace("_", "-"), v),)
            for k, v in given.items()
            if v is not None and v is not False and v != ""
        ),
    )


@register.simple_tag
def button(
    label: str,
    kind: str = "main",
    icon: str = "",
    type: str = "submit",
    href: str = "",
    size: str = "",
    busy: bool = False,
    bare: bool = False,
    cls: str = "",
    **attrs: Any,
) -> SafeString:
    """A button, or a link when `href` is given. `bare`: the icon shows, the label is spoken."""
    classes = " ".join(filter(None, ["btn", kind, size, "icon" if bare else "", cls]))
    inner = drawings.icon(icon) if icon else ""
    if bare:
        attrs["aria_label"] = label
    else:
        inner = format_html("{}<span>{}</span>", inner, label)
    if busy:
        attrs["aria_busy"] = "true"
    if href:
        return format_html(
            '<a class="{}" href="{}"{}>{}</a>', classes, href, attributes(attrs), inner
        )
    return format_html(
        '<button class="{}" type="{}"{}>{}</button>', classes, type, attributes(attrs), inner
    )


@register.simple_tag
def chip(label: str, tone: str = "", icon: str = "", live: bool = False) -> SafeString:
    dot = mark_safe('<span class="dot pulse"></span>') if live else ""
    picture = drawings.icon(icon) if icon else ""
    return format_html('<span class="chip {}">{}{}{}</span>', tone, dot, picture, label)


@register.simple_tag
def progress(value: float, max: float, label: str, shown: str = "") -> SafeString:
    words = format_html('<span class="sm-t sub">{}</span>', shown) if shown else ""
    return format_html(
        '<progress class="bar" value="{}" max="{}" aria-label="{}">{}</progress>{}',
        value,
        max,
        label,
        shown or f"{value} / {max}",
        words,
    )
