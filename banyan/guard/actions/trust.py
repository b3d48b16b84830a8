"""Levels of trust: counted each day from reading and from giving and taking, or set by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least

from banyan.communities import rules as membership
from banyan.communities.models import Community, Member
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.core.text import lang_of

from .. import levels, queries, rules
from ..events import LevelSet
from ..models import Day, Standing, StandingChange

# Modules that know of marks against members say here how far each of some may be trusted:
# (community, member ids, now) -> {member id: the highest level}.
Limit = Callable[[Any, list[int], datetime], dict[int, int]]
_limits: list[Limit] = []
MOST_A_DAY = 500


def limits_trust(limit: Limit) -> Limit:
    """Register what caps a level: strikes, mutes, hidden words."""
    if limit not in _limits:
        _limits.append(limit)
    return limit


@transaction.atomic
def note_read(*, member: Member, now: datetime) -> None:
    """The member has read a conversation today: a count, no trail."""
    if not member.is_in:
        raise NotAllowed
    today = now.date()
    Day.objects.bulk_create(
        [Day(community_id=member.community_id, member=member, on=today)], ignore_conflicts=True
    )
    Day.objects.filter(member=member, on=today).update(opened=Least(F("opened") + 1, MOST_A_DAY))


def count_community(community: Community, *, now: datetime) -> int:
    """Bring every member's level up to date; safe to run again. Gives how many levels changed."""
    members = Member.objects.of(community).filter(state=membership.JOINED, role=membership.MEMBER)
    joined = dict(members.values_list("pk", "joined_at"))
    ids = sorted(joined)
    counts = levels.counts(community, joined, now=now)
    needs = rules.needs_of(queries.policy(community.pk).needs)
    most: dict[int, int] = {}
    for limit in _limits:
        for pk, level in limit(community, ids, now).items():
            most[pk] = min(level, most.get(pk, rules.KEEPER))
    known = {row.member_id: row for row in Standing.objects.filter(community=community)}
    new, old, moved = [], [], []
    for pk in ids:
        level = rules.level_of(counts[pk], needs, most=most.get(pk, rules.KEEPER))
        row = known.get(pk)
        if row is None:
            row = Standing(member_id=pk, community=community)
            new.append(row)
        elif (row.counts, row.counted_on) != (counts[pk], now.date()):
            old.append(row)
        row.counts, row.counted_on = counts[pk], now.date()
        if level != row.level and not row.is_locked:
            moved.append((pk, row.level, level))
    Standing.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    Standing.objects.bulk_update(old, ["counts", "counted_on"], batch_size=500)
    return sum(_move(community, *one, now=now) for one in moved)


@transaction.atomic
def _move(community: Community, pk: int, before: int, after: int, *, now: datetime) -> int:
    """One level changes by counting, unless somebody was faster; 1 when it did."""
    rows = Standing.objects.filter(pk=pk, is_locked=False, level=before)
    moved = rows.update(level=after)
    if moved:
        StandingChange.objects.create(
            community=community, member_id=pk, before=before, after=after, at=now
        )
    return moved


@transaction.atomic
def set_level(
    *, member: Member, level: int, reason: str, by: Member, now: datetime
) -> StandingChange:
    """Set a level by hand, with a reason the member reads; counting leaves it from then on."""
    if level not in dict(rules.LEVELS) or not reason.strip():
        raise WrongMoment
    return _set(member, by, now, level=level, is_locked=True, reason=reason.strip()[:200])


@transaction.atomic
def free_level(*, member: Member, by: Member, now: datetime) -> StandingChange:
    """Let the level be counted again; until the next count it stays. WrongMoment when it is."""
    row = Standing.objects.filter(member=member, is_locked=True).first()
    if row is None:
        raise WrongMoment
    return _set(member, by, now, level=row.level, is_locked=False, reason="")


def _set(
    member: Member, by: Member, now: datetime, *, level: int, is_locked: bool, reason: str
) -> StandingChange:
    if member.community_id != by.community_id or not by.may("members.admit"):
        raise NotAllowed
    Standing.objects.bulk_create(
        [Standing(member=member, community_id=member.community_id)], ignore_conflicts=True
    )
    row = Standing.objects.select_for_update(no_key=True).get(member=member)
    change = StandingChange.objects.create(
        community_id=member.community_id, member=member, by=by.person.pseudonym,
        before=row.level, after=level, was_locked=row.is_locked, is_locked=is_locked,
        was_reason=row.reason, reason=reason, lang=lang_of(reason, "") if reason else "", at=now,
    )  # fmt: skip
    _write(row, level=level, is_locked=is_locked, reason=reason)
    _say(member, by, change.before, level, is_locked, now)
    return change


@transaction.atomic
def undo(*, change: StandingChange, by: Member, now: datetime) -> None:
    """Take back what was set by hand. WrongMoment when it was taken back, or set anew since."""
    if change.community_id != by.community_id or not by.may("members.admit"):
        raise NotAllowed
    by_hand = StandingChange.objects.filter(member=change.member_id, by__isnull=False)
    last = by_hand.order_by("-pk").values_list("pk", flat=True).first()
    if last != change.pk or not by_hand.filter(pk=change.pk, undone_at=None).update(undone_at=now):
        raise WrongMoment
    row = Standing.objects.select_for_update(no_key=True).get(member=change.member_id)
    _write(row, level=change.before, is_locked=change.was_locked, reason=change.was_reason)
    _say(change.member, by, change.after, change.before, change.was_locked, now)


def _write(row: Standing, *, level: int, is_locked: bool, reason: str) -> None:
    row.level, row.is_locked, row.reason = level, is_locked, reason
    row.lang = lang_of(reason, "") if reason else ""
    row.save(update_fields=["level", "is_locked", "reason", "lang"])
    cache.delete(queries.level_key(row.pk))


def _say(
    member: Member, by: Member, before: int, after: int, is_locked: bool, now: datetime
) -> None:
    announce(
        LevelSet(
            community_id=member.community_id, object_id=member.pk, actor=by.person.pseudonym,
            before=before, after=after, is_locked=is_locked, subject=member.person.pseudonym,
            now=now,
        )
    )  # fmt: skip


def forget_old_days(*, now: datetime) -> int:
    """Days that no level looks at any more."""
    old = Day.objects.filter(on__lt=now.date() - timedelta(days=rules.SPAN_DAYS))
    return int(old.delete()[0])
