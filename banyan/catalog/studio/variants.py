"""Options, the table of variants, and the stock of one of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.refusals import WrongMoment
from banyan.core.ui.toasts import toast

from ..actions import variants as actions
from ..forms import OptionsForm, StockForm, VariantsForm
from ..models import StockChange, Variant
from .products import page_of, product_of


@operator("catalog.edit")
@require_POST
def options(request: Any, id: UUID) -> HttpResponse:
    found = product_of(request, id)
    form = OptionsForm(request.POST)
    if form.is_valid():
        try:
            actions.set_options(
                product=found, options=form.cleaned_data["options"], by=request.user,
                now=timezone.now(),
            )  # fmt: skip
        except actions.TooManyVariants as refused:
            form.add_error(None, str(refused.sentence))
    if not form.is_valid():
        return page_of(request, found, options=form, status=422)
    toast(request, _("Options saved"))
    return redirect(url(request.community, "studio-product", id=id) + "#variants")


@operator("catalog.edit")
@require_POST
def table(request: Any, id: UUID) -> HttpResponse:
    found = product_of(request, id)
    rows = list(Variant.objects.filter(product=found).for_sale().order_by("position", "pk"))
    form = VariantsForm(request.POST, product=found, variants=rows)
    if form.is_valid():
        try:
            changed = actions.set_rows(
                product=found, rows=form.variant_rows(), by=request.user, now=timezone.now()
            )
        except (actions.LessThanReserved, WrongMoment) as refused:
            form.add_error(None, str(refused.sentence))
    if not form.is_valid():
        return page_of(request, found, variants_form=form, status=422)
    toast(request, _("Saved") if changed else _("Nothing was different"))
    return redirect(url(request.community, "studio-product", id=id) + "#variants")


@operator("catalog.edit")
def stock(request: Any, id: UUID, variant: UUID) -> HttpResponse:
    """One variant's stock: what changed it, and changing it."""
    found = product_of(request, id)
    row = Variant.objects.filter(product=found, public_id=variant).first()
    if row is None:
        raise Http404
    form = StockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.adjust(
                variant=row, step=told["step"], why=told["why"], note=told["note"],
                by=request.user, now=timezone.now(),
            )  # fmt: skip
        except actions.LessThanReserved as refused:
            form.add_error("step", str(refused.sentence))
        else:
            toast(request, _("Stock changed"))
            return redirect(request.get_full_path())
    changes = StockChange.objects.filter(variant=row).select_related("by").order_by("-at", "-pk")
    shown = {"product": found, "variant": row, "form": form, "changes": changes[:100]}
    status = 422 if request.method == "POST" else 200
    return render(request, "catalog/studio/stock.html", shown, status=status)
