"""The operator's catalogue: the list, one product, and what can be done with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.refusals import Refusal
from banyan.core.text import whole_number
from banyan.core.ui.toasts import toast

from .. import queries, rules
from ..actions import photos as photo_actions
from ..actions import products as actions
from ..forms import DetailsForm, NewProductForm, OptionsForm, VariantsForm
from ..imports.export import shopify_csv
from ..models import Product, ProductPhoto, StockChange, Variant

PER_PAGE = 50


def product_of(request: Any, id: UUID) -> Product:
    """The product of this community, or 404."""
    found = Product.objects.of(request.community).with_currency().filter(public_id=id).first()
    if found is None:
        raise Http404
    found.community = request.community
    return found


def currency_of(community: Any) -> str:
    return Product(community=community).currency


@operator("catalog.edit")
@require_safe
def catalog(request: Any) -> HttpResponse:
    community = request.community
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()[:100]
    rows = queries.matching(Product.objects.of(community).with_currency(), words)
    if state in (rules.DRAFT, rules.PUBLISHED, rules.ARCHIVED):
        rows = rows.filter(state=state)
    elif state == "photos":
        rows = rows.filter(photos__state=rules.FAILED).distinct()
    else:
        state = ""
        rows = rows.exclude(state=rules.ARCHIVED)
    free = Q(variants__retired_at=None)
    page = Paginator(
        rows.select_related("cover").defer("description", "second_description", "search")
        .annotate(
            pieces=Sum("variants__on_hand", filter=free & Q(variants__is_tracked=True)),
            kept=Sum("variants__reserved", filter=free & Q(variants__is_tracked=True)),
            uncounted=Count("variants", filter=free & Q(variants__is_tracked=False)),
        )
        .order_by("-updated_at", "-pk"),
        PER_PAGE,
    ).get_page(request.GET.get("page"))  # fmt: skip
    counts = Product.objects.of(community).aggregate(
        **{name: Count("pk", filter=Q(state=name)) for name, _label in rules.STATES}
    )
    shown = {
        "page": page, "state": state, "words": words, "counts": counts,
        "all_count": counts[rules.DRAFT] + counts[rules.PUBLISHED],
        "failed": ProductPhoto.objects.of(community).filter(state=rules.FAILED).count(),
        "waiting": ProductPhoto.objects.of(community).filter(state=rules.WAITING).count(),
    }  # fmt: skip
    return render(request, "catalog/studio/catalog.html", shown)


@operator("catalog.edit")
def new(request: Any) -> HttpResponse:
    currency = currency_of(request.community)
    initial = {"lang": request.community.lang, "needs_shipping": True}
    form = NewProductForm(request.POST or None, currency=currency, initial=initial)
    uploads = request.FILES.getlist("photos")
    if request.method == "POST" and form.is_valid():
        told, now = form.cleaned_data, timezone.now()
        product = actions.create(
            community=request.community, by=request.user, now=now, price_minor=told["price"],
            compare_minor=told["compare"], on_hand=told["on_hand"], sku=told["sku"],
            is_tracked=told["is_tracked"], **form.fields_of_product(),
        )  # fmt: skip
        try:
            photo_actions.add(product=product, uploads=uploads, by=request.user, now=now)
            toast(request, _("Kept as a draft"))
        except Refusal as refused:  # the product is kept, its photos can be given again
            toast(request, _("Kept as a draft, without photos: %(why)s") % {"why": refused})
        return redirect(url(request.community, "studio-product", id=product.public_id))
    status = 422 if request.method == "POST" else 200
    return render(
        request, "catalog/studio/new.html", {"form": form, "currency": currency}, status=status
    )


@operator("catalog.edit")
def product(request: Any, id: UUID) -> HttpResponse:
    found = product_of(request, id)
    if request.method != "POST":
        return page_of(request, found)
    form = DetailsForm(request.POST)
    if not form.is_valid():
        return page_of(request, found, details=form, status=422)
    changed = actions.change(
        product=found, by=request.user, now=timezone.now(), **form.fields_of_product()
    )
    toast(request, _("Saved") if changed else _("Nothing was different"))
    return redirect(url(request.community, "studio-product", id=found.public_id))


def page_of(
    request: Any, found: Product, *, details: Any = None, options: Any = None,
    variants_form: Any = None, fault: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page of one product; a form that was refused stands in it as it was typed."""
    variants = list(Variant.objects.filter(product=found).for_sale().order_by("position", "pk"))
    photos = list(
        ProductPhoto.objects.filter(product=found)
        .select_related("picture")
        .order_by("position", "pk")
    )
    shown = {
        "product": found,
        "details": details or DetailsForm(initial=DetailsForm.initial_of(found)),
        "options": options or OptionsForm(initial=OptionsForm.initial_of(found, variants)),
        "table": variants_form or VariantsForm(product=found, variants=variants),
        "variants": variants,
        "photos": photos,
        "fault": fault,
        "changes": StockChange.objects.filter(variant__product=found)
        .select_related("variant", "by")
        .order_by("-at", "-pk")[:5],
        "may_delete": found.state == rules.DRAFT and not found.sold_count,
    }
    return render(request, "catalog/studio/product.html", shown, status=status)


_UNDO = {"publish": "unpublish", "unpublish": "publish", "archive": "restore"}


@operator("catalog.edit")
@require_POST
def state(request: Any, id: UUID, do: str) -> HttpResponse:
    """Publish, take back, archive, restore or delete a product."""
    found, now = product_of(request, id), timezone.now()
    here = url(request.community, "studio-product", id=found.public_id)
    if do == "delete":
        actions.delete_draft(product=found)
        toast(request, _("Deleted"))
        return redirect(url(request.community, "studio-catalog"))
    was = found.state
    verb = {
        "publish": actions.publish, "unpublish": actions.unpublish, "archive": actions.archive,
        "restore": actions.restore,
    }.get(do)  # fmt: skip
    if verb is None:
        raise Http404
    try:
        verb(product=found, by=request.user, now=now)
    except actions.NotReadyToSell as refused:
        return page_of(request, product_of(request, id), fault=str(refused), status=422)
    said = {
        "publish": _("Published"), "unpublish": _("Taken back as a draft"),
        "archive": _("Archived"), "restore": _("Restored as a draft"),
    }[do]  # fmt: skip
    undo = "publish" if do == "archive" and was == rules.PUBLISHED else _UNDO.get(do, "archive")
    toast(request, said, undo=url(request.community, "studio-product-state", id=id, do=undo))
    return redirect(here)


@operator("catalog.edit")
@require_POST
def publish_many(request: Any) -> HttpResponse:
    """Publish the chosen drafts, or all of them."""
    rows = Product.objects.of(request.community).filter(state=rules.DRAFT)
    if request.POST.get("all") != "1":
        ids = [whole_number(pk, digits=18) for pk in request.POST.getlist("product")[:500]]
        rows = rows.filter(pk__in=ids)
    done, refused = actions.publish_many(
        products=list(rows.order_by("pk")[:5000]), by=request.user, now=timezone.now()
    )
    said = ngettext("%(n)d product published", "%(n)d products published", done) % {"n": done}
    if refused:
        said += " · " + ngettext(
            "%(n)d still needs a price", "%(n)d still need a price", len(refused)
        ) % {"n": len(refused)}
    toast(request, said)
    return redirect(url(request.community, "studio-catalog"))


@operator("catalog.edit")
@require_safe
def export(request: Any) -> StreamingHttpResponse:
    pieces = (piece.encode() for piece in shopify_csv(request.community))
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    name = f"{request.community.slug}-products-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
