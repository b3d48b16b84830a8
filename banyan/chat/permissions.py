"""Who may be in a room, and who may write to whom."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banyan.communities import rules as community_rules
from banyan.communities.models import Member
from banyan.core.refusals import NotAllowed

from . import rules
from .models import Block, Room, Seat


class NotToThem(NotAllowed):
    sentence = _("You cannot write to this person.")


def is_in(person: Any, room: Room) -> bool:
    """Whether a person reads here: members of the community, or whoever has a seat."""
    if person is None:
        return False
    if room.kind == rules.ROOM:
        return Member.objects.filter(
            community_id=room.community_id,
            person=person,
            state=community_rules.JOINED,
            community__closed_at=None,
        ).exists()
    return Seat.objects.filter(room=room, person=person).exclude(state=rules.GONE).exists()


def check_may_write_to(sender: Any, receiver: Any) -> None:
    """Refuse with one sentence, whatever the reason: a block must not be told."""
    if (
        sender.pk == receiver.pk
        or receiver.erased_at is not None
        or not receiver.is_active
        or not all(
            rules.may_be_written_to(band=one.age_band, region=one.region)
            for one in (sender, receiver)
        )
        or is_blocked(sender, receiver)
        or not share_a_community(sender, receiver)
    ):
        raise NotToThem


def is_blocked(one: Any, other: Any) -> bool:
    """Either way."""
    return Block.objects.filter(
        Q(blocker=one, blocked=other) | Q(blocker=other, blocked=one)
    ).exists()


def share_a_community(one: Any, other: Any) -> bool:
    joined = Member.objects.filter(state=community_rules.JOINED, community__closed_at=None)
    return joined.filter(
        person=one, community__in=joined.filter(person=other).values("community")
    ).exists()
