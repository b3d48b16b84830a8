from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.core.cache import cache
from django.db.models import Case, Count, IntegerField, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from banyan.core.models import Activity
from banyan.people.models import Tag
from banyan.people.rules import FIND_PEOPLE

from . import rules
from .models import Community, Interest, Member

FACE_SECONDS = 60
SIZES = {"small": (0, 29), "middle": (30, 299), "large": (300, None)}
SORTS = {"lively": "-member_count", "new": "-founded_at", "name": "name"}


class Leaf(NamedTuple):
    """As much of a person as an avatar shows."""

    name: str
    public_id: UUID
    picture_url: str | None


@dataclass(frozen=True)
class Face:
    """Who stands behind a community, for its hero. At most a minute old."""

    people: list[Leaf]
    here_this_week: int


def face(community: Community, *, now: datetime) -> Face:
    """One query when nobody asked for a minute, else none."""
    key = f"face:{community.pk}:{community.member_count}"
    found = cache.get(key)
    if found is None:
        inside = Member.objects.of(community).filter(state=rules.JOINED)
        here = (
            Activity.objects.filter(
                community_id=community.pk,
                at__gt=now - timedelta(days=7),
                actor__in=inside.values("person__pseudonym"),
            )
            .order_by()
            .values("community_id")
            .annotate(people=Count("actor", distinct=True))
            .values("people")
        )
        newest = list(
            inside.exclude(person__name="")
            .select_related("person__picture")
            .annotate(here=Coalesce(Subquery(here), 0))
            .order_by("-joined_at", "-pk")[:5]
        )
        people = [m.person for m in newest]
        leaves = [Leaf(p.name, p.public_id, p.picture_url) for p in people]
        found = Face(leaves, newest[0].here if newest else 0)
        cache.set(key, found, FACE_SECONDS)
    return found


def members(community: Community, *, words: str = "", like: str = "", role: str = "") -> Any:
    """Those who are in, people with a role first, then the newest. Spending plays no part."""
    found = (
        Member.objects.of(community)
        .filter(state=rules.JOINED)
        .select_related("person__picture")
        .prefetch_related(Prefetch("person__tags", Tag.objects.filter(purpose=FIND_PEOPLE)))
        .annotate(rank=_rank())
        .order_by("-rank", "-joined_at", "-pk")
    )
    if words:
        found = found.filter(person__name__icontains=words)
    if like in rules.INTEREST_NAMES:
        found = found.filter(person__tags__key=like, person__tags__purpose=FIND_PEOPLE)
    if role in rules.RANK:
        found = found.filter(role=role)
    return found


def _rank() -> Any:
    cases = [When(role=role, then=Value(rank)) for role, rank in rules.RANK.items()]
    return Case(*cases, default=Value(0), output_field=IntegerField())


def likes_of(community: Community, most: int = 8) -> list[tuple[str, str, int]]:
    """What members like most: (key, label, people). One query."""
    rows = (
        Tag.objects.filter(
            purpose=FIND_PEOPLE,
            person_id__in=Member.objects.of(community)
            .filter(state=rules.JOINED)
            .values("person_id"),
        )
        .values("key")
        .annotate(people=Count("person", distinct=True))
        .order_by("-people", "key")[:most]
    )
    return [
        (row["key"], str(rules.INTEREST_NAMES[row["key"]]), row["people"])
        for row in rows
        if row["key"] in rules.INTEREST_NAMES
    ]


def directory(
    *, words: str = "", interest: str = "", lang: str = "", size: str = "", policy: str = "",
    sort: str = "",
) -> QuerySet[Community]:  # fmt: skip
    """Listed communities with the given facets."""
    found = Community.objects.listed().select_related("cover").prefetch_related("interest_rows")
    if words:
        found = found.filter(
            Q(name__icontains=words)
            | Q(second_name__icontains=words)
            | Q(purpose__icontains=words)
            | Q(second_purpose__icontains=words)
        )
    if interest in rules.INTEREST_NAMES:
        found = found.filter(interest_rows__key=interest)
    if lang:
        found = found.filter(Q(lang__startswith=lang[:2]) | Q(second_lang__startswith=lang[:2]))
    if size in SIZES:
        least, most = SIZES[size]
        found = found.filter(member_count__gte=least)
        if most is not None:
            found = found.filter(member_count__lte=most)
    if policy in dict(rules.JOIN_POLICIES):
        found = found.filter(join_policy=policy)
    return found.order_by(SORTS.get(sort, SORTS["lively"]), "pk")


def interests_listed() -> list[tuple[str, str, int]]:
    """Interests that listed communities have: (key, label, communities). One query."""
    rows = (
        Interest.objects.filter(
            community__closed_at=None,
            community__visibility__in=[rules.PUBLIC, rules.MEMBERS_ONLY],
        )
        .values("key")
        .annotate(number=Count("community"))
        .order_by("-number", "key")
    )
    return [
        (row["key"], str(rules.INTEREST_NAMES.get(row["key"], row["key"])), row["number"])
        for row in rows
    ]


def roll(
    community: Community, *, words: str = "", state: str = "", role: str = ""
) -> QuerySet[Member]:
    """Memberships as operators see them: role first, then the newest."""
    found = (
        Member.objects.of(community)
        # Who was invited by mail is not shown: it would tell whose address has an account here.
        .exclude(state=rules.INVITED)
        .select_related("person__picture")
        .annotate(rank=_rank())
        .order_by("-rank", "-joined_at", "-pk")
    )
    if words:
        found = found.filter(Q(person__name__icontains=words) | Q(person__email__iexact=words))
    if state in dict(rules.STATES):
        found = found.filter(state=state)
    if role in rules.RANK:
        found = found.filter(role=role)
    return found


def staff(community_id: int, right: str) -> list[Member]:
    """Whoever is in and has `right`, by role or by an act handed to them. One query."""
    rows = Member.objects.filter(community_id=community_id, state=rules.JOINED)
    rows = rows.exclude(role=rules.MEMBER).filter(person__erased_at=None)
    return [one for one in rows.select_related("person").order_by("pk") if one.may(right)]


def applications(community: Community) -> QuerySet[Member]:
    return (
        Member.objects.of(community)
        .filter(state__in=rules.TO_DECIDE)
        .select_related("person__picture", "invitation__by__person")
        .order_by("due_at", "asked_at")
    )
