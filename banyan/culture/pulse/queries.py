from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from banyan.communities.models import Community, Member
from banyan.core.zones import zone_of

from .. import kept
from ..models import PulseAnswer, PulseAsked
from . import rules

PART = "pulse"


def month_here(community: Community, now: datetime) -> date:
    return rules.month_of(now.astimezone(zone_of(community.zone)).date())


def question_now(member: Member, *, now: datetime) -> str | None:
    """The question this member is asked this month, if any."""
    question = _drawn(member, now)
    if question is None:
        return None
    month = month_here(member.community, now)
    rows = PulseAsked.objects.filter(member=member)
    if rows.filter(month=month).exists() or rows.filter(state=rules.NEVER).exists():
        return None
    return question


def _drawn(member: Member, now: datetime) -> str | None:
    month = month_here(member.community, now)
    who, where = member.person.pseudonym, member.community_id
    if not member.community.has("pulse") or not rules.may_be_asked(
        joined_at=member.joined_at, now=now
    ):
        return None
    if not rules.is_sampled(who, community_id=where, month=month):
        return None
    return rules.question_for(who, community_id=where, month=month)


def on_home(request: Any, *, now: datetime) -> str | None:
    """The same for the home page, from what is kept."""
    member: Member | None = request.member
    if member is None or not member.is_in:
        return None
    question = _drawn(member, now)
    if question is None:
        return None
    _ours, mine = kept.read(request)
    known = mine.get(PART) or {}
    is_over = known.get("state") == rules.NEVER or (
        known.get("month") == month_here(request.community, now).isoformat()
    )
    return None if is_over else question


def keep(member: Member, *, state: str, now: datetime | None = None) -> None:
    month = month_here(member.community, now).isoformat() if now else ""
    kept.put(
        PART, {"state": state, "month": month}, community_id=member.community_id,
        member_id=member.pk,
    )  # fmt: skip


@dataclass(frozen=True)
class Month:
    """An ended month: all its answers together, and each side of belonging for itself."""

    month: date
    all: rules.Finding
    sides: list[tuple[Any, rules.Finding]]


def months(community: Community, *, now: datetime, most: int = 12) -> list[Month]:
    """Only months that are over: who watches a running one grow could tell one answer from it."""
    this = month_here(community, now)
    by_month: dict[date, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    rows = PulseAnswer.objects.filter(community=community, month__lt=this)
    for month, question, score in rows.values_list("month", "question", "score"):
        by_month[month][question].append(score)
    found = []
    for month in sorted(by_month, reverse=True)[:most]:
        sides = by_month[month]
        together = [score for scores in sides.values() for score in scores]
        parts = [(label, rules.finding(sides.get(key, []))) for key, label in rules.QUESTIONS]
        # When but one side were hidden, it could be told from the rest.
        hidden = [n for n, (_label, one) in enumerate(parts) if one.mean is None and one.answers]
        if len(hidden) == 1:
            parts = [(label, rules.Finding(one.answers)) for label, one in parts]
        found.append(Month(month, rules.finding(together), parts))
    return found


def answering(community: Community, *, now: datetime) -> tuple[int, int]:
    """This month: how many have answered, how many have said not to be asked."""
    month = month_here(community, now)
    rows = PulseAsked.objects.filter(community=community)
    return (
        rows.filter(month=month, state=rules.ANSWERED).count(),
        rows.filter(state=rules.NEVER).count(),
    )
