"""Bringing a file in: upload, look, say yes, see what came of it."""

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
from banyan.core.money import Money
from banyan.core.text import lang_of
from banyan.core.ui.toasts import toast

from ..forms import ImportForm
from ..imports import problems, runs
from ..imports.apply import FileHasProblems, ShopMoved
from ..imports.given import Problem
from ..imports.pack import BadZip
from ..models import ImportRun, ProductPhoto
from .products import currency_of


@operator("catalog.import")
def upload(request: Any) -> HttpResponse:
    """The form for a file, and the imports before."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            if told["file"].size > runs.read.MAX_BYTES:
                raise runs.FileTooBig
            run = runs.begin(
                community=request.community, by=request.user, file_name=told["file"].name,
                content=told["file"].read(), pack=told["pack"], publishing=told["publish"],
                now=timezone.now(),
            )  # fmt: skip
        except runs.FileTooBig as refused:
            form.add_error("file", str(refused.sentence))
        except BadZip as refused:
            form.add_error("pack", str(refused.sentence))
        else:
            return redirect(url(request.community, "studio-import-run", id=run.public_id))
    before = ImportRun.objects.of(request.community).select_related("by").order_by("-created_at")
    shown = {"form": form, "runs": before[:20], "currency": currency_of(request.community)}
    status = 422 if request.method == "POST" else 200
    return render(request, "catalog/studio/import.html", shown, status=status)


def _run_of(request: Any, id: UUID) -> ImportRun:
    found = (
        ImportRun.objects.of(request.community).select_related("by").filter(public_id=id).first()
    )
    if found is None:
        raise Http404
    found.community = request.community
    return found


@operator("catalog.import")
def run(request: Any, id: UUID) -> HttpResponse:
    return _page(request, _run_of(request, id))


def _page(request: Any, found: ImportRun, *, status: int = 200) -> HttpResponse:
    report = found.report
    currency = report.get("currency", "")
    changes = {
        "title": _("title"), "description": _("description"), "vendor": _("who made it"),
        "category": _("category"), "tags": _("tags"), "options": _("options"),
        "needs_shipping": _("shipping"), "extra": _("kept columns"), "variants": _("variants"),
        "stock": _("stock"), "photos": _("photos"), "state": _("published"),
    }  # fmt: skip
    rows = [
        {
            **row,
            "amount": Money(row["price"], currency),
            "lang": lang_of(row["title"], ""),
            "changed": ", ".join(changes.get(name, name) for name in row["changes"]),
        }
        for row in report.get("products", [])
    ]
    refused = {
        "FileHasProblems": FileHasProblems.sentence, "ShopMoved": ShopMoved.sentence,
    }.get(found.result.get("refused", ""))  # fmt: skip
    photos = ProductPhoto.objects.of(request.community)
    shown = {
        "run": found,
        "report": report,
        "rows": rows,
        "more": max(report.get("product_count", 0) - len(rows), 0),
        "problems": [_told(row) for row in report.get("problems", [])],
        "remarks": [_told(row) for row in report.get("remarks", [])],
        "refused": refused,
        "is_busy": found.state in (ImportRun.READING, ImportRun.APPLYING),
        "waiting": photos.filter(state="waiting").count() if found.state == ImportRun.DONE else 0,
        "failed": photos.filter(state="failed").count() if found.state == ImportRun.DONE else 0,
        "changes_something": bool(
            report.get("counts", {}).get("new") or report.get("counts", {}).get("changed")
        ),
    }
    template = "catalog/studio/run.html" + ("#run" if request.htmx else "")
    return render(request, template, shown, status=status)


def _told(row: list[Any]) -> dict[str, str]:
    problem = Problem(*row)
    return {"place": problems.place(problem), "sentence": problems.sentence(problem)}


@operator("catalog.import")
@require_POST
def apply(request: Any, id: UUID) -> HttpResponse:
    found = _run_of(request, id)
    runs.carry_out(run=found, now=timezone.now())
    if found.state == ImportRun.DONE:
        toast(request, _("Brought in"))
    return redirect(url(request.community, "studio-import-run", id=id))
