"""What a day is worth here, and the levels."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from banyan.communities import actions as places
from banyan.communities.models import Member
from banyan.core.events import announce
from banyan.core.refusals import Refusal, WrongMoment
from banyan.core.text import lang_of

from .. import acts, rules
from ..events import HabitsChanged
from ..models import Gift, Habit, Level, Quest, Terms
from . import gifts

TERMS = ("is_on", "day_minor", "week_minor", "month_minor", "day_points", "point_minor")


class LevelThere(Refusal):
    sentence = _("There is a level from so many points already.")


class TooManyLevels(Refusal):
    sentence = _("There are nine levels already. Remove one first.")


def keep_facts(community_id: int) -> None:
    """What pages read with the community itself: without it they pay nothing."""
    is_on = Terms.objects.of(community_id).filter(is_on=True).exists()
    is_live = (
        is_on
        or Quest.objects.of(community_id).filter(state=rules.ON).exists()
        or Level.objects.of(community_id).exists()
    )
    here: int | None = rules.LIVE if is_live else rules.GONE
    if not is_live and not Habit.objects.of(community_id).exists():
        here = None
    for key, value in ((rules.CHECK_IN, 1 if is_on else None), (rules.HERE, here)):
        places.keep_fact(community_id=community_id, key=key, value=value)


def _changed(by: Member, now: datetime) -> None:
    keep_facts(by.community_id)
    announce(
        HabitsChanged(
            community_id=by.community_id, object_id=by.community_id, actor=by.person.pseudonym,
            what="standing", now=now,
        )
    )  # fmt: skip


@transaction.atomic
def change_terms(*, by: Member, now: datetime, **given: Any) -> Terms:
    """Say what a day gives from now on; what was given stays given."""
    terms, is_new = Terms.objects.get_or_create(
        community_id=by.community_id, defaults={"changed_at": now}
    )
    terms = Terms.objects.select_for_update(no_key=True).get(pk=terms.pk)
    terms.before = None if is_new else {name: getattr(terms, name) for name in TERMS}
    for name in TERMS:
        setattr(terms, name, given[name])
    terms.changed_at = now
    terms.save()
    _changed(by, now)
    return terms


@transaction.atomic
def undo_terms(*, terms: Terms, by: Member, now: datetime) -> None:
    """What stood there before stands there again; twice brings the newer back."""
    if terms.before is None:
        raise WrongMoment
    change_terms(by=by, now=now, **terms.before)


@transaction.atomic
def set_level(
    *, by: Member, now: datetime, name: str, second_name: str, from_points: int,
    level: Level | None = None,
) -> Level:  # fmt: skip
    """Name a level, or rename and move one."""
    rows = Level.objects.of(by.community_id)
    if level is None:
        if rows.count() >= rules.LEVELS_MOST:
            raise TooManyLevels
        level = Level(community_id=by.community_id)
    level.name, level.lang, level.from_points = name, lang_of(name), from_points
    level.second_name = second_name
    level.second_lang = lang_of(second_name) if second_name else ""
    try:
        with transaction.atomic():
            level.save()
    except IntegrityError:
        raise LevelThere from None
    _changed(by, now)
    return level


@transaction.atomic
def remove_level(*, level: Level, by: Member, now: datetime) -> None:
    """Whoever had it has the one below, once everybody is counted anew."""
    if not Level.objects.filter(pk=level.pk, community_id=by.community_id).exists():
        raise WrongMoment
    level.delete()
    _changed(by, now)


def recount_here(community_id: int, *, now: datetime) -> None:
    """Everybody whose standing is another by now; the rest are not touched."""
    terms = Terms.objects.of(community_id).first()
    per = terms.point_minor if terms else 0
    spent = acts.spent(community_id) if per else {}
    gifts_sum = Gift.objects.of(community_id).filter(state=rules.GIVEN).order_by()
    points = dict(gifts_sum.values_list("member_id").annotate(sum=Sum("points")))
    had = {
        pk: (before, level)
        for pk, before, level in Habit.objects.of(community_id).values_list(
            "member_id", "points", "level_id"
        )
    }
    thresholds = list(Level.objects.of(community_id).values_list("from_points", "pk"))
    for pk in sorted({*had, *spent, *points}):
        now_has = int(points.get(pk) or 0) + rules.points_for(spent.get(pk, 0), per)
        if had.get(pk) != (now_has, rules.level_at(now_has, thresholds)):
            gifts.recount_member(member_id=pk, now=now)
