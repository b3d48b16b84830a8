"""Every address. Pages of a community stand below its slug, so they come last."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import include, path, register_converter

from banyan.core.ids import IdConverter

register_converter(IdConverter, "oid")

MODULES = [
    "core.ui",
    "core",
    "people",
    "communities",
    "culture",
    "sellers",
    "matching",
    "moderation",
    "ledger",
    "payments",
    "catalog",
    "orders",
    "content",
    "tiers",
    "gatherings",
    "guard",
    "challenges",
    "campaigns",
    "funding",
    "pricing",
    "reviews",
    "wishes",
    "chat",
    "introductions",
    "sharing",
    "leaves",
    "habits",
    "outreach",
    "search",
    "health",
    "moving",
    "studio",
]


def gather(which: str) -> list[object]:
    """The lists named `which` of every module's urls.py, one after the other."""
    found: list[object] = []
    for name in MODULES:
        if find_spec(f"banyan.{name}.urls"):
            found += getattr(import_module(f"banyan.{name}.urls"), which, [])
    return found


plain = [
    path("accounts/", include("allauth.urls")),
    *gather("urlpatterns"),
]
urlpatterns = [
    *plain,
    path("studio/<slug:c>/", include(gather("studio_urlpatterns"))),
    path("<slug:c>/", include(gather("community_urlpatterns"))),
]

handler400 = "banyan.core.errors.bad_request"
handler403 = "banyan.core.errors.forbidden"
handler404 = "banyan.core.errors.not_found"
handler500 = "banyan.core.errors.server_error"
