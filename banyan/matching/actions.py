"""Keeping wishes, a community's profile, arrivals, and the question after a while."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from banyan.communities import rules as community_rules
from banyan.communities.models import Community, Member
from banyan.communities.places import url
from banyan.core.events import announce
from banyan.core.notices import Telling, tell
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.people import rules as people_rules
from banyan.people.actions import keep_tags
from banyan.people.models import Person

from . import facets, queries
from .events import EchoAnswered, ProfileChanged
from .models import ANSWERS, DAYS, Arrival, Echo, Profile

AT_ONCE = 500
ECHO = "echo"  # the topic under which people are told of the question
LATE_DAYS = 30  # a question not asked by then is not asked any more


@transaction.atomic
def keep_wishes(
    *, person: Person, wishes: Iterable[tuple[str, str]], now: datetime, lang: str
) -> int:
    """Keep what somebody wished for, as tags they chose; what they do not wish any more goes.

    Called with the person's yes. Removable one by one at /me/privacy.
    """
    keys = {facets.key_of(facet, value) for facet, value in wishes
            if value in facets.NAMES.get(facet, {})}  # fmt: skip
    keep_tags(
        person=person, keys=keys, purpose=people_rules.FIND_PLACES, source=people_rules.SELF,
        lang=lang, now=now,
    )  # fmt: skip
    return len(keys)


@transaction.atomic
def change_profile(*, community: Community, by: Person, now: datetime, **fields: Any) -> None:
    Profile.objects.update_or_create(community=community, defaults=fields)
    announce(
        ProfileChanged(
            community_id=community.pk, object_id=community.pk, actor=by.pseudonym, now=now
        )
    )


@transaction.atomic
def note_arrival(*, member: Member, now: datetime) -> None:
    """What fit was expected when somebody came. Twice changes nothing."""
    if Arrival.objects.filter(member=member).exists():
        return
    expected = queries.expected_fit(member.person, member.community)
    Arrival.objects.get_or_create(
        member=member,
        defaults={
            "community": member.community, "at": now,
            "expected": None if expected is None else round(expected * 100),
        },
    )  # fmt: skip


@transaction.atomic
def ask_how_it_is(now: datetime) -> int:
    """Put the question of day 14 and day 45 to those whose day it is. May run twice."""
    asked = 0
    for day in DAYS:
        since, until = now - timedelta(days=day + LATE_DAYS), now - timedelta(days=day)
        due = (
            Member.objects.filter(
                state=community_rules.JOINED, role=community_rules.MEMBER,
                joined_at__gt=since, joined_at__lte=until,
            )
            .exclude(echoes__day=day)
            .values_list("pk", "community_id")[:AT_ONCE]
        )  # fmt: skip
        rows = [
            Echo(member_id=pk, community_id=community, day=day, asked_at=now)
            for pk, community in due
        ]
        Echo.objects.bulk_create(rows, ignore_conflicts=True)
        asked += len(rows)
        put = Echo.objects.filter(day=day, member__in=[row.member_id for row in rows])
        for echo in put.select_related("member", "community"):
            tell(_question(echo), to=[echo.member.person_id], now=now)
    return asked


def _question(echo: Echo) -> Telling:
    community = echo.community
    return Telling(
        topic=ECHO, key=f"echo:{echo.pk}", thing=("echo", echo.pk),
        about=("community", community.pk), url=url(community, "echo", id=echo.public_id),
        title=community.name, lang=community.lang, community_id=community.pk,
    )  # fmt: skip


@transaction.atomic
def answer(*, echo: Echo, member: Member, said: str, now: datetime) -> None:
    """Answer once, or skip; NotAllowed for another's question."""
    if echo.member_id != member.pk or said not in dict(ANSWERS):
        raise NotAllowed
    changed = Echo.objects.filter(pk=echo.pk, answer="").update(answer=said, answered_at=now)
    if not changed:
        raise WrongMoment
    if said != "skipped":
        announce(
            EchoAnswered(
                community_id=echo.community_id, object_id=echo.pk,
                actor=member.person.pseudonym, day=echo.day, now=now,
            )
        )  # fmt: skip
