"""Whether two have a tie on day 30.

A tie is reciprocal: within 30 days of the draw each of the two turned to the other at least once.
Turning to somebody is: answering their post or comment, reacting to it, naming them, following
them (all from the activity log, in that community, also when taken back later), or writing to them
directly (that a message stands in their conversation; never what it says). Only what happened after
the draw counts, for pairs left to chance as for the introduced; pairs are counted as they were
drawn, whoever left, blocked or said no since. The lot is drawn by pair; somebody may stand in
several pairs, so the interval is a little too narrow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from banyan.chat import rules as chat_rules
from banyan.chat.models import Message
from banyan.core.models import Activity

from . import rules
from .models import Introduction, Side

VERBS = ("Commented", "Liked", "MemberMentioned", "PersonFollowed")
AT_ONCE = 200


def settle_due(*, now: datetime) -> int:
    """Measure pairs whose 30 days are over, by guarded UPDATEs. May run twice."""
    settled = 0
    due = Introduction.objects.filter(settled_at=None, drawn_at__lte=now - rules.MEASURED)
    while batch := list(due.order_by("drawn_at", "pk")[:AT_ONCE]):
        tied = ties(batch)
        alone = {row.pk for row in batch} - tied
        before = settled
        for keys, has_tie in ((tied, True), (alone, False)):
            still = Introduction.objects.filter(pk__in=keys, settled_at=None)
            settled += still.update(settled_at=now, has_tie=has_tie)
        if settled == before:
            break  # somebody else settles them
    return settled


def ties(batch: Sequence[Introduction]) -> set[int]:
    """The keys of those with a tie. Three queries, however many they are."""
    sides: dict[int, Side] = {}
    rows = Side.objects.filter(introduction__in=[row.pk for row in batch]).order_by("-pk")
    for side in rows.select_related("member__person", "other__person"):
        sides[side.introduction_id] = side
    since, until = _span(batch)
    touches = _in_public(sides, since, until)
    for pair, said in _directly(sides, since, until).items():
        touches[pair] += said
    found = set()
    for row in batch:
        side = sides.get(row.pk)
        if side is None:
            continue  # both are erased
        one, other = side.member.person_id, side.other.person_id
        end = row.drawn_at + rules.MEASURED
        near = [
            rules.Touch(by, to)
            for by, to, place, at in touches[rules.ordered(one, other)]
            if row.drawn_at < at <= end and place in (None, row.community_id)
        ]
        if rules.is_tied(one, other, near):
            found.add(row.pk)
    return found


def _span(batch: Sequence[Introduction]) -> tuple[datetime, datetime]:
    drawn = [row.drawn_at for row in batch]
    return min(drawn), max(drawn) + rules.MEASURED


type Turns = dict[tuple[int, int], list[tuple[int, int, int | None, datetime]]]


def _in_public(sides: dict[int, Side], since: datetime, until: datetime) -> Turns:
    persons: dict[UUID, int] = {
        person.pseudonym: person.pk
        for side in sides.values()
        for person in (side.member.person, side.other.person)
        if person.pseudonym
    }
    rows = Activity.objects.filter(
        actor__in=list(persons), verb__in=VERBS, at__gt=since, at__lte=until,
        community_id__in={side.community_id for side in sides.values()},
    ).order_by()  # fmt: skip
    found: Turns = defaultdict(list)
    for actor, subject, place, at in rows.values_list(
        "actor", "props__subject", "community_id", "at"
    ).iterator():
        other = persons.get(_uuid(subject)) if subject else None  # type: ignore[arg-type]
        if other is not None:
            found[rules.ordered(persons[actor], other)].append((persons[actor], other, place, at))
    return found


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _directly(sides: dict[int, Side], since: datetime, until: datetime) -> Turns:
    names = {
        ":".join(sorted(f"{pk:x}" for pk in pair)): pair
        for side in sides.values()
        for pair in [rules.ordered(side.member.person_id, side.other.person_id)]
    }
    rows = Message.objects.filter(
        room__kind=chat_rules.DIRECT, room__pair__in=list(names), sent_at__gt=since,
        sent_at__lte=until,
    ).order_by()  # fmt: skip
    found: Turns = defaultdict(list)
    for name, author, at in rows.values_list("room__pair", "author", "sent_at").iterator():
        one, other = names[name]
        to = other if author == one else one
        found[one, other].append((author, to, None, at))
    return found
