"""Who may be introduced, who must not be, what a member sees, and what a community learns."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q

from banyan.chat import rules as chat_rules
from banyan.chat.models import Block, Seat
from banyan.communities.models import Community, Member
from banyan.communities.rules import JOINED
from banyan.communities.segments.rules import FEWEST as FEWEST_PEOPLE
from banyan.communities.segments.rules import rounded
from banyan.content.models import Follow
from banyan.culture.experiments import rules as experiments
from banyan.moderation.models import Report
from banyan.people.models import Person, Tag
from banyan.people.rules import FIND_PEOPLE, INTEREST_NAMES, SELF

from . import rules
from .models import Introduction, Side, Willing

SWITCH = "introductions"
KIND = "introduction"  # as moderators know it


def named(now: datetime) -> Any:
    """Interests people chose themselves and let others find them by. Nothing they did counts."""
    return Tag.objects.filter(
        source=SELF, purpose=FIND_PEOPLE, community_id=None, expires_at__gt=now,
        key__in=list(INTEREST_NAMES),
    )  # fmt: skip


def interests_of(person: Person, now: datetime) -> list[str]:
    keys = named(now).filter(person=person).order_by("key").values_list("key", flat=True)
    return [str(INTEREST_NAMES[key]) for key in keys]


def is_willing(member: Member) -> bool:
    return Willing.objects.filter(member=member, since__isnull=False).exists()


def _unmuted(now: datetime, path: str = "") -> Q:
    return Q(**{f"{path}muted_until": None}) | Q(**{f"{path}muted_until__lte": now})


def waiting(community: Community, now: datetime) -> Any:
    """Those who are on, in, not muted, unmatched for a week and in no open introduction."""
    busy = Side.objects.filter(
        member=OuterRef("member"), introduction__state=rules.INTRODUCED,
        introduction__closes_at__gt=now,
    ).exclude(said=rules.NO)  # fmt: skip
    return (
        Willing.objects.of(community)
        .filter(since__isnull=False, member__state=JOINED, member__person__is_active=True)
        .filter(_unmuted(now, "member__"))
        .filter(Q(drawn_at=None) | Q(drawn_at__lte=now - rules.BETWEEN))
        .exclude(Exists(busy))
    )


def candidates(community: Community, now: datetime) -> list[rules.Candidate]:
    """In turn: who was never introduced, then who was longest ago. Two queries."""
    found = waiting(community, now)
    likes: dict[int, set[str]] = defaultdict(set)
    for person, key in (
        named(now).filter(person__in=found.values("member__person")).values_list("person", "key")
    ):
        likes[person].add(key)
    rows = found.order_by(F("introduced_at").asc(nulls_first=True), "since", "member").values_list(
        "member", "member__person", "member__person__pseudonym", "member__person__age_band",
        "member__person__region",
    )  # fmt: skip
    return [
        rules.Candidate(
            member=member, person=person, pseudonym=pseudonym, interests=frozenset(likes[person]),
            is_young=band == "teen",
        )
        for member, person, pseudonym, band, region in rows
        if likes[person] and chat_rules.may_be_written_to(band=band, region=region)
    ]  # fmt: skip


def apart(community: Community, now: datetime) -> set[tuple[int, int]]:
    """Pairs of persons who have met, follow, wrote to or blocked one another. Four queries."""
    found = waiting(community, now)
    members, people = found.values("member"), found.values("member__person")
    met = Side.objects.of(community).filter(member__in=members, other__in=members)
    follows = Follow.objects.of(community).filter(member__in=members, followed__in=members)
    blocks = Block.objects.filter(blocker__in=people, blocked__in=people)
    couples = [
        met.values_list("member__person", "other__person"),
        follows.values_list("member__person", "followed__person"),
        blocks.values_list("blocker", "blocked"),
    ]
    kept = {rules.ordered(one, other) for rows in couples for one, other in rows.iterator()}
    seats = Seat.objects.filter(room__kind=chat_rules.DIRECT, person__in=people)
    first: dict[int, int] = {}
    for room, person in seats.values_list("room", "person").iterator():
        if room in first:
            kept.add(rules.ordered(first[room], person))
        first[room] = person
    return kept


def current(member: Member, now: datetime) -> Side | None:
    """The introduction a member sees now, from their side. One query.

    Seen only while both are willing and in, neither is muted or blocked the other, and the member
    has not put it away. Of the other's answer only a greeting is told.
    """
    theirs = Side.objects.filter(introduction=OuterRef("introduction"), member=OuterRef("other"))
    willing = Willing.objects.filter(since__isnull=False)
    tags = named(now).filter(key=OuterRef("interest"))
    blocks = Block.objects.filter(
        Q(blocker=OuterRef("member__person"), blocked=OuterRef("other__person"))
        | Q(blocker=OuterRef("other__person"), blocked=OuterRef("member__person"))
    )
    found: Side | None = (
        Side.objects.filter(
            member=member, member__state=JOINED, other__state=JOINED,
            introduction__state=rules.INTRODUCED, introduction__closes_at__gt=now,
        )
        .exclude(said=rules.NO)
        .filter(_unmuted(now, "member__"), _unmuted(now, "other__"))
        .filter(Exists(willing.filter(member=OuterRef("member"))))
        .filter(Exists(willing.filter(member=OuterRef("other"))))
        .exclude(Exists(blocks))
        .annotate(
            is_named=Exists(tags.filter(person=OuterRef("member__person")))
            & Exists(tags.filter(person=OuterRef("other__person"))),
            has_written=Exists(theirs.filter(said=rules.WROTE)),
            has_followed=Exists(theirs.filter(said=rules.FOLLOWED)),
        )
        .select_related("introduction", "other__person__picture", "member__person")
        .order_by("-pk")
        .first()
    )  # fmt: skip
    return found


# What a community learns


@dataclass(frozen=True)
class Figures:
    """Counts without names; `willing` is rounded, None below five people."""

    willing: int | None
    introduced: int
    held: int
    waiting: int


def figures(community: Community) -> Figures:
    on = Willing.objects.of(community).filter(since__isnull=False, member__state=JOINED).count()
    held = Q(state=rules.HELD)
    counts = Introduction.objects.of(community).aggregate(
        introduced=Count("pk", filter=~held), held=Count("pk", filter=held),
        waiting=Count("pk", filter=Q(settled_at=None)),
    )  # fmt: skip
    return Figures(willing=rounded(on) if on >= FEWEST_PEOPLE else None, **counts)


@dataclass(frozen=True)
class Share:
    """So many pairs and how many have a tie; the 95 % interval in percent."""

    pairs: int
    ties: int

    @property
    def is_enough(self) -> bool:
        return self.pairs >= rules.FEWEST

    @property
    def low(self) -> float:
        return 100 * experiments.wilson(self.ties, self.pairs)[0]

    @property
    def high(self) -> float:
        return 100 * experiments.wilson(self.ties, self.pairs)[1]


@dataclass(frozen=True)
class Result:
    """Introduced pairs beside pairs left to chance, each as drawn: nobody is taken out after."""

    introduced: Share
    held: Share
    difference: experiments.Difference

    @property
    def sentence(self) -> object:
        return rules.FINDINGS[self.difference.verdict]


def result(community: Community) -> Result:
    settled = Introduction.objects.of(community).filter(settled_at__isnull=False)
    held, tied = Q(state=rules.HELD), Q(has_tie=True)
    n = settled.aggregate(
        a=Count("pk", filter=~held), b=Count("pk", filter=~held & tied),
        c=Count("pk", filter=held), d=Count("pk", filter=held & tied),
    )  # fmt: skip
    introduced, left = Share(n["a"], n["b"]), Share(n["c"], n["d"])
    return Result(
        introduced,
        left,
        experiments.difference(
            experiments.Side(introduced.pairs, introduced.ties),
            experiments.Side(left.pairs, left.ties),
        ),
    )


def reported(community: Community) -> list[tuple[Side, list[Report]]]:
    """Introductions that wait for a moderator, with what was said of them."""
    reports: dict[int, list[Report]] = defaultdict(list)
    waiting = Report.objects.of(community).filter(kind=KIND, decision=None)
    for report in waiting.select_related("reporter__person").order_by("reported_at")[:100]:
        reports[report.object_id].append(report)
    sides = Side.objects.of(community).filter(pk__in=list(reports))
    return [
        (side, reports[side.pk])
        for side in sides.select_related("member__person__picture", "other__person", "introduction")
    ]
