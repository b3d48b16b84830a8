"""Sending, changing, taking back and judging a message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from banyan.communities import rules as community_rules
from banyan.communities.models import Member
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, TooMany, WrongMoment
from banyan.core.text import lang_of
from banyan.moderation.standing import muting
from banyan.people.models import Person

from .. import rules
from ..events import MessageSent
from ..lanes import next_change, tell
from ..models import Mention, Message, Room, Seat
from ..permissions import NotToThem, check_may_write_to, is_in


class NothingSaid(Refusal):
    sentence = _("Write a few words first.")


class NotAnswered(NotAllowed):
    sentence = _("Wait for an answer before you write more.")


class RoomClosed(WrongMoment):
    sentence = _("This room is closed. What was said stays here to read.")


@transaction.atomic
def send(*, room: Room, author: Person, body: str, now: datetime) -> Message:
    """Say something in a room.

    NotAllowed for whoever is not in it, RoomClosed, TooMany for a flood or under slow mode,
    NotAnswered for one who asks and has said enough, NotToThem when a door has closed since.
    """
    if not is_in(author, room):
        raise NotAllowed
    if not body.strip():
        raise NothingSaid
    room = Room.objects.select_related("community").get(pk=room.pk)
    if not room.is_open:
        raise RoomClosed
    _check_not_muted(room, author, now)
    _hold_back(room, author, now)
    if room.kind != rules.ROOM:
        _check_seats(room, author, now)
    names = _named(room, body)
    made = Message.objects.create(
        room=room,
        author=author,
        body=body,
        lang=lang_of(body, room.lang or "en"),
        names=[person.name for person in names],
        change=next_change(room),
        sent_at=now,
    )
    Mention.objects.bulk_create(
        [Mention(message=made, person=person) for person in names if person.pk != author.pk]
    )
    Room.objects.filter(pk=room.pk).update(last_at=now)
    Seat.objects.filter(room=room, person=author).update(read_upto=made.pk)
    if room.kind == rules.ROOM:
        announce(
            MessageSent(
                community_id=room.community_id,
                object_id=made.pk,
                actor=author.pseudonym,
                room_id=room.pk,
                lang=made.lang,
                now=now,
            )
        )
    tell(made)
    return made


def _check_not_muted(room: Room, author: Person, now: datetime) -> None:
    """Refuse whoever is muted in the community whose room it is."""
    if room.kind != rules.ROOM:
        return
    muted = Member.objects.filter(community_id=room.community_id, muted_until__gt=now)
    until = muted.filter(person=author).values_list("muted_until", flat=True).first()
    if until is not None:
        raise muting.Muted(until)


def _hold_back(room: Room, author: Person, now: datetime) -> None:
    """Refuse a flood, and whoever does not wait under slow mode; moderators need not."""
    mine = Message.objects.filter(author=author).order_by("-sent_at")
    since = now - timedelta(seconds=rules.WINDOW_SECONDS)
    if mine.filter(sent_at__gt=since).count() >= rules.MESSAGES_PER_WINDOW:
        raise TooMany
    if not room.slow_seconds:
        return
    last = mine.filter(room=room).values_list("sent_at", flat=True).first()
    wait = rules.waits(last_at=last, slow_seconds=room.slow_seconds, now=now)
    if wait and not _moderates(room, author):
        raise TooMany(
            ngettext(
                "This room is in slow mode: write again in %(n)d second.",
                "This room is in slow mode: write again in %(n)d seconds.",
                wait,
            )
            % {"n": wait}
        )


def _moderates(room: Room, author: Person) -> bool:
    found = Member.objects.filter(
        community_id=room.community_id, person=author, state=community_rules.JOINED
    ).first()
    return found is not None and found.may("content.moderate")


def _check_seats(room: Room, author: Person, now: datetime) -> None:
    seats = list(Seat.objects.filter(room=room).select_related("person"))
    mine = next(seat for seat in seats if seat.person_id == author.pk)
    others = [seat for seat in seats if seat.person_id != author.pk]
    if mine.state == rules.ASKED:  # to answer is to accept
        mine.move(rules.IN, taken_at=now)
    if room.kind == rules.DIRECT:
        if not others:
            raise NotToThem  # their account has been erased
        (other,) = others
        check_may_write_to(author, other.person)
        if other.state == rules.GONE and not mine.has_asked:
            other.move(rules.ASKED)  # they had left; it lands with their requests
    if mine.has_asked and not any(seat.state == rules.IN for seat in others):
        own = Message.objects.filter(room=room, author=author).count()
        theirs = Message.objects.filter(room=room).exclude(author=author).count()
        if not rules.may_follow_up(own=own, theirs=theirs):
            raise NotAnswered


def _named(room: Room, body: str) -> list[Person]:
    """Whom the words mention, of those who are here."""
    possible = rules.possible_names(body)
    if not possible:
        return []
    if room.kind == rules.ROOM:
        here = Person.objects.filter(
            pk__in=Member.objects.filter(
                community_id=room.community_id, state=community_rules.JOINED
            ).values("person")
        )
    else:
        here = Person.objects.filter(pk__in=room.seats.values("person"))  # type: ignore[attr-defined]
    known = list(here.filter(name__in=possible)[:50])
    meant = rules.mentioned(body, [person.name for person in known])
    return [person for person in known if person.name in meant]


@transaction.atomic
def edit(*, message: Message, by: Person, body: str, now: datetime) -> None:
    """Change one's own words; that they were changed stays visible."""
    _mine(message, by)
    _check_not_muted(message.room, by, now)
    if not body.strip():
        raise NothingSaid
    names = _named(message.room, body)
    changed = Message.objects.filter(pk=message.pk, state=rules.SENT).update(
        body=body,
        lang=lang_of(body, message.lang),
        names=[person.name for person in names],
        edited_at=now,
        change=next_change(message.room),
    )
    if not changed:
        raise WrongMoment
    _tell_again(message)


@transaction.atomic
def delete(*, message: Message, by: Person, now: datetime) -> None:
    """Take one's own message back; `undelete` brings it again for an hour."""
    _mine(message, by)
    message.move(rules.DELETED, deleted_at=now, change=next_change(message.room))
    _tell_again(message)


@transaction.atomic
def undelete(*, message: Message, by: Person, now: datetime) -> None:
    """WrongMoment after an hour, or when it was not deleted."""
    _mine(message, by)
    if (
        message.state != rules.DELETED
        or message.deleted_at is None
        or now - message.deleted_at > timedelta(seconds=rules.UNDO_SECONDS)
    ):
        raise WrongMoment
    message.move(rules.SENT, deleted_at=None, change=next_change(message.room))
    _tell_again(message)


def _mine(message: Message, by: Person) -> None:
    if message.author_id != by.pk or not is_in(by, message.room):
        raise NotAllowed


def _tell_again(message: Message) -> None:
    tell(Message.objects.select_related("room", "author__picture").get(pk=message.pk))


def mover(to: str, came_from: str = rules.HIDDEN) -> Callable[[Any, int, datetime], None]:
    """The function (community, object_id, now) by which moderation moves a message to `to`."""

    @transaction.atomic
    def move(community: Any, object_id: int, now: datetime) -> None:
        from ..queries.moderated import judged

        message = judged(community).filter(pk=object_id).first()
        if message is None:
            raise Http404
        only_from = (came_from,) if to == rules.SENT else None
        message.move(to, only_from=only_from, change=next_change(message.room))
        _tell_again(message)

    return move
