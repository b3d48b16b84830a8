"""What is kept about me: see it, take it along, remove it, leave altogether."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth import logout
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.core.ui.toasts import toast

from . import actions, rules
from . import privacy as engine
from .doors import person
from .forms import EraseForm
from .models import Export, Person, Tag

FRESH_SECONDS = 600


@person
def privacy(request: Any) -> HttpResponse:
    exports = Export.objects.filter(person=request.user).exclude(state=rules.EXPIRED)
    return render(
        request,
        "people/privacy.html",
        {
            "kept": engine.kept_about(request.user),
            "tags": _tags(request.user),
            "exports": list(exports.order_by("-asked_at")[:5]),
        },
    )


def _tags(owner: Person) -> list[Tag]:
    """All tags about somebody, those given by operators with who gave them."""
    tags = list(Tag.objects.filter(person=owner).order_by("purpose", "key"))
    givers = Person.objects.filter(pseudonym__in={tag.given_by for tag in tags if tag.given_by})
    names = {giver.pseudonym: giver.name for giver in givers}
    for tag in tags:
        tag.giver = names.get(tag.given_by, "")
    return tags


@require_POST
@person
def export(request: Any) -> HttpResponse:
    asked = actions.ask_for_export(person=request.user, now=timezone.now())
    return redirect("me-export-page", id=asked.oid)


@person
def export_page(request: Any, id: Any) -> HttpResponse:
    """Waits for the file, then hands it out; may be left and come back to."""
    asked = get_object_or_404(Export, public_id=id, person=request.user)
    template = "people/export_card.html" if request.htmx else "people/export.html"
    return render(request, template, {"export": asked})


@person
def export_file(request: Any, id: Any) -> FileResponse:
    ready = get_object_or_404(Export, public_id=id, person=request.user, state=rules.READY)
    if ready.expires_at < timezone.now():
        raise Http404
    try:
        handle = storages["private"].open(ready.file_name, "rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(handle, as_attachment=True, filename=f"banyan-{ready.oid}.zip")
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@person
def remove_tag(request: Any, id: Any) -> HttpResponse:
    actions.remove_tag(tag=get_object_or_404(Tag, public_id=id, person=request.user))
    toast(request, _("Removed."))
    return redirect("me-privacy")


@person
def erase(request: Any) -> HttpResponse:
    """Erasing asks to prove anew who you are, and to type the address."""
    if not _is_fresh(request):
        return _prove_anew(request)
    form = EraseForm(request.POST or None, email=request.user.email)
    if request.method == "POST" and form.is_valid():
        engine.erase(person=request.user, now=timezone.now())
        logout(request)
        toast(request, _("You are erased. Thank you for the time here."))
        return redirect("discover")
    status = 422 if request.method == "POST" else 200
    return render(request, "people/erase.html", {"form": form}, status=status)


def _is_fresh(request: Any) -> bool:
    records = get_authentication_records(request, request.user)
    return any(time.time() - record["at"] < FRESH_SECONDS for record in records)


def _prove_anew(request: Any) -> HttpResponse:
    """By password or key where there is one, else by signing in with a new code."""
    back = urlencode({"next": reverse("me-erase")})
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    if methods:
        return redirect(f"{methods[0]['url']}?{back}")
    logout(request)
    toast(request, _("To be sure it is you, sign in once more."))
    return redirect(f"{reverse('account_request_login_code')}?{back}")
