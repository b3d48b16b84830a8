"""Rooms and what is said in them, and conversations of a few."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from banyan.chat import rules
from banyan.chat.actions import messages, rooms, talks
from banyan.chat.models import Message, Room, Seat

from ..plan.chat import ROOMS
from ..plan.shapes import CommunityPlan, Plan, SaidPlan, TalkPlan
from .hands import Hands

type Deed = tuple[datetime, str, Callable[[Hands, datetime], None]]


def steps(plan: Plan) -> Iterator[Deed]:
    for place in plan.communities:
        yield place.founded_at + timedelta(minutes=9), "chat", partial(_open, place)
    for talk in plan.talks:
        for n, line in enumerate(talk.lines):
            yield line.at, "chat", partial(_say, talk, line, n)


def _open(place: CommunityPlan, hands: Hands, now: datetime) -> None:
    community, owner = hands.places[place.slug], hands.people[place.owner]
    for key, (name, second_name) in ROOMS[place.slug].items():
        if key == "main":
            room = Room.objects.of(community).get()
            room.community = community
            rooms.change(room=room, by=owner, name=name, second_name=second_name, now=now)
        else:
            room = rooms.open_room(
                community=community, by=owner, name=name, second_name=second_name, now=now
            )
        hands.rooms[f"{place.slug}/{key}"] = room


def _say(talk: TalkPlan, line: SaidPlan, n: int, hands: Hands, now: datetime) -> None:
    author = hands.people[line.author]
    where = f"{talk.community}/{talk.room}" if talk.community else talk.key
    if where in hands.rooms:
        messages.send(room=hands.rooms[where], author=author, body=line.body, now=now)
        return
    others = [hands.people[one] for one in talk.people if one != line.author]
    hands.rooms[where] = talks.begin(
        author=author, to=others, body=line.body, name=talk.name, now=now
    )


def finish(plan: Plan, hands: Hands) -> None:
    """Who spoke has read what was there; of the newest a little waits for those who sign in."""
    for place in hands.places.values():
        for room in Room.objects.of(place):
            upto = Message.objects.filter(room=room, sent_at__lt=plan.now - timedelta(days=3))
            last = upto.order_by("-pk").values_list("pk", flat=True).first() or 0
            Seat.objects.filter(room=room, read_upto__lt=last).update(read_upto=last)
            for key, slug in hands.members:
                if slug == place.slug and plan.signs_in(key) and hands.members[key, slug].is_in:
                    talks.mark_read(room=room, person=hands.people[key], upto=last, now=plan.now)
    for seat in Seat.objects.filter(room__community=None, state=rules.IN).select_related("room"):
        latest = Message.objects.filter(room=seat.room).order_by("-pk").first()
        if latest is not None and plan.now - latest.sent_at > timedelta(days=3):
            Seat.objects.filter(pk=seat.pk, read_upto__lt=latest.pk).update(read_upto=latest.pk)
