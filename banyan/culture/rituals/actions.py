"""Rituals: who hosts which time, passing a turn on, swapping it, and opening it when it is due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment

from .. import things
from ..events import (
    HostSwapAsked,
    HostSwapped,
    HostTurn,
    RitualBegun,
    RitualEvent,
    RitualOpened,
    RitualRested,
)
from ..models import Ritual, Turn, Volunteer
from . import queries, rules

RIGHT = "culture.run"


class NobodyElse(Refusal):
    status = 409
    sentence = _("Nobody else has volunteered. Ask somebody to, then pass it on.")


def _say(kind: type[RitualEvent], ritual: Ritual, by: Member | None, now: datetime,
         **more: Any) -> None:  # fmt: skip
    announce(
        kind(
            community_id=ritual.community_id, object_id=ritual.pk, lang=ritual.lang,
            actor=by.person.pseudonym if by else None, now=now, **more,
        )
    )  # fmt: skip


def _may_run(ritual: Ritual, by: Member) -> None:
    if by.community_id != ritual.community_id or not by.may(RIGHT):
        raise NotAllowed


@transaction.atomic
def begin(*, community: Community, by: Member, now: datetime, title: str,
          **fields: Any) -> Ritual:  # fmt: skip
    """A ritual from now on. Until somebody volunteers, who made it hosts it."""
    if by.community_id != community.pk or not by.may(RIGHT):
        raise NotAllowed
    ritual = Ritual.objects.create(
        community=community, title=title, lang=community.lang, zone=community.zone, made_by=by,
        second_lang=community.second_lang if fields.get("second_title") else "", made_at=now,
        **fields,
    )  # fmt: skip
    _say(RitualBegun, ritual, by, now)
    plan(ritual, now=now)
    return ritual


@transaction.atomic
def change(*, ritual: Ritual, by: Member, now: datetime, **fields: Any) -> None:
    """Change its words or its time; turns not yet held are planned anew when the time changes."""
    _may_run(ritual, by)
    timed = ("rhythm", "weekday", "month_day", "hour")
    is_moved = any(name in fields and fields[name] != getattr(ritual, name) for name in timed)
    Ritual.objects.filter(pk=ritual.pk).update(**fields)
    ritual.refresh_from_db()
    if is_moved:
        Turn.objects.filter(ritual=ritual, state=rules.PLANNED).delete()
    plan(ritual, now=now)


@transaction.atomic
def rest(*, ritual: Ritual, by: Member, now: datetime) -> None:
    """Let it rest; `wake` brings it back with the same volunteers."""
    _may_run(ritual, by)
    ritual.move(rules.OFF)
    Turn.objects.filter(ritual=ritual, state=rules.PLANNED).delete()
    queries.keep(ritual.community_id)
    _say(RitualRested, ritual, by, now)


@transaction.atomic
def wake(*, ritual: Ritual, by: Member, now: datetime) -> None:
    _may_run(ritual, by)
    ritual.move(rules.ON)
    plan(ritual, now=now)
    _say(RitualRested, ritual, by, now, is_on=True)


@transaction.atomic
def plan(ritual: Ritual, *, now: datetime) -> None:
    """See to it that the next turns stand, each with the host whose turn it is. Safe again."""
    if ritual.state != rules.ON:
        return
    times = rules.next_times(
        rhythm=ritual.rhythm, weekday=ritual.weekday, month_day=ritual.month_day,
        hour=ritual.hour, zone=ritual.zone, after=now, count=rules.AHEAD,
    )  # fmt: skip
    known = set(Turn.objects.filter(ritual=ritual, at__in=times).values_list("at", flat=True))
    Turn.objects.bulk_create(
        [
            Turn(community_id=ritual.community_id, ritual=ritual, at=at)
            for at in times
            if at not in known
        ],
        ignore_conflicts=True,
    )
    ahead = list(Turn.objects.filter(ritual=ritual, state=rules.PLANNED).order_by("at"))
    candidates = queries.candidates(ritual)
    willing = {one.member_id for one in candidates}
    busy = {turn.host_id for turn in ahead if turn.host_id in willing}
    seen: set[int] = set()
    for turn in ahead:
        # Whoever holds several turns gives the later ones to those who have none yet.
        has_more = turn.host_id in seen and turn.reminded_at is None and willing - busy
        if turn.host_id in willing and not has_more:
            seen.add(turn.host_id)
            continue
        host = rules.next_host(candidates, busy=busy, without=set(turn.skipped))
        if host != turn.host_id:
            Turn.objects.filter(pk=turn.pk, state=rules.PLANNED).update(
                host_id=host, reminded_at=None, swap_with=None
            )
        if host is not None:
            busy.add(host)
            seen.add(host)
    queries.keep(ritual.community_id)


@transaction.atomic
def volunteer(*, ritual: Ritual, member: Member, now: datetime) -> None:
    """Be one of its hosts. Twice changes nothing."""
    if not member.is_in or member.community_id != ritual.community_id:
        raise NotAllowed
    if ritual.state != rules.ON:
        raise WrongMoment
    Volunteer.objects.get_or_create(ritual=ritual, member=member, defaults={"since": now})
    plan(ritual, now=now)


@transaction.atomic
def stop(*, ritual: Ritual, member: Member, now: datetime) -> None:
    """Be a host no more; turns ahead go to others."""
    if not Volunteer.objects.filter(ritual=ritual, member=member).delete()[0]:
        raise WrongMoment
    plan(ritual, now=now)


@transaction.atomic
def skip(*, turn: Turn, member: Member, now: datetime) -> None:
    """Pass one's turn on to whose turn is next. It is not counted as hosted."""
    if turn.host_id != member.pk:
        raise NotAllowed
    if turn.state != rules.PLANNED or turn.at <= now:
        raise WrongMoment
    candidates = queries.candidates(turn.ritual)
    busy = set(
        Turn.objects.filter(ritual_id=turn.ritual_id, state=rules.PLANNED)
        .exclude(pk=turn.pk)
        .values_list("host_id", flat=True)
    )
    skipped = [*turn.skipped, member.pk]
    host = rules.next_host(candidates, busy=busy, without=set(skipped))
    if host is None:
        raise NobodyElse
    moved = Turn.objects.filter(pk=turn.pk, state=rules.PLANNED, host=member).update(
        host_id=host, skipped=skipped, reminded_at=None, swap_with=None
    )
    if not moved:
        raise WrongMoment
    queries.keep(turn.community_id)


@transaction.atomic
def ask_swap(*, turn: Turn, other: Turn, member: Member, now: datetime) -> None:
    """Ask the host of another turn of the same ritual to swap."""
    if turn.host_id != member.pk or other.ritual_id != turn.ritual_id:
        raise NotAllowed
    if other.host_id in (None, member.pk) or min(turn.at, other.at) <= now:
        raise WrongMoment
    rows = Turn.objects.filter(pk=turn.pk, state=rules.PLANNED, host=member)
    if not rows.exclude(swap_with=other).update(swap_with=other):
        if Turn.objects.filter(pk=turn.pk, swap_with=other).exists():
            return  # asked already
        raise WrongMoment
    host = other.host.person.pseudonym
    _say(HostSwapAsked, turn.ritual, member, now, turn_id=turn.pk, host=host)


@transaction.atomic
def agree_swap(*, turn: Turn, member: Member, now: datetime) -> None:
    """The host who was asked says yes: the two turns change hands."""
    other = turn.swap_with
    if other is None or other.state != rules.PLANNED or min(turn.at, other.at) <= now:
        raise WrongMoment
    if other.host_id != member.pk:
        raise NotAllowed
    asker = turn.host_id
    first = Turn.objects.filter(pk=turn.pk, state=rules.PLANNED, swap_with=other, host_id=asker)
    second = Turn.objects.filter(pk=other.pk, state=rules.PLANNED, host=member)
    if not first.update(host=member, swap_with=None, reminded_at=None):
        raise WrongMoment
    if not second.update(host_id=asker, swap_with=None, reminded_at=None):
        raise WrongMoment
    _say(HostSwapped, turn.ritual, member, now, turn_id=turn.pk, with_turn_id=other.pk)
    queries.keep(turn.community_id)


@transaction.atomic
def open_turn(turn: Turn, *, now: datetime) -> bool:
    """Open a turn whose time has come: its post is there. Safe to run again, opens once."""
    if turn.state != rules.PLANNED or now < turn.at:
        return False
    ritual = turn.ritual
    if now - turn.at > rules.TOO_LATE or ritual.state != rules.ON:
        turn.move(rules.MISSED)
        return False
    host = turn.host if turn.host is not None and turn.host.is_in else ritual.made_by
    if not host.is_in:
        turn.move(rules.MISSED)
        return False
    turn.move(rules.OPENED, opened_at=now, host=host)
    body = "\n\n".join(words for words in (ritual.words, ritual.second_words) if words)
    names = " · ".join(name for name in (ritual.title, ritual.second_title) if name)
    opened = things.open_post(author=host, title=names[:120], body=body, now=now)
    if opened is not None:
        Turn.objects.filter(pk=turn.pk).update(post_id=opened.post_id, post_oid=opened.oid)
    _say(
        RitualOpened, ritual, None, now, turn_id=turn.pk, host=host.person.pseudonym,
        post_id=opened.post_id if opened else 0,
    )  # fmt: skip
    return True


def sweep(*, now: datetime) -> int:
    """Open what is due, remind hosts, plan ahead. Steps over what another has just moved."""
    opened = 0
    due = Turn.objects.filter(state=rules.PLANNED, at__lte=now).select_related(
        "ritual__community", "ritual__made_by__person", "host__person", "host__community"
    )
    for turn in due.order_by("at")[:200]:
        try:
            opened += open_turn(turn, now=now)
        except WrongMoment:
            continue
        plan(turn.ritual, now=now)
    remind(now=now)
    return opened


def remind(*, now: datetime) -> int:
    """Tell hosts two days before, once."""
    soon = Turn.objects.filter(
        state=rules.PLANNED, at__gt=now, at__lte=now + rules.REMIND, host__isnull=False,
        reminded_at=None,
    ).select_related("ritual", "host__person")  # fmt: skip
    said = 0
    for turn in soon[:500]:
        with transaction.atomic():
            if not Turn.objects.filter(pk=turn.pk, reminded_at=None).update(reminded_at=now):
                continue
            _say(
                HostTurn, turn.ritual, None, now, turn_id=turn.pk, at=turn.at,
                host=turn.host.person.pseudonym,
            )  # fmt: skip
            said += 1
    return said
