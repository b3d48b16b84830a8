"""Planning, changing and cancelling a gathering; answering it; the waiting list."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.core import activity
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.core.text import lang_of

from . import rules
from .events import (
    GatheringAnswered,
    GatheringCancelled,
    GatheringChanged,
    GatheringEvent,
    GatheringPlanned,
    GatheringStartsSoon,
    PlaceGiven,
)
from .models import Gathering, Rsvp

AT_ONCE = 200


class BadTimes(Refusal):
    sentence = _("An event ends after it starts, within two weeks, and starts within two years.")


class NowhereToGo(Refusal):
    sentence = _("Say where: a place, a link, or both.")


class FewerThanGoing(Refusal):
    sentence = _("More people are going already. Give at least as many places.")


class Over(WrongMoment):
    sentence = _("This event is over or cancelled; nothing about it changes any more.")


@transaction.atomic
def plan(
    *, by: Member, title: str, starts_at: datetime, ends_at: datetime, now: datetime,
    text: str = "", place: str = "", link: str = "", capacity: int | None = None,
) -> Gathering:  # fmt: skip
    """Set a date for the community of `by`, who runs it."""
    if not by.may("content.edit"):
        raise NotAllowed
    _check(starts_at, ends_at, place, link, now)
    made = Gathering.objects.create(
        community_id=by.community_id, organiser=by, title=title, text=text, place=place, link=link,
        lang=lang_of(f"{title} {text}", by.community.lang), starts_at=starts_at, ends_at=ends_at,
        zone=by.community.zone, capacity=capacity, planned_at=now, changed_at=now,
    )  # fmt: skip
    _say(GatheringPlanned, made, by, now, starts_at=starts_at)
    return made


@transaction.atomic
def change(
    *, gathering: Gathering, by: Member, title: str, starts_at: datetime, ends_at: datetime,
    now: datetime, text: str = "", place: str = "", link: str = "", capacity: int | None = None,
) -> None:  # fmt: skip
    """Change what was planned. More places let the waiting move up; fewer than going is refused."""
    _run(gathering, by)
    _take(gathering, now)
    if (starts_at, ends_at) != (gathering.starts_at, gathering.ends_at):
        _check(starts_at, ends_at, place, link, now)
    elif not (place or link):
        raise NowhereToGo
    if capacity is not None and capacity < gathering.going_count:
        raise FewerThanGoing
    was = (gathering.starts_at, gathering.ends_at, gathering.place, gathering.link)
    is_moved = was != (starts_at, ends_at, place, link)
    told_at = None if starts_at != gathering.starts_at else gathering.told_at
    Gathering.objects.filter(pk=gathering.pk).update(
        title=title, text=text, place=place, link=link, starts_at=starts_at, ends_at=ends_at,
        lang=lang_of(f"{title} {text}", gathering.lang), capacity=capacity, changed_at=now,
        told_at=told_at, version=F("version") + 1,
    )  # fmt: skip
    gathering.refresh_from_db()
    _say(GatheringChanged, gathering, by, now, is_moved=is_moved, starts_at=starts_at)
    _move_up(gathering, now)


@transaction.atomic
def cancel(*, gathering: Gathering, by: Member, reason: str, now: datetime) -> None:
    """It does not take place, and why. WrongMoment when it is over or cancelled already."""
    _run(gathering, by)
    if gathering.is_over(now):
        raise Over
    gathering.move(rules.CANCELLED, reason=reason, changed_at=now, version=F("version") + 1)
    gathering.refresh_from_db()
    _say(GatheringCancelled, gathering, by, now)


@transaction.atomic
def answer(
    *, gathering: Gathering, member: Member, answer: str, now: datetime,
    wants_reminder: bool = False,
) -> str:  # fmt: skip
    """Say going, maybe or no; gives what it became: `waiting` where all places are taken.

    The same answer again changes nothing but the wish to be reminded.
    """
    if not member.is_in or gathering.community_id != member.community_id:
        raise NotAllowed
    if answer not in rules.CHOSEN:
        raise NotAllowed
    _take(gathering, now)
    mine = Rsvp.objects.filter(gathering=gathering, member=member).first()
    before = mine.answer if mine else ""
    became = answer
    if answer == rules.GOING and before != rules.GOING:
        room = rules.has_room(gathering.going_count, gathering.capacity)
        became = rules.GOING if room else rules.WAITING
    reminder = wants_reminder and became != rules.NO
    if mine is None:
        Rsvp.objects.create(
            community_id=gathering.community_id, gathering=gathering, member=member, answer=became,
            waiting_since=now if became == rules.WAITING else None, wants_reminder=reminder,
            answered_at=now,
        )  # fmt: skip
    else:
        since = None
        if became == rules.WAITING:
            since = mine.waiting_since if before == rules.WAITING else now
        Rsvp.objects.filter(pk=mine.pk).update(
            answer=became, waiting_since=since, wants_reminder=reminder,
            answered_at=mine.answered_at if before == became else now,
        )  # fmt: skip
    if before != became:
        _say(GatheringAnswered, gathering, member, now, answer=became)
        _count(gathering)
        _move_up(gathering, now)
    return became


def leave_all(*, member_id: int, now: datetime) -> None:
    """Whoever leaves the community gives their places to those who wait."""
    coming = Gathering.objects.filter(
        state=rules.PLANNED, ends_at__gt=now, answers__member=member_id
    )
    for gathering in coming:
        gathering.take()
        Rsvp.objects.filter(gathering=gathering, member=member_id).delete()
        _count(gathering)
        _move_up(gathering, now)


def tell_soon(*, now: datetime) -> int:
    """Say of each gathering of the next day that it starts soon, once; safe to run again."""
    soon = Gathering.objects.filter(
        state=rules.PLANNED, told_at=None, starts_at__gt=now,
        starts_at__lte=now + timedelta(seconds=rules.SOON_SECONDS),
    )  # fmt: skip
    return sum(_tell(one, now) for one in soon.order_by("starts_at")[:AT_ONCE])


@transaction.atomic
def _tell(gathering: Gathering, now: datetime) -> int:
    rows = Gathering.objects.filter(pk=gathering.pk, state=rules.PLANNED, told_at=None)
    if not rows.filter(starts_at=gathering.starts_at).update(told_at=now):
        return 0
    _say(GatheringStartsSoon, gathering, None, now, starts_at=gathering.starts_at)
    return 1


def _take(gathering: Gathering, now: datetime) -> None:
    """Ours until the transaction ends: all answers to one gathering pass here in turn."""
    rows = Gathering.objects.filter(pk=gathering.pk, state=rules.PLANNED, ends_at__gt=now)
    if not rows.update(going_count=F("going_count")):
        raise Over
    gathering.refresh_from_db()


def _count(gathering: Gathering) -> None:
    going = Rsvp.objects.filter(gathering=gathering, answer=rules.GOING).count()
    Gathering.objects.filter(pk=gathering.pk).update(going_count=going)
    gathering.going_count = going


def _move_up(gathering: Gathering, now: datetime) -> None:
    """Give free places to those who wait, the longest waiting first."""
    line = Rsvp.objects.filter(gathering=gathering, answer=rules.WAITING)
    moved = []
    for one in line.select_related("member__person").order_by("waiting_since", "pk"):
        if not rules.has_room(gathering.going_count + len(moved), gathering.capacity):
            break
        moved.append(one)
    Rsvp.objects.filter(pk__in=[one.pk for one in moved]).update(
        answer=rules.GOING, waiting_since=None
    )
    if moved:
        _count(gathering)
    for one in moved:
        _say(PlaceGiven, gathering, None, now, subject=one.member.person.pseudonym)


def _check(starts_at: datetime, ends_at: datetime, place: str, link: str, now: datetime) -> None:
    if not (
        now < starts_at < ends_at
        and ends_at <= starts_at + timedelta(days=rules.LONGEST_DAYS)
        and starts_at <= now + timedelta(days=rules.LATEST_DAYS)
    ):
        raise BadTimes
    if not (place or link):
        raise NowhereToGo


def _run(gathering: Gathering, by: Member) -> None:
    if gathering.community_id != by.community_id or not by.may("content.edit"):
        raise NotAllowed


def card_key(community_id: int) -> str:
    return f"gathering-next:{community_id}"


def _say(
    kind: type[GatheringEvent], gathering: Gathering, by: Member | None, now: datetime, **more: Any
) -> None:
    born = None
    if kind is not GatheringPlanned:
        born = activity.find("gathering", gathering.pk, "GatheringPlanned")
    announce(
        kind(
            community_id=gathering.community_id,
            object_id=gathering.pk,
            actor=by.person.pseudonym if by else None,
            parent_id=born,
            lang=gathering.lang,
            now=now,
            **more,
        )
    )
    transaction.on_commit(lambda: cache.delete(card_key(gathering.community_id)))
