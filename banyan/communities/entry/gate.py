"""What somebody finds who stands before the door: may they walk in, ask, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from .. import rules
from ..models import Community, Invitation, Member
from . import inviting, letting, purchases

OPEN, ASK, CLOSED = "open", "ask", "closed"


@dataclass(frozen=True)
class Question:
    text: str
    lang: str


@dataclass(frozen=True)
class Gate:
    way: str
    invitation: Invitation | None = None
    is_over: bool = False  # the link was ours, and opens nothing any more
    is_full: bool = False
    questions: list[Question] = field(default_factory=list)
    answer_hours: int = 0
    offers: list[Any] = field(default_factory=list)


def questions_of(community: Community, stored: list[dict[str, str]]) -> list[Question]:
    """In the reader's language where the operator wrote them so."""
    reader = (get_language() or "en")[:2]
    found = []
    for one in stored:
        second = one.get("second", "")
        if second and reader != community.lang[:2]:
            found.append(Question(second, "zh-Hans" if community.lang[:2] == "en" else "en"))
        else:
            found.append(Question(one["text"], community.lang))
    return found


def gate(community: Community, *, member: Member | None, token: str, now: datetime) -> Gate:
    """How the door stands for this person with this link. At most three queries."""
    invitation = inviting.read(token, community) if token else None
    is_over = invitation is not None and not invitation.stands(now)
    if is_over:
        invitation = None
    is_invited = member is not None and member.state == rules.INVITED
    common: dict[str, Any] = {
        "invitation": invitation, "is_over": is_over, "is_full": community.is_full,
    }  # fmt: skip
    if is_invited or (invitation is not None and invitation.is_pass):
        return Gate(OPEN, **common)
    if community.join_policy == rules.OPEN:
        return Gate(OPEN, **common)
    offers = purchases.offers(community)
    if community.join_policy == rules.INVITE and invitation is None:
        return Gate(CLOSED, **common, offers=offers)
    policy = letting.policy_of(community)
    return Gate(
        ASK, **common, questions=questions_of(community, policy.questions),
        answer_hours=policy.answer_hours, offers=offers,
    )  # fmt: skip
