"""Announcing, starting and ending a challenge; joining it, checking in, making up a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.content.actions import post as posts
from banyan.core.events import announce
from banyan.core.models import Picture
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment

from . import queries, rules
from .events import (
    ChallengeAnnounced,
    ChallengeCancelled,
    ChallengeEnded,
    ChallengeEvent,
    ChallengeFinished,
    ChallengeJoined,
    ChallengeLeft,
    ChallengeStarted,
    CheckedIn,
    CheckInUndone,
)
from .models import Challenge, CheckIn, Entry, Team

RIGHT = "culture.run"


class NotToday(Refusal):
    status = 409
    sentence = _("This is not a day of the challenge where you are.")


class NothingToMakeUp(Refusal):
    status = 409
    sentence = _("This day cannot be made up: it is done already, or you have made up all you may.")


class TeamsAreSet(Refusal):
    status = 409
    sentence = _("Teams are set once the challenge has begun and you have chosen one.")


@transaction.atomic
def announce_challenge(
    *,
    community: Community,
    by: Member,
    now: datetime,
    title: str,
    starts_on: date,
    days: int,
    needed_days: int | None = None,
    teams: Sequence[str] = (),
    slug: str = "",
    **words: Any,
) -> Challenge:
    """Put a challenge on the calendar; it begins by itself, at once when its day has come.

    `words` are about, reward, paid_by, makeup_days and what is said in the second language.
    """
    _may_run(community, by)
    challenge = Challenge(
        community=community, slug=slug or _free_slug(community, title), title=title,
        starts_on=starts_on, days=days, needed_days=needed_days or days, lang=community.lang,
        second_lang=community.second_lang if words.get("second_title") else "",
        zone=community.zone, made_by=by, made_at=now, **words,
    )  # fmt: skip
    challenge.save()
    Team.objects.bulk_create(
        Team(community=community, challenge=challenge, name=name, position=n)
        for n, name in enumerate(dict.fromkeys(teams))
    )
    _say(ChallengeAnnounced, challenge, by, now)
    start(challenge, now=now)
    queries.keep(community.pk, now=now)
    return challenge


def _free_slug(community: Community, title: str) -> str:
    wanted = slugify(title)[:50] or "challenge"
    taken = set(
        Challenge.objects.of(community)
        .filter(slug__startswith=wanted)
        .values_list("slug", flat=True)
    )
    free = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, len(taken) + 2))
    return next(slug for slug in free if slug not in taken)


def _may_run(community: Community, by: Member) -> None:
    if by.community_id != community.pk or not by.may(RIGHT):
        raise NotAllowed


def _say(kind: type[ChallengeEvent], challenge: Challenge, by: Member | None, now: datetime,
         **more: Any) -> None:  # fmt: skip
    announce(
        kind(
            community_id=challenge.community_id, object_id=challenge.pk,
            actor=by.person.pseudonym if by else None, lang=challenge.lang, now=now, **more,
        )
    )  # fmt: skip


@transaction.atomic
def change(*, challenge: Challenge, by: Member, now: datetime, **fields: Any) -> None:
    """Change its words at any time before it is over; days, only while it has not begun."""
    _may_run(challenge.community, by)
    if not challenge.is_open:
        raise WrongMoment
    if challenge.state == rules.RUNNING:
        fields = {k: v for k, v in fields.items() if k not in ("starts_on", "days", "needed_days")}
    if not Challenge.objects.filter(pk=challenge.pk, state=challenge.state).update(**fields):
        raise WrongMoment
    challenge.refresh_from_db()
    start(challenge, now=now)
    queries.keep(challenge.community_id, now=now)


@transaction.atomic
def start(challenge: Challenge, *, now: datetime) -> bool:
    """Begin it when its first day has begun where the community is. Twice changes nothing."""
    if challenge.state != rules.SCHEDULED:
        return False
    if now < rules.begins_at(challenge.starts_on, challenge.zone):
        return False
    challenge.move(rules.RUNNING, started_at=now)
    _say(ChallengeStarted, challenge, None, now)
    return True


@transaction.atomic
def end(challenge: Challenge, *, now: datetime, by: Member | None = None) -> bool:
    """End it when its last day is over for everybody, or at once when those who run it say so."""
    if by is not None:
        _may_run(challenge.community, by)
    elif now < rules.ends_at(challenge.starts_on, challenge.days, queries.zones(challenge)):
        return False
    challenge.move(rules.ENDED, ended_at=now)
    joined, finished = queries.joined_and_finished(challenge)
    _say(ChallengeEnded, challenge, by, now, joined=joined, finished=finished)
    queries.keep(challenge.community_id, now=now)
    return True


@transaction.atomic
def cancel(*, challenge: Challenge, by: Member, now: datetime) -> None:
    """Call it off before it begins."""
    _may_run(challenge.community, by)
    challenge.move(rules.CANCELLED, ended_at=now)
    _say(ChallengeCancelled, challenge, by, now)
    queries.keep(challenge.community_id, now=now)


def sweep(*, now: datetime) -> int:
    """Begin and end what is due. Steps over what somebody else has just moved."""
    moved = 0
    open_ones = Challenge.objects.filter(state__in=[rules.SCHEDULED, rules.RUNNING])
    for challenge in open_ones.select_related("community").order_by("starts_on").iterator():
        try:
            if start(challenge, now=now):
                queries.keep(challenge.community_id, now=now)
                moved += 1
            if challenge.state == rules.RUNNING and end(challenge, now=now):
                moved += 1
        except WrongMoment:
            continue
    return moved


# Members


@transaction.atomic
def join(*, challenge: Challenge, member: Member, now: datetime, team: Team | None = None,
         zone: str = "") -> Entry:  # fmt: skip
    """Take part; from now on the member's days are counted in the zone they have today.

    Twice changes nothing; who left comes back to the days they had.
    """
    if not member.is_in or member.community_id != challenge.community_id:
        raise NotAllowed
    if not challenge.is_open:
        raise WrongMoment
    zone = rules.zone_of(zone or member.person.zone or challenge.zone).key
    entry, is_new = Entry.objects.get_or_create(
        challenge=challenge, member=member,
        defaults={"community_id": challenge.community_id, "zone": zone, "joined_at": now},
    )  # fmt: skip
    is_back = not is_new and bool(
        Entry.objects.filter(pk=entry.pk, left_at__isnull=False).update(left_at=None)
    )
    if team is not None:
        choose_team(entry=entry, challenge=challenge, team=team)
    if is_new or is_back:
        _say(ChallengeJoined, challenge, member, now)
        entry.left_at = None
        queries.keep(challenge.community_id, now=now)
        queries.keep_mine(member)
    return entry


@transaction.atomic
def leave(*, challenge: Challenge, member: Member, now: datetime) -> None:
    """Stop taking part; the days stay, should one come back."""
    left = Entry.objects.filter(challenge=challenge, member=member, left_at=None)
    if not left.update(left_at=now):
        raise WrongMoment
    _say(ChallengeLeft, challenge, member, now)
    queries.keep(challenge.community_id, now=now)
    queries.keep_mine(member)


@transaction.atomic
def choose_team(*, entry: Entry, challenge: Challenge, team: Team) -> None:
    """Stand with a team. Once the challenge has begun, whoever has a team stays with it."""
    if team.challenge_id != challenge.pk:
        raise NotAllowed
    if entry.team_id == team.pk:
        return
    if entry.team_id is not None and challenge.state != rules.SCHEDULED:
        raise TeamsAreSet
    Entry.objects.filter(pk=entry.pk).update(team=team)
    entry.team = team


@transaction.atomic
def check_in(*, challenge: Challenge, member: Member, now: datetime, words: str = "",
             photos: Sequence[Picture] = (), day: date | None = None) -> CheckIn:  # fmt: skip
    """Do today, or make up a missed `day`. With words or a photo it becomes a post as well.

    The same day twice is one check-in, and the second gives the first. WrongMoment, NotToday,
    NothingToMakeUp.
    """
    entry = _entry(challenge, member)
    if challenge.state != rules.RUNNING:
        raise WrongMoment
    today = rules.local_day(now, entry.zone)
    is_made_up = day is not None and day != today
    day = day or today
    if is_made_up:
        _check_makeup(challenge, entry, day, today)
    elif not rules.is_day_of(today, challenge.starts_on, challenge.days):
        raise NotToday
    try:
        with transaction.atomic():
            made = CheckIn.objects.create(
                community_id=challenge.community_id, challenge=challenge, member=member, day=day,
                at=now, is_made_up=is_made_up,
            )  # fmt: skip
    except IntegrityError:
        return CheckIn.objects.get(challenge=challenge, member=member, day=day)
    counted: dict[str, Any] = {"done": F("done") + 1, "last_on": max(day, entry.last_on or day)}
    rows = Entry.objects.filter(pk=entry.pk)
    if is_made_up:
        # Of two who make up at once on two devices only as many pass as are allowed.
        rows = rows.filter(made_up__lt=challenge.makeup_days)
        counted["made_up"] = F("made_up") + 1
    if not rows.update(**counted):
        raise NothingToMakeUp
    entry.refresh_from_db(fields=["done", "made_up", "last_on"])
    if words.strip() or photos:
        member.community = challenge.community
        made.post = posts.publish(author=member, now=now, body=words.strip(), photos=photos)
        made.save(update_fields=["post"])
    _say(CheckedIn, challenge, member, now, day=day.isoformat(), done=entry.done,
         is_made_up=is_made_up)  # fmt: skip
    if entry.done == challenge.needed_days:
        _say(ChallengeFinished, challenge, member, now)
    queries.keep(challenge.community_id, now=now)
    queries.keep_mine(member)
    return made


@transaction.atomic
def undo_check_in(*, check_in: CheckIn, member: Member, now: datetime) -> None:
    """Take a check-in back while the challenge runs. Its post, if it has one, stays."""
    challenge = check_in.challenge
    if check_in.member_id != member.pk:
        raise NotAllowed
    if challenge.state != rules.RUNNING:
        raise WrongMoment
    gone, _what = CheckIn.objects.filter(pk=check_in.pk).delete()
    if not gone:
        raise WrongMoment
    last = CheckIn.objects.filter(challenge=challenge, member=member).aggregate(on=Max("day"))
    fewer: dict[str, Any] = {"done": F("done") - 1, "last_on": last["on"]}
    if check_in.is_made_up:
        fewer["made_up"] = F("made_up") - 1
    Entry.objects.filter(challenge=challenge, member=member).update(**fewer)
    _say(CheckInUndone, challenge, member, now, day=check_in.day.isoformat())
    queries.keep(challenge.community_id, now=now)
    queries.keep_mine(member)


def _entry(challenge: Challenge, member: Member) -> Entry:
    if not member.is_in or member.community_id != challenge.community_id:
        raise NotAllowed
    entry = Entry.objects.filter(challenge=challenge, member=member, left_at=None).first()
    if entry is None:
        raise WrongMoment(_("Join the challenge first."))
    return entry


def _check_makeup(challenge: Challenge, entry: Entry, day: date, today: date) -> None:
    done = set(
        CheckIn.objects.filter(challenge=challenge, member_id=entry.member_id).values_list(
            "day", flat=True
        )
    )
    if not rules.may_make_up(
        day, today=today, starts_on=challenge.starts_on, days=challenge.days, done=done,
        used=entry.made_up, allowed=challenge.makeup_days,
    ):  # fmt: skip
        raise NothingToMakeUp


def set_reminders(*, challenge: Challenge, member: Member, wants: bool) -> None:
    """Be told in the evening of a day without a check-in, or not."""
    entry = _entry(challenge, member)
    Entry.objects.filter(pk=entry.pk).update(wants_reminders=wants)
