from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from banyan.core.models import Activity
from banyan.people import rules as people_rules
from banyan.people.models import Tag

from .. import rules as community_rules
from ..models import Community, Member, Segment
from . import rules

type Narrow = Callable[[QuerySet[Member], str], QuerySet[Member]]

# Criteria of modules above: key -> (label, choices, how to narrow)
offered: dict[str, tuple[Any, list[tuple[str, Any]], Narrow]] = {}


def offer(key: str, label: Any, choices: list[tuple[str, Any]], narrow: Narrow) -> None:
    """Give the builder a criterion of another module (the level of fit)."""
    offered[key] = (label, choices, narrow)


def members_of(community: Community, rule: dict[str, Any], *, now: datetime) -> QuerySet[Member]:
    """Whom a rule holds: those who are in, narrowed by every condition it names."""
    found = Member.objects.of(community).filter(state=community_rules.JOINED)
    if role := rule.get("role"):
        found = found.filter(role=role)
    if like := rule.get("like"):
        found = found.filter(person__tags__key=like, person__tags__purpose=people_rules.FIND_PEOPLE)
    if tag := rule.get("tag"):
        found = found.filter(person__tags__key=tag, person__tags__community_id=community.pk)
    if joined := rule.get("joined"):
        since = now - timedelta(days=int(rule.get("joined_days") or 30))
        newer = joined == "within"
        found = found.filter(joined_at__gte=since) if newer else found.filter(joined_at__lt=since)
    if verb := rule.get("verb"):
        since = now - timedelta(days=int(rule.get("days") or 30))
        did = (
            Activity.objects.filter(
                community_id=community.pk, verb=verb, at__gte=since, actor__isnull=False
            )
            .order_by()
            .values("actor")
            .annotate(times=Count("pk"))
            .filter(times__gte=int(rule.get("times") or 1))
            .values("actor")
        )
        held = Q(person__pseudonym__in=did)
        found = found.exclude(held) if rule.get("did") == "not" else found.filter(held)
    for key, (_label, _choices, narrow) in offered.items():
        if value := rule.get(key):
            found = narrow(found, value)
    return found


@dataclass(frozen=True)
class Answer:
    count: int  # rounded; 0 when it may not be shown
    why_not: str  # "", "few", "apart"

    @property
    def sentence(self) -> Any:
        return rules.WHY_NOT.get(self.why_not, "")


def ask(community: Community, rule: dict[str, Any], *, now: datetime) -> Answer:
    """Count a rule, if no person shows through: alone, against everybody, against saved segments,
    and against what was asked here since yesterday. Three queries and one for each saved segment.
    """
    ids = frozenset(members_of(community, rule, now=now).values_list("pk", flat=True).distinct())
    everybody = frozenset(members_of(community, {}, now=now).values_list("pk", flat=True))
    if not any(rule.values()):
        return Answer(rules.rounded(len(ids)), "" if len(ids) >= rules.FEWEST else "few")
    key, mine = f"segments:{community.pk}", json.dumps(rule, sort_keys=True)
    asked: dict[str, frozenset[int]] = cache.get(key) or {}
    others = [group for said, group in asked.items() if said != mine]
    saved = Segment.objects.of(community).order_by("-pk")[: rules.REMEMBERED]
    for segment in saved:
        said = json.dumps(segment.rule, sort_keys=True)
        if said != mine and said not in asked:
            others.append(
                frozenset(members_of(community, segment.rule, now=now).values_list("pk", flat=True))
            )
    why_not = rules.may_show(ids, everybody=everybody, others=others)
    if why_not:
        return Answer(0, why_not)
    asked[mine] = ids
    kept = dict(list(asked.items())[-rules.REMEMBERED :])
    cache.set(key, kept, rules.REMEMBERED_SECONDS)
    return Answer(rules.rounded(len(ids)), "")


def care_tags(community: Community) -> list[tuple[str, str]]:
    """Tags that operators gave here: (key, words). One query."""
    keys = (
        Tag.objects.filter(community_id=community.pk, purpose=people_rules.CARE)
        .values_list("key", flat=True)
        .distinct()
        .order_by("key")[:50]
    )
    return [(key, people_rules.tag_label(key)) for key in keys]
