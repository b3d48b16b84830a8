"""Operators: members as a table, people invited from one; owners: the whole community."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from banyan.communities.doors import operator
from banyan.communities.entry.rules import MAILED_A_DAY
from banyan.communities.places import url
from banyan.core.text import lang_of
from banyan.core.ui.formats import tag_of
from banyan.core.ui.toasts import toast

from . import actions, inviting, rules, sheet, words
from .forms import ListForm
from .models import InviteList, Package, Unpacking


@operator("members.admit")
def moving(request: Any) -> HttpResponse:
    return _page(request, ListForm())


def _page(request: Any, form: ListForm, status: int = 200) -> HttpResponse:
    community = request.community
    is_owner = request.member.may("settings.owner")
    packages = Package.objects.of(community).select_related("by") if is_owner else []
    latest = next(iter(packages[:1]), None)
    return render(
        request,
        "moving/studio.html" + ("#whole" if request.htmx and is_owner else ""),
        {
            "form": form,
            "is_owner": is_owner,
            "lists": list(InviteList.objects.of(community)[:10]),
            "package": latest,
            "held": words.held(latest.counts) if latest else [],
            "is_making": latest is not None and latest.state == rules.ASKED,
            "came": _came(request) if is_owner else None,
            "days": rules.FILE_DAYS,
        },
        status=status,
    )


def _came(request: Any) -> Unpacking | None:
    """The run this community came in by, while it can be undone."""
    since = timezone.now() - timedelta(days=rules.UNDO_DAYS)
    return Unpacking.objects.filter(
        community=request.community, by=request.user, state=rules.DONE, done_at__gt=since
    ).first()


@require_GET
@operator("members.admit")
def members_file(request: Any) -> HttpResponse:
    """The table of members. That it was taken is written down, each time."""
    sheet.note_taken(by=request.member, now=timezone.now())
    with_mark = request.GET.get("mark", "1") == "1"
    body = "".join(sheet.members_csv(request.community, with_mark=with_mark))
    response = HttpResponse(body.encode(), content_type="text/csv; charset=utf-8")
    name = f"{request.community.slug}-members.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@operator("members.admit")
def invite(request: Any) -> HttpResponse:
    """A CSV of people comes in: looked at, nobody hears of it yet."""
    form = ListForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            one = inviting.read(
                by=request.member, file_name=file.name, content=file.read(rules.LIST_BYTES + 1),
                lang=tag_of(get_language() or "en"), now=timezone.now(),
            )  # fmt: skip
        except (inviting.NotAList, inviting.ListTooLong) as refused:
            form.add_error("file", str(refused.sentence))
        else:
            return redirect(url(request.community, "studio-list", id=one.public_id))
    return _page(request, form, status=422)


def _list(request: Any, id: Any) -> InviteList:
    found = InviteList.objects.of(request.community).select_related("by__person", "community")
    return get_object_or_404(found, public_id=id)


@operator("members.admit")
def invite_list(request: Any, id: Any) -> HttpResponse:
    one = _list(request, id)
    return render(
        request,
        "moving/list.html",
        {
            "list": one,
            "shown": one.waiting[:50],
            "more": max(len(one.waiting) - 50, 0),
            "problems": [
                (number, given, lang_of(given), inviting.WHY[why])
                for number, why, given in one.problems[:200]
            ],
            "a_day": MAILED_A_DAY,
        },
    )


@require_POST
@operator("members.admit")
def list_send(request: Any, id: Any) -> HttpResponse:
    one = _list(request, id)
    inviting.begin(one=one, by=request.member, now=timezone.now())
    toast(
        request,
        ngettext("%(n)d invitation is on its way.", "%(n)d invitations are on their way.", one.sent)
        % {"n": one.sent},
    )
    return redirect(url(request.community, "studio-list", id=id))


@require_POST
@operator("members.admit")
def list_revoke(request: Any, id: Any) -> HttpResponse:
    inviting.revoke(one=_list(request, id), by=request.member, now=timezone.now())
    toast(request, _("Taken back. Whoever came by now stays."))
    return redirect(url(request.community, "studio-list", id=id))


@require_POST
@operator("settings.owner")
def package(request: Any) -> HttpResponse:
    actions.ask_for_package(by=request.member, now=timezone.now())
    return redirect(url(request.community, "studio-moving") + "#whole")


@require_GET
@operator("settings.owner")
def package_file(request: Any, id: Any) -> FileResponse:
    """The file, to an owner. Each download is written down."""
    found = get_object_or_404(
        Package.objects.of(request.community), public_id=id, state=rules.READY
    )
    if found.expires_at is None or found.expires_at < timezone.now():
        raise Http404
    try:
        handle = storages["private"].open(found.file_name, "rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    actions.note_taken(package=found, by=request.member, now=timezone.now())
    name = f"{request.community.slug}-{found.ready_at:%Y-%m-%d}.zip"
    response = FileResponse(handle, as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    return response
