from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from banyan.communities.doors import operator, reader
from banyan.core.doors import public
from banyan.core.idempotency import keyless

from . import actions, queries, rules

TABS = (rules.ALL, rules.POSTS, rules.PRODUCTS, rules.PEOPLE, rules.PLACES)


@public
def everywhere(request: Any) -> HttpResponse:
    """All communities; on a community's own domain that community."""
    if getattr(request, "domain_slug", None):
        return here(request)
    return _answer(request, None)


@reader
def here(request: Any) -> HttpResponse:
    return _answer(request, request.community)


def _answer(request: Any, community: Any) -> HttpResponse:
    words = rules.typed(request.GET.get("q", ""))
    tab = request.GET.get("tab", rules.ALL)
    tab = tab if tab in TABS else rules.ALL
    number = request.GET.get("page", "1")
    page = min(max(int(number), 1), 50) if number.isdecimal() and len(number) < 4 else 1
    eyes = queries.eyes_of(request.user)
    found = queries.search(words, eyes=eyes, community=community, only=tab, page=page)
    context = {
        "words": words,
        "tab": tab,
        "found": found,
        "page_number": page,
        "next": page + 1 if found.has_more and tab != rules.ALL else None,
        "ticket": actions.ticket(words, community=community, found=found.count)
        if words and page == 1 and tab == rules.ALL
        else "",
    }
    return render(request, "search/search.html", context)


@public
def suggest_everywhere(request: Any) -> HttpResponse:
    if getattr(request, "domain_slug", None):
        return suggest_here(request)
    return _suggest(request, None)


@reader
def suggest_here(request: Any) -> HttpResponse:
    return _suggest(request, request.community)


def _suggest(request: Any, community: Any) -> HttpResponse:
    eyes = queries.eyes_of(request.user)
    said = queries.suggest(request.GET.get("q", ""), eyes=eyes, community=community)
    response = JsonResponse({"said": said}, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "private, max-age=30"
    return response


@keyless
@public
@require_POST
def note(request: Any) -> HttpResponse:
    actions.note(request.POST.get("ticket", "")[:600], now=timezone.now())
    return HttpResponse(status=204)


@operator("content.moderate")
def searches(request: Any) -> HttpResponse:
    """What members look for here, and what they do not find."""
    return render(
        request,
        "search/searches.html",
        {
            "missing": queries.most_asked(request.community, nothing=True),
            "asked": queries.most_asked(request.community, nothing=False),
        },
    )
