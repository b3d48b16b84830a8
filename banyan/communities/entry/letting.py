"""The last stretch of every way in: a place, a number, a host; or the waiting list."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from banyan.core.events import announce
from banyan.core.refusals import WrongMoment
from banyan.people.models import Person

from .. import rules
from ..events import MemberJoined, MemberQueued
from ..models import Community, EntryPolicy, EntryStep, Member
from . import rules as ways

AT_ONCE = 200


class _Full(Exception):
    """Nobody can be let in: every place is taken."""


def policy_of(community: Community) -> EntryPolicy:
    """How people come in here; nothing special when nobody has said so. One query."""
    found = EntryPolicy.objects.select_related("host__person").filter(community=community).first()
    return found or EntryPolicy(community=community)


def say(kind: type, member: Member, *, by: Person | None, now: datetime, **more: Any) -> int:
    return announce(
        kind(
            community_id=member.community_id,
            object_id=member.pk,
            subject=member.person.pseudonym,
            actor=by.pseudonym if by else None,
            now=now,
            **more,
        )
    )


def note(member: Member, kind: str, *, now: datetime, by: Person | None = None,
         reasons: Sequence[str] = (), words: str = "", lang: str = "") -> None:  # fmt: skip
    """Write one step of a way in. Who may see it: the person, and those who decide."""
    EntryStep.objects.create(
        community_id=member.community_id, member=member, kind=kind, reasons=list(reasons),
        by=by.pseudonym if by else None, words=words, lang=lang, at=now,
    )  # fmt: skip


def enter(member: Member, *, by: Person | None, now: datetime, reasons: Sequence[str] = (),
          policy: EntryPolicy | None = None, parent_id: int | None = None) -> None:  # fmt: skip
    """Let somebody in who is admitted, or put them on the waiting list when every place is taken.

    Whoever bought their way in is let in past the number of places: the seller counts them.
    """
    policy = policy or policy_of(member.community)
    bought = member.source == ways.PURCHASED
    try:
        with transaction.atomic():
            _take_place(member, by=by, now=now, policy=policy, parent_id=parent_id, past=bought)
    except _Full:
        member.move(rules.WAITING, waiting_since=now, due_at=None)
        note(member, "waiting", now=now, reasons=["full"])
        say(MemberQueued, member, by=by, now=now)
        return
    if list(reasons) != ["open"] and reasons:
        decided = by if by is not None and by.pk != member.person_id else None
        note(member, "admitted", now=now, by=decided, reasons=reasons)


def move_up(*, community_id: int, now: datetime) -> int:
    """Fill free places from the waiting list, who waits longest first. May run twice."""
    moved = 0
    waiting = (
        Member.objects.filter(community_id=community_id, state=rules.WAITING)
        .select_related("person", "community")
        .order_by("waiting_since", "pk")[:AT_ONCE]
    )
    policy = None
    for member in waiting:
        policy = policy or policy_of(member.community)
        with suppress(WrongMoment):  # they took it back just now
            try:
                with transaction.atomic():
                    _take_place(member, by=None, now=now, policy=policy)
                    note(member, "admitted", now=now, reasons=["free"])
            except _Full:
                break
            moved += 1
    return moved


def _take_place(member: Member, *, by: Person | None, now: datetime, policy: EntryPolicy,
                parent_id: int | None = None, past: bool = False) -> None:  # fmt: skip
    free = Community.objects.filter(pk=member.community_id)
    if not past:
        free = free.filter(Q(capacity=None) | Q(member_count__lt=F("capacity")))
    step = 1 if member.number is None else 0
    if not free.update(member_count=F("member_count") + 1, last_number=F("last_number") + step):
        raise _Full
    number = member.number
    if number is None:
        number = Community.objects.values_list("last_number", flat=True).get(pk=member.community_id)
    until, host = _first_days(member, policy, now)
    member.move(
        rules.JOINED, number=number, joined_at=now, left_at=None, due_at=None, waiting_since=None,
        probation_until=until, host=host,
    )  # fmt: skip
    say(MemberJoined, member, by=by, now=now, way=member.source, parent_id=parent_id)


def _first_days(
    member: Member, policy: EntryPolicy, now: datetime
) -> tuple[datetime | None, Member | None]:
    """Until when somebody is new here, and who greets them: the host, else who invited them."""
    if not policy.probation_days:
        return None, None
    host = policy.host if policy.host is not None and policy.host.is_in else None
    if host is None and member.invitation is not None and member.invitation.by.is_in:
        host = member.invitation.by
    if host is not None and host.pk == member.pk:
        host = None
    return now + timedelta(days=policy.probation_days), host
