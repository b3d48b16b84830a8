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
from banyan.core.refusals import NotAllowed, Refusal, TooMany, WrongMoment
from banyan.core.text import lang_of
from banyan.moderation import rules as verdicts
from banyan.moderation.models import Decision
from banyan.moderation.standing import muting
from banyan.people.models import Person

from .. import rules
from ..lanes import next_change, tell
from ..models import Mention, Message, Room, Seat
from ..permissions import NotToThem, check_may_write_to, is_in, mute_in
from . import hold


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
    Muted for whom a mute reaches there, NotAnswered for one who asks and has said enough,
    NotToThem when a door has closed since.
    """
    room = Room.objects.select_related("community").get(pk=room.pk)
    member = _member(room, author)
    if not body.strip():
        raise NothingSaid
    if not room.is_open:
        raise RoomClosed
    _check_not_muted(room, author, member, now)
    _hold_back(room, author, member, now)
    if member is None:
        _check_seats(room, author, now)
    names = _named(room, body)
    keep = hold.ask(member, body, now)
    made = Message.objects.create(
        room=room,
        author=author,
        body=body,
        lang=lang_of(body, room.lang or "en"),
        names=[person.name for person in names],
        state=rules.SENT if keep is None else rules.HELD,
        change=next_change(room) if keep is None else 0,
        sent_at=now,
    )
    Mention.objects.bulk_create(
        [Mention(message=made, person=person) for person in names if person.pk != author.pk]
    )
    Seat.objects.filter(room=room, person=author).update(read_upto=made.pk)
    if keep is not None:
        hold.hold(made, keep, now=now)
        return made
    Room.objects.filter(pk=room.pk).update(last_at=now)
    if member is not None:
        hold.say_sent(made, now=now)
    tell(made)
    return made


def _member(room: Room, person: Person) -> Member | None:
    """Who speaks in a room of a community; None where seats count. NotAllowed for others."""
    if room.community is None:
        if not is_in(person, room):
            raise NotAllowed
        return None
    found = Member.objects.filter(
        community_id=room.community_id, person=person, state=community_rules.JOINED
    ).first()
    if found is None or room.community.closed_at is not None:
        raise NotAllowed
    found.community, found.person = room.community, person
    return found


def _check_not_muted(room: Room, author: Person, member: Member | None, now: datetime) -> None:
    """Refuse whom a mute reaches here, see `mute_in`."""
    if member is not None:
        return muting.check(member, now=now)
    muted = mute_in(room, author, now=now)
    if muted is not None and muted.muted_until is not None:
        raise muting.Muted(muted.muted_until, where=muted.community.here_name)
    return None


def _hold_back(room: Room, author: Person, member: Member | None, now: datetime) -> None:
    """Refuse a flood, and whoever does not wait under slow mode; moderators need not."""
    mine = Message.objects.filter(author=author).order_by("-sent_at")
    since = now - timedelta(seconds=rules.WINDOW_SECONDS)
    if mine.filter(sent_at__gt=since).count() >= rules.MESSAGES_PER_WINDOW:
        raise TooMany
    if not room.slow_seconds:
        return
    last = mine.filter(room=room).values_list("sent_at", flat=True).first()
    wait = rules.waits(last_at=last, slow_seconds=room.slow_seconds, now=now)
    if wait and not (member is not None and member.may("content.moderate")):
        raise TooMany(
            ngettext(
                "This room is in slow mode: write again in %(n)d second.",
                "This room is in slow mode: write again in %(n)d seconds.",
                wait,
            )
            % {"n": wait}
        )


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
    member = _mine(message, by)
    _check_not_muted(message.room, by, member, now)
    if not body.strip():
        raise NothingSaid
    names = _named(message.room, body)
    keep = hold.ask(member, body, now, message)
    changed = Message.objects.filter(pk=message.pk, state=rules.SENT).update(
        body=body,
        lang=lang_of(body, message.lang),
        names=[person.name for person in names],
        edited_at=now,
        state=rules.SENT if keep is None else rules.HELD,
        change=next_change(message.room),
    )
    if not changed:
        raise WrongMoment
    if keep is not None:
        hold.hold(message, keep, now=now)
    _tell_again(message)


@transaction.atomic
def delete(*, message: Message, by: Person, now: datetime) -> None:
    """Take one's own message back; `undelete` brings it again for an hour."""
    _mine(message, by)
    _move(message, rules.DELETED, deleted_at=now)


@transaction.atomic
def undelete(*, message: Message, by: Person, now: datetime) -> None:
    """WrongMoment after an hour, or when it was not deleted.

    What a moderator had hidden stays so, and what was waiting for a look waits again.
    """
    member = _mine(message, by)
    if (
        message.state != rules.DELETED
        or message.deleted_at is None
        or now - message.deleted_at > timedelta(seconds=rules.UNDO_SECONDS)
    ):
        raise WrongMoment
    decisions = Decision.objects.filter(kind="message", object_id=message.pk)
    decisions = decisions.exclude(verdict=verdicts.DISMISS).order_by("-pk")
    verdict = decisions.values_list("verdict", flat=True).first()
    if verdict in (verdicts.HIDE, verdicts.REMOVE):
        return _move(message, rules.HIDDEN, deleted_at=None)
    keep = hold.ask(member, message.body, now, message)
    if keep is not None:
        _move(message, rules.HELD, deleted_at=None)
        return hold.hold(message, keep, now=now)
    if message.was_shown:
        return _move(message, rules.SENT, deleted_at=None)
    return hold.show(message, now=now, deleted_at=None)


def _mine(message: Message, by: Person) -> Member | None:
    if message.author_id != by.pk:
        raise NotAllowed
    return _member(message.room, by)


def _move(message: Message, to: str, **fields: Any) -> None:
    """Bring it to a state; who has seen it hears of that."""
    if not message.was_shown:
        return message.move(to, **fields)
    message.move(to, change=next_change(message.room), **fields)
    return _tell_again(message)


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
        if to == rules.SENT and message.state != came_from:
            raise WrongMoment
        if to == rules.SENT and not message.was_shown:
            return hold.show(message, now=now)
        return _move(message, to)

    return move
