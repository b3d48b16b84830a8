"""What becomes of a membership as days pass: earned, reminded, in grace, run out; or paused."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.sellers.models import Book

from .. import rules
from ..events import (
    MembershipCancelled,
    MembershipDue,
    MembershipEnded,
    MembershipKept,
    MembershipLapsed,
    MembershipPaused,
    MembershipResumed,
)
from ..models import Subscription
from . import terms
from .saying import say, take

AT_ONCE = 200


class NothingToPause(WrongMoment):
    sentence = _("Nothing is left to be kept for later: it ends today or tomorrow.")


def taken(one: Subscription) -> Subscription:
    """Its member is taken first, then the row is read afresh."""
    take(one.member_id)
    rows = Subscription.objects.select_related("community", "tier", "member__person")
    return rows.get(pk=one.pk)


@transaction.atomic
def settle(one: Subscription, *, now: datetime, looks: bool = True) -> Subscription:
    """Bring a membership to where it belongs today. Safe to run again.

    `looks`: it is reminded, and looked at again when the community's next day begins.
    """
    one = taken(one)
    today = rules.day_of(now, one.community.zone)
    terms.earn(one, book=Book.objects.get(community_id=one.community_id), on=today, now=now)
    if one.state == rules.PAUSED:
        if one.paused_on is not None and today >= one.paused_on + timedelta(days=rules.PAUSE_DAYS):
            _go_on(one, today=today, now=now)
    else:
        _follow_its_days(one, today=today, now=now)
    if looks:
        _remind(one, today=today, now=now)
        look_at = rules.next_day_at(now, one.community.zone) if one.lives else None
        Subscription.objects.filter(pk=one.pk).update(look_at=look_at)
        one.look_at = look_at
    return one


def _follow_its_days(one: Subscription, *, today: date, now: datetime) -> None:
    term = terms.at(one, today)
    if term is not None and term.tier_id != one.tier_id and one.gives:
        Subscription.objects.filter(pk=one.pk).update(tier=term.tier)
        one.tier = term.tier
    if not one.lives or today < one.until_on:
        return
    if one.state == rules.CANCELLED:
        _end(one, now=now)
    elif one.state == rules.TRIAL or (one.state == rules.ACTIVE and one.is_gift):
        _lapse(one, now=now)
    elif one.state == rules.ACTIVE:
        # From the day it is noticed on: whoever is told late has no fewer days.
        until = today + timedelta(days=rules.GRACE_DAYS)
        one.move(rules.GRACE, grace_until_on=until, reminded=0)
    elif one.state == rules.GRACE and one.grace_until_on and today >= one.grace_until_on:
        _lapse(one, now=now)


def _lapse(one: Subscription, *, now: datetime) -> None:
    one.move(rules.LAPSED, ended_at=now)
    say(MembershipLapsed, one, now=now)


def _end(one: Subscription, *, now: datetime) -> None:
    one.move(rules.ENDED, ended_at=now)
    say(MembershipEnded, one, amount_minor=0, now=now)


def _remind(one: Subscription, *, today: date, now: datetime) -> None:
    step = rules.reminder(
        one.state, until_on=one.until_on, grace_until_on=one.grace_until_on, on=today
    )
    rows = Subscription.objects.filter(pk=one.pk, reminded__lt=step)
    if rows.update(reminded=step):
        one.reminded = step
        say(MembershipDue, one, step=step, now=now)


def settle_due(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Every membership whose community has a new day. Safe to run twice."""
    due = Subscription.objects.filter(look_at__lte=now).order_by("look_at", "pk")
    done = 0
    for one in due[:limit]:
        try:
            settle(one, now=now)
            done += 1
        except WrongMoment:  # somebody has just moved it
            continue
    return done


def _check(one: Subscription, by: Member) -> None:
    if one.member_id != by.pk:
        raise NotAllowed


@transaction.atomic
def pause(*, one: Subscription, by: Member, now: datetime) -> None:
    """The days from tomorrow on are kept for later, for 90 days at most; today counts as used."""
    _check(one, by)
    one = settle(one, now=now)
    tomorrow = rules.day_of(now, one.community.zone) + timedelta(days=1)
    if one.state != rules.ACTIVE:
        raise WrongMoment
    if one.until_on <= tomorrow:
        raise NothingToPause
    term = terms.at(one, tomorrow)
    if term is not None:
        terms.split(term, tomorrow)
    one.move(rules.PAUSED, paused_on=tomorrow)
    say(MembershipPaused, one, by=by, now=now)


@transaction.atomic
def resume(*, one: Subscription, by: Member, now: datetime) -> None:
    """The days that were kept begin again, today."""
    _check(one, by)
    one = taken(one)
    if one.state != rules.PAUSED:
        raise WrongMoment
    _go_on(one, today=rules.day_of(now, one.community.zone), now=now, by=by)
    settle(one, now=now)


def _go_on(one: Subscription, *, today: date, now: datetime, by: Member | None = None) -> None:
    since = one.paused_on or today
    days = max((today - since).days, 0)
    terms.shift(one, since=since, days=days)
    one.move(
        rules.ACTIVE, only_from=(rules.PAUSED,), paused_on=None, reminded=0,
        until_on=one.until_on + timedelta(days=days),
    )  # fmt: skip
    say(MembershipResumed, one, by=by, now=now)


@transaction.atomic
def cancel(*, one: Subscription, by: Member, now: datetime) -> None:
    """It goes on to the end of what is paid, and nobody is asked to pay on."""
    _check(one, by)
    stop(one, by=by, now=now)


def stop(one: Subscription, *, by: Member | None, now: datetime) -> None:
    """For its member, or when its member has gone. WrongMoment when it is not going on anyway."""
    one = settle(one, now=now)
    if one.state == rules.PAUSED:
        _go_on(one, today=rules.day_of(now, one.community.zone), now=now, by=by)
    if one.state == rules.GRACE:
        _end(one, now=now)
    elif one.state in (rules.TRIAL, rules.ACTIVE):
        one.move(rules.CANCELLED)
        say(MembershipCancelled, one, by=by, now=now)
    else:
        raise WrongMoment


@transaction.atomic
def keep(*, one: Subscription, by: Member, now: datetime) -> None:
    """It was cancelled, and goes on after all."""
    _check(one, by)
    one = settle(one, now=now)
    if one.state != rules.CANCELLED:
        raise WrongMoment
    was_paid = bool(terms.of(one))
    one.move(rules.ACTIVE if was_paid else rules.TRIAL)
    say(MembershipKept, one, by=by, now=now)
