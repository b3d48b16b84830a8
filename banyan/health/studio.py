"""The health board: figures, the people and posts behind them, and the stage they add up to."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.refusals import NotAllowed
from banyan.core.ui.toasts import toast

from . import actions, export, lists, queries, rules, stages
from .forms import ThresholdsForm
from .panels import RIGHT

ORDERS = "orders.see"  # asked for lists that say who bought


def _days(request: Any) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked in {str(days) for days in rules.RANGES} else rules.RANGES[1]


def _board(request: Any) -> queries.Board:
    board = queries.board_of(request.community)
    board.community = request.community
    return board


@operator(RIGHT)
@require_safe
def health(request: Any) -> HttpResponse:
    board, days = _board(request), _days(request)
    span = queries.span_of(board, days)
    found = queries.health(board, span) if span else None
    return render(
        request,
        "health/health.html",
        {
            "board": board, "days": days, "ranges": rules.RANGES, "health": found,
            "is_counted": found is not None and bool(found.growth.days),
            "may_see_orders": request.member.may(ORDERS),
            "weeks": range(rules.COHORT_WEEKS), "few": rules.FEW,
            "stage_name": stages.NAMES[request.community.stage],
            "meaning": stages.MEANING[request.community.stage],
            "conditions": [(stages.NAMES[key], stages.MEANING[key]) for key in board.conditions],
        },
    )  # fmt: skip


def _asked(request: Any) -> lists.Asked:
    board, now = _board(request), timezone.now()
    if board.upto is None or board.swept_at is None:  # nothing is counted: lists are empty
        board.upto, board.swept_at = timezone.localdate(now), now
    span = queries.span_of(board, _days(request))
    if span is None:
        raise Http404
    try:
        cohort = date.fromisoformat(request.GET["cohort"]) if "cohort" in request.GET else None
        week = int(request.GET["week"]) if "week" in request.GET else None
    except ValueError:
        raise Http404 from None
    return lists.Asked(board, span, cohort, week)


def _page(request: Any, rows: Any) -> Any:
    return Paginator(rows, rules.PAGE).get_page(request.GET.get("page"))


@operator(RIGHT)
@require_safe
def people(request: Any) -> HttpResponse:
    """Who is behind a figure; each can be written to."""
    which = request.GET.get("which", "members")
    if which not in lists.PEOPLE or (which == "cohort" and "cohort" not in request.GET):
        raise Http404
    if which in lists.OF_ORDERS and not request.member.may(ORDERS):
        raise NotAllowed
    asked = _asked(request)
    kind = lists.PEOPLE[which]
    return render(
        request,
        "health/people.html",
        {
            "title": kind.label, "which": which, "days": asked.span.days, "asked": asked,
            "has_number": bool(kind.counts), "page": _page(request, lists.people(which, asked)),
        },
    )  # fmt: skip


@operator(RIGHT)
@require_safe
def posts(request: Any) -> HttpResponse:
    """Which posts are behind a figure; each can be answered."""
    which = request.GET.get("which", "posts")
    if which not in lists.POSTS:
        raise Http404
    asked = _asked(request)
    return render(
        request,
        "health/posts.html",
        {
            "title": lists.POSTS[which].label, "which": which, "days": asked.span.days,
            "page": _page(request, lists.posts(which, asked)),
        },
    )  # fmt: skip


@operator(RIGHT)
@require_safe
def comments(request: Any) -> HttpResponse:
    asked = _asked(request)
    return render(
        request,
        "health/comments.html",
        {"days": asked.span.days, "page": _page(request, lists.comments(asked))},
    )


def _opens(request: Any, criterion: stages.Criterion) -> str:
    """The page behind a criterion, "" where there is none."""
    kind, _colon, which = criterion.opens.partition(":")
    pages = {"people": "studio-health-people", "posts": "studio-health-posts",
             "charter": "charter", "orders": "studio-orders"}  # fmt: skip
    is_of_orders = kind == "orders" or which in lists.OF_ORDERS
    if kind not in pages or (is_of_orders and not request.member.may(ORDERS)):
        return ""
    query = f"?{urlencode({'which': which})}" if which else ""
    return url(request.community, pages[kind]) + query


def _part(request: Any, board: Any, key: str) -> list[tuple[stages.Verdict, str]]:
    return [
        (verdict, _opens(request, verdict.criterion))
        for verdict in actions.verdicts_of(board).values()
        if verdict.criterion.stage == key
    ]


@operator(RIGHT)
@require_safe
def stage(request: Any) -> HttpResponse:
    """Where the community stands, what it takes to grow on, and how it came here."""
    board, now = _board(request), request.community.stage
    onward = stages.next_of(now)
    criteria = _part(request, board, now)
    return render(
        request,
        "health/stage.html",
        {
            "board": board, "stage": now, "stage_name": stages.NAMES[now],
            "meaning": stages.MEANING[now], "criteria": criteria,
            "to_market": _part(request, board, stages.TO_MARKET) if now == stages.CANOPY else [],
            "onward": stages.NAMES[onward] if onward != now else "",
            "met": sum(1 for verdict, _url in criteria if verdict.is_met),
            "measured": sum(1 for verdict, _url in criteria if verdict.criterion.is_built),
            "unmeasured": sum(1 for verdict, _url in criteria if not verdict.criterion.is_built),
            "conditions": [
                (stages.NAMES[key], stages.MEANING[key], key in board.conditions)
                for key in stages.CONDITIONS
            ],
            "circles": board.circles,
            "changes": [
                (
                    change,
                    stages.NAMES.get(change.before, ""),
                    stages.NAMES.get(change.after, ""),
                    _evidence(change),
                )
                for change in queries.changes(request.community)
            ],
            "may_set": request.member.may("settings.edit"),
        },
    )  # fmt: skip


def _evidence(change: Any) -> list[stages.Verdict]:
    """A stage's criteria as they stood; conditions keep their figures in the row."""
    return [
        stages.Verdict(
            stages.BY_KEY[row["key"]], row.get("state", ""), row.get("value"), row.get("part"),
            row.get("n"), row.get("wanted"),
        )
        for row in change.evidence if row.get("key") in stages.BY_KEY
    ]  # fmt: skip


@operator("settings.edit")
def thresholds(request: Any) -> HttpResponse:
    board = _board(request)
    form = ThresholdsForm(
        request.POST if request.method == "POST" else None,
        initial={key: board.threshold(key) for key in stages.THRESHOLDS},
    )
    if request.method == "POST" and form.is_valid():
        actions.set_thresholds(
            community=request.community, given=form.cleaned_data, now=timezone.now()
        )
        toast(request, _("Saved."))
        return redirect(url(request.community, "studio-health-stage"))
    return render(
        request,
        "health/thresholds.html",
        {"form": form, "usual": {key: one.usual for key, one in stages.THRESHOLDS.items()}},
        status=422 if request.method == "POST" else 200,
    )


@operator(RIGHT)
@require_safe
def days_file(request: Any) -> StreamingHttpResponse:
    name = f"{request.community.slug}-days-{timezone.now():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        export.lines(request.community),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
