"""What every request passes: origin check, first touch, refusals as pages, zone."""

from __future__ import annotations

import json
import zoneinfo
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, dumps, loads
from django.http import Http404
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone

from . import errors
from .activity import Touch, touched
from .idempotency import SAFE, refuse
from .refusals import Refusal

FIRST_TOUCH_COOKIE = "first_touch"
FIRST_TOUCH_SECONDS = 90 * 24 * 3600


class OriginMiddleware(CsrfViewMiddleware):
    """Cross-site writes are refused by what the browser says of their origin.

    Every current browser sends Sec-Fetch-Site or Origin, and pages cannot forge them, so pages
    need no token and anonymous pages no cookie. A client that sends neither must bring Django's
    token.
    """

    def process_view(self, request: Any, callback: Any, args: Any, kwargs: Any) -> Any:
        if request.method in SAFE or getattr(callback, "csrf_exempt", False):
            return None
        if getattr(request, "_dont_enforce_csrf_checks", False):
            return None
        origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
        if origin is not None and origin != f"{request.scheme}://{request.get_host()}":
            return self._reject(request, "the origin is another one")
        if site is not None:
            return None if site == "same-origin" else self._reject(request, "sent from elsewhere")
        if origin is not None:
            return None
        return super().process_view(request, callback, args, kwargs)


class TouchMiddleware:
    """Remembers, in a signed cookie and not in the database, what first brought a visitor."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        touch, cookie = self._touch(request)
        with touched(touch):
            response = self.get_response(request)
        if cookie is not None:
            response.set_cookie(
                FIRST_TOUCH_COOKIE,
                cookie,
                max_age=FIRST_TOUCH_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
        return response

    def _touch(self, request: Any) -> tuple[Touch, str | None]:
        source = request.GET.get("utm_source", "")[:120]
        share = request.GET.get("s", "")[:64]
        referrer = urlsplit(request.headers.get("Referer", "")).hostname or ""
        if referrer == request.get_host().split(":")[0]:
            referrer = ""
        first = self._first(request)
        cookie = None
        if not first and request.method == "GET" and (source or share or referrer):
            first = {
                "source": source,
                "referrer": referrer[:200],
                "share": share,
                "path": request.path[:200],
                "at": timezone.now().isoformat(timespec="seconds"),
            }
            cookie = dumps(json.dumps(first), salt=FIRST_TOUCH_COOKIE)
        # The key in front of the signature: the log must not hold what opens somebody's basket.
        visitor = request.COOKIES.get("basket", "").partition(".")[0][:64]
        return Touch(visitor, source, referrer[:200], share, first), cookie

    def _first(self, request: Any) -> dict[str, str]:
        raw = request.COOKIES.get(FIRST_TOUCH_COOKIE)
        if not raw:
            return {}
        try:
            found = json.loads(loads(raw, salt=FIRST_TOUCH_COOKIE, max_age=FIRST_TOUCH_SECONDS))
        except (BadSignature, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


class RefusalMiddleware:
    """A Refusal becomes a friendly page (or a JSON problem); everything else rises.

    While DEBUG is on, a missing page is ours too: `bin/map` lists the addresses better.
    """

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        answer = self.get_response(request)
        if settings.DEBUG and answer.status_code == 404 and request.resolver_match is None:
            return errors.not_found(request)
        return answer

    def process_exception(self, request: Any, exception: Exception) -> Any:
        if isinstance(exception, Refusal):
            return refuse(request, exception.status, str(exception.sentence))
        if settings.DEBUG and isinstance(exception, Http404):
            return errors.not_found(request, exception)
        return None


class ZoneMiddleware:
    """Times are shown in the person's zone; strangers see the zone of the host."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        name = request.COOKIES.get("zone", "")
        try:
            zone = zoneinfo.ZoneInfo(name) if name else None
        except (ValueError, OSError, KeyError):
            zone = None
        with timezone.override(zone):
            return self.get_response(request)
