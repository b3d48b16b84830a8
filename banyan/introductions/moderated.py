"""Introductions before the moderators: what is reported is one side, the other person’s."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.communities.models import Member
from banyan.communities.places import url
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.moderation import actions as judging
from banyan.moderation import rules as verdicts
from banyan.moderation.models import Report
from banyan.moderation.objects import Kind, Shown

from . import queries, rules
from .models import Introduction, Side

_STATES = {rules.INTRODUCED: verdicts.SHOWN, rules.STOPPED: verdicts.HIDDEN}


class NotReported(WrongMoment):
    sentence = gettext_lazy("Nobody has reported this introduction.")


def _sides(community: Any) -> Any:
    return (
        Side.objects.of(community)
        .exclude(introduction__state=rules.HELD)
        .select_related("introduction", "member__person__picture")
    )


def _shown(community: Any, side: Side) -> Shown:
    person = side.member.person
    return Shown(
        kind=queries.KIND, object_id=side.pk, oid=side.oid, title="",
        text=_("An introduction: both named %(interest)s.") % {"interest": side.interest_label},
        lang="", url=url(community, "member", id=side.member.public_id), author=person,
        subject=person.pseudonym, author_id=side.member_id,
        state=_STATES.get(side.introduction.state, side.introduction.state),
        at=side.drawn_at,
    )  # fmt: skip


def find(community: Any, public_id: UUID) -> Shown | None:
    side = _sides(community).filter(public_id=public_id).first()
    return _shown(community, side) if side else None


def again(community: Any, ids: Iterable[int]) -> list[Shown]:
    return [_shown(community, side) for side in _sides(community).filter(pk__in=list(ids))]


def load(community: Any, ids: Iterable[int]) -> list[Shown]:
    rows = _sides(community).filter(pk__in=list(ids), introduction__state__in=list(_STATES))
    return [_shown(community, side) for side in rows]


def latest(community: Any, state: str, before: datetime | None, limit: int) -> list[Shown]:
    """Not among what everybody wrote: moderators see only what was reported to them."""
    return []


def mover(to: str, *only_from: str) -> Callable[[Any, int, datetime], None]:
    def move(community: Any, object_id: int, now: datetime) -> None:
        rows = Introduction.objects.of(community).filter(
            sides__pk=object_id, state__in=only_from or (rules.INTRODUCED, rules.STOPPED)
        )
        found = rows.first()
        if found is None:
            raise WrongMoment
        found.move(to, ended_at=None if to == rules.INTRODUCED else now)

    return move


KIND = Kind(
    key=queries.KIND, label=gettext_lazy("Introduction"), born="IntroductionsDrawn", listed=False,
    find=find, load=load, latest=latest, again=again,
    hide=mover(rules.STOPPED, rules.INTRODUCED), restore=mover(rules.INTRODUCED, rules.STOPPED),
    remove=mover(rules.OVER), revive=mover(rules.INTRODUCED, rules.STOPPED),
)  # fmt: skip


@transaction.atomic
def end_reported(*, side: Side, by: Member, now: datetime) -> None:
    """End an introduction that one of the two reported. A decision in the book, with its reason.

    NotReported while nobody has; WrongMoment when it is over.
    """
    if by.community_id != side.community_id or not by.may("content.hide"):
        raise NotAllowed
    waiting = Report.objects.of(by.community).filter(
        kind=queries.KIND, object_id=side.pk, decision=None
    )
    reasons = list(waiting.values_list("reason", flat=True))
    if not reasons:
        raise NotReported
    thing = find(by.community, side.public_id)
    if thing is None or thing.state != verdicts.SHOWN:
        raise WrongMoment
    judging.decide(
        thing=thing, verdict=verdicts.HIDE, by=by, now=now, reason=verdicts.most_named(reasons)
    )
