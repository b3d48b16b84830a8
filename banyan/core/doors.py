"""Every view names its audience; a test walks all URLs and fails on a silent one.

Here are the doors that need no community: `public`, `signed`, `debug_only`. `person` and `host`
are in banyan.people.doors; those of a community in banyan.communities.doors.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404


def named[View: Callable[..., Any]](view: View, audience: str) -> View:
    """Write the audience on the view, where the map and the tests read it."""
    view.audience = audience  # type: ignore[attr-defined]
    return view


def public[View: Callable[..., Any]](view: View) -> View:
    """Anybody at all."""
    return named(view, "public")


def signed[View: Callable[..., Any]](view: View) -> View:
    """Whoever holds the signed link (or, for webhooks, the shared secret); the view verifies it."""
    return named(view, "signed")


def debug_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """Developers on their own machine; with DEBUG off it does not exist."""

    @wraps(view)
    def inner(request: Any, *args: Any, **kwargs: Any) -> Any:
        if not settings.DEBUG:
            raise Http404
        return view(request, *args, **kwargs)

    return named(inner, "debug")
