"""The studio's page of culture: goals, rituals, and the ways to what else there is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from banyan.communities.doors import operator

from .examples import rules as examples
from .experiments import rules as experiments
from .goals import measures
from .goals import queries as goal_queries
from .goals import rules as goals
from .goals.views import with_words
from .models import Example, Experiment, Goal
from .rituals import queries as rituals

DAYS = 30


@operator("culture.run")
def culture(request: Any) -> HttpResponse:
    community, now = request.community, timezone.now()
    rows = with_words(list(Goal.objects.of(community)[:20]))
    for goal in rows:
        if goal.state == goals.RUNNING:
            goal.progress = goal_queries.counted(goal, now=now)
    firsts = measures.first_posts(community.pk, now - timedelta(days=DAYS), now)
    # Those of the last day may still be answered in time.
    due = [row for row in firsts if row.at <= now - timedelta(hours=measures.REPLY_HOURS)]
    return render(
        request,
        "culture/studio_culture.html",
        {
            "goals": rows,
            "rituals": rituals.list_of(community),
            "waiting": Example.objects.of(community).filter(state=examples.NOMINATED).count(),
            "running": Experiment.objects.of(community).filter(state=experiments.RUNNING).count(),
            "firsts": len(due),
            "answered": sum(row.is_answered_in_time for row in due),
        },
    )
