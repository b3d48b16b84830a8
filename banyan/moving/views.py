"""A person brings a community in; a member takes their history; a member gives their address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.catalog.rules import free_slug
from banyan.communities.actions import SlugTaken
from banyan.communities.doors import member_only, threshold
from banyan.communities.models import Community
from banyan.communities.places import url
from banyan.content.models import Comment, Post
from banyan.core.refusals import WrongMoment
from banyan.core.ui.toasts import toast
from banyan.people import actions as people
from banyan.people.doors import ask_to_sign_in, person
from banyan.people.rules import ADDRESS

from . import actions, rules, words
from .forms import BeginForm, FileForm
from .models import Unpacking
from .unpack import SWITCH, is_untouched


@person
def from_file(request: Any) -> HttpResponse:
    """The form for a file, and the files before."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = actions.take_file(
                by=request.user, file_name=file.name, file=file, now=timezone.now()
            )
        except actions.FileTooBig as refused:
            form.add_error("file", str(refused.sentence))
        else:
            return redirect("from-file-run", id=run.oid)
    before = Unpacking.objects.filter(by=request.user).select_related("community")[:10]
    status = 422 if request.method == "POST" else 200
    return render(
        request, "moving/from_file.html", {"form": form, "runs": list(before)}, status=status
    )


def _run(request: Any, id: Any) -> Unpacking:
    found = Unpacking.objects.select_related("by", "community")
    return get_object_or_404(found, public_id=id, by=request.user)


@person
def run(request: Any, id: Any) -> HttpResponse:
    found = _run(request, id)
    return _page(request, found, BeginForm(initial={"slug": _free(found)}))


def _free(found: Unpacking) -> str:
    wanted = found.report.get("community", {}).get("slug", "")
    taken = Community.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)
    return free_slug(wanted, taken)[:40] if wanted else ""


def _page(request: Any, found: Unpacking, form: BeginForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    may_undo = (
        found.state == rules.DONE
        and found.community is not None
        and found.done_at is not None
        and now - found.done_at <= timedelta(days=rules.UNDO_DAYS)
    )
    shown = {
        "run": found,
        "report": found.report,
        "form": form,
        "held": words.held(found.report.get("counts", {})),
        "problems": words.problems(found.report),
        "is_busy": found.state in (rules.READING, rules.WORKING),
        "may_undo": may_undo,
        "is_untouched": may_undo and is_untouched(found),
    }
    template = "moving/run.html" + ("#run" if request.htmx else "")
    return render(request, template, shown, status=status)


@require_POST
@person
def begin(request: Any, id: Any) -> HttpResponse:
    found = _run(request, id)
    form = BeginForm(request.POST)
    if found.state != rules.SHOWN:
        raise WrongMoment
    if form.is_valid():
        try:
            actions.begin(run=found, slug=form.cleaned_data["slug"], now=timezone.now())
        except SlugTaken as taken:
            form.add_error("slug", str(taken.sentence))
        else:
            return redirect("from-file-run", id=found.oid)
    return _page(request, found, form, status=422)


@require_POST
@person
def undo(request: Any, id: Any) -> HttpResponse:
    how = actions.undo(run=_run(request, id), now=timezone.now())
    toast(
        request,
        _("It is gone from here.")
        if how == "deleted"
        else _("It is closed: nobody sees it, and nothing in it is lost."),
    )
    return redirect("from-file")


@threshold
def claim(request: Any) -> HttpResponse:
    """Was somebody with my address a member where this community came from?"""
    community = request.community
    if not community.has(SWITCH, default=False):
        raise Http404
    if not request.user.is_authenticated:
        return ask_to_sign_in(request)
    now = timezone.now()
    if request.method == "POST":
        member = actions.claim(community=community, person=request.user, now=now)
        toast(request, _("It is yours again."))
        return redirect(url(community, "member" if member.is_in else "join", **_whom(member)))
    found = actions.mine_in(community, request.user)
    counts = {}
    if found is not None:
        for key, model in (("posts", Post), ("comments", Comment)):
            mine = model.objects.filter(author=found.member)
            counts[key] = mine.aggregate(n=Count("pk"))["n"]
    return render(request, "moving/claim.html", {"found": found, "counts": counts})


def _whom(member: Any) -> dict[str, Any]:
    return {"id": member.public_id} if member.is_in else {}


@require_POST
@member_only
def address(request: Any) -> HttpResponse:
    """A member’s yes or no to those who run the place having their address."""
    yes = request.POST.get("yes") == "on"
    people.set_consent(
        person=request.user, purpose=ADDRESS, community_id=request.community.pk, yes=yes,
        now=timezone.now(),
    )  # fmt: skip
    toast(request, _("Thank you.") if yes else _("Taken back. It is in no list made from now on."))
    return redirect(url(request.community, "membership"))
