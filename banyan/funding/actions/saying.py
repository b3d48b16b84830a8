"""What projects and pledges announce, said in one way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from banyan.communities.models import Member
from banyan.core.events import announce

from ..events import PledgeEvent, ProjectEvent
from ..models import Pledge, Project


def say(
    kind: type[ProjectEvent], project: Project, *, now: datetime, by: Member | None = None,
    **more: Any,
) -> None:  # fmt: skip
    announce(
        kind(
            community_id=project.community_id, object_id=project.pk, currency=project.currency,
            actor=by.person.pseudonym if by else None, now=now, **more,
        )
    )  # fmt: skip


def say_of_pledge(
    kind: type[PledgeEvent], pledge: Pledge, *, now: datetime, by: Member | None = None,
    **more: Any,
) -> None:  # fmt: skip
    more.setdefault("amount_minor", pledge.amount_minor)
    say(
        kind, pledge.project, by=by, now=now, pledge_id=pledge.pk,
        subject=pledge.member.person.pseudonym, **more,
    )  # fmt: skip
