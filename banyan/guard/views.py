from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from banyan.communities.doors import member_only
from banyan.core.idempotency import keyless

from .actions import trust


@keyless
@member_only
@require_POST
def here(request: Any) -> HttpResponse:
    """Said by the page of a conversation that was really looked at: one more read today."""
    trust.note_read(member=request.member, now=timezone.now())
    return HttpResponse(status=204)
