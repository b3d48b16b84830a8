from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from banyan.communities.doors import operator, reader
from banyan.communities.places import url
from banyan.core.ui.toasts import toast
from banyan.core.zones import zone_of

from ..models import Page
from . import actions, queries

PER_PAGE = 50


class PageForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("What happened"), max_length=200)
    second_title = forms.CharField(
        label=gettext_lazy("The same in the second language"), max_length=200, required=False
    )
    on = forms.DateField(
        label=gettext_lazy("When"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_on(self) -> Any:
        if self.cleaned_data["on"] > timezone.localdate():
            raise forms.ValidationError(gettext_lazy("History is what has happened already."))
        return self.cleaned_data["on"]


@reader
def chronicle(request: Any) -> HttpResponse:
    """What happened here, newest first."""
    member = request.member if request.member and request.member.is_in else None
    may_run = member is not None and member.may(actions.RIGHT)
    rows = Page.objects.of(request.community)
    if not may_run:
        rows = rows.filter(hidden_at=None)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "culture/chronicle.html",
        {"page": page, "lines": queries.lines(request.community, page), "may_run": may_run},
    )


@operator("culture.run")
def add(request: Any) -> HttpResponse:
    form = PageForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        given, now = form.cleaned_data, timezone.now()
        at = datetime.combine(given["on"], time(12), zone_of(request.community.zone))
        actions.add(
            community=request.community, by=request.member, now=now, at=min(at, now),
            title=given["title"], second_title=given["second_title"],
        )  # fmt: skip
        toast(request, _("Written down."))
        return redirect(url(request.community, "chronicle"))
    status = 422 if request.method == "POST" else 200
    return render(request, "culture/studio_page.html", {"form": form}, status=status)


def _find(request: Any, id: UUID) -> Page:
    found: Page = get_object_or_404(Page.objects.of(request.community), public_id=id)
    return found


@operator("culture.run")
@require_POST
def hide(request: Any, id: UUID) -> HttpResponse:
    actions.hide(page=_find(request, id), by=request.member, now=timezone.now())
    toast(request, _("Left out."), undo=url(request.community, "studio-page-show", id=id))
    return redirect(url(request.community, "chronicle"))


@operator("culture.run")
@require_POST
def show(request: Any, id: UUID) -> HttpResponse:
    actions.show(page=_find(request, id), by=request.member, now=timezone.now())
    toast(request, _("It is back."))
    return redirect(url(request.community, "chronicle"))
