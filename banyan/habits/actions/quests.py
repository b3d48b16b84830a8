"""Quests: put up, taken down, and settled by what stands. Settling may run again at any time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banyan.communities import rules as communities
from banyan.communities.models import Community, Member
from banyan.core.events import announce
from banyan.core.refusals import Refusal, WrongMoment
from banyan.core.text import lang_of

from .. import acts, rules
from ..events import HabitsChanged, QuestDone
from ..models import Gift, Quest
from . import gifts, terms

LOOK_BACK_WEEKS = 1  # acts of last week may be heard of late
KEPT_WEEKS = 26  # what a week gave is looked at again when its acts are undone within so many


class TooManyQuests(Refusal):
    sentence = _("Twelve quests run already. Take one down first.")


@transaction.atomic
def put_up(
    *, by: Member, act: str, number: int, period: str, minor: int, points: int, now: datetime,
    name: str, second_name: str = "",
) -> Quest:  # fmt: skip
    """A quest stands as it is put up: for other numbers, take it down and put up another."""
    if Quest.objects.of(by.community_id).filter(state=rules.ON).count() >= rules.QUESTS_MOST:
        raise TooManyQuests
    quest = Quest.objects.create(
        community_id=by.community_id, act=act, number=number, period=period, minor=minor,
        points=points, made_by=by, begun_at=now, name=name, lang=lang_of(name),
        second_name=second_name, second_lang=lang_of(second_name) if second_name else "",
    )  # fmt: skip
    _changed(by, now)
    return quest


@transaction.atomic
def turn(*, quest: Quest, to: str, by: Member, now: datetime) -> None:
    """Take it down, or put it up again. What it gave stays given."""
    if to == rules.ON:
        running = Quest.objects.of(by.community_id).filter(state=rules.ON).count()
        if running >= rules.QUESTS_MOST:
            raise TooManyQuests
    quest.move(to)
    _changed(by, now)


def _changed(by: Member, now: datetime) -> None:
    terms.keep_facts(by.community_id)
    announce(
        HabitsChanged(
            community_id=by.community_id, object_id=by.community_id, actor=by.person.pseudonym,
            what="quests", now=now,
        )
    )  # fmt: skip


def window(quest: Quest, period_on: date, zone: str, now: datetime) -> tuple[datetime, datetime]:
    """The time whose acts count for this quest in this period."""
    if quest.period == rules.ONCE:
        return quest.begun_at, now + timedelta(seconds=1)
    since, until = rules.week_between(period_on, zone)
    return max(since, quest.begun_at), until


def periods_now(quest: Quest, zone: str, now: datetime) -> list[date]:
    """What can be done of it now: the one period of a single quest, or this week and the last."""
    if quest.period == rules.ONCE:
        return [rules.local_day(quest.begun_at, "UTC")]
    monday = rules.week_of(now, zone)
    weeks = (monday - timedelta(weeks=back) for back in range(LOOK_BACK_WEEKS + 1))
    return [week for week in weeks if rules.week_between(week, zone)[1] > quest.begun_at]


@transaction.atomic
def settle(*, member_id: int, of_acts: Collection[str], now: datetime) -> int:
    """Bring what quests about these acts gave a member to what the member's acts are worth now.

    How many gifts changed.
    """
    member = Member.objects.select_related("person", "community").get(pk=member_id)
    zone = member.community.zone
    habit = gifts.own(member)
    changed = 0
    standing = _standing(member, of_acts, now)
    todo: dict[tuple[int, date], Quest] = {key: one.quest for key, one in standing.items()}
    running = Quest.objects.of(member.community_id).filter(state=rules.ON, act__in=of_acts)
    for quest in running.order_by("pk"):
        for period_on in periods_now(quest, zone, now):
            todo.setdefault((quest.pk, period_on), quest)
    for key, quest in todo.items():
        gift = standing.get(key)
        since, until = window(quest, key[1], gift.zone if gift else zone, now)
        found = acts.count(
            quest.act, community_id=member.community_id, since=since, until=until,
            member_id=member.pk,
        )  # fmt: skip
        is_done = found.get(member.pk, 0) >= quest.number
        changed += _bring(member, quest, key[1], gift, is_done, now)
    gifts.recount(habit=habit, member=member, now=now)
    return changed


def _standing(
    member: Member, of_acts: Collection[str], now: datetime
) -> dict[tuple[int, date], Any]:  # fmt: skip
    """The gifts that are looked at again; those of weeks long past are left as they are."""
    since = now.date() - timedelta(weeks=KEPT_WEEKS)
    rows = Gift.objects.filter(
        Q(quest__period=rules.ONCE) | Q(period_on__gte=since),
        member=member, quest__act__in=of_acts,
    )  # fmt: skip
    found = rows.select_related("quest", "member__person").order_by("pk")
    return {(one.quest_id, one.period_on): one for one in found}


def _bring(
    member: Member, quest: Quest, period_on: date, gift: Gift | None, is_done: bool, now: datetime
) -> bool:
    may_have = member.is_in and member.person.erased_at is None
    if gift is None:
        if not is_done or not may_have or not quest.is_on:
            return False
        gift = gifts.give(
            member=member, quest=quest, period_on=period_on, zone=member.community.zone,
            minor=quest.minor, points=quest.points, now=now,
        )  # fmt: skip
        announce(
            QuestDone(
                community_id=member.community_id, object_id=gift.pk, amount_minor=gift.minor,
                subject=member.person.pseudonym, now=now,
            )
        )  # fmt: skip
        return True
    if gift.state == rules.GIVEN and not is_done and quest.act not in rules.FOR_GOOD:
        gifts.send_back(gift=gift, now=now)
        return True
    if gift.state == rules.BACK and is_done and may_have:
        gifts.give_again(gift=gift, member=member, now=now)
        return True
    return False


def settle_here(community: Community, *, now: datetime) -> int:
    """Look at everybody's acts at once, and settle whom something is owed or who owes something."""
    wanted: dict[int, set[str]] = defaultdict(set)
    joined = Member.objects.of(community).filter(state=communities.JOINED)
    inside = set(joined.values_list("pk", flat=True))
    for quest in Quest.objects.of(community).filter(state=rules.ON).order_by("pk"):
        for period_on in periods_now(quest, community.zone, now):
            since, until = window(quest, period_on, community.zone, now)
            found = acts.count(
                quest.act, community_id=community.pk, since=since, until=until
            )  # fmt: skip
            done = {pk for pk, n in found.items() if n >= quest.number} & inside
            rows = Gift.objects.filter(quest=quest, period_on=period_on)
            states = dict(rows.values_list("member_id", "state"))
            given = {pk for pk, state in states.items() if state == rules.GIVEN}
            over = {pk for pk, state in states.items() if state == rules.TAKEN}
            undone = given - done if quest.act not in rules.FOR_GOOD else set()
            for pk in (done - given - over) | undone:
                wanted[pk].add(quest.act)
    changed = 0
    for pk, which in sorted(wanted.items()):
        with suppress(WrongMoment):  # somebody else moved the same leaves: the next look sees it
            changed += settle(member_id=pk, of_acts=which, now=now)
    return changed


def settle_due(*, now: datetime) -> int:
    """Every community with quests. Safe to run twice."""
    places = Community.objects.filter(
        closed_at=None, pk__in=Quest.objects.filter(state=rules.ON).values("community_id")
    )
    return sum(settle_here(community, now=now) for community in places.order_by("pk"))
