"""What trust is counted from, for all members of a community in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, Sum

from banyan.communities import rules as membership
from banyan.communities.models import Community, Member
from banyan.content import rules as content
from banyan.content.models import Comment, Like
from banyan.moderation import rules as verdicts
from banyan.moderation.models import Decision

from . import rules
from .models import Day, Standing

HIDDEN_DAYS = 30


def counts(
    community: Community, joined: Mapping[int, datetime | None], *, now: datetime
) -> dict[int, dict[str, int]]:
    """For each member: days here, conversations read, people given to and got from."""
    since = now - timedelta(days=rules.SPAN_DAYS)
    days = Day.objects.filter(community=community, on__gt=since.date())
    rows = days.order_by().values("member").annotate(days=Count("pk"), read=Sum("opened"))
    read = {row["member"]: (row["days"], row["read"]) for row in rows}
    gave: dict[int, set[int]] = defaultdict(set)
    got: dict[int, set[int]] = defaultdict(set)
    for giver, taker in _pairs(community, since):
        if giver != taker:
            gave[giver].add(taker)
            got[taker].add(giver)
    found = {}
    for pk, joined_at in joined.items():
        here, opened = read.get(pk, (0, 0))
        found[pk] = {
            rules.DAYS: here,
            rules.OPENED: opened or 0,
            rules.GAVE: len(gave[pk]),
            rules.GOT: len(got[pk]),
            rules.SINCE: (now - joined_at).days if joined_at else 0,
        }
    return found


def _pairs(community: Community, since: datetime) -> Iterable[tuple[int, int]]:
    """(who answered or thanked, whom), each once: what is shown counts, the rest does not."""
    shown = Comment.objects.of(community).filter(state=content.PUBLISHED, published_at__gt=since)
    given = Like.objects.of(community).filter(liked_at__gt=since)
    for rows, taker in (
        (shown.filter(answers=None), "post__author"),
        (shown.filter(answers__isnull=False), "answers__author"),
        (given.filter(post__isnull=False), "post__author"),
        (given.filter(comment__isnull=False), "comment__author"),
    ):
        giver = "author" if rows.model is Comment else "member"
        yield from rows.order_by().values_list(giver, taker).distinct()


def hidden_lately(community: Any, ids: list[int], now: datetime) -> dict[int, int]:
    """Whose words were hidden within 30 days, and are still: a reader at most."""
    since = now - timedelta(days=HIDDEN_DAYS)
    rows = Decision.objects.of(community).filter(decided_at__gt=since)
    last: dict[tuple[str, int], tuple[str, Any]] = {}
    told = rows.filter(verdict__in=[verdicts.HIDE, verdicts.REMOVE, verdicts.RESTORE])
    for kind, pk, verdict, subject in told.order_by("pk").values_list(
        "kind", "object_id", "verdict", "subject"
    ):
        last[kind, pk] = (verdict, subject)
    marked = {subject for verdict, subject in last.values() if verdict != verdicts.RESTORE}
    members = Member.objects.of(community).filter(person__pseudonym__in=marked - {None})
    return dict.fromkeys(members.values_list("pk", flat=True), rules.READER)


def standing(member: Member) -> Standing:
    """A member's standing, or that of somebody who was not counted yet."""
    return Standing.objects.filter(member=member).first() or Standing(
        member=member, community_id=member.community_id
    )


def shown(
    row: Standing,
    needs: Mapping[int, Mapping[str, int]],
    labels: Mapping[str, Any] = rules.COUNTS,
) -> dict[str, Any]:
    """A standing in words: the level, what it gives, what is counted and what the next needs."""
    names = dict(rules.LEVELS)
    following = row.level + 1 if row.level < rules.KEEPER else None
    asked = needs[following] if following is not None else {}
    return {
        "row": row,
        "name": names[row.level],
        "gives": rules.GIVES[row.level],
        "next": names.get(following) if following is not None else "",
        "next_gives": rules.GIVES[following] if following is not None else "",
        "counts": [
            {"label": label, "have": row.counts.get(key, 0), "need": asked.get(key, 0)}
            for key, label in labels.items()
        ],
    }


def roll(community: Any, *, words: str = "", level: int | None = None) -> Any:
    """Members with their level, the most trusted first."""
    found = (
        Member.objects.of(community)
        .filter(state=membership.JOINED, role=membership.MEMBER)
        .select_related("person__picture", "standing")
        .order_by(F("standing__level").desc(nulls_last=True), "-joined_at", "-pk")
    )
    if words:
        found = found.filter(person__name__icontains=words)
    if level is not None:
        asked = Q(standing__level=level)
        found = found.filter(asked | Q(standing=None) if level == rules.NEWCOMER else asked)
    return found


def spread(community: Any) -> list[tuple[int, Any, int]]:
    """How many members stand on each level."""
    inside = Member.objects.of(community).filter(state=membership.JOINED, role=membership.MEMBER)
    rows = inside.order_by().values("standing__level").annotate(n=Count("pk"))
    number: dict[int, int] = defaultdict(int)
    for row in rows:
        number[row["standing__level"] or 0] += row["n"]
    return [(level, label, number[level]) for level, label in rules.LEVELS]
