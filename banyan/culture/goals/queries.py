from __future__ import annotations

from datetime import datetime
from typing import Any

from .. import kept
from ..models import Goal
from . import measures, rules

PART = "goals"
_FACE = ("title", "second_title", "lang", "second_lang", "measure", "target", "progress")


def counted(goal: Goal, *, now: datetime) -> int:
    """How many there are, from the log."""
    measure = measures.get(goal.measure)
    end = min(now, goal.ends_at)
    if measure is None or end <= goal.starts_at:
        return 0
    return measure.count(goal.community_id, goal.starts_at, end)


def keep(community_id: int) -> None:
    rows = Goal.objects.of(community_id).filter(state=rules.RUNNING).order_by("ends_at")[:3]
    body = [
        {name: getattr(goal, name) for name in _FACE}
        | {"pk": goal.pk, "starts_at": goal.starts_at.isoformat(),
           "ends_at": goal.ends_at.isoformat()}
        for goal in rows
    ]  # fmt: skip
    kept.put(PART, body or None, community_id=community_id)


def on_home(request: Any, *, now: datetime) -> list[Goal]:
    ours, _mine = kept.read(request)
    found = []
    for body in ours.get(PART) or []:
        times = {name: kept.moment(body[name]) for name in ("starts_at", "ends_at")}
        if times["starts_at"] <= now:
            found.append(Goal(pk=body["pk"], **times, **{name: body[name] for name in _FACE}))
    return found
