"""What every page of ours may read: the theme, the fonts, the menus."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.functional import SimpleLazyObject

from . import nav

THEMES = ("system", "light", "dark")
_FONTS = {
    "display": "bricolage-grotesque-latin-wght-normal.woff2",
    "text": "figtree-latin-wght-normal.woff2",
}


def _font_urls() -> dict[str, str] | None:
    """Addresses of our two fonts, or None where the host has not fetched them."""
    for folder in ("vendor/fonts", "fonts"):
        paths = {name: f"{folder}/{file}" for name, file in _FONTS.items()}
        try:
            urls = {name: staticfiles_storage.url(path) for name, path in paths.items()}
        except ValueError:  # the manifest has no such file
            continue
        if not settings.DEBUG or all(finders.find(path) for path in paths.values()):
            return urls
    return None


_kept_font_urls = lru_cache(maxsize=1)(_font_urls)


def ui(request: Any) -> dict[str, Any]:
    theme = request.COOKIES.get("theme", "system")
    menu = {
        name: SimpleLazyObject(partial(nav.links, source, request))
        for name, source in {
            "community_nav": "community",
            "community_tabs": "community_tabs",
            "studio_nav": "studio",
            "studio_tabs": "studio_tabs",
            "me_nav": "me",
            "top_nav": "top",
        }.items()
    }
    return {
        "theme": theme if theme in THEMES else "system",
        "fonts_available": _font_urls() if settings.DEBUG else _kept_font_urls(),
        **menu,
    }
