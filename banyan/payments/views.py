"""Two doors: the provider's callbacks, and buyers coming back from the provider's page."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from banyan.core.doors import signed
from banyan.core.idempotency import keyless

from . import hearing, reconciling, sources
from .models import Payment
from .providers import BadEvent, BadSignature, NoProvider, ProviderDown, strict

logger = logging.getLogger("banyan.payments")
ASK_AGAIN_SECONDS = 2  # whoever holds a link may not keep us busy with questions


@signed
@keyless
@csrf_exempt
@require_POST
def hook(request: Any, name: str) -> HttpResponse:
    """A provider's callback. 200 once it is kept, whatever our own state; 400 when not genuine."""
    if name not in settings.PAYMENT_PROVIDERS:
        raise Http404
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = 0
    if not 0 < length <= strict.LARGEST_BODY_BYTES:
        return JsonResponse({"detail": "The body is empty or too large."}, status=413)
    try:
        event = hearing.receive(
            name, headers=request.headers, body=request.body, now=timezone.now()
        )
    except BadSignature:
        logger.warning("a callback without a good signature was refused")
        return JsonResponse({"detail": "The signature is not good."}, status=400)
    except BadEvent as error:
        logger.warning("a signed callback could not be read: %s", error)
        return JsonResponse({"detail": "The event is not as agreed."}, status=400)
    return JsonResponse({"state": event.state})


@signed
@never_cache
@require_GET
def come_back(request: Any, id: UUID) -> HttpResponse:
    """A buyer returns: learn how it ended, if we do not know yet, and show the source's page.

    Who holds the link may follow it; the page behind it has its own door.
    """
    payment = get_object_or_404(Payment.objects.select_related("book"), public_id=id)
    if payment.is_open and cache.add(f"payment-asked:{payment.pk}", 1, ASK_AGAIN_SECONDS):
        try:
            payment = reconciling.ask(payment, now=timezone.now())
        except (ProviderDown, NoProvider):
            logger.warning("no answer about a payment; the reconciler will ask again")
    return redirect(sources.page_of(payment))
