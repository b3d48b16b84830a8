"""Orders that look made up: held with reasons, answered by their sharer, settled by a person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from banyan.communities.models import Member
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.core.text import lang_of
from banyan.orders.models import Order

from .. import looking, rules, scoring
from ..events import DoubtAppealed, DoubtEvent, DoubtRaised, DoubtSettled
from ..models import Attribution, Doubt


def look_at(fixed: Attribution, order: Order, *, now: datetime) -> Doubt | None:
    """Weigh a completed order that would earn: too much against it, and it is held. Once."""
    if Doubt.objects.filter(attribution=fixed).exists():
        return None
    reasons = scoring.weigh(looking.facts_of(fixed, order))
    points = scoring.score(reasons)
    if points < scoring.HOLD_AT:
        return None
    made: Doubt = Doubt.objects.create(
        community_id=fixed.community_id, attribution=fixed, score=points, raised_at=now,
        reasons=[[one.key, one.points, one.n] for one in reasons],
    )  # fmt: skip
    _say(DoubtRaised, made, None, now)
    return made


@transaction.atomic
def appeal(*, doubt: Doubt, by: Member, text: str, now: datetime) -> None:
    """Whoever shared says why the order is real: once, before or after it was decided."""
    doubt = _of(doubt.attribution)
    if by.pk != doubt.attribution.member_id:
        raise NotAllowed
    if not doubt.may_be_appealed:
        raise WrongMoment
    doubt.move(rules.APPEALED, appeal=text, lang=lang_of(text), appealed_at=now)
    _say(DoubtAppealed, doubt, by, now)


def counts(attribution: Attribution, *, by: Member, now: datetime) -> None:
    """A person has looked: it counts. WrongMoment where nothing waits."""
    doubt = _of(attribution)
    doubt.move(rules.COUNTS, only_from=rules.DOUBTED, answered_by=by, answered_at=now)
    _say(DoubtSettled, doubt, by, now)


def check_appealed(attribution: Attribution) -> None:
    """WrongMoment unless its sharer waits for an answer."""
    if not Doubt.objects.filter(attribution=attribution, state=rules.APPEALED).exists():
        raise WrongMoment


def voided(attribution: Attribution, *, by: Member, now: datetime) -> None:
    """The order does not count; who shared it may still appeal, if they have not."""
    said = {"answered_by": by, "answered_at": now}
    if Doubt.objects.filter(attribution=attribution).exists():
        _of(attribution).move(rules.VOID, **said)
        return
    Doubt.objects.create(
        community_id=attribution.community_id, attribution=attribution, state=rules.VOID,
        raised_at=now, **said,
    )  # fmt: skip


def _of(attribution: Attribution) -> Doubt:
    rows = Doubt.objects.select_related("attribution__member__person")
    found: Doubt = rows.get(attribution=attribution)
    return found


def _say(kind: type[DoubtEvent], doubt: Doubt, by: Member | None, now: datetime) -> None:
    announce(
        kind(
            community_id=doubt.community_id, object_id=doubt.pk, now=now,
            actor=by.person.pseudonym if by else None,
            subject=doubt.attribution.member.person.pseudonym,
        )
    )  # fmt: skip
