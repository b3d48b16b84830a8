"""A person's way in: where it stands and why, asking to look again; inviting others; greeting."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.core.refusals import NotAllowed
from banyan.core.text import lang_of
from banyan.core.ui.toasts import toast
from banyan.people.doors import ask_to_sign_in

from .. import rules
from ..doors import member_only, threshold
from ..models import EntryStep, Invitation, Member
from ..places import url
from . import deciding, inviting, qr
from .forms import AppealForm, InvitationForm

SHOWN = (*rules.UNDER_WAY, rules.REFUSED)


@threshold
def entry(request: Any) -> HttpResponse:
    """My way in: what was decided, by whom or what, why, and until when an answer is promised."""
    if not request.user.is_authenticated:
        return ask_to_sign_in(request)
    member = request.member
    if member is None or member.state not in SHOWN:
        return redirect(url(request.community, "community"))
    form = AppealForm(request.POST or None)
    if request.method == "POST" and (form.is_valid() or member.state != rules.REFUSED):
        words = form.cleaned_data.get("words", "")
        deciding.appeal(
            member=member, words=words, lang=lang_of(words, get_language() or "en"),
            now=timezone.now(),
        )  # fmt: skip
        toast(request, _("Asked. Somebody else looks at it."))
        return redirect(url(request.community, "entry"))
    ahead = 0
    if member.state == rules.WAITING:
        ahead = Member.objects.of(request.community).filter(
            state=rules.WAITING, waiting_since__lt=member.waiting_since
        ).count()  # fmt: skip
    return render(
        request,
        "communities/entry.html",
        {
            "steps": list(EntryStep.objects.filter(member=member)),
            "form": form,
            "may_appeal": member.state == rules.REFUSED and member.appealed_at is None,
            "place": ahead + 1,
            "is_late": member.due_at is not None and member.due_at < timezone.now(),
        },
        status=422 if request.method == "POST" else 200,
    )


@member_only
def invite(request: Any) -> HttpResponse:
    """My invitations, and a new one."""
    member, community, now = request.member, request.community, timezone.now()
    may = not member.is_new_here(now) and (
        community.has("invitations") or member.may("members.admit")
    )
    form = InvitationForm(request.POST or None, is_operator=member.may("members.admit"))
    if request.method == "POST":
        if not may:
            raise NotAllowed
        if form.is_valid():
            made = _made(form, member)
            return redirect(url(community, "invitation", id=made.public_id))
    mine = Invitation.objects.of(community).filter(by=member).order_by("-pk")[:50]
    return render(
        request,
        "communities/invite.html",
        {"form": form, "invitations": list(mine), "may_invite": may, "now": now},
        status=422 if request.method == "POST" else 200,
    )


def _made(form: InvitationForm, member: Member) -> Invitation:
    given = form.cleaned_data
    return inviting.invite(
        by=member, uses=given["uses"], days=given["days"], email=given.get("email", ""),
        note_text=given["note"], lang=lang_of(given["note"], get_language() or "en"),
        now=timezone.now(),
    )  # fmt: skip


def _mine(request: Any, id: Any) -> Invitation:
    return get_object_or_404(
        Invitation.objects.of(request.community).select_related("by__person", "community"),
        public_id=id,
        by=request.member,
    )


@member_only
def invitation(request: Any, id: Any) -> HttpResponse:
    """One invitation of mine: the link, its square, who came, the way to revoke it."""
    return render(request, "communities/invitation.html", shown(_mine(request, id)))


def shown(one: Invitation) -> dict[str, Any]:
    address = inviting.address_of(one)
    came = Member.objects.filter(invitation=one, state=rules.JOINED).select_related("person")
    return {
        "invitation": one,
        "stands": one.stands(timezone.now()),
        "address": address,
        "square": qr.svg(address, _("The link as a square to scan")),
        "came": list(came[:30]),
    }


@require_POST
@member_only
def revoke(request: Any, id: Any) -> HttpResponse:
    inviting.revoke(invitation=_mine(request, id), by=request.member, now=timezone.now())
    toast(request, _("Revoked. The link opens nothing any more."))
    return redirect(url(request.community, "invite"))


@require_POST
@member_only
def settle(request: Any, id: Any) -> HttpResponse:
    """The host's word that a newcomer has found their feet."""
    newcomer = get_object_or_404(
        Member.objects.of(request.community).select_related("person", "community"),
        public_id=id, host=request.member,
    )  # fmt: skip
    deciding.settle(member=newcomer, by=request.member, now=timezone.now())
    toast(request, _("%(name)s has found their feet.") % {"name": newcomer.person})
    return redirect(url(request.community, "membership"))
