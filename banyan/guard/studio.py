"""Operators' pages: what waits for a look, what is looked at first, who is trusted how far."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import moderator, operator
from banyan.communities.models import Member
from banyan.communities.places import url
from banyan.communities.rules import JOINED, MEMBER
from banyan.core.ui.toasts import toast
from banyan.culture.queries import clauses
from banyan.moderation import rules as verdicts

from . import levels as standings
from . import queries, rules
from .actions import look, setup
from .actions import trust as levels
from .forms import GuardForm, LevelForm, RefuseForm
from .models import Hold, StandingChange

WAITING, LOOKED = "waiting", "looked"
PAGE = 30


def _held(request: Any, tab: str, **extra: Any) -> dict[str, Any]:
    page = int(number) if (number := request.GET.get("page", "1")).isdecimal() else 1
    page = min(max(page, 1), 10_000)
    read = queries.reviewed if tab == LOOKED else queries.queue
    rows, more = read(request.community, page)
    share, each = queries.false_alarms(request.community, now=timezone.now())
    return {
        "tab": tab,
        "rows": rows,
        "next": f"?tab={tab}&page={page + 1}" if more else "",
        "waiting": queries.waiting_count(request.community),
        "share": share,
        "each": each,
        "reasons": verdicts.REASONS,
        "clauses": clauses(request.community),
        "may_set": request.member.may("settings.edit"),
        **extra,
    }


@moderator
def held(request: Any) -> HttpResponse:
    """Texts that wait, with their reasons; what was looked at; how often holding was wrong."""
    tab = LOOKED if request.GET.get("tab") == LOOKED else WAITING
    return render(request, "guard/held.html", _held(request, tab))


@moderator
@require_POST
def review(request: Any, id: UUID, do: str) -> HttpResponse:
    rows = Hold.objects.of(request.community).select_related("author__person", "community")
    hold = rows.filter(public_id=id).first()
    if hold is None:
        raise Http404
    now, member = timezone.now(), request.member
    undo = url(request.community, "studio-held-review", id=id, do="undo")
    if do == "pass":
        look.let_through(hold=hold, by=member, now=now)
        toast(request, _("Let through. Everybody can see it now."), undo=undo)
    elif do == "refuse":
        form = RefuseForm(request.POST)
        if not form.is_valid():
            said = _held(request, WAITING, form=form, form_for=hold.oid)
            return render(request, "guard/held.html", said, status=422)
        look.refuse(hold=hold, by=member, now=now, **form.cleaned_data)
        toast(request, _("Refused. Its author can read why."), undo=undo)
    elif do == "undo":
        look.undo(hold=hold, by=member, now=now)
        toast(request, _("It waits for a look again."))
    else:
        raise Http404
    return redirect(url(request.community, "studio-held"))


@operator("settings.edit")
def guard(request: Any) -> HttpResponse:
    """Words, points and reasons; and what each level of trust needs."""
    form = GuardForm(request.POST or None, initial=_initial(request.community))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        setup.choose(
            by=request.member, now=timezone.now(), is_on=said["is_on"],
            threshold=said["threshold"], off=[r for r in rules.REASONS if r not in said["on"]],
            words=said["words"], needs=form.needs,
        )  # fmt: skip
        toast(request, _("Saved."))
        return redirect(url(request.community, "studio-guard"))
    reasons = [(rule, label, rules.POINTS[rule]) for rule, label in rules.REASONS.items()]
    checked = form.data.getlist("on") if form.is_bound else form.initial["on"]
    context = {"form": form, "reasons": reasons, "checked": checked}
    return render(request, "guard/guard.html", context, status=422 if form.is_bound else 200)


def _initial(community: Any) -> dict[str, Any]:
    policy = queries.policy(community.pk)
    needs = rules.needs_of(policy.needs)
    return {
        "is_on": policy.is_on,
        "threshold": policy.threshold,
        "on": [rule for rule in rules.REASONS if rule not in policy.off],
        "words": "\n".join(policy.words),
        **{f"need-{n}-{key}": need for n, asked in needs.items() for key, need in asked.items()},
    }


@operator("members.see")
def trust(request: Any) -> HttpResponse:
    """Who is trusted how far, and why."""
    words = request.GET.get("q", "").strip()[:60]
    asked = request.GET.get("level", "")
    level = int(asked) if asked in {str(n) for n, _label in rules.LEVELS} else None
    found = standings.roll(request.community, words=words, level=level)
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "spread": standings.spread(request.community),
        "words": words,
        "level": level,
        "may_set": request.member.may("settings.edit"),
        "may_admit": request.member.may("members.admit"),
    }
    return render(request, "guard/trust.html", context)


def _member(request: Any, id: UUID) -> Member:
    rows = Member.objects.of(request.community).filter(state=JOINED, role=MEMBER)
    found = rows.select_related("person__picture", "community").filter(public_id=id).first()
    if found is None:
        raise Http404
    return found


@operator("members.admit")
def one(request: Any, id: UUID) -> HttpResponse:
    """One member's level: what it was counted from, how it changed; set by hand with a reason."""
    member = _member(request, id)
    row = standings.standing(member)
    form = LevelForm(request.POST or None, initial={"level": row.level})
    if request.method == "POST" and form.is_valid():
        change = levels.set_level(
            member=member, by=request.member, now=timezone.now(), **form.cleaned_data
        )
        toast(
            request, _("The level is set."),
            undo=url(request.community, "studio-trust-undo", id=change.public_id),
        )  # fmt: skip
        return redirect(url(request.community, "studio-trust-one", id=id))
    needs = rules.needs_of(queries.policy(request.community.pk).needs)
    context = {
        "member_seen": member,
        "trust": standings.shown(row, needs, rules.COUNTS_OF),
        "form": form,
        "changes": StandingChange.objects.filter(member=member).order_by("-pk")[:20],
    }
    return render(request, "guard/one.html", context, status=422 if form.is_bound else 200)


@operator("members.admit")
@require_POST
def free(request: Any, id: UUID) -> HttpResponse:
    member = _member(request, id)
    change = levels.free_level(member=member, by=request.member, now=timezone.now())
    undo_url = url(request.community, "studio-trust-undo", id=change.public_id)
    toast(request, _("The level is counted again from the next day on."), undo=undo_url)
    return redirect(url(request.community, "studio-trust-one", id=id))


@operator("members.admit")
@require_POST
def undo(request: Any, id: UUID) -> HttpResponse:
    rows = StandingChange.objects.of(request.community).filter(by__isnull=False)
    change = rows.select_related("member__person").filter(public_id=id).first()
    if change is None:
        raise Http404
    levels.undo(change=change, by=request.member, now=timezone.now())
    toast(request, _("Taken back."))
    return redirect(url(request.community, "studio-trust-one", id=change.member.public_id))
