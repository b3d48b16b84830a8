"""Appeals: once a decision, within fourteen days; another than who decided answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities import actions as communities
from banyan.communities import queries as members
from banyan.communities.entry import letting
from banyan.communities.models import Member
from banyan.communities.rules import BANNED
from banyan.core import activity
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.core.text import lang_of
from banyan.people.models import Person

from .. import rules
from ..events import AppealAnswered, Appealed
from ..models import Appeal, Decision, Mute, Strike
from ..objects import kinds
from ..recording import about, record, say_decided


class AppealedOnce(Refusal):
    status = 409
    sentence = _("You have appealed against this decision already.")


class TooLate(Refusal):
    status = 409
    sentence = _("An appeal is possible for 14 days. They are over.")


class NothingSaid(Refusal):
    sentence = _("Say in a sentence why the decision should be another one.")


class AnotherAnswers(Refusal):
    status = 409
    sentence = _("You decided the first time. Somebody else here has to look at it again.")


def closes_at(decision: Decision) -> datetime:
    return decision.decided_at + timedelta(days=rules.APPEAL_DAYS)


def may_appeal(decision: Decision, now: datetime) -> bool:
    """Whether it can be appealed now, had it not been."""
    return decision.verdict in rules.APPEALABLE and now <= closes_at(decision)


@transaction.atomic
def appeal(*, decision: Decision, person: Person, words: str, now: datetime) -> Appeal:
    """Ask that somebody else looks. NotAllowed for others than whom it is about, AppealedOnce,
    TooLate, WrongMoment once it was undone."""
    if decision.subject != person.pseudonym or decision.verdict not in rules.APPEALABLE:
        raise NotAllowed
    if not words.strip():
        raise NothingSaid
    if not may_appeal(decision, now):
        raise TooLate
    if Appeal.objects.filter(decision=decision).exists():
        raise AppealedOnce
    if not stands(decision, now):
        raise WrongMoment
    try:
        with transaction.atomic():
            made = Appeal.objects.create(
                community_id=decision.community_id, decision=decision, words=words,
                lang=lang_of(words, person.language or "en"), appealed_at=now,
                due_at=now + timedelta(hours=rules.APPEAL_HOURS),
            )  # fmt: skip
    except IntegrityError as twice:
        raise AppealedOnce from twice
    announce(
        Appealed(
            community_id=decision.community_id, object_id=made.pk, actor=person.pseudonym,
            decision_id=decision.pk, lang=made.lang, now=now,
        )
    )  # fmt: skip
    return made


def stands(decision: Decision, now: datetime) -> bool:
    """Whether what was decided still is so. A mute that has run out can be appealed all the same:
    it stays in the book."""
    if decision.verdict == rules.MUTE:
        return Mute.objects.filter(decision=decision).exclude(state=rules.ENDED).exists()
    if decision.verdict == rules.STRIKE:
        return Strike.objects.filter(decision=decision).exclude(state=rules.LIFTED).exists()
    if decision.verdict == rules.BAN:
        return Member.objects.filter(pk=decision.object_id, state=BANNED).exists()
    later = Decision.objects.filter(
        kind=decision.kind, object_id=decision.object_id, pk__gt=decision.pk
    )
    return not later.filter(verdict=rules.RESTORE).exists()


def others(appeal: Appeal, by: Member) -> bool:
    """Whether anybody else here could answer: not who decided, and not whom it is about."""
    first, whom = appeal.decision.by, appeal.decision.subject
    return any(
        one.person.pseudonym not in (first, whom)
        for one in members.staff(appeal.community_id, "appeals.answer")
        if one.pk != by.pk
    )


@transaction.atomic
def answer(*, appeal: Appeal, overturn: bool, by: Member, now: datetime, words: str = "") -> None:
    """Let the decision stand, or undo it. AnotherAnswers for who decided, where there is another;
    in a community of one, that one may. WrongMoment when somebody was faster."""
    decision = appeal.decision
    if decision.community_id != by.community_id or decision.subject == by.person.pseudonym:
        raise NotAllowed
    if decision.by == by.person.pseudonym and others(appeal, by):
        raise AnotherAnswers
    _close(appeal, rules.OVERTURNED if overturn else rules.UPHELD, by=by, now=now, words=words)
    if overturn:
        _undo(decision, by=by, now=now)


def _close(appeal: Appeal, to: str, *, by: Member, now: datetime, words: str = "") -> None:
    appeal.move(
        to, answered_at=now, answered_by=by.person.pseudonym, answer=words,
        answer_lang=lang_of(words, "") if words else "",
    )  # fmt: skip
    announce(
        AppealAnswered(
            community_id=appeal.community_id, object_id=appeal.pk, actor=by.person.pseudonym,
            decision_id=appeal.decision_id, state=to, now=now,
        )
    )  # fmt: skip


def settle(*, decision_id: int, by: Member, now: datetime) -> None:
    """The decision was undone in another way: an appeal that waits has got what it asked for."""
    found = Appeal.objects.filter(decision=decision_id, state=rules.WAITING).first()
    if found is not None:
        _close(found, rules.OVERTURNED, by=by, now=now)


def settle_by_undoing(*, kind: str, object_id: int, by: Member, now: datetime) -> None:
    waiting = Appeal.objects.filter(
        decision__kind=kind, decision__object_id=object_id, state=rules.WAITING
    )
    for found in waiting:
        _close(found, rules.OVERTURNED, by=by, now=now)


def _undo(decision: Decision, *, by: Member, now: datetime) -> None:
    strike = Strike.objects.filter(decision=decision, state=rules.STANDING)
    if decision.kind == rules.PERSON:
        _undo_about(decision, by=by, now=now)
    else:
        _bring_back(decision, by=by, now=now)
    strike.update(state=rules.LIFTED)


def _undo_about(decision: Decision, *, by: Member, now: datetime) -> None:
    rows = Member.objects.select_related("person", "community")
    member = rows.get(pk=decision.object_id)
    if decision.verdict == rules.MUTE:
        ended = Mute.objects.filter(decision=decision, state=rules.ON).update(state=rules.ENDED)
        if ended:
            Member.objects.filter(pk=member.pk).update(muted_until=None)
        about(member, rules.UNMUTE, by=by, now=now)
    elif decision.verdict == rules.STRIKE:
        about(member, rules.LIFT, by=by, now=now)
    elif decision.verdict == rules.BAN and member.state == BANNED:
        communities.unban(member=member, by=by, now=now)
        letting.enter(member, by=by.person, now=now, reasons=["relented"])


def _bring_back(decision: Decision, *, by: Member, now: datetime) -> None:
    """The thing stands again, also when it was removed, unless its author has deleted it."""
    kind = next((one for one in kinds() if one.key == decision.kind), None)
    if kind is None or kind.again is None:
        return
    thing = next(iter(kind.again(by.community, [decision.object_id])), None)
    if thing is None or thing.state == rules.SHOWN:
        return
    move = kind.restore if thing.state == rules.HIDDEN else kind.revive
    try:
        with transaction.atomic():
            if move is not None:
                move(by.community, decision.object_id, now)
    except WrongMoment:
        return
    made = record(
        community=by.community, kind=decision.kind, object_id=decision.object_id,
        subject=decision.subject, by=by, verdict=rules.RESTORE, now=now,
    )  # fmt: skip
    parent_id = activity.find(decision.kind, decision.object_id, kind.born)
    say_decided(made, by=by, now=now, parent_id=parent_id)
