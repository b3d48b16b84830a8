"""Larger parts: empty places, stages, pages, cards, errors, toasts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as django_messages
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .. import drawings, errors
from . import register
from .buttons import button


@register.simple_tag
def empty(
    drawing: str, title: str, text: str = "", url: str = "", label: str = "", kind: str = "main"
) -> SafeString:
    act = button(label, kind=kind, href=url) if url and label else ""
    return format_html(
        '<div class="empty">{}<h2>{}</h2>{}{}</div>',
        drawings.empty_drawing(drawing),
        title,
        format_html("<p>{}</p>", text) if text else "",
        act,
    )


@register.simple_tag
def empty_picture(name: str) -> SafeString:
    return drawings.empty_drawing(name)


def _stage_names() -> dict[str, str]:
    return {
        "seed": _("Seed"),
        "sapling": _("Sapling"),
        "canopy": _("Canopy"),
        "market": _("Market"),
        "grove": _("Grove"),
    }


@register.simple_tag
def stage_strip(stage: str, note: str = "") -> SafeString:
    names = _stage_names()
    reached = list(names).index(stage) if stage in names else -1
    steps = format_html_join(
        "",
        '<li class="{}"{}><svg viewBox="0 0 44 44" aria-hidden="true"><path d="{}"/></svg>{}</li>',
        (
            (
                " ".join(
                    filter(None, ["on" if i <= reached else "", "now" if i == reached else ""])
                ),
                mark_safe(' aria-current="step"') if i == reached else "",
                drawings.STAGES[key],
                name,
            )
            for i, (key, name) in enumerate(names.items())
        ),
    )
    words = format_html("<p>{}</p>", note) if note else ""
    return format_html('<div class="stages"><ol>{}</ol>{}</div>', steps, words)


@register.simple_tag(takes_context=True)
def paginate(context: Context, page: Any, param: str = "page", label: str = "") -> SafeString | str:
    """Earlier and later pages; keeps the other things in the address."""
    if page is None or not page.has_other_pages():
        return ""
    request = context.get("request")

    def address(number: int) -> str:
        query = request.GET.copy() if request else None
        if query is None:
            return f"?{param}={number}"
        query[param] = str(number)
        return f"?{query.urlencode()}"

    back = (
        button(
            _("Back"),
            kind="line",
            icon="chevron-left",
            href=address(page.previous_page_number()),
            rel="prev",
        )
        if page.has_previous()
        else ""
    )
    on = (
        button(
            _("Next"),
            kind="line",
            icon="chevron-right",
            href=address(page.next_page_number()),
            rel="next",
            cls="after",
        )
        if page.has_next()
        else ""
    )
    where = _("Page %(page)d of %(pages)d") % {
        "page": page.number,
        "pages": page.paginator.num_pages,
    }
    return format_html(
        '<nav class="pages" aria-label="{}">{}<span class="sm-t mut num">{}</span>{}</nav>',
        label or _("Pages"),
        back,
        where,
        on,
    )


@register.simple_tag
def post_card(post: Any, **extra: Any) -> SafeString:
    return mark_safe(render_to_string("ui/parts/post_card.html", {"post": post, **extra}))


@register.simple_tag
def product_card(product: Any, **extra: Any) -> SafeString:
    return mark_safe(render_to_string("ui/parts/product_card.html", {"product": product, **extra}))


@register.filter
def undo_url(message: Any) -> str:
    """The address behind a message's Undo, if toasts.toast() gave it one."""
    for tag in (message.extra_tags or "").split():
        if tag.startswith("undo="):
            return tag.removeprefix("undo=")
    return ""


@register.filter
def toast_tone(message: Any) -> str:
    if message.level >= django_messages.ERROR:
        return "bad"
    return "good" if message.level == django_messages.SUCCESS else ""


@register.simple_tag
def error_words(status: int) -> dict[str, Any]:
    return errors.words(status)
