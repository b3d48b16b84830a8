"""Who is asked about belonging, what, and what may be shown of it. Pure.

The four sides (needs met, membership, influence, emotional connection) are those of the Brief
Sense of Community Scale, Peterson, Speer & McMillan 2008; the wording is ours. docs/evidence.md
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from ..experiments.rules import chance

ANSWERED, SKIPPED, NEVER = "answered", "skipped", "never"
STATES = [
    (ANSWERED, _("Answered")),
    (SKIPPED, _("Not this time")),
    (NEVER, _("Do not ask again")),
]
NEEDS, MEMBERSHIP, INFLUENCE, TIES = "needs", "membership", "influence", "ties"
QUESTIONS = [
    (NEEDS, _("Here I find what I come for.")),
    (MEMBERSHIP, _("I feel that I am one of this community.")),
    (INFLUENCE, _("What I say makes a difference here.")),
    (TIES, _("There are people here who matter to me.")),
]
SCORES = [
    (1, _("Not at all")), (2, _("Rather not")), (3, _("Partly")), (4, _("Mostly")),
    (5, _("Entirely")),
]  # fmt: skip
FEWEST = 8  # below it nothing is shown
SAMPLE = 0.34  # of the members, each month
SETTLED_DAYS = 14  # whoever came later has nothing to say yet


def month_of(day: date) -> date:
    return day.replace(day=1)


def is_sampled(pseudonym: UUID, *, community_id: int, month: date) -> bool:
    return chance(pseudonym, f"pulse:{community_id}:{month:%Y-%m}") < SAMPLE


def question_for(pseudonym: UUID, *, community_id: int, month: date) -> str:
    """Another side each month, and not the same for all."""
    first = int(chance(pseudonym, f"pulse-first:{community_id}") * len(QUESTIONS))
    return QUESTIONS[(first + month.year * 12 + month.month) % len(QUESTIONS)][0]


def may_be_asked(*, joined_at: datetime | None, now: datetime) -> bool:
    return joined_at is not None and joined_at <= now - timedelta(days=SETTLED_DAYS)


@dataclass(frozen=True)
class Finding:
    """The mean of some answers with its 95 % interval; None where there are too few to show."""

    answers: int
    mean: float | None = None
    low: float | None = None
    high: float | None = None


# Student's t at 97.5 %, by degrees of freedom; beyond the table the normal value is near enough.
_T = {7: 2.365, 8: 2.306, 9: 2.262, 10: 2.228, 12: 2.179, 15: 2.131, 20: 2.086, 30: 2.042,
      60: 2.000}  # fmt: skip


def finding(scores: Sequence[int]) -> Finding:
    n = len(scores)
    if n < FEWEST:
        return Finding(n)
    mean = sum(scores) / n
    variance = sum((score - mean) ** 2 for score in scores) / (n - 1)
    t = _T[max(known for known in _T if known <= n - 1)]
    half = t * math.sqrt(variance / n)
    return Finding(n, mean, max(1.0, mean - half), min(5.0, mean + half))
