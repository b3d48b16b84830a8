"""Naming something as an example of what the charter says; the team takes it or does not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, TooMany
from banyan.core.text import lang_of

from .. import queries as charters
from ..events import (
    ExampleAccepted,
    ExampleDeclined,
    ExampleEvent,
    ExampleNominated,
    ExampleTakenDown,
)
from ..models import Example
from . import queries, rules

RIGHT = "content.moderate"


class OnesOwn(Refusal):
    status = 403
    sentence = _("Others may name your words as an example; you name theirs.")


class NamedAlready(Refusal):
    status = 409
    sentence = _("Somebody has named it already.")


class NotInCharter(Refusal):
    status = 409
    sentence = _("The charter does not say this any more.")


@transaction.atomic
def nominate(*, thing: Any, clause: str, by: Member, why: str, now: datetime) -> Example:
    """A member names what another wrote. OnesOwn, NamedAlready, NotInCharter, TooMany a day."""
    if not by.is_in:
        raise NotAllowed
    if thing.author_id == by.pk:
        raise OnesOwn
    if clause not in {one.id for one in charters.clauses(by.community)}:
        raise NotInCharter
    since = now - timedelta(days=1)
    if Example.objects.filter(by=by, at__gt=since).count() >= rules.PER_DAY:
        raise TooMany
    try:
        with transaction.atomic():
            example = Example.objects.create(
                community_id=by.community_id, clause=clause, kind=thing.kind,
                object_id=thing.object_id, by=by, why=why, lang=lang_of(why, by.community.lang),
                at=now,
            )  # fmt: skip
    except IntegrityError as taken:
        raise NamedAlready from taken
    _say(ExampleNominated, example, by, now)
    return example


def _say(kind: type[ExampleEvent], example: Example, by: Member, now: datetime,
         **more: Any) -> None:  # fmt: skip
    announce(
        kind(
            community_id=example.community_id, object_id=example.pk, clause=example.clause,
            thing_kind=example.kind, thing_id=example.object_id, actor=by.person.pseudonym,
            lang=example.lang, now=now, **more,
        )
    )  # fmt: skip


def _may_decide(example: Example, by: Member) -> None:
    if by.community_id != example.community_id or not by.may(RIGHT):
        raise NotAllowed


@transaction.atomic
def accept(*, example: Example, by: Member, now: datetime) -> None:
    """It stands with the charter and on the post from now on; `take_down` undoes it."""
    _may_decide(example, by)
    thing = queries.thing_of(example)
    example.move(rules.ACCEPTED, decided_at=now, decided_by=by)
    author = thing.author.pseudonym if thing else None
    _say(ExampleAccepted, example, by, now, author=author)
    queries.keep(example.community_id)


@transaction.atomic
def decline(*, example: Example, by: Member, now: datetime) -> None:
    _may_decide(example, by)
    example.move(rules.DECLINED, decided_at=now, decided_by=by)
    _say(ExampleDeclined, example, by, now)


@transaction.atomic
def take_down(*, example: Example, by: Member, now: datetime) -> None:
    """Back among the nominations: undoes `accept` and `decline`."""
    _may_decide(example, by)
    try:
        with transaction.atomic():
            example.move(rules.NOMINATED, decided_at=None, decided_by=None)
    except IntegrityError as taken:
        raise NamedAlready from taken
    _say(ExampleTakenDown, example, by, now)
    queries.keep(example.community_id)


@transaction.atomic
def withdraw(*, example: Example, by: Member, now: datetime) -> None:
    """Whoever named it takes it back, accepted or not."""
    if example.by_id != by.pk or not by.is_in:
        raise NotAllowed
    example.move(rules.WITHDRAWN, decided_at=now)
    _say(ExampleTakenDown, example, by, now)
    queries.keep(example.community_id)
