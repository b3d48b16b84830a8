"""Rooms and conversations of a reader, with what is unread. A fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from banyan.communities import rules as community_rules
from banyan.communities.models import Member
from banyan.core.hub.models import Lane
from banyan.core.text import plain
from banyan.people.models import Person

from .. import rules
from ..models import Block, Mention, Message, Room, Seat

MOST_TALKS = 60
MOST_UNREAD = 100


@dataclass
class Line:
    """One room in a list."""

    room: Room
    seat: Seat | None
    last: Message | None
    unread: int
    is_named: bool
    people: list[Person] = field(default_factory=list)

    @property
    def words(self) -> str:
        return plain(self.last.body, 80) if self.last and self.last.is_sent else ""


def rooms_of(community: Any, person: Any) -> list[Line]:
    """The rooms of a community in their order. Four queries."""
    rooms = list(Room.objects.of(community).order_by("state", "position", "pk"))
    rooms.sort(key=lambda room: (not room.is_open, room.position))
    return _lines(rooms, person)


def talks_of(person: Any, *, state: str) -> list[Line]:
    """Conversations (`state` IN) or requests (ASKED), the latest first. Six queries."""
    rooms = list(
        Room.objects.filter(community=None, seats__person=person, seats__state=state).order_by(
            "-last_at", "-pk"
        )[:MOST_TALKS]
    )
    lines = _lines(rooms, person)
    here = (
        Seat.objects.filter(room__in=rooms)
        .exclude(person=person)
        .select_related("person__picture")
        .order_by("pk")
    )
    people: dict[int, list[Person]] = defaultdict(list)
    for seat in here:
        people[seat.room_id].append(seat.person)
    for line in lines:
        line.people = people[line.room.pk]
    return lines


def _lines(rooms: Sequence[Room], person: Any) -> list[Line]:
    seats = {seat.room_id: seat for seat in Seat.objects.filter(room__in=rooms, person=person)}
    newest = (
        Message.objects.filter(room=OuterRef("pk"), state=rules.SENT).order_by("-pk").values("pk")
    )
    upto = Seat.objects.filter(room=OuterRef("room"), person=person).values("read_upto")
    waiting = (
        Message.objects.filter(room__in=rooms, state=rules.SENT)
        .exclude(author=person)
        .annotate(upto=Coalesce(Subquery(upto[:1]), Value(0)))
        .filter(pk__gt=F("upto"))
    )
    counts = dict(waiting.values("room").annotate(n=Count("pk")).values_list("room", "n"))
    named = set(
        waiting.filter(Exists(Mention.objects.filter(message=OuterRef("pk"), person=person)))
        .values_list("room", flat=True)
        .distinct()
    )
    ids = Room.objects.filter(pk__in=[room.pk for room in rooms]).values_list(
        Subquery(newest[:1]), flat=True
    )
    last = {
        message.room_id: message
        for message in Message.objects.filter(pk__in=ids).select_related("author")
    }
    return [
        Line(
            room,
            seats.get(room.pk),
            last.get(room.pk),
            # A room never entered counts nothing: its past is no debt.
            counts.get(room.pk, 0) if room.pk in seats else 0,
            room.pk in named,
        )
        for room in rooms
    ]


def unread(person: Any) -> int:
    """Messages that wait in the conversations one is in, and requests. One query."""
    upto = Seat.objects.filter(
        room=OuterRef("room"), person=person, state__in=[rules.IN, rules.ASKED],
        room__community=None,
    ).values("read_upto")  # fmt: skip
    waiting = (
        Message.objects.filter(room__community=None, room__seats__person=person, state=rules.SENT)
        .exclude(author=person)
        .annotate(upto=Subquery(upto[:1]))
        .filter(pk__gt=F("upto"))
    )
    return len(waiting.values_list("pk", flat=True)[:MOST_UNREAD])


@dataclass(frozen=True)
class History:
    """Messages of a room in their order, and where the ones before them begin (0: none)."""

    messages: list[Message]
    before: int
    head: int


def history(room: Room, *, before: int = 0, reader: Any = None) -> History:
    """A page of a room: what was sent, and empty places of what is gone. One query.

    What waits for a look, or was refused, is there for the `reader` who wrote it only. `head` is
    how far the lane had counted when these rows were read.
    """
    seen = Q(change__gt=0) & ~Q(state=rules.HELD)
    if reader is not None:
        seen |= Q(author=reader)
    rows = Message.objects.filter(seen, room=room).select_related("author__picture")
    if before:
        rows = rows.filter(pk__lt=before)
    lane = Lane.objects.filter(name=room.lane).values("last")
    found = list(rows.annotate(head=Subquery(lane[:1])).order_by("-pk")[: rules.PAGE + 1])
    page = found[: rules.PAGE][::-1]
    for message in page:
        message.room = room
    follows = len(found) > rules.PAGE
    head = found[0].head or 0 if found else 0
    return History(page, page[0].pk if follows else 0, head)


def may_be_written_by(person: Any, words: str = "", most: int = 30) -> list[Person]:
    """Whom somebody could write to: members of the same communities. One query."""
    joined = Member.objects.filter(state=community_rules.JOINED, community__closed_at=None)
    mine = joined.filter(person=person).values("community")
    blocks = Block.objects.filter(
        Q(blocker=person, blocked=OuterRef("pk")) | Q(blocked=person, blocker=OuterRef("pk"))
    )
    found = (
        Person.objects.here()
        .filter(pk__in=joined.filter(community__in=mine).values("person"), is_active=True)
        .exclude(pk=person.pk)
        .exclude(name="")
        .filter(~Exists(blocks))
        .select_related("picture")
        .order_by("name", "pk")
    )
    if words:
        found = found.filter(name__icontains=words)
    fit = [
        one
        for one in found[: most * 2]
        if rules.may_be_written_to(band=one.age_band, region=one.region)
    ]
    return fit[:most]
