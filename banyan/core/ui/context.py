"""What every page of ours may read: the theme, the fonts, the menus."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

from . import nav

THEMES = ("system", "light", "dark")
_FONTS = {
    "display": "vendor/fonts/bricolage-grotesque-latin-wght-normal.woff2",
    "text": "vendor/fonts/figtree-latin-wght-normal.woff2",
}


def _font_urls() -> dict[str, str] | None:
    """Addresses of our two fonts, or None where the host has not fetched them."""
    try:
        if settings.DEBUG and not all(finders.find(path) for path in _FONTS.values()):
            return None
        urls = {name: staticfiles_storage.url(path) for name, path in _FONTS.items()}
        if not settings.DEBUG and not all(
            staticfiles_storage.exists(path) or finders.find(path) for path in _FONTS.values()
        ):
            return None
    except (ValueError, OSError):  # the manifest has no such file
        return None
    return urls


_cached_font_urls = lru_cache(maxsize=1)(_font_urls)


def ui(request: Any) -> dict[str, Any]:
    theme = request.COOKIES.get("theme", "system")
    menu = {
        name: partial(nav.links, source, request)
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
        "fonts_available": _font_urls() if settings.DEBUG else _cached_font_urls(),
        **menu,
    }
