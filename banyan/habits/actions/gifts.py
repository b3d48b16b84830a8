"""What days and quests give: once for each, taken back whole, standing counted from what stands.

Rows are taken in the order: order, habit, month, member, lots, accounts.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum

from banyan.communities.models import Member
from banyan.core.db.inserting import insert_if_new
from banyan.core.events import announce
from banyan.leaves import rules as leaves
from banyan.leaves.actions import giving, lots
from banyan.leaves.models import LeafLot

from .. import acts, rules
from ..events import GiftTakenBack, GiftWentBack, LevelReached
from ..models import Gift, Habit, Level, Quest, Terms


def own(member: Member) -> Habit:
    """The member's row, made with the first need of it, ours until the transaction ends."""
    insert_if_new(Habit(community_id=member.community_id, member=member))
    return Habit.objects.select_for_update(no_key=True).get(member=member)


def give(
    *, member: Member, minor: int, points: int, now: datetime, day: date | None = None,
    quest: Quest | None = None, period_on: date | None = None, zone: str = "",
) -> Gift:  # fmt: skip
    """Give for a day or a quest; the member's row is taken. A second time the table refuses."""
    gift = Gift.objects.create(
        community_id=member.community_id, member=member, day=day, quest=quest,
        period_on=period_on, zone=zone, minor=minor, points=points, at=now,
    )  # fmt: skip
    _fill(gift, member, now)
    return gift


def give_again(*, gift: Gift, member: Member, now: datetime) -> None:
    """The act stands again: so does what it gave."""
    gift.move(rules.GIVEN, only_from=(rules.BACK,), ended_at=None, lot=None, reason="")
    _fill(gift, member, now)


def _fill(gift: Gift, member: Member, now: datetime) -> None:
    """Leaves as far as this month's budget has them: all that were promised, or none."""
    if not gift.minor:
        return
    why = leaves.QUEST if gift.quest_id else leaves.CHECK_IN
    lot = giving.give(
        member=member, why=why, minor=gift.minor, hold_days=rules.HOLD_DAYS, now=now
    )  # fmt: skip
    if lot is not None:
        Gift.objects.filter(pk=gift.pk).update(lot=lot)
        gift.lot = lot


def send_back(*, gift: Gift, now: datetime) -> None:
    """Its act no longer stands: everything it gave goes back. The member's row is taken."""
    gift.move(rules.BACK, only_from=(rules.GIVEN,), ended_at=now)
    _empty(gift, now=now)
    _say(GiftWentBack, gift, now, None)


@transaction.atomic
def take_back(*, gift: Gift, by: Member, reason: str, now: datetime) -> None:
    """An operator takes back what was wrongly given, and says why. WrongMoment the second time."""
    member = Member.objects.select_related("person").get(pk=gift.member_id)
    habit = own(member)
    gift = Gift.objects.select_related("member__person").get(pk=gift.pk)
    gift.move(rules.TAKEN, only_from=(rules.GIVEN,), ended_at=now, reason=reason, taken_by=by)
    _empty(gift, now=now, by=by)
    recount(habit=habit, member=member, now=now)
    _say(GiftTakenBack, gift, now, by)


def _empty(gift: Gift, *, now: datetime, by: Member | None = None) -> None:
    if gift.lot_id is None:
        return
    lot = LeafLot.objects.select_related("book").get(pk=gift.lot_id)
    lots.take_back(lot=lot, target=0, now=now, actor=by.person.pseudonym if by else None)


def _say(
    kind: type[GiftWentBack] | type[GiftTakenBack], gift: Gift, now: datetime, by: Member | None
) -> None:
    announce(
        kind(
            community_id=gift.community_id, object_id=gift.pk, now=now, amount_minor=gift.minor,
            subject=gift.member.person.pseudonym, actor=by.person.pseudonym if by else None,
        )
    )  # fmt: skip


def standing_of(member: Member) -> int:
    """Points that stand: of gifts that were not taken back, and for money that was kept."""
    given = Gift.objects.filter(member=member, state=rules.GIVEN).aggregate(sum=Sum("points"))
    terms = Terms.objects.filter(community_id=member.community_id).first()
    if terms is None or not terms.point_minor:
        return int(given["sum"] or 0)
    spent = acts.spent(member.community_id, member_id=member.pk).get(member.pk, 0)
    return int(given["sum"] or 0) + rules.points_for(spent, terms.point_minor)


def recount(*, habit: Habit, member: Member, now: datetime) -> None:
    """Bring points and level to what stands. The member's row is taken; the same twice is one."""
    points = standing_of(member)
    thresholds = list(
        Level.objects.of(member.community_id).values_list("from_points", "pk")
    )  # fmt: skip
    level = rules.level_at(points, thresholds)
    if (points, level) == (habit.points, habit.level_id):
        return
    needed = {key: one for one, key in thresholds}
    rises = level is not None and needed[level] > needed.get(habit.level_id or 0, -1)
    Habit.objects.filter(pk=habit.pk).update(points=points, level_id=level)
    habit.points, habit.level_id = points, level
    if rises:
        announce(
            LevelReached(
                community_id=member.community_id, object_id=member.pk, level_id=level or 0,
                subject=member.person.pseudonym, now=now,
            )
        )  # fmt: skip


@transaction.atomic
def recount_member(*, member_id: int, now: datetime) -> None:
    member = Member.objects.select_related("person").get(pk=member_id)
    recount(habit=own(member), member=member, now=now)
