"""A moderator of some acts only: given by an owner, with an end, and perhaps for one topic.

It is the moderator's role with `acts` beside it (rules.ACTS), so every door and every list of
those who decide asks the same question: `member.may(right)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment

from . import rules
from .actions import PLAIN
from .events import ScopeGiven, ScopeTaken
from .models import Community, Member

type Find = Callable[[Community], list[tuple[int, str]]]

_sections: list[Find] = []


class NoActs(Refusal):
    sentence = _("Choose at least one act.")


class BadEnd(Refusal):
    sentence = _("Choose a day within the next year.")


def sections_from(find: Find) -> None:
    """Said once by the module that divides a community into topics: their ids and names."""
    _sections[:] = [find]


def sections(community: Community) -> list[tuple[int, str]]:
    return [one for find in _sections for one in find(community)]


@transaction.atomic
def delegate(*, member: Member, acts: Iterable[str], until: datetime, by: Member, now: datetime,
             section: int | None = None) -> None:  # fmt: skip
    """Make a member a moderator of these acts only, until then. Again: the new words count.

    NotAllowed for whoever gives no roles, and about operators and owners; WrongMoment when the
    member has left or got another role meanwhile.
    """
    chosen = [key for key in rules.ACT_WORDS if key in set(acts)]
    if not by.may("members.roles") or member.role in (rules.OPERATOR, rules.OWNER):
        raise NotAllowed
    if not chosen:
        raise NoActs
    if not now < until <= now + timedelta(days=rules.SCOPE_DAYS_MOST):
        raise BadEnd
    if section is not None and section not in dict(sections(member.community)):
        raise WrongMoment
    given: dict[str, Any] = {
        "role": rules.MODERATOR, "acts": chosen, "section": section, "acts_until": until,
    }  # fmt: skip
    rows = Member.objects.filter(pk=member.pk, state=rules.JOINED, role=member.role)
    if not rows.update(**given):
        raise WrongMoment
    for name, value in given.items():
        setattr(member, name, value)
    announce(
        ScopeGiven(
            community_id=member.community_id, object_id=member.pk, actor=by.person.pseudonym,
            subject=member.person.pseudonym, acts=chosen, section=section, until=until, now=now,
        )
    )  # fmt: skip


@transaction.atomic
def take_back(*, member: Member, by: Member | None, now: datetime) -> None:
    """End it: by an owner's word, or by the clock (by None). WrongMoment when there is none."""
    if by is not None and not by.may("members.roles"):
        raise NotAllowed
    rows = Member.objects.filter(pk=member.pk, acts_until__isnull=False)
    if by is None:
        rows = rows.filter(acts_until__lte=now)
    if not rows.update(**PLAIN):
        raise WrongMoment
    for name, value in PLAIN.items():
        setattr(member, name, value)
    announce(
        ScopeTaken(
            community_id=member.community_id, object_id=member.pk,
            actor=by.person.pseudonym if by else None, subject=member.person.pseudonym, now=now,
        )
    )  # fmt: skip
