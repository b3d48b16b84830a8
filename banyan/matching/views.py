"""/welcome in three steps that live in the address: nothing is kept unless one says yes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities import context
from banyan.communities.doors import member_only
from banyan.communities.places import url
from banyan.core.doors import public
from banyan.core.refusals import Refusal
from banyan.core.ui.formats import tag_of
from banyan.core.ui.toasts import toast
from banyan.people.doors import person

from . import actions, facets, queries, rules
from .models import ANSWERS, Echo

STRANGER_TURN = 7


class NoSuchAnswer(Refusal):
    sentence = gettext_lazy("Choose one of the answers.")


def _picked(given: Any) -> tuple[list[str], list[str]]:
    sights = [name for name in dict.fromkeys(given.getlist("p")) if name in facets.BY_NAME]
    known = facets.NAMES["value"]
    values = [key for key in dict.fromkeys(given.getlist("v")) if key in known]
    return sights[: facets.PICKS], values[:4]


def _wishes(sights: list[str], values: list[str]) -> set[tuple[str, str]]:
    said = {one for name in sights for one in facets.BY_NAME[name].says}
    return said | {("value", key) for key in values}


def _third_step(sights: list[str], values: list[str]) -> str:
    """What the address of the last step says after its question mark."""
    return urlencode([("step", "3"), *(("p", n) for n in sights), *(("v", k) for k in values)])


@public
def welcome(request: Any) -> HttpResponse:
    """Pick pictures, choose values, see three places with reasons and one to explore."""
    sights, values = _picked(request.GET)
    step = request.GET.get("step", "1")
    is_too_few = step in ("2", "3") and 0 < len(sights) < facets.PICKS and not values
    if step == "3":
        return _matches(request, sights, values)
    if step == "2" and not is_too_few:
        return render(
            request,
            "matching/values.html",
            {"sights": sights, "values": facets.VALUES, "chosen": values},
        )
    return render(
        request,
        "matching/pictures.html",
        {
            "sights": facets.SIGHTS, "chosen": sights, "values": values, "picks": facets.PICKS,
            "is_too_few": is_too_few,
        },
    )  # fmt: skip


def _matches(
    request: Any, sights: list[str], values: list[str], *, error: str = ""
) -> HttpResponse:
    wished = _wishes(sights, values)
    if not wished and request.user.is_authenticated:
        wished = queries.wishes_of(request.user)
    mine = {m.community_id for m in context.memberships(request)}
    reader = (get_language() or "en")[:2]
    wishes = rules.Wishes(queries.as_sets(wished), frozenset({reader}))
    turn = request.user.pk if request.user.is_authenticated else STRANGER_TURN
    open_to = [place for place in queries.places() if place.key not in mine]
    found = rules.match(wishes, open_to, turn=turn)
    if len(found.best) < rules.SHOWN:  # few places in this language: the others as well
        found = rules.match(rules.Wishes(wishes.sets), open_to, turn=turn)
    other = [found.other] if found.other else []
    shown = queries.shown([*found.best, *other])
    picks = _third_step(sights, values)
    return render(
        request,
        "matching/matches.html",
        {
            "best": [shown[one.key] for one in found.best if one.key in shown],
            "other": shown.get(found.other.key) if found.other else None,
            "sights": sights, "values": values, "has_wishes": bool(wished),
            "wished": [facets.NAMES[facet][value] for facet, value in sorted(wished)],
            "may_keep": bool(sights or values), "error": error,
            "back": f"{reverse('welcome')}?{picks}", "picks": picks,
        },
        status=422 if error else 200,
    )  # fmt: skip


@require_POST
@person
def keep(request: Any) -> HttpResponse:
    """Keep the wishes, with a yes of its own; they stand at /me/privacy, each removable."""
    sights, values = _picked(request.POST)
    if request.POST.get("consent") != "on":
        return _matches(
            request, sights, values, error=_("Tick that we may keep them, or leave them unkept.")
        )
    number = actions.keep_wishes(
        person=request.user, wishes=_wishes(sights, values), now=timezone.now(),
        lang=tag_of(get_language() or "en"),
    )  # fmt: skip
    toast(request, _("Kept: %(n)d wishes. You find them under Privacy.") % {"n": number})
    return redirect(f"{reverse('welcome')}?{_third_step(sights, values)}")


@member_only
def answer(request: Any, id: Any) -> HttpResponse:
    """“Is this for you?”: one answer, or none."""
    echo = get_object_or_404(
        Echo.objects.of(request.community), public_id=id, member=request.member
    )
    if request.method != "POST":
        return render(request, "matching/echo_page.html", {"echo": echo})
    said = request.POST.get("answer", "")
    if said not in dict(ANSWERS):
        raise NoSuchAnswer
    actions.answer(echo=echo, member=request.member, said=said, now=timezone.now())
    if said != "skipped":
        toast(request, _("Thank you. Only counts are shown to those who run this place."))
    return redirect(url(request.community, "community"))
