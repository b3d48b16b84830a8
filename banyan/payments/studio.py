from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.ui.toasts import toast

from . import actions
from .models import PaymentRefund


@operator("orders.refund")
@require_POST
def refund_again(request: Any, id: UUID) -> HttpResponse:
    """Ask the provider once more for a refund that it refused."""
    refund = get_object_or_404(
        PaymentRefund.objects.filter(payment__book__community=request.community), public_id=id
    )
    actions.try_refund_again(refund=refund, now=timezone.now())
    toast(request, _("We ask the payment provider once more"))
    return redirect(url(request.community, "studio-money"))
