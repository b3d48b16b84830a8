from __future__ import annotations

from datetime import datetime
from typing import Any

from banyan.communities import actions as places
from banyan.communities.models import Member
from banyan.core.events import announce

from .. import rules
from ..events import MembershipEvent
from ..models import Subscription, Tier


def take(member_id: int) -> None:
    """A member's memberships are ours until the transaction ends: taken before any other row."""
    Member.objects.select_for_update(no_key=True).get(pk=member_id)


def say(
    kind: type[MembershipEvent], one: Subscription, *, by: Member | None = None, now: datetime,
    **more: Any,
) -> None:  # fmt: skip
    announce(
        kind(
            community_id=one.community_id, object_id=one.pk, subject=one.payee,
            tier_id=one.tier_id, actor=by.person.pseudonym if by is not None else None, now=now,
            **more,
        )
    )  # fmt: skip


def note_what_is_here(community_id: int) -> None:
    """Pages ask this of the community itself: is a membership sold or held here?"""
    on_sale = Tier.objects.of(community_id).filter(state=rules.ON).count()
    held = on_sale or Subscription.objects.of(community_id).filter(state__in=rules.LIVE).count()
    places.keep_fact(community_id=community_id, key=rules.HERE, value=held or None)
