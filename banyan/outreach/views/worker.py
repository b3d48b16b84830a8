"""What makes a community an app on somebody's screen: manifest, icon, worker, the offline page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language

from banyan.communities.doors import threshold
from banyan.communities.places import url
from banyan.core.doors import public

from .. import icons
from ..context import SITE_CHROMA, SITE_HUE

_SCRIPT = Path(__file__).parent.parent / "static" / "outreach" / "worker.js"
_FILES = ("ui/tokens.css", "ui/base.css", "ui/parts.css", "ui/layout.css", "ui/mark.svg")


@public
def script(request: Any) -> HttpResponse:
    """The worker, with the addresses of the shell's files as they are called here."""
    text = _SCRIPT.read_text(encoding="utf-8")
    shell = [reverse("offline"), *(static(name) for name in _FILES)]
    head = f"const SHELL_FILES = {json.dumps(shell)};\n"
    response = HttpResponse(head + text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response


@public
def offline(request: Any) -> HttpResponse:
    return render(request, "outreach/offline.html")


@public
def manifest(request: Any) -> HttpResponse:
    """The site's; on a community's own domain the community's."""
    if getattr(request, "domain_slug", None):
        return community_manifest(request)
    return _manifest(
        name=settings.SITE_NAME, start="/", hue=SITE_HUE, chroma=SITE_CHROMA, lang=get_language()
    )


@threshold
def community_manifest(request: Any) -> HttpResponse:
    here = request.community
    return _manifest(
        name=here.here_name,
        start=url(here, "community"),
        hue=here.brand_h,
        chroma=round(here.brand_c * 1000),
        lang=here.here_lang,
        purpose=here.here_purpose,
    )


def _manifest(
    *, name: str, start: str, hue: int, chroma: int, lang: str | None, purpose: str = ""
) -> HttpResponse:
    colour = icons.hex_of(hue, chroma)
    found = {
        "id": start,
        "name": name,
        "short_name": name[:24],
        "description": purpose,
        "lang": lang or "en",
        "start_url": start,
        "scope": "/",
        "display": "standalone",
        "theme_color": colour,
        "background_color": colour,
        "icons": [
            {
                "src": reverse("app-icon", kwargs={"hue": hue, "chroma": chroma, "size": size}),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose_of,
            }
            for size in (192, 512)
            for purpose_of in ("any", "maskable")
        ],
    }
    response = JsonResponse(found, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/manifest+json; charset=utf-8"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@public
def icon(request: Any, hue: int, chroma: int, size: int) -> HttpResponse:
    if hue > 360 or chroma > 200 or size not in icons.SIZES:
        raise Http404
    response = HttpResponse(icons.png(hue, chroma, size), content_type="image/png")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
