from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, Sum

from banyan.communities.models import Community, Member
from banyan.communities.rules import JOINED
from banyan.core.text import lang_of
from banyan.culture import kept

from . import rules
from .models import Challenge, CheckIn, Entry

PART = "challenges"
ON_HOME = 2


def zones(challenge: Challenge) -> set[str]:
    found = Entry.objects.filter(challenge=challenge).values_list("zone", flat=True).distinct()
    return {challenge.zone, *found}


def present(challenge: Challenge) -> Any:
    """Entries of members who are still here and have not left the challenge."""
    return Entry.objects.filter(challenge=challenge, left_at=None, member__state=JOINED)


def joined_and_finished(challenge: Challenge) -> tuple[int, int]:
    found = present(challenge).aggregate(
        joined=Count("pk"), finished=Count("pk", filter=Q(done__gte=challenge.needed_days))
    )
    return found["joined"], found["finished"]


@dataclass(frozen=True)
class Together:
    """Everybody's progress."""

    joined: int
    going: int
    days: int
    finished: int


def together(challenge: Challenge, *, now: datetime) -> Together:
    since = rules.local_day(now, challenge.zone) - timedelta(days=rules.HERE_DAYS - 1)
    found = present(challenge).aggregate(
        joined=Count("pk"),
        going=Count("pk", filter=Q(last_on__gte=since)),
        days=Sum("done", default=0),
        finished=Count("pk", filter=Q(done__gte=challenge.needed_days)),
    )
    return Together(**found)


@dataclass(frozen=True)
class TeamSum:
    name: str
    lang: str
    oid: str
    members: int
    days: int


def team_sums(challenge: Challenge) -> list[TeamSum]:
    here = Q(entries__left_at=None, entries__member__state=JOINED)
    rows = challenge.teams.annotate(
        members=Count("entries", filter=here), days=Sum("entries__done", filter=here, default=0)
    )
    found = [TeamSum(row.name, lang_of(row.name), row.oid, row.members, row.days) for row in rows]
    return sorted(found, key=lambda team: -team.days)


@dataclass(frozen=True)
class Mine:
    """A member's own way through a challenge."""

    entry: Entry
    shelf: list[str]
    today: date
    number: int
    is_done_today: bool
    makeup: list[date]
    behind: int
    latest: CheckIn | None

    @property
    def done(self) -> int:
        return self.entry.done


def mine(challenge: Challenge, member: Member, *, now: datetime) -> Mine | None:
    entry = (
        Entry.objects.filter(challenge=challenge, member=member, left_at=None)
        .select_related("team")
        .first()
    )
    if entry is None:
        return None
    rows = list(CheckIn.objects.filter(challenge=challenge, member=member).order_by("at"))
    done, made_up = {row.day for row in rows}, {row.day for row in rows if row.is_made_up}
    today = rules.local_day(now, entry.zone)
    span = {"today": today, "starts_on": challenge.starts_on, "days": challenge.days}
    missed = rules.missed(done=done, **span)
    may_still = challenge.state == rules.RUNNING and entry.made_up < challenge.makeup_days
    return Mine(
        entry=entry,
        shelf=rules.shelf(done=done, made_up=made_up, **span),
        today=today,
        number=min(max(rules.number(today, challenge.starts_on), 1), challenge.days),
        is_done_today=today in done,
        makeup=missed[:10] if may_still else [],
        behind=len(missed),
        latest=rows[-1] if rows else None,
    )


def standings(challenge: Challenge, *, now: datetime) -> list[dict[str, Any]]:
    """Who is behind and by how much, for those who run it; furthest behind first."""
    rows = present(challenge).select_related("member__person", "team").order_by("done", "pk")[:500]
    found = []
    for entry in rows:
        today = rules.local_day(now, entry.zone)
        done_today = entry.last_on == today
        span = {
            "today": today, "starts_on": challenge.starts_on, "days": challenge.days,
            "done": entry.done, "done_today": done_today,
        }  # fmt: skip
        found.append(
            {
                "entry": entry,
                "behind": rules.behind(**span),
                "reaches": entry.done >= challenge.needed_days
                or rules.may_still_reach(
                    needed=challenge.needed_days,
                    makeups_left=max(0, challenge.makeup_days - entry.made_up),
                    **span,
                ),
            }
        )
    return sorted(found, key=lambda row: -row["behind"])


def latest_shown(challenge: Challenge, limit: int = 6) -> list[CheckIn]:
    """Check-ins that became posts which are still to be seen."""
    return list(
        CheckIn.objects.filter(challenge=challenge, post__state="published")
        .select_related("post__cover", "member__person")
        .order_by("-at")[:limit]
    )


# What the home page shows, kept

_FACE = ("slug", "title", "second_title", "lang", "second_lang", "days", "zone", "state")


def keep(community_id: int, *, now: datetime) -> None:
    rows = Challenge.objects.of(community_id).filter(state__in=[rules.SCHEDULED, rules.RUNNING])
    body = []
    for one in rows.order_by("starts_on", "pk")[:ON_HOME]:
        all_ = together(one, now=now)
        body.append(
            {name: getattr(one, name) for name in _FACE}
            | {
                "pk": one.pk,
                "starts_on": one.starts_on.isoformat(),
                "joined": all_.joined,
                "going": all_.going,
            }
        )
    kept.put(PART, body or None, community_id=community_id)


def keep_mine(member: Member) -> None:
    """The member's own days in the challenges that are open."""
    entries = Entry.objects.filter(
        member=member, left_at=None, challenge__state__in=[rules.SCHEDULED, rules.RUNNING]
    )
    body: dict[str, Any] = {
        slug: {"zone": zone, "days": [], "made_up": []}
        for slug, zone in entries.values_list("challenge__slug", "zone")
    }
    days = CheckIn.objects.filter(
        member=member, challenge__state__in=[rules.SCHEDULED, rules.RUNNING]
    ).values_list("challenge__slug", "day", "is_made_up")
    for slug, day, is_made_up in days:
        if slug in body:
            body[slug]["days"].append(day.isoformat())
            if is_made_up:
                body[slug]["made_up"].append(day.isoformat())
    kept.put(PART, body or None, community_id=member.community_id, member_id=member.pk)


@dataclass
class Card:
    """A challenge as the home page shows it."""

    challenge: Challenge
    joined: int
    going: int
    is_mine: bool
    shelf: list[str]
    number: int
    done: int
    is_done_today: bool


def on_home(request: Any, *, now: datetime) -> list[Card]:
    ours, own = kept.read(request)
    found = []
    for body in ours.get(PART) or []:
        starts_on = date.fromisoformat(body["starts_on"])
        challenge = Challenge(
            pk=body["pk"], community=request.community, starts_on=starts_on,
            **{name: body[name] for name in _FACE},
        )  # fmt: skip
        my = (own.get(PART) or {}).get(challenge.slug)
        today = rules.local_day(now, my["zone"] if my else challenge.zone)
        done = {date.fromisoformat(day) for day in my["days"]} if my else set()
        made_up = {date.fromisoformat(day) for day in my["made_up"]} if my else set()
        if today > challenge.ends_on + timedelta(days=1):
            continue
        found.append(
            Card(
                challenge=challenge,
                joined=body["joined"],
                going=body["going"],
                is_mine=my is not None,
                shelf=rules.shelf(
                    today=today, starts_on=starts_on, days=challenge.days, done=done,
                    made_up=made_up,
                ),
                number=min(max(rules.number(today, starts_on), 1), challenge.days),
                done=len(done),
                is_done_today=today in done,
            )
        )  # fmt: skip
    return found


def list_of(community: Community) -> list[Challenge]:
    here = Q(entries__left_at=None, entries__member__state=JOINED)
    return list(
        Challenge.objects.of(community)
        .exclude(state=rules.CANCELLED)
        .annotate(
            joined=Count("entries", filter=here),
            finished=Count("entries", filter=here & Q(entries__done__gte=F("needed_days"))),
        )[:60]
    )


def keep_all(*, now: datetime) -> int:
    """Count anew who is still going: it changes by the mere passing of days."""
    places = Challenge.objects.filter(state=rules.RUNNING).values_list("community", flat=True)
    for community_id in set(places):
        keep(community_id, now=now)
    return len(set(places))
