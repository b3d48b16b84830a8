"""Conversations of two or a few: beginning, answering a request, leaving, blocking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from banyan.core import hub
from banyan.core.refusals import NotAllowed, Refusal, TooMany, WrongMoment
from banyan.core.text import lang_of
from banyan.people.models import Person

from .. import rules
from ..models import Block, Message, Room, Seat
from ..permissions import check_may_write_to, is_in
from . import messages


class NobodyChosen(Refusal):
    sentence = _("Choose who is to read it.")


class TooManyPeople(Refusal):
    sentence = _("A group is of at most twenty people. A room of your community holds more.")


@transaction.atomic
def begin(
    *, author: Person, to: Sequence[Person], body: str, now: datetime, name: str = ""
) -> Room:
    """Write to one person, or make a group of several, with the first words.

    Two people have one conversation, however often it is begun. Those who have not talked with
    the author find it among their requests. Refuses as `check_may_write_to` does for each.
    """
    if not to:
        raise NobodyChosen
    if len(to) >= rules.MOST_IN_GROUP:
        raise TooManyPeople
    for one in to:
        check_may_write_to(author, one)
    if len(to) == 1:
        room = _pair(author, to[0], now)
    else:
        room = _group(author, to, name, now)
    messages.send(room=room, author=author, body=body, now=now)
    return room


def _pair(author: Person, other: Person, now: datetime) -> Room:
    pair = ":".join(sorted(f"{person.pk:x}" for person in (author, other)))
    room = Room.objects.filter(pair=pair).first()
    if room is None:
        _check_pace(author, now)
        try:
            with transaction.atomic():
                room = Room.objects.create(
                    kind=rules.DIRECT, pair=pair, started_at=now, last_at=now
                )
        except IntegrityError:  # the other began in the same moment
            room = Room.objects.get(pair=pair)
    for person in (author, other):
        Seat.objects.get_or_create(
            room=room,
            person=person,
            defaults={
                "state": rules.IN if person == author else rules.ASKED,
                "has_asked": person == author,
                "taken_at": now,
            },
        )
    mine = Seat.objects.get(room=room, person=author)
    if mine.state == rules.GONE:
        mine.move(rules.IN, taken_at=now)
    return room


def _group(author: Person, to: Sequence[Person], name: str, now: datetime) -> Room:
    _check_pace(author, now)
    room = Room.objects.create(
        kind=rules.GROUP, name=name.strip(), lang=lang_of(name, "") if name else "",
        started_at=now, last_at=now,
    )  # fmt: skip
    seats = [Seat(room=room, person=author, has_asked=True, taken_at=now)]
    seats += [Seat(room=room, person=one, state=rules.ASKED, taken_at=now) for one in to]
    Seat.objects.bulk_create(seats)
    return room


def _check_pace(author: Person, now: datetime) -> None:
    since = now - timedelta(seconds=rules.HOUR_SECONDS)
    begun = Seat.objects.filter(person=author, has_asked=True, taken_at__gt=since)
    if begun.count() >= rules.REQUESTS_PER_HOUR:
        raise TooMany(_("You have written to many new people within an hour. Wait a little."))


@transaction.atomic
def accept(*, room: Room, by: Person, now: datetime) -> None:
    """Let a request become a conversation."""
    _seat(room, by).move(rules.IN, only_from=(rules.ASKED,), taken_at=now)


@transaction.atomic
def leave(*, room: Room, by: Person, now: datetime) -> None:
    """Decline a request, or leave a conversation. The other is not told."""
    _seat(room, by).move(rules.GONE)
    hub.ask_again(by.pk)


def _seat(room: Room, by: Person) -> Seat:
    seat = Seat.objects.filter(room=room, person=by).first()
    if seat is None or room.kind == rules.ROOM:
        raise NotAllowed
    return seat


@transaction.atomic
def block(*, person: Person, by: Person, now: datetime) -> None:
    """No messages either way from now on; a second time changes nothing."""
    if person.pk == by.pk:
        raise WrongMoment
    Block.objects.get_or_create(blocker=by, blocked=person, defaults={"blocked_at": now})


@transaction.atomic
def unblock(*, person: Person, by: Person) -> None:
    Block.objects.filter(blocker=by, blocked=person).delete()


@transaction.atomic
def mark_read(*, room: Room, person: Person, upto: int, now: datetime) -> None:
    """How far somebody has read; never back. Gives a seat at the first visit of a room."""
    if not is_in(person, room):
        raise NotAllowed
    last = Message.objects.filter(room=room).order_by("-pk").values_list("pk", flat=True).first()
    upto = min(upto, last or 0)
    if not Seat.objects.filter(room=room, person=person, read_upto__gte=upto).exists():
        seat, made = Seat.objects.get_or_create(
            room=room, person=person, defaults={"read_upto": upto, "taken_at": now}
        )
        if not made:
            Seat.objects.filter(pk=seat.pk, read_upto__lt=upto).update(read_upto=upto)
