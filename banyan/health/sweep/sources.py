"""Where deeds stand, and how they are counted by local day: of a community, or of each member."""

from __future__ import annotations

import zoneinfo
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Model
from django.db.models.functions import TruncDate

from banyan.chat import rules as chat
from banyan.chat.models import Message
from banyan.communities.models import Community, Member
from banyan.content import rules as content
from banyan.content.models import Comment, Like, Post
from banyan.core import zones
from banyan.core.models import Activity
from banyan.orders import rules as orders
from banyan.orders.models import Order

# What counts as a deed beside posts, comments, reactions, messages and orders.
VERBS = (
    "Voted", "PersonFollowed", "TopicFollowed", "TagFollowed", "ThreadFollowed",
    "GatheringPlanned", "GatheringAnswered", "CheckedIn", "ChallengeJoined", "CharterCommented",
    "CharterVoted", "ExampleNominated", "InvitationMade", "MemberInvited",
)  # fmt: skip
MEMBER, PERSON, PSEUDONYM = "pk", "person_id", "person__pseudonym"
_CHUNK = 2000


@dataclass(frozen=True)
class Source:
    """`who` names whoever did it: a membership, a person or a pseudonym, as `known` says."""

    key: str
    model: type[Model]
    at: str
    who: str
    known: str = MEMBER
    place: str = "community"
    only: dict[str, Any] = field(default_factory=dict)


SOURCES = (
    Source("posts", Post, "published_at", "author_id", only={"state": content.PUBLISHED}),
    Source("comments", Comment, "published_at", "author_id", only={"state": content.PUBLISHED}),
    Source("reactions", Like, "liked_at", "member_id"),
    Source(
        "messages", Message, "sent_at", "author_id", PERSON, "room__community",
        {"state": chat.SENT, "room__kind": chat.ROOM},
    ),
    Source(
        "orders", Order, "paid_at", "person_id", PERSON,
        only={"state__in": [orders.PAID, orders.FULFILLING, orders.RECEIVED, orders.COMPLETED]},
    ),
    Source("deeds", Activity, "at", "actor", PSEUDONYM, "community_id", {"verb__in": VERBS}),
)  # fmt: skip


def zone_of(community: Community) -> zoneinfo.ZoneInfo:
    return zones.zone_of(community.zone)


def starts(day: date, zone: zoneinfo.ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _rows(source: Source, community: Community, first: date, last: date, zone: Any) -> Any:
    """Rows of whole local days, `last` included, with their `day`."""
    rows: Any = source.model._default_manager
    return (
        rows.filter(
            **{
                source.place: community.pk,
                f"{source.at}__gte": starts(first, zone),
                f"{source.at}__lt": starts(last + timedelta(days=1), zone),
                **source.only,
            }
        )
        .annotate(local_day=TruncDate(source.at, tzinfo=zone))
        .order_by()
    )


type Tally = dict[str, int]


def by_day(community: Community, first: date, last: date, zone: Any) -> dict[date, Tally]:
    """How much of each kind on each day; guests' orders too."""
    found: dict[date, Tally] = defaultdict(dict)
    for source in SOURCES:
        rows = _rows(source, community, first, last, zone)
        for day, n in (
            rows.values("local_day").annotate(n=Count("pk")).values_list("local_day", "n")
        ):
            found[day][source.key] = n
    return found


def by_member(
    community: Community, first: date, last: date, zone: Any
) -> dict[tuple[int, date], Tally]:
    """How much of each kind each member did on each day."""
    found: dict[tuple[int, date], Tally] = defaultdict(dict)
    for source in SOURCES:
        rows = _rows(source, community, first, last, zone).exclude(**{source.who: None})
        counted = list(
            rows.values("local_day", source.who)
            .annotate(n=Count("pk"))
            .values_list("local_day", source.who, "n")
        )
        members = _members(community, source.known, {who for _day, who, _n in counted})
        for day, who, n in counted:
            if who in members:
                found[members[who], day][source.key] = n
    return found


def _members(community: Community, known: str, who: Iterable[Any]) -> dict[Any, int]:
    names = sorted(who)
    if known == MEMBER:
        return {pk: pk for pk in names}
    found: dict[Any, int] = {}
    for start in range(0, len(names), _CHUNK):
        rows = Member.objects.filter(
            community=community, **{f"{known}__in": names[start : start + _CHUNK]}
        )
        found |= dict(rows.values_list(known, "pk"))
    return found
