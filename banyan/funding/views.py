"""Members' pages: what asks for money here, one project, pledging and taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banyan.communities import rules as places
from banyan.communities.doors import member_only, reader
from banyan.communities.places import full_url, url
from banyan.core.refusals import Refusal
from banyan.core.text import plain, render_markdown
from banyan.core.ui.toasts import toast
from banyan.orders import countries
from banyan.orders import queries as orders
from banyan.orders.actions.placing import Address
from banyan.payments import actions as payments
from banyan.payments.models import Payment

from . import queries, rules
from .actions import delivering, pledging
from .forms import PledgeForm, ReasonForm, sign_of
from .models import Pledge, Project, Reward


def _member(request: Any) -> Any:
    return request.member if request.member is not None and request.member.is_in else None


def _may_run(request: Any) -> bool:
    return bool(request.member and request.member.may(queries.RIGHT))


@reader
@require_safe
def funding(request: Any) -> HttpResponse:
    """Projects that ask for money here, and what became of earlier ones."""
    now = timezone.now()
    running, past = queries.list_here(request.community, now=now)
    for one in running:
        one.days = one.days_left(now)
    return render(
        request, "funding/funding.html",
        {"running": running, "past": past, "may_run": _may_run(request), "here": "shop"},
    )  # fmt: skip


@reader
@never_cache
@require_safe
def project(request: Any, id: UUID) -> HttpResponse:
    return page(request, queries.project_at(request.community, id))


def page(
    request: Any, found: Project, *, sentence: str = "", objection: Any = None, status: int = 200
) -> HttpResponse:
    now, member = timezone.now(), _member(request)
    mine = queries.my_pledge(found, member)
    is_open = found.is_open(now)
    holds = mine is not None and mine.state in rules.HELD
    sells = member is not None and pledging.runs_the_shop(member)
    milestones = queries.milestones_of(found)
    return render(
        request,
        "funding/project.html",
        {
            "here": "shop",
            "page_is_wide": True,
            "project": found,
            "story": mark_safe(render_markdown(found.story)) if found.story else "",
            "rewards": queries.rewards_of(found),
            "milestones": milestones,
            "backers": queries.backers_of(found),
            "is_open": is_open,
            "is_counting": found.state == rules.LIVE and not is_open,
            "days": found.days_left(now),
            "mine": mine,
            "held": holds,
            "waits": mine is not None and mine.state == rules.RESERVED and _is_waiting(mine),
            "was_down": request.GET.get("down") == "1",
            "can_pledge": is_open and member is not None and not sells and not holds,
            "can_take_back": is_open and holds,
            "is_member": member is not None,
            "sells": sells,
            "can_object": [
                one.pk for one in milestones
                if mine is not None and mine.state == rules.COLLECTED
                and found.state == rules.DELIVERING and one.takes_objections(now)
                and not one.objections.filter(pledge=mine).exists()
            ],
            "objection_form": objection or ReasonForm(),
            "share": _share(request, found) if _is_public(request) else None,
            "may_run": _may_run(request),
            "sentence": sentence,
        },
        status=status,
    )  # fmt: skip


def _is_public(request: Any) -> bool:
    return bool(request.community.visibility == places.PUBLIC)


def _is_waiting(pledge: Pledge) -> bool:
    """Sent to the provider, and no word from it yet."""
    tried = pledging.attempts(pledge).first()
    return tried is not None and tried.is_open and bool(tried.pay_url)


def _share(request: Any, found: Project) -> dict[str, str]:
    picture = found.picture.sized(1280) if found.picture else ""
    return {
        "title": found.title,
        "text": plain(found.story)[:200],
        "url": full_url(request.community, "project", id=found.public_id),
        "site": request.community.here_name,
        "picture": picture if not picture or "://" in picture
        else request.build_absolute_uri(picture),
        "kind": "article",
    }  # fmt: skip


@member_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pledge(request: Any, id: UUID) -> HttpResponse:
    """One page from reward to payment: how much, where to, and what happens to the money."""
    reward, now = queries.reward_at(request.community, id), timezone.now()
    found: Project = reward.project
    if request.method != "POST":
        refused = _why_not(found, reward, request.member, now)
        if refused is not None:
            return page(request, found, sentence=str(refused.sentence), status=refused.status)
        return _pledge_page(request, found, reward, _empty_form(request, reward))
    form = PledgeForm(request.POST, reward=reward, currency=found.currency)
    if not form.is_valid():
        return _pledge_page(request, found, reward, form, status=422)
    given = form.cleaned_data
    address = (
        Address(**{name: given.get(name, "") for name in form.PLACE})
        if reward.needs_address else None
    )  # fmt: skip
    try:
        begun = pledging.begin(
            project=found, reward=reward, member=request.member, amount_minor=given["amount"],
            address=address, key=request.form_key or "1", lang=request.LANGUAGE_CODE, now=now,
        )  # fmt: skip
    except Refusal as refusal:
        return _pledge_page(
            request, found, reward, form, sentence=str(refusal.sentence), status=refusal.status
        )
    return _go_and_pay(request, found, begun.payment)


def _why_not(
    found: Project, reward: Reward, member: Any, now: datetime
) -> type[Refusal] | None:  # fmt: skip
    if pledging.runs_the_shop(member):
        return pledging.ShopsDoNotPledge
    if not found.is_open(now):
        return pledging.ProjectIsOver
    mine = queries.my_pledge(found, member)
    if mine is not None and mine.state in rules.HELD:
        return pledging.PledgedAlready
    return pledging.RewardIsGone if reward.is_gone else None


def _empty_form(request: Any, reward: Reward) -> PledgeForm:
    """Filled with what the member's last parcel was sent to."""
    project, person = reward.project, request.user
    initial: dict[str, Any] = {"amount": reward.least.as_text()}
    if reward.needs_address:
        last = orders.last_address(person)
        initial["name"] = person.name
        initial["country"] = person.region or countries.of_currency(project.currency)
        if last is not None:
            initial |= {name: getattr(last, name) for name in PledgeForm.PLACE}
    return PledgeForm(initial=initial, reward=reward, currency=project.currency)


def _pledge_page(
    request: Any, found: Project, reward: Reward, form: PledgeForm, *, sentence: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    sign = sign_of(found.currency, request.LANGUAGE_CODE)
    return render(
        request, "funding/pledge.html",
        {"project": found, "reward": reward, "form": form, "sign": sign, "sentence": sentence,
         "here": "shop"},
        status=status,
    )  # fmt: skip


def _go_and_pay(request: Any, found: Project, payment: Payment) -> HttpResponse:
    """Send the backer to the provider; when it is down the project's page says so."""
    try:
        return redirect(payments.send(payment))
    except Refusal:
        return redirect(url(request.community, "project", id=found.public_id) + "?down=1")


def _own(request: Any, id: UUID) -> Pledge:
    found = queries.pledge_at(request.community, id)
    if found.member_id != request.member.pk:
        raise Http404
    return found


def _answer(request: Any, found: Project, refusal: Refusal) -> HttpResponse:
    fresh = queries.project_at(request.community, found.public_id)
    return page(request, fresh, sentence=str(refusal.sentence), status=refusal.status)


@member_only
@require_POST
def pay(request: Any, id: UUID) -> HttpResponse:
    """Once more to the provider, while the reward is kept."""
    found = _own(request, id)
    try:
        payment = pledging.pay_again(pledge=found, key=request.form_key, now=timezone.now())
    except Refusal as refusal:
        return _answer(request, found.project, refusal)
    return _go_and_pay(request, found.project, payment)


@member_only
@require_POST
def back(request: Any, id: UUID) -> HttpResponse:
    """Take a pledge back before the deadline: everything comes back."""
    found = _own(request, id)
    was_paid = found.is_paid
    try:
        pledging.take_back(pledge=found, by=request.member, now=timezone.now())
    except Refusal as refusal:
        return _answer(request, found.project, refusal)
    said = _("Taken back.")
    if was_paid:
        said = _("Taken back. Your money is on its way to you.")
    toast(request, said)
    return redirect(url(request.community, "project", id=found.project.public_id))


@member_only
@require_POST
def object_to(request: Any, id: UUID) -> HttpResponse:
    """A backer says why a milestone should not be paid out."""
    milestone = queries.milestone_at(request.community, id)
    found: Project = milestone.project
    mine = queries.my_pledge(found, request.member)
    form = ReasonForm(request.POST)
    if mine is None:
        raise Http404
    if not form.is_valid():
        return page(request, found, objection=form, status=422)
    try:
        delivering.object_to(
            milestone=milestone, pledge=mine, reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _answer(request, found, refusal)
    toast(request, _("Your objection is written down."))
    return redirect(url(request.community, "project", id=found.public_id))
