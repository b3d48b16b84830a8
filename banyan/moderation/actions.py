"""Reporting a thing, and deciding about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.core import activity
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, TooMany, WrongMoment
from banyan.core.text import lang_of

from . import rules
from .events import Reported
from .models import Decision, Report
from .objects import Shown, kind_of
from .recording import NoSuchClause, cited, record, say_decided
from .standing import appealing, striking

__all__ = ["NoSuchClause", "OwnThing", "decide", "report"]


class OwnThing(NotAllowed):
    sentence = _("This is yours: change or delete it yourself.")


@transaction.atomic
def report(*, thing: Shown, reporter: Member, reason: str, now: datetime, note: str = "") -> Report:
    """Ask the moderators to look at a thing. A second time changes nothing.

    OwnThing for one's own, WrongMoment when it is no longer shown, TooMany for a flood.
    """
    if thing.author_id == reporter.pk:
        raise OwnThing
    if thing.state != rules.SHOWN:
        raise WrongMoment
    since = now - timedelta(seconds=rules.WINDOW_SECONDS)
    mine = Report.objects.filter(reporter=reporter)
    if rules.is_too_many(mine.filter(reported_at__gt=since).count()):
        raise TooMany
    try:
        with transaction.atomic():
            made = Report.objects.create(
                community_id=reporter.community_id,
                kind=thing.kind,
                object_id=thing.object_id,
                reporter=reporter,
                reason=reason,
                note=note,
                lang=lang_of(note, "") if note else "",
                reported_at=now,
            )
    except IntegrityError:
        return mine.get(kind=thing.kind, object_id=thing.object_id)
    announce(
        Reported(
            community_id=made.community_id,
            object_id=made.pk,
            actor=reporter.person.pseudonym,
            parent_id=activity.find(thing.kind, thing.object_id, kind_of(thing.kind).born),
            thing_kind=thing.kind,
            thing_id=thing.object_id,
            reason=reason,
            lang=made.lang,
            now=now,
        )
    )
    return made


@transaction.atomic
def decide(
    *,
    thing: Shown,
    verdict: str,
    by: Member,
    now: datetime,
    reason: str = "",
    words: str = "",
    clause: str = "",
    strike: bool = False,
) -> Decision:
    """Hide, bring back, remove, or leave a thing as it is; settles its open reports.

    `clause` is the id of a clause of the charter that stands; its words are kept with the decision,
    so that it can be read after the charter has changed. NoSuchClause for another one.
    `strike`: its author gets a strike with it; showing the thing again lifts it.
    WrongMoment when somebody was faster: already hidden, already back, nothing left to dismiss.
    """
    rests_on = cited(by.community, clause)
    kind = kind_of(thing.kind)
    mover = {rules.HIDE: kind.hide, rules.RESTORE: kind.restore, rules.REMOVE: kind.remove}
    if verdict in mover:
        mover[verdict](by.community, thing.object_id, now)
    elif verdict != rules.DISMISS:
        raise WrongMoment
    open_reports = Report.objects.of(by.community).filter(
        kind=thing.kind, object_id=thing.object_id, decision=None
    )
    waiting = list(open_reports.values_list("pk", flat=True))
    made = record(
        community=by.community, kind=thing.kind, object_id=thing.object_id, subject=thing.subject,
        by=by, verdict=verdict, now=now, reason=reason, words=words, clause=rests_on,
        reports=len(waiting),
    )  # fmt: skip
    settled = open_reports.filter(pk__in=waiting).update(decision=made)
    if settled != len(waiting) or (verdict == rules.DISMISS and not settled):
        raise WrongMoment
    if strike and verdict in (rules.HIDE, rules.REMOVE):
        striking.attach(made, author_id=thing.author_id, by=by, now=now)
    if verdict == rules.RESTORE:
        striking.undo(kind=thing.kind, object_id=thing.object_id, now=now)
        appealing.settle_by_undoing(kind=thing.kind, object_id=thing.object_id, by=by, now=now)
    say_decided(
        made, by=by, now=now, parent_id=activity.find(thing.kind, thing.object_id, kind.born)
    )
    return made
