from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from banyan.communities.models import Member
from banyan.communities.rules import JOINED
from banyan.core.models import Activity

from .. import kept
from ..models import Experiment
from . import rules, subjects

PART = "experiments"
NEWCOMER = timedelta(days=14)

_VERBS = {
    rules.WROTE: ["PostPublished", "Commented"],
    rules.BOUGHT: ["OrderPlaced"],
    rules.ACTIVE: None,
}


def key_of(experiment: Experiment) -> str:
    return f"experiment:{experiment.oid}"


def keep(community_id: int) -> None:
    rows = Experiment.objects.of(community_id).filter(state=rules.RUNNING)
    body = {f"{row.subject}:{row.subject_id}": key_of(row) for row in rows}
    kept.put(PART, body or None, community_id=community_id)


def is_shown(request: Any, subject: str, subject_id: int = 0) -> bool:
    """Whether this reader sees it: all do but for the second side of a running experiment.

    Strangers see it: they are on no side.
    """
    ours, _mine = kept.read(request)
    key = (ours.get(PART) or {}).get(f"{subject}:{subject_id}")
    if key is None or not request.user.is_authenticated:
        return True
    return rules.side(request.user.pseudonym, key) == rules.FIRST


def is_shown_of(community_id: int, subject: str, pseudonym: UUID) -> bool:
    """The same for whom a thing is about; for subjects that are divided by author."""
    running = Experiment.objects.of(community_id).filter(state=rules.RUNNING, subject=subject)
    found = running.first()
    return found is None or rules.side(pseudonym, key_of(found)) == rules.FIRST


def population(experiment: Experiment) -> list[UUID]:
    """Those divided: members when it began, or newcomers while it ran. Nobody is taken out after:
    whoever left counts as not having done it."""
    rows = Member.objects.filter(community_id=experiment.community_id).exclude(joined_at=None)
    subject = subjects.get(experiment.subject)
    if subject is not None and subject.by_author:
        rows = rows.filter(joined_at__gte=experiment.starts_at, joined_at__lt=experiment.ends_at)
    else:
        rows = rows.filter(joined_at__lte=experiment.starts_at).exclude(
            left_at__lt=experiment.starts_at
        )
        rows = rows.filter(state=JOINED) | rows.filter(left_at__gte=experiment.starts_at)
    return list(rows.values_list("person__pseudonym", flat=True))


def result(experiment: Experiment, *, now: datetime) -> rules.Difference:
    """What the two sides did while they saw different things."""
    end = min(now, experiment.ends_at)
    rows = Activity.objects.filter(
        community_id=experiment.community_id, at__gte=experiment.starts_at, at__lt=end,
        actor__isnull=False,
    ).order_by()  # fmt: skip
    verbs = _VERBS[experiment.outcome]
    if verbs is not None:
        rows = rows.filter(verb__in=verbs)
    subject = subjects.get(experiment.subject)
    if subject is not None and subject.by_author:
        did = _came_again(rows)
    else:
        did = set(rows.values_list("actor", flat=True).distinct())
    sides = {rules.FIRST: [0, 0], rules.SECOND: [0, 0]}
    for pseudonym in population(experiment):
        counts = sides[rules.side(pseudonym, key_of(experiment))]
        counts[0] += 1
        counts[1] += pseudonym in did
    first, second = (rules.Side(*sides[name]) for name in (rules.FIRST, rules.SECOND))
    return rules.difference(first, second)


def _came_again(rows: Any) -> set[UUID]:
    """Newcomers who did it on another day than the first time."""
    days: dict[UUID, set[Any]] = {}
    for actor, at in rows.values_list("actor", "at"):
        days.setdefault(actor, set()).add(at.date())
    return {actor for actor, seen in days.items() if len(seen) > 1}
