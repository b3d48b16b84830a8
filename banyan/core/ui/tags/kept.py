"""Parts of every page, drawn once for each set of things they show, then kept.

What differs from page to page (the address to come back to, the nonce) is a mark that is put in
each time.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from ..drawings import share_icons
from . import register

NEXT, NEXT_QUOTED, NONCE = "--next--", "--next-quoted--", "--nonce--"
_MOST = 6000  # communities times languages times themes times people, before all is drawn anew
_PLACE = ("slug", "domain", "here_name", "name", "here_lang", "brand_h")
_drawn: dict[tuple[Any, ...], str] = {}


@register.simple_tag(takes_context=True)
def kept(context: Any, template: str, **shown: Any) -> SafeString:
    """{% kept "ui/parts/tabs.html" tabs=community_tabs %}: all that it shows is named here.

    It also reads `community`, `theme`, and the marks `next`, `next_quoted` and `nonce`. Values are
    texts, numbers, and lists of named tuples.
    """
    community, theme = context.get("community"), context.get("theme", "system")
    language = get_language()
    place = None
    if community:
        known = community.__dict__.get("_kept_place")
        if known is None or known[0] != language:
            known = (language, *(getattr(community, name, "") for name in _PLACE))
            community.__dict__["_kept_place"] = known
        place = known
    for name, value in shown.items():
        if not isinstance(value, str | int | None):
            shown[name] = tuple(value)
    key = (template, language, theme, place, *shown.items())
    html = _drawn.get(key)
    if html is None or settings.DEBUG:
        marks = {"next": NEXT, "next_quoted": NEXT_QUOTED, "nonce": NONCE}
        html = render_to_string(
            template, {"community": community, "theme": theme, **marks, **shown}
        )
        html = share_icons(html, PurePosixPath(template).stem)
        if len(_drawn) > _MOST:
            _drawn.clear()
        _drawn[key] = html
    request = context.get("request")
    address = request.get_full_path() if request is not None else "/"
    html = html.replace(NEXT, str(escape(address))).replace(NEXT_QUOTED, quote(address))
    if NONCE in html:
        html = html.replace(NONCE, str(context.get("csp_nonce", "")))
    return mark_safe(html)
