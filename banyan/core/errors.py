"""Error pages: what happened, and one next step, in both languages."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.template import loader
from django.utils.translation import gettext as _

from .idempotency import refuse


def bad_request(request: Any, exception: Any = None) -> HttpResponse:
    return refuse(request, 400, _("The request could not be read. Go back and try once more."))


def forbidden(request: Any, exception: Any = None) -> HttpResponse:
    return refuse(request, 403, _("You may not do this here."))


def origin_failure(request: Any, reason: str = "") -> HttpResponse:
    """Refused because the write came from another site (or the browser hid where from)."""
    return refuse(
        request, 403, _("This was sent from another site, so nothing was done. Send it from here.")
    )


def not_found(request: Any, exception: Any = None) -> HttpResponse:
    return refuse(request, 404, _("There is nothing at this address, or it is not for you."))


def server_error(request: Any) -> HttpResponse:
    """Nothing here may rely on what has just failed: no database, no user, no menus."""
    try:
        body = loader.render_to_string("500.html")
    except Exception:  # the last page there is must always come
        body = "<h1>500</h1>"
    return HttpResponse(body, status=500)
