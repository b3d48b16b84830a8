"""Reading habits: one's days, quests with how far one is, standing, what was given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from banyan.communities.models import Community, Member
from banyan.core.money import Money
from banyan.core.zones import zone_of
from banyan.leaves import queries as leaves
from banyan.leaves import rules as leaf_rules
from banyan.leaves.models import LeafLot

from . import acts, rules
from .actions.quests import periods_now, window
from .models import CheckIn, Gift, Habit, Level, Quest, Terms


def is_live(community: Community) -> bool:
    """Whether there is anything of it here now; no query."""
    return community.switches.get(rules.HERE) == rules.LIVE


@dataclass(frozen=True)
class Today:
    """A member's days as they stand now. `shelf` is the last ten, today last."""

    is_done: bool
    days: int
    longest: int
    grace: int
    zone: str
    shelf: list[tuple[date, str]]
    mended: int  # of the last check-in, today

    @property
    def states(self) -> list[str]:
        return [state for _day, state in self.shelf]


def today(member: Member, *, now: datetime) -> Today:
    """Two queries."""
    habit = Habit.objects.filter(member=member).first()
    kept = habit.zone if habit else ""
    zone = kept or zone_of(member.person.zone or member.community.zone).key
    day = rules.local_day(now, zone)
    row = habit.row if habit else rules.Row()
    since = day - timedelta(days=rules.SHELF_DAYS)
    found = list(CheckIn.objects.filter(member=member, day__gt=since).order_by("day"))
    mended = [one.day - timedelta(days=n + 1) for one in found for n in range(one.mended)]
    is_done = row.last_on is not None and row.last_on >= day
    return Today(
        is_done=is_done, days=rules.days_now(row, day), longest=habit.longest if habit else 0,
        grace=row.grace, zone=zone,
        shelf=rules.shelf(day, [one.day for one in found], mended),
        mended=found[-1].mended if is_done and found else 0,
    )  # fmt: skip


def is_done_today(member: Member, *, now: datetime) -> bool:
    """One query."""
    habit = Habit.objects.filter(member=member).only("zone", "last_on").first()
    if habit is None or habit.last_on is None:
        return False
    return habit.last_on >= rules.local_day(now, habit.zone)


@dataclass(frozen=True)
class Progress:
    quest: Quest
    done: int
    gift: Gift | None
    leaves: Money

    @property
    def is_done(self) -> bool:
        return self.gift is not None and self.gift.is_given

    @property
    def is_over(self) -> bool:
        """Nothing more comes of it in this period."""
        return self.gift is not None and self.gift.state != rules.BACK

    @property
    def shown(self) -> int:
        return min(self.done, self.quest.number)


def progress(member: Member, currency: str, *, now: datetime) -> list[Progress]:
    """Every quest that runs, and how far the member is: two queries and one for each quest."""
    zone = member.community.zone
    rows = Gift.objects.filter(member=member, quest__isnull=False)
    gifts = {(one.quest_id, one.period_on): one for one in rows}
    found = []
    for quest in quests_here(member.community).filter(state=rules.ON):
        period_on = periods_now(quest, zone, now)[0]
        since, until = window(quest, period_on, zone, now)
        counted = acts.count(
            quest.act, community_id=member.community_id, since=since, until=until,
            member_id=member.pk,
        )  # fmt: skip
        found.append(
            Progress(
                quest=quest, done=counted.get(member.pk, 0),
                gift=gifts.get((quest.pk, period_on)), leaves=Money(quest.minor, currency),
            )
        )  # fmt: skip
    return found


def quests_here(community: Community) -> QuerySet[Quest]:
    """Those that run first."""
    rows: QuerySet[Quest] = Quest.objects.of(community)
    return rows.order_by("-state", "pk")


@dataclass(frozen=True)
class Standing:
    """`ladder` is every level, with whether it is reached."""

    points: int
    level: Level | None
    next: Level | None
    hides_level: bool
    ladder: list[tuple[Level, bool]]


def standing(member: Member) -> Standing | None:
    """None where there are no levels; two queries."""
    levels = list(Level.objects.of(member.community_id).order_by("from_points"))
    if not levels:
        return None
    habit = Habit.objects.filter(member=member).first()
    points = habit.points if habit else 0
    reached = [level for level in levels if level.from_points <= points]
    ahead = [level for level in levels if level.from_points > points]
    return Standing(
        points=points, level=reached[-1] if reached else None, next=ahead[0] if ahead else None,
        hides_level=habit.hides_level if habit else False,
        ladder=[(level, level.from_points <= points) for level in levels],
    )  # fmt: skip


def level_shown(member_id: int) -> Level | None:
    """The level that others see beside the name; one query."""
    habit = (
        Habit.objects.filter(member_id=member_id, hides_level=False, level__isnull=False)
        .select_related("level")
        .first()
    )
    return habit.level if habit else None


def gifts_of(member: Member) -> QuerySet[Gift]:
    return _whole(Gift.objects.filter(member=member))


def gifts_here(community: Community) -> QuerySet[Gift]:
    return _whole(Gift.objects.of(community))


def _whole(rows: Any) -> QuerySet[Gift]:
    found: QuerySet[Gift] = rows.select_related(
        "quest", "lot", "member__person__picture", "taken_by__person"
    ).order_by("-at", "-pk")
    return found


def with_worth(gifts: Iterable[Gift], currency: str) -> list[Gift]:
    """Each with the leaves that it promised, as money."""
    found = list(gifts)
    for one in found:
        one.worth = Money(one.minor, currency)
    return found


@dataclass(frozen=True)
class Given:
    """Leaves for days and quests this month, of what all may give together."""

    days: Money
    quests: Money
    all_together: Money
    limit: Money
    empty_handed: int  # gifts of this month that the leaves did not reach for


def given(community: Community, currency: str, *, now: datetime) -> Given:
    """Three queries."""
    month = leaves.month_now(community, now=now)
    terms = leaves.terms_of(community.pk)
    sums = {leaf_rules.CHECK_IN: 0, leaf_rules.QUEST: 0}
    rows = LeafLot.objects.of(community).filter(month=month, why__in=sums) if month else None
    for row in (
        rows.values("why").order_by().annotate(sum=Sum(F("amount_minor") - F("reversed_minor")))
        if rows is not None
        else ()
    ):
        sums[row["why"]] = int(row["sum"])
    first_on = leaf_rules.month_of(now, community.zone)
    since = datetime.combine(first_on, datetime.min.time(), zone_of(community.zone))
    missed = Gift.objects.of(community).filter(
        at__gte=since, lot=None, minor__gt=0, state=rules.GIVEN
    )
    limit = month.limit_minor if month else terms.month_minor if terms else 0
    return Given(
        days=Money(sums[leaf_rules.CHECK_IN], currency),
        quests=Money(sums[leaf_rules.QUEST], currency),
        all_together=Money(month.given_minor if month else 0, currency),
        limit=Money(limit, currency),
        empty_handed=missed.count(),
    )


def terms_here(community: Community) -> Terms | None:
    found: Terms | None = Terms.objects.filter(community=community).first()
    return found


@dataclass(frozen=True)
class QuestTold:
    quest: Quest
    leaves: Money
    times: int  # it was done and stands


def quests_told(community: Community, currency: str) -> list[QuestTold]:
    """Two queries."""
    rows = Gift.objects.of(community).filter(quest__isnull=False, state=rules.GIVEN)
    times = dict(rows.values_list("quest_id").order_by().annotate(n=Count("pk")))
    return [
        QuestTold(quest, Money(quest.minor, currency), times.get(quest.pk, 0))
        for quest in quests_here(community)
    ]


def levels_told(community: Community) -> list[tuple[Level, int]]:
    """Each with how many members have it; two queries."""
    rows = Habit.objects.of(community).filter(level__isnull=False)
    have = dict(rows.values_list("level_id").order_by().annotate(n=Count("pk")))
    levels = Level.objects.of(community).order_by("from_points")
    return [(level, have.get(level.pk, 0)) for level in levels]
