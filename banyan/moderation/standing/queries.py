"""What stands against whom, and what was asked and answered about it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from banyan.communities.models import Community, Member
from banyan.communities.rules import JOINED
from banyan.people.models import Person

from .. import rules
from ..models import Appeal, Decision, Mute, Strike
from ..objects import Shown, kinds

_TOLD = ("decision__explanation",)


@dataclass(frozen=True)
class Asked:
    """An appeal with what it is about."""

    appeal: Appeal
    person: Person | None
    thing: Shown | None


def mute_of(member: Member, now: datetime) -> Mute | None:
    """The mute that holds now, with its decision."""
    rows = Mute.objects.filter(member=member, state=rules.ON, until_at__gt=now)
    return rows.select_related("member__person", *_TOLD).first()


def strikes_of(member: Member, now: datetime) -> list[Strike]:
    """Those that stand, the newest first."""
    rows = Strike.objects.filter(member=member, state=rules.STANDING, expires_at__gt=now)
    return list(rows.select_related("member__person", *_TOLD).order_by("-pk")[:50])


def often_struck(community: Community, now: datetime) -> list[Member]:
    """Members with many standing strikes who can still speak: for a person to look at."""
    many = (
        Strike.objects.of(community)
        .filter(state=rules.STANDING, expires_at__gt=now)
        .values("member")
        .annotate(number=Count("pk"))
        .filter(number__gte=rules.STRIKES_MANY)
    )
    numbers = {row["member"]: row["number"] for row in many.order_by("-number")[:20]}
    rows = Member.objects.filter(pk__in=numbers, state=JOINED).exclude(muted_until__gt=now)
    found = list(rows.select_related("person__picture"))
    for one in found:
        one.strikes = numbers[one.pk]  # type: ignore[attr-defined]
    return sorted(found, key=lambda one: -numbers[one.pk])


def decisions_about(person: Person, community: Community | None = None) -> list[Decision]:
    """What was decided about a person and what they wrote, the newest first; one query."""
    rows = Decision.objects.filter(subject=person.pseudonym).exclude(verdict=rules.DISMISS)
    if community is not None:
        rows = rows.filter(community=community)
    joined = rows.select_related("community", "explanation", "appeal", "mute", "strike")
    return list(joined.order_by("-pk")[:100])


def thing_of(decision: Decision) -> Shown | None:
    """What it is about, in whatever state; None for decisions about a person."""
    for kind in kinds():
        if kind.key == decision.kind and kind.again is not None:
            return next(iter(kind.again(decision.community, [decision.object_id])), None)
    return None


def appeals(community: Community, ids: list[int]) -> dict[int, Asked]:
    """Appeals with people and things, in a fixed number of queries."""
    rows = Appeal.objects.of(community).filter(pk__in=ids)
    found = list(rows.select_related("decision__explanation", "decision__strike"))
    names = {one.decision.subject for one in found}
    people = Person.objects.filter(pseudonym__in=names).select_related("picture")
    by_name = {person.pseudonym: person for person in people}
    wanted: dict[str, list[int]] = defaultdict(list)
    for one in found:
        wanted[one.decision.kind].append(one.decision.object_id)
    things: dict[tuple[str, int], Shown] = {}
    for kind in kinds():
        if wanted[kind.key] and kind.again is not None:
            for thing in kind.again(community, wanted[kind.key]):
                things[kind.key, thing.object_id] = thing
    return {
        one.pk: Asked(
            one,
            by_name.get(one.decision.subject),
            things.get((one.decision.kind, one.decision.object_id)),
        )
        for one in found
    }


def appeal_figures(community: Community) -> dict[str, int]:
    """How many wait, stood, were overturned: for everybody to read."""
    rows = Appeal.objects.of(community).values("state").annotate(number=Count("pk")).order_by()
    counted: dict[str, Any] = {row["state"]: row["number"] for row in rows}
    found = {state: counted.get(state, 0) for state, _label in rules.APPEAL_STATES}
    return found if any(found.values()) else {}
