"""Operators: how people come in, the invitations that stand, and undoing a refusal."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.core.text import lang_of
from banyan.core.ui.toasts import toast

from ..doors import named_member, operator
from ..models import Invitation
from ..places import url
from . import deciding, inviting, letting
from . import rules as ways
from .forms import InvitationForm, PolicyForm
from .views import shown

PER_PAGE = 30


@operator("settings.edit")
def policy(request: Any) -> HttpResponse:
    community = request.community
    form = PolicyForm(request.POST or None, community=community, initial=_initial(community))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        deciding.change_policy(
            community=community, by=request.user, now=timezone.now(),
            join_policy=given["join_policy"], capacity=given["capacity"],
            answer_hours=given["answer_hours"], probation_days=given["probation_days"],
            host=given["host"], questions=form.questions(), automatic=form.automatic(),
        )  # fmt: skip
        toast(request, _("Saved."))
        return redirect(url(community, "studio-entry"))
    return render(
        request,
        "communities/studio_entry.html",
        {"form": form},
        status=422 if request.method == "POST" else 200,
    )


def _initial(community: Any) -> dict[str, Any]:
    stands = letting.policy_of(community)
    given: dict[str, Any] = {
        "join_policy": community.join_policy, "capacity": community.capacity,
        "answer_hours": stands.answer_hours, "probation_days": stands.probation_days,
        "host": stands.host_id,
    }  # fmt: skip
    for n, one in enumerate(stands.questions):
        given[f"question_{n}"], given[f"second_{n}"] = one["text"], one.get("second", "")
    return given | {f"rule_{name}": stands.automatic.get(name, "") for name, _label in ways.RULES}


@operator("members.admit")
def invitations(request: Any) -> HttpResponse:
    """Every invitation of this place with its uses; a new one, by link or by mail."""
    community = request.community
    form = InvitationForm(request.POST or None, is_operator=True)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = inviting.invite(
            by=request.member, uses=given["uses"], days=given["days"], email=given["email"],
            note_text=given["note"], lang=lang_of(given["note"], get_language() or "en"),
            now=timezone.now(),
        )  # fmt: skip
        if made.email:
            toast(request, _("The invitation is on its way."))
        return redirect(url(community, "studio-invitation", id=made.public_id))
    found = Invitation.objects.of(community).select_related("by__person__picture").order_by("-pk")
    return render(
        request,
        "communities/studio_invitations.html",
        {
            "form": form,
            "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
            "now": timezone.now(),
        },
        status=422 if request.method == "POST" else 200,
    )


def _invitation(request: Any, id: Any) -> Invitation:
    return get_object_or_404(
        Invitation.objects.of(request.community).select_related("by__person", "community"),
        public_id=id,
    )


@operator("members.admit")
def invitation(request: Any, id: Any) -> HttpResponse:
    return render(request, "communities/studio_invitation.html", shown(_invitation(request, id)))


@require_POST
@operator("members.admit")
def revoke(request: Any, id: Any) -> HttpResponse:
    inviting.revoke(invitation=_invitation(request, id), by=request.member, now=timezone.now())
    toast(request, _("Revoked. The link opens nothing any more."))
    return redirect(url(request.community, "studio-invitations"))


@require_POST
@operator("members.admit")
def relent(request: Any, id: Any) -> HttpResponse:
    member = named_member(request, id)
    deciding.relent(member=member, by=request.user, now=timezone.now())
    if member.is_in:
        toast(request, _("%(name)s is in. A mail is on its way.") % {"name": member.person})
    else:
        toast(request, _("%(name)s is on the waiting list.") % {"name": member.person})
    return redirect(url(request.community, "studio-members"))


@require_POST
@operator("members.admit")
def settle(request: Any, id: Any) -> HttpResponse:
    member = named_member(request, id)
    deciding.settle(member=member, by=request.member, now=timezone.now())
    toast(request, _("%(name)s has found their feet.") % {"name": member.person})
    return redirect(url(request.community, "studio-members"))
