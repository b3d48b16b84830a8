"""The charter, signing it, and joining by signing."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities import rules as community_rules
from banyan.communities.actions import ByInvitationOnly
from banyan.communities.doors import member_only, threshold
from banyan.communities.entry import gate
from banyan.communities.places import url
from banyan.core.refusals import NotAllowed
from banyan.core.text import lang_of
from banyan.core.ui.toasts import toast
from banyan.people.doors import ask_to_sign_in

from . import actions, queries
from .amendments import queries as amendments
from .examples import queries as examples
from .forms import JoinForm, SignForm
from .models import Charter
from .models.charter import CONVENTION, VALUE


@threshold
def charter(request: Any) -> HttpResponse:
    """What the community holds to; everybody may read it before they join."""
    member = request.member
    is_in = member is not None and member.is_in
    standing = queries.standing(request.community)
    policy = amendments.policy_here(request) if is_in else None
    may_read = is_in or request.community.visibility == community_rules.PUBLIC
    return render(
        request,
        "culture/charter.html",
        {
            "charter": standing,
            "said": standing.said if standing else None,
            "values": _linked(standing, VALUE),
            "conventions": _linked(standing, CONVENTION),
            "is_in": is_in,
            "may_read_inside": may_read,
            "signed_version": queries.signed_version(member) if is_in else 0,
            "examples": examples.for_charter(request) if may_read else {},
            "open_change": amendments.open_here(request),
            "may_propose": policy is not None
            and amendments.may_propose(member, policy, timezone.now()),
        },
    )


def _linked(charter: Charter | None, kind: str) -> list[tuple[str, str]]:
    """(id, sentence) of the clauses of one kind, in the reader's language."""
    if charter is None:
        return []
    return [(ident, line) for ident, what, line in charter.rows(charter.said) if what == kind]


@threshold
def charter_version(request: Any, version: int) -> HttpResponse:
    """An older version, as it was signed."""
    shown = get_object_or_404(Charter.objects.of(request.community), version=version)
    return render(
        request,
        "culture/version.html",
        {
            "charter": shown,
            "said": shown.said,
            "values": _linked(shown, VALUE),
            "conventions": _linked(shown, CONVENTION),
        },
    )


@require_POST
@member_only
def sign(request: Any) -> HttpResponse:
    form = SignForm(request.POST)
    if not form.is_valid():
        return redirect(url(request.community, "charter"))
    standing = get_object_or_404(
        Charter.objects.of(request.community), version=form.cleaned_data["version"]
    )
    actions.sign(charter=standing, member=request.member, now=timezone.now())
    toast(request, _("Signed."))
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return redirect(back)
    return redirect(url(request.community, "charter"))


@threshold
def join(request: Any) -> HttpResponse:
    """The charter with a box to tick; by approval, with a word to those who decide."""
    if not request.user.is_authenticated:
        return ask_to_sign_in(request)
    community, member = request.community, request.member
    if member is not None and member.state == community_rules.BANNED:
        raise NotAllowed
    token = request.POST.get("invitation") or request.GET.get("invitation", "")
    if member is not None and (
        member.is_in or (not token and member.state in (*community_rules.TO_DECIDE, "waiting"))
    ):
        return redirect(url(community, "community" if member.is_in else "entry"))
    standing = queries.standing(community)
    now = timezone.now()
    door = gate.gate(community, member=member, token=token, now=now)
    form = JoinForm(
        request.POST or None,
        by_approval=door.way == gate.ASK,
        questions=door.questions,
        initial={"version": standing.version if standing else 0},
    )
    if request.method == "POST" and door.way == gate.CLOSED:
        raise ByInvitationOnly
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data.get("note", "")
        answers = form.answers()
        said = note or " ".join(one["answer"] for one in answers)
        joined = actions.join(
            community=community,
            person=request.user,
            version=form.cleaned_data["version"],
            note=note,
            answers=answers,
            invitation=door.invitation,
            lang=lang_of(said, get_language() or "en"),
            now=now,
        )
        toast(request, _("Welcome. You are in.") if joined.is_in else _("Asked. We mail you."))
        return redirect(url(community, "community" if joined.is_in else "entry"))
    return render(
        request,
        "culture/join.html",
        {
            "form": form,
            "charter": standing,
            "said": standing.said if standing else None,
            "by_approval": door.way == gate.ASK,
            "door": door,
            "token": token if door.invitation else "",
        },
        status=422 if request.method == "POST" else 200,
    )
