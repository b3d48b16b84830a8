"""A product's photos, and those of an import that did not arrive."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.refusals import Refusal
from banyan.core.ui.toasts import toast

from ..actions import photos as actions
from ..models import ProductPhoto
from .products import page_of, product_of


@operator("catalog.edit")
@require_POST
def add(request: Any, id: UUID) -> HttpResponse:
    found = product_of(request, id)
    uploads = request.FILES.getlist("photos")
    if not uploads:
        return page_of(request, found, fault=_("Choose a photo first."), status=422)
    try:
        added = actions.add(
            product=found, uploads=uploads, by=request.user, now=timezone.now(),
            alt=request.POST.get("alt", "").strip(),
        )  # fmt: skip
    except Refusal as refused:
        return page_of(request, found, fault=str(refused), status=422)
    toast(
        request, ngettext("%(n)d photo added", "%(n)d photos added", len(added)) % {"n": len(added)}
    )
    return redirect(url(request.community, "studio-product", id=id) + "#photos")


@operator("catalog.edit")
@require_POST
def photo(request: Any, id: UUID, photo: UUID, do: str) -> HttpResponse:
    """Move a photo, say what it shows, take it away, or fetch it again."""
    found = product_of(request, id)
    row = (
        ProductPhoto.objects.filter(product=found, public_id=photo)
        .select_related("picture")
        .first()
    )
    if row is None:
        raise Http404
    row.product = found
    told = {"photo": row, "by": request.user, "now": timezone.now()}
    if do in ("earlier", "later"):
        actions.move(step=-1 if do == "earlier" else 1, **told)
        toast(request, _("Moved"))
    elif do == "describe":
        actions.describe(alt=request.POST.get("alt", "").strip(), **told)
        toast(request, _("Saved"))
    elif do == "remove":
        actions.drop(**told)
        toast(request, _("Photo removed"))
    elif do == "retry":
        actions.retry(photo=row)
        toast(request, _("Fetching it again"))
    else:
        raise Http404
    return redirect(url(request.community, "studio-product", id=id) + "#photos")


@operator("catalog.edit")
@require_POST
def retry_all(request: Any) -> HttpResponse:
    n = actions.retry_all(community_id=request.community.pk)
    toast(
        request, ngettext("Fetching %(n)d photo again", "Fetching %(n)d photos again", n) % {"n": n}
    )
    return redirect(url(request.community, "studio-catalog"))
