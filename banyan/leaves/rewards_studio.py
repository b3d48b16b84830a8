"""Operators' pages of the shop for leaves: rewards, and who took them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.refusals import Refusal
from banyan.core.text import whole_number
from banyan.core.ui.toasts import toast

from . import queries, rules
from .actions import rewards as swapping
from .forms import RewardForm
from .models import Reward

RIGHT = "campaigns.run"
LINES, MOST = 30, 200


@operator(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def rewards(request: Any) -> HttpResponse:
    """What is to be had for leaves and who took it; POST puts something up."""
    community = request.community
    form = RewardForm(request.POST or None, initial={"stock": 10})
    if request.method == "POST" and form.is_valid():
        made = swapping.put_up(by=request.member, now=timezone.now(), **form.cleaned_data)
        undo = url(community, "studio-reward-turn", id=made.public_id, do="off")
        toast(request, _("Put up. Members can take it now."), undo=undo)
        return redirect(url(community, "studio-rewards"))
    page = Paginator(queries.exchanges_here(community), LINES).get_page(request.GET.get("page"))
    return render(
        request,
        "leaves/studio_rewards.html",
        {"form": form, "rewards": list(queries.rewards_here(community)[:MOST]), "page": page},
        status=422 if request.method == "POST" else 200,
    )


def _reward(request: Any, id: UUID) -> Reward:
    return get_object_or_404(queries.rewards_here(request.community), public_id=id)


@operator(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def reward(request: Any, id: UUID) -> HttpResponse:
    """Change one; what was taken already stays as it was."""
    found, sentence, status = _reward(request, id), "", 200
    initial = {
        "title": found.title, "words": found.words, "price_minor": found.price_minor,
        "stock": found.stock,
    }  # fmt: skip
    form = RewardForm(request.POST or None, initial=initial)
    if request.method == "POST":
        status, shown = 422, request.POST.get("shown", "")
        if form.is_valid():
            try:
                swapping.change(
                    reward=found, by=request.member, now=timezone.now(),
                    expected_stock=whole_number(shown, digits=6, other=-1),
                    **form.cleaned_data,
                )  # fmt: skip
            except Refusal as refusal:
                sentence, status = str(refusal.sentence), refusal.status
            else:
                toast(request, _("Saved."))
                return redirect(url(request.community, "studio-rewards"))
    return render(
        request,
        "leaves/studio_reward.html",
        {"form": form, "reward": found, "sentence": sentence},
        status=status,
    )


@operator(RIGHT)
@require_POST
def turn(request: Any, id: UUID, do: str) -> HttpResponse:
    if do not in (rules.ON, rules.OFF):
        raise Http404
    found = _reward(request, id)
    swapping.turn(reward=found, to=do, by=request.member, now=timezone.now())
    back = rules.ON if do == rules.OFF else rules.OFF
    undo = url(request.community, "studio-reward-turn", id=found.public_id, do=back)
    toast(request, _("Taken down.") if do == rules.OFF else _("Put up again."), undo=undo)
    return redirect(url(request.community, "studio-rewards"))


@operator(RIGHT)
@require_POST
def steer(request: Any, id: UUID, do: str) -> HttpResponse:
    """It was handed over, or it is undone and the leaves go back."""
    if do not in ("hand", "undo"):
        raise Http404
    found = get_object_or_404(queries.exchanges_here(request.community), public_id=id)
    if do == "hand":
        swapping.hand_over(exchange=found, by=request.member, now=timezone.now())
        undo = url(request.community, "studio-exchange-steer", id=found.public_id, do="undo")
        toast(request, _("Noted as handed over."), undo=undo)
    else:
        swapping.undo(exchange=found, by=request.member, now=timezone.now())
        toast(request, _("Undone. The leaves are back with the member."))
    return redirect(url(request.community, "studio-rewards") + "#taken")
