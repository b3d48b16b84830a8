"""Operators: who is here, who asks to come, and what the place looks like."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.core.ids import read_id
from banyan.core.refusals import NotAllowed, Refusal
from banyan.core.ui.toasts import toast

from . import actions, covers, queries, rules, switches
from .doors import named_member, operator
from .forms import SettingsForm
from .models import Member, Segment
from .places import url
from .segments import queries as segments
from .segments.rules import FEWEST

PER_PAGE = 30


@operator("members.see")
def members(request: Any) -> HttpResponse:
    """Everybody who is or was here; whoever asks to come stands first."""
    community, may = request.community, request.member.may
    words = request.GET.get("q", "").strip()[:60]
    state, role = request.GET.get("state", rules.JOINED), request.GET.get("role", "")
    segment, few = _segment(request), False
    if segment is not None:  # no search inside a segment: it would tell whether one person is in it
        words, state, role = "", rules.JOINED, ""
    found = queries.roll(community, words=words, state=state, role=role)
    if segment is not None:
        inside = segments.members_of(community, segment.rule, now=timezone.now())
        few = inside.distinct().count() < FEWEST
        found = found.none() if few else found.filter(pk__in=inside.values("pk"))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "communities/studio_members.html",
        {
            "page": page,
            "segment": segment,
            "is_few": few,
            "segments": list(Segment.objects.of(community)[:50]) if may("members.admit") else [],
            "words": words,
            "state": state,
            "role": role,
            "states": [one for one in rules.STATES if one[0] != rules.INVITED],
            "roles": rules.ROLES,
            "applications": list(queries.applications(community).prefetch_related("steps")[:50]),
            "now": timezone.now(),
            "may_admit": may("members.admit"),
            "may_ban": may("members.ban"),
            "may_give_roles": may("members.roles"),
        },
    )


def _segment(request: Any) -> Segment | None:
    """The saved segment that the list is narrowed by."""
    oid = request.GET.get("segment", "")
    if not oid or not request.member.may("members.admit"):
        return None
    try:
        public_id = read_id(oid)
    except ValueError:
        return None
    return Segment.objects.of(request.community).filter(public_id=public_id).first()


def _back(request: Any) -> HttpResponse:
    return redirect(url(request.community, "studio-members"))


@require_POST
@operator("members.admit")
def admit(request: Any, id: Any) -> HttpResponse:
    member = named_member(request, id)
    actions.admit(member=member, by=request.user, now=timezone.now())
    if member.is_in:
        toast(request, _("%(name)s is in. A mail is on its way.") % {"name": member.person})
    else:
        toast(request, _("%(name)s is on the waiting list.") % {"name": member.person})
    return _back(request)


@operator("members.admit")
def refuse(request: Any, id: Any) -> HttpResponse:
    """Refusing asks once more, with room for a reason that goes into the mail."""
    member = named_member(request, id)
    if request.method != "POST":
        return _ask(request, member, "refuse")
    reason = request.POST.get("reason", "").strip()[:300]
    actions.refuse(member=member, by=request.user, reason=reason, now=timezone.now())
    toast(request, _("%(name)s is not admitted. A mail says so.") % {"name": member.person})
    return _back(request)


@operator("members.ban")
def ban(request: Any, id: Any) -> HttpResponse:
    member = named_member(request, id)
    if not request.member.outranks(member):
        raise NotAllowed
    if request.method != "POST":
        return _ask(request, member, "ban")
    actions.ban(member=member, by=request.member, now=timezone.now())
    toast(request, _("%(name)s is banned.") % {"name": member.person})
    return _back(request)


@require_POST
@operator("members.ban")
def unban(request: Any, id: Any) -> HttpResponse:
    member = named_member(request, id)
    actions.unban(member=member, by=request.member, now=timezone.now())
    toast(request, _("%(name)s may join again.") % {"name": member.person})
    return _back(request)


@operator("members.roles")
def give_role(request: Any, id: Any) -> HttpResponse:
    """Owners, operators, moderators: what each may do is said before it is given."""
    member = named_member(request, id)
    if request.method != "POST":
        return _ask(request, member, "role")
    role = request.POST.get("role", "")
    if role not in rules.RANK:
        raise Refusal(_("There is no such role."))
    actions.give_role(member=member, role=role, by=request.member, now=timezone.now())
    label = dict(rules.ROLES)[role]
    toast(request, _("%(name)s: %(role)s.") % {"name": member.person, "role": label})
    return _back(request)


def _ask(request: Any, member: Member, what: str) -> HttpResponse:
    return render(
        request,
        "communities/studio_member_ask.html",
        {"subject": member, "what": what, "roles": rules.ROLE_WORDS},
    )


@operator("settings.edit")
def settings(request: Any) -> HttpResponse:
    community = request.community
    form = SettingsForm(
        request.POST or None,
        request.FILES or None,
        has_cover=community.cover_id is not None,
        is_owner=request.member.may("settings.owner"),
        initial=_initial(community),
    )
    cover = None
    if request.method == "POST":
        is_valid, now = form.is_valid(), timezone.now()
        cover = covers.take(form, person=request.user, now=now)
        if is_valid and form.is_valid() and _saved(form, request, cover, now):
            toast(request, _("Saved."))
            return redirect(url(community, "studio-settings"))
    return render(
        request,
        "communities/studio_settings.html",
        {"form": form, "cover": cover},
        status=422 if request.method == "POST" else 200,
    )


_PLAIN = ("name", "purpose", "lang", "second_name", "second_purpose", "join_policy", "visibility",
          "zone", "brand_h")  # fmt: skip


def _initial(community: Any) -> dict[str, Any]:
    return {
        **{name: getattr(community, name) for name in _PLAIN},
        "brand_c": round(community.brand_c * 1000),
        "interests": community.interests,
        "domain": community.domain or "",
        **{f"switch_{key}": community.has(key) for key in switches.offered},
    }


def _saved(form: SettingsForm, request: Any, cover: Any, now: Any) -> bool:
    given, community = form.cleaned_data, request.community
    fields = {name: given[name] for name in _PLAIN}
    second = given["second_name"] or given["second_purpose"]
    fields["second_lang"] = ("zh-Hans" if given["lang"] == "en" else "en") if second else ""
    fields["brand_c"] = given["brand_c"] / 1000
    fields["switches"] = {
        **community.switches,
        **{key: given[f"switch_{key}"] for key in switches.offered},
    }
    if cover is not None:
        fields["cover"] = cover
    elif given.get("drop_cover"):
        fields["cover"] = None
    if "domain" in form.fields:
        fields["domain"] = given["domain"]
    try:
        actions.change_settings(
            community=community, by=request.user, now=now, interests=given["interests"], **fields
        )
    except actions.DomainTaken as taken:
        form.add_error("domain", str(taken.sentence))
        return False
    covers.give(cover, community.pk)
    return True
