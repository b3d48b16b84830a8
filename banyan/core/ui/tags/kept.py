"""Parts of every page that are the same for all: drawn once per language and theme, then kept.

What differs from page to page (the address to come back to) is a mark that is put in each time.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from . import register

NEXT = "--next--"
_MOST = 4000  # communities times languages times themes, before all is drawn anew
_drawn: dict[tuple[Any, ...], str] = {}


@register.simple_tag(takes_context=True)
def kept(context: Any, template: str) -> SafeString:
    """{% kept "ui/parts/footer.html" %}: it may read `community`, `theme`, and `next` as NEXT."""
    community, theme = context.get("community"), context.get("theme", "system")
    place = community and tuple(
        getattr(community, name, "") for name in ("slug", "here_name", "name", "here_lang")
    )
    key = (template, get_language(), theme, place)
    html = _drawn.get(key)
    if html is None or settings.DEBUG:
        html = render_to_string(template, {"community": community, "theme": theme, "next": NEXT})
        if len(_drawn) > _MOST:
            _drawn.clear()
        _drawn[key] = html
    request = context.get("request")
    address = request.get_full_path() if request is not None else "/"
    return mark_safe(html.replace(NEXT, str(escape(address))))
