"""Reporting a thing, and deciding about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.core import activity
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, TooMany, WrongMoment
from banyan.core.text import lang_of
from banyan.culture.queries import clauses

from . import rules
from .events import Decided, Reported
from .models import Decision, Explanation, Report
from .objects import Shown, kind_of


class OwnThing(NotAllowed):
    sentence = _("This is yours: change or delete it yourself.")


class NoSuchClause(Refusal):
    sentence = _("The charter has no such clause any more. Choose another one.")


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
) -> Decision:
    """Hide, bring back, remove, or leave a thing as it is; settles its open reports.

    `clause` is the id of a clause of the charter that stands; its words are kept with the decision,
    so that it can be read after the charter has changed. NoSuchClause for another one.
    WrongMoment when somebody was faster: already hidden, already back, nothing left to dismiss.
    """
    cited = None
    if clause:
        cited = next((one for one in clauses(by.community) if one.id == clause), None)
        if cited is None:
            raise NoSuchClause
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
    made = Decision.objects.create(
        community=by.community,
        kind=thing.kind,
        object_id=thing.object_id,
        subject=thing.subject,
        by=by.person.pseudonym,
        verdict=verdict,
        reason=reason,
        clause=cited.id if cited else "",
        clause_words=cited.text[:300] if cited else "",
        clause_lang=cited.lang if cited else "",
        reports=len(waiting),
        decided_at=now,
    )
    settled = open_reports.filter(pk__in=waiting).update(decision=made)
    if settled != len(waiting) or (verdict == rules.DISMISS and not settled):
        raise WrongMoment
    if words:
        Explanation.objects.create(
            community=by.community, decision=made, words=words, lang=lang_of(words, "")
        )
    announce(
        Decided(
            community_id=by.community_id,
            object_id=made.pk,
            actor=by.person.pseudonym,
            parent_id=activity.find(thing.kind, thing.object_id, kind.born),
            thing_kind=thing.kind,
            thing_id=thing.object_id,
            verdict=verdict,
            reason=reason,
            now=now,
        )
    )
    return made
