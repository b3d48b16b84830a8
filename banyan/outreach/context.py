"""What every page tells a browser about keeping it: its manifest, its icon, its worker."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from banyan.communities.places import url

SITE_HUE, SITE_CHROMA = 158, 75


def installable(request: Any) -> dict[str, Any]:
    return {"app_home": SimpleLazyObject(lambda: _home(request))}


def _home(request: Any) -> tuple[str, str, str]:
    """(manifest, icon, worker) for where the request is."""
    community = getattr(request, "community", None)
    hue, chroma = SITE_HUE, SITE_CHROMA
    manifest = reverse("manifest")
    if community is not None:
        hue, chroma = community.brand_h, round(community.brand_c * 1000)
        manifest = url(community, "community-manifest")
    icon = reverse("app-icon", kwargs={"hue": hue, "chroma": chroma, "size": 192})
    return manifest, icon, reverse("worker")
