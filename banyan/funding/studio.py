"""Operators' pages: writing projects, letting them live, delivering, paying back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.pictures import NotAPicture, take_picture
from banyan.core.refusals import Refusal
from banyan.core.text import render_markdown
from banyan.core.ui.toasts import toast
from banyan.orders import countries
from banyan.sellers.queries import currency_of

from . import queries, rules
from .actions import closing, delivering, planning, pledging
from .forms import EvidenceForm, ProjectForm, ReasonForm, initial_of, sign_of
from .models import Project

RIGHT = queries.RIGHT


@operator(RIGHT)
@require_safe
def funding(request: Any) -> HttpResponse:
    rows = queries.list_in_studio(request.community)
    return render(request, "funding/studio_funding.html", {"rows": rows})


@operator(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    with timezone.override(ZoneInfo(request.community.zone)):
        end = timezone.localtime().replace(hour=20, minute=0, second=0, microsecond=0)
        initial = {
            "ends_at": end + timedelta(days=30), "part_1": _("Rewards delivered"), "share_1": "100",
        }  # fmt: skip
        return _edit(request, None, initial)


@operator(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Any, id: UUID) -> HttpResponse:
    found = queries.project_at(request.community, id, for_shop=True)
    if found.state != rules.DRAFT:
        raise planning.WrongMoment
    with timezone.override(ZoneInfo(request.community.zone)):
        initial = initial_of(
            found, queries.rewards_of(found), queries.milestones_of(found),
            timezone.localtime(found.ends_at),
        )  # fmt: skip
        return _edit(request, found, initial)


def _edit(request: Any, found: Project | None, initial: dict[str, Any]) -> HttpResponse:
    currency = currency_of(request.community.pk)
    form = ProjectForm(
        request.POST or None, request.FILES or None, initial=initial, currency=currency,
        today=timezone.localdate(),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        done = _save(request, form, found)
        if done is not None:
            return done
    sign = sign_of(currency, request.LANGUAGE_CODE)
    return render(
        request, "funding/studio_edit.html",
        {"form": form, "project": found, "sign": sign, "zone": request.community.zone},
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


def _save(request: Any, form: ProjectForm, found: Project | None) -> HttpResponse | None:
    """None when something was wrong with it: the form says what."""
    now, given = timezone.now(), dict(form.cleaned_data)
    upload = given.pop("picture")
    try:
        given["picture"] = _picture(request, upload)
        if found is None:
            found = planning.draft(community=request.community, by=request.member, now=now, **given)
        else:
            planning.change(project=found, by=request.member, now=now, **given)
    except NotAPicture as refusal:
        form.add_error("picture", str(refusal.sentence))
    except planning.BadDeadline as refusal:
        form.add_error("ends_at", str(refusal.sentence))
    except planning.BadPlan as refusal:
        where = "goal" if refusal.fault == rules.NO_GOAL else "name_1"
        form.add_error(where, str(refusal.sentence))
    else:
        toast(request, _("Saved. Nobody sees it before it is live."))
        return redirect(url(request.community, "studio-project", id=found.public_id))
    return None


def _picture(request: Any, upload: Any) -> Any:
    if not upload:
        return None
    return take_picture(
        upload, community_id=request.community.pk, owner=request.user.pseudonym,
        now=timezone.now(),
    )  # fmt: skip


@operator(RIGHT)
@require_safe
def project(request: Any, id: UUID) -> HttpResponse:
    return _page(request, queries.project_at(request.community, id, for_shop=True))


def _page(
    request: Any, found: Project, *, sentence: str = "", evidence: Any = None, status: int = 200
) -> HttpResponse:
    now, member = timezone.now(), request.member
    rows = Paginator(queries.pledges_in_studio(found), 30).get_page(request.GET.get("page"))
    for one in rows:
        one.project = one.reward.project = found
        one.country_name = countries.name_of(one.country, request.LANGUAGE_CODE)
        one.can_go_back = one.is_paid and found.state in (
            rules.LIVE, rules.FUNDED, rules.COLLECTING,
        )  # fmt: skip
        one.can_deliver = one.state == rules.COLLECTED and found.state in (
            rules.DELIVERING, rules.DISPUTED,
        )  # fmt: skip
    alone = not queries.others_who_may(found).exists()
    looks = member.pk != found.made_by_id or alone
    milestones = queries.milestones_of(found)
    waiting = [one for one in milestones if one.state == rules.WAITING]
    is_delivering = found.state == rules.DELIVERING
    shows = bool(waiting) and is_delivering and not any(
        one.state == rules.PROVEN for one in milestones
    )  # fmt: skip
    return render(
        request,
        "funding/studio_project.html",
        {
            "project": found,
            "story": mark_safe(render_markdown(found.story)) if found.story else "",
            "rewards": queries.rewards_of(found),
            "milestones": milestones,
            "next_milestone": waiting[0] if shows else None,
            "objections": queries.objections_to(found),
            "page": rows,
            "is_alone": alone,
            "may_look": looks,
            "is_counting": found.state == rules.LIVE and not found.is_open(now),
            "is_shown": found.state in rules.SHOWN,
            "can_cancel": found.state in rules.HOLDS,
            "has_to_choose": found.decide_until is not None and found.state == rules.COLLECTING,
            "may_choose": member.pk == found.made_by_id or not found.made_by.may(RIGHT),
            "reason_form": ReasonForm(),
            "evidence_form": evidence or EvidenceForm(),
            "sentence": sentence,
        },
        status=status,
    )  # fmt: skip


def _do(request: Any, found: Project, verb: Callable[[], Any], said: str) -> HttpResponse:
    id = found.public_id
    try:
        verb()
    except Refusal as refusal:
        fresh = queries.project_at(request.community, id, for_shop=True)
        return _page(request, fresh, sentence=str(refusal.sentence), status=refusal.status)
    toast(request, said)
    return redirect(url(request.community, "studio-project", id=id))


REASONED = ("down", "cancel", "refund")


@operator(RIGHT)
@require_POST
def steer(request: Any, id: UUID, do: str) -> HttpResponse:
    """What is done with a whole project; `do` says what."""
    found = queries.project_at(request.community, id, for_shop=True)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    if do in REASONED and not reason:
        return _page(request, found, sentence=_("Say why: whoever it concerns reads it."),
                     status=422)  # fmt: skip
    if do == "discard":
        planning.discard(project=found, by=request.member)
        toast(request, _("The draft is gone."))
        return redirect(url(request.community, "studio-funding"))
    given = {"project": found, "by": request.member, "now": timezone.now()}
    verbs: dict[str, tuple[Callable[[], Any], str]] = {
        "send": (lambda: planning.send(**given), _("Sent. Somebody else looks at it now.")),
        "withdraw": (lambda: planning.withdraw(**given), _("It is a draft again.")),
        "live": (lambda: planning.let_live(**given), _("It is live.")),
        "down": (
            lambda: planning.turn_down(reason=reason, **given), _("Turned down, with your reason."),
        ),
        "cancel": (
            lambda: closing.cancel(reason=reason, **given),
            _("Called off. Everybody is paid back."),
        ),
        "proceed": (
            lambda: closing.choose(proceeds=True, **given), _("Delivery can begin."),
        ),
        "refund-all": (
            lambda: closing.choose(proceeds=False, **given), _("Everybody is paid back."),
        ),
        "release": (
            lambda: delivering.resolve(releases=True, reason="", **given),
            _("The share is paid out."),
        ),
        "refund": (
            lambda: delivering.resolve(releases=False, reason=reason, **given),
            _("What is left goes back to its backers."),
        ),
    }  # fmt: skip
    if do not in verbs:
        raise Http404
    verb, said = verbs[do]
    return _do(request, found, verb, said)


@operator(RIGHT)
@require_POST
def hand_back(request: Any, id: UUID) -> HttpResponse:
    """Pay one backer back, before the project is counted for the last time."""
    one = queries.pledge_at(request.community, id)
    return _do(
        request, one.project,
        lambda: pledging.hand_back(pledge=one, by=request.member, now=timezone.now()),
        _("The money is on its way back."),
    )  # fmt: skip


@operator(RIGHT)
@require_POST
def deliver(request: Any, id: UUID) -> HttpResponse:
    """The reward has gone out; or it has not after all."""
    one, done = queries.pledge_at(request.community, id), request.POST.get("done") == "1"
    return _do(
        request, one.project,
        lambda: delivering.deliver(
            pledge=one, by=request.member, done=done, now=timezone.now()
        ),
        _("Marked as delivered.") if done else _("Not delivered after all."),
    )  # fmt: skip


@operator(RIGHT)
@require_POST
def show(request: Any, id: UUID) -> HttpResponse:
    """Show backers what a milestone was for: 72 hours to object begin."""
    one = queries.milestone_at(request.community, id)
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            picture = _picture(request, form.cleaned_data["picture"])
        except NotAPicture as refusal:
            form.add_error("picture", str(refusal.sentence))
    if not form.is_valid():
        found = queries.project_at(request.community, one.project.public_id, for_shop=True)
        return _page(request, found, evidence=form, status=422)
    return _do(
        request, one.project,
        lambda: delivering.show(
            milestone=one, by=request.member, evidence=form.cleaned_data["evidence"],
            picture=picture, now=timezone.now(),
        ),
        _("Shown. Backers have 72 hours to object."),
    )  # fmt: skip
