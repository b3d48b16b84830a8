"""One decision in the book. What it does to a thing or a person is its verb's business."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core.events import announce
from banyan.core.refusals import Refusal
from banyan.core.text import lang_of
from banyan.culture.queries import clauses

from . import rules
from .events import Decided
from .models import Decision, Explanation


class NoSuchClause(Refusal):
    sentence = _("The charter has no such clause any more. Choose another one.")


def cited(community: Community, clause: str) -> Any:
    """The clause with this id, None for none; NoSuchClause when it stands no more."""
    if not clause:
        return None
    found = next((one for one in clauses(community) if one.id == clause), None)
    if found is None:
        raise NoSuchClause
    return found


def record(
    *, community: Community, kind: str, object_id: int, subject: UUID | None, by: Member,
    verdict: str, now: datetime, reason: str = "", words: str = "", clause: Any = None,
    reports: int = 0, parent_id: int | None = None,
) -> Decision:  # fmt: skip
    """One decision in the book, its words to the person, and the line in the log."""
    made = Decision.objects.create(
        community=community,
        kind=kind,
        object_id=object_id,
        subject=subject,
        by=by.person.pseudonym,
        verdict=verdict,
        reason=reason,
        clause=clause.id if clause else "",
        clause_words=clause.text[:300] if clause else "",
        clause_lang=clause.lang if clause else "",
        reports=reports,
        decided_at=now,
    )
    if words:
        Explanation.objects.create(
            community=community, decision=made, words=words, lang=lang_of(words, "")
        )
    return made


def say_decided(made: Decision, *, by: Member, now: datetime, parent_id: int | None) -> None:
    announce(
        Decided(
            community_id=made.community_id,
            object_id=made.pk,
            actor=by.person.pseudonym,
            parent_id=parent_id,
            thing_kind=made.kind,
            thing_id=made.object_id,
            verdict=made.verdict,
            reason=made.reason,
            now=now,
        )
    )


def about(
    member: Member, verdict: str, *, by: Member, now: datetime, reason: str = "", words: str = "",
    clause: str = "",
) -> Decision:  # fmt: skip
    """A decision about a person, said to the log at once."""
    made = record(
        community=member.community, kind=rules.PERSON, object_id=member.pk,
        subject=member.person.pseudonym, by=by, verdict=verdict, now=now, reason=reason,
        words=words, clause=cited(member.community, clause),
    )  # fmt: skip
    say_decided(made, by=by, now=now, parent_id=None)
    return made
