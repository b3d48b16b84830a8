"""Every write carries a key: the same key and body get the same answer, and act once.

The key is a form's hidden `form_key` (new with each rendered form) or an `Idempotency-Key`
header. Refused input (status >= 400) does not consume it. Another body under the same key is
422; a request whose twin still runs is 409.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Attempt

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
ABANDONED_SECONDS = 15  # longer than any request of ours lives
KEPT_BODY_BYTES = 512 * 1024
_KEY = re.compile(r"[0-9A-Za-z-]{16,64}\Z")
_KEPT_HEADERS = (
    "Location",
    "Content-Type",
    "HX-Redirect",
    "HX-Trigger",
    "HX-Location",
)


def new_form_key() -> str:
    return str(uuid4())


def keyless[View: Callable[..., Any]](view: View) -> View:
    """Mark a view whose writes repeat harmlessly, or are keyed by somebody else (webhooks)."""
    view.keyless = True  # type: ignore[attr-defined]
    return view


def _scope(request: Any) -> str:
    if request.user.is_authenticated:
        return f"person:{request.user.pk}"
    return f"session:{request.session.session_key or ''}"[:64]


def _fingerprint(request: HttpRequest) -> str:
    """A hash of what was sent, files included, the key and the CSRF token left out."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        for name in sorted(request.POST):
            if name not in ("form_key", "csrfmiddlewaretoken"):
                digest.update(repr((name, request.POST.getlist(name))).encode())
        for name in sorted(request.FILES):
            for upload in request.FILES.getlist(name):
                digest.update(repr((name, upload.name, upload.size)).encode())
                for chunk in upload.chunks():
                    digest.update(chunk)
                upload.seek(0)
    else:
        digest.update(request.body)
    return digest.hexdigest()


class IdempotencyMiddleware:
    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        response = self.get_response(request)
        attempt = getattr(request, "attempt", None)
        if attempt is not None:
            self._close(attempt, response)
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> Any:
        if request.method in SAFE or getattr(view, "keyless", False):
            return None
        if view.__module__.startswith("allauth."):
            return None  # its own forms, its own limits
        key = request.headers.get("Idempotency-Key") or request.POST.get("form_key", "")
        if not _KEY.match(key):
            return refuse(request, 400, _("This form was sent incomplete. Load the page again."))
        request.form_key = key
        return self._open(request, key)

    def _open(self, request: Any, key: str) -> Any:
        scope, fingerprint, now = _scope(request), _fingerprint(request), timezone.now()
        try:
            with transaction.atomic():
                request.attempt = Attempt.objects.create(
                    scope=scope, key=key, fingerprint=fingerprint, at=now
                )
            return None
        except IntegrityError:
            earlier = Attempt.objects.filter(scope=scope, key=key).first()
        if earlier is None:
            return refuse(request, 409, _("This is being done already. Wait a moment."))
        if earlier.fingerprint != fingerprint:
            return refuse(
                request, 422, _("This form was already sent with other words. Load it again.")
            )
        if earlier.state == Attempt.DONE:
            return _replay(earlier)
        taken = Attempt.objects.filter(
            pk=earlier.pk,
            state=Attempt.RUNNING,
            at=earlier.at,
            at__lt=now - timedelta(seconds=ABANDONED_SECONDS),
        ).update(at=now)
        if not taken:
            response = refuse(request, 409, _("This is being done already. Wait a moment."))
            response["Retry-After"] = "1"
            return response
        request.attempt = earlier
        return None

    def _close(self, attempt: Attempt, response: Any) -> None:
        if response.status_code >= 400 or response.streaming:
            Attempt.objects.filter(pk=attempt.pk).delete()
            return
        body = response.content if len(response.content) <= KEPT_BODY_BYTES else b""
        headers = {
            name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers
        }
        if response.cookies:
            headers["Set-Cookie"] = response.cookies.output(header="", sep="\n")
        Attempt.objects.filter(pk=attempt.pk).update(
            state=Attempt.DONE, status=response.status_code, headers=headers, body=body
        )


def _replay(attempt: Attempt) -> HttpResponse:
    response = HttpResponse(bytes(attempt.body), status=attempt.status)
    for name, value in attempt.headers.items():
        if name == "Set-Cookie":
            for line in value.splitlines():
                response.cookies.load(line.strip())
        else:
            response[name] = value
    response["Idempotent-Replay"] = "true"
    return response


def refuse(request: Any, status: int, sentence: str) -> HttpResponse:
    """A refusal as a page, or as a JSON problem for machines."""
    if request.headers.get("Accept", "").startswith("application/json"):
        from django.http import JsonResponse

        return JsonResponse(
            {"status": status, "detail": sentence},
            status=status,
            content_type="application/problem+json",
        )
    context = {"status": status, "sentence": sentence, "next_url": _back(request, status)}
    return render(request, "ui/error.html", context, status=status)


def _back(request: Any, status: int) -> str:
    """Where to look again: the page the form stood on; home where there is none."""
    parts = urlsplit(request.headers.get("Referer", ""))
    known = parts.netloc == request.get_host() and request.method not in SAFE and status != 404
    return parts.path + (f"?{parts.query}" if parts.query else "") if known else "/"
