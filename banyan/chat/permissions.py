"""Who may be in a room, and who may write to whom."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
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


def mute_in(room: Room, author: Any, *, now: datetime) -> Member | None:
    """The author's membership whose mute reaches this room, with its community; else None.

    A mute reaches a room of its community, and whoever in a conversation the author knows from
    there and from nowhere they may speak. It reaches on when the author leaves that community.
    """
    if room.kind == rules.ROOM:
        return _silent(author, now).filter(community_id=room.community_id).first()
    others = Seat.objects.filter(room=room).exclude(person=author).exclude(state=rules.GONE)
    return mute_towards(author, others.values("person"), now=now)


def mute_towards(author: Any, others: Any, *, now: datetime) -> Member | None:
    """As `mute_in`, for these people (or a query of them): the mute that lasts longest.

    One statement for whoever is not muted anywhere.
    """
    silent = {one.community_id: one for one in _silent(author, now)}
    if not silent:
        return None
    joined = Member.objects.filter(state=community_rules.JOINED, community__closed_at=None)
    free = set(joined.filter(person=author).values_list("community", flat=True)) - silent.keys()
    met: dict[int, set[int]] = defaultdict(set)
    rows = joined.filter(person__in=others, community__in=free | silent.keys())
    for person_id, community_id in rows.values_list("person", "community"):
        met[person_id].add(community_id)
    reached = [
        min((silent[one] for one in places), key=_until)
        for places in met.values()
        if places and not places & free
    ]
    return max(reached, key=_until, default=None)


def _silent(author: Any, now: datetime) -> Any:
    return Member.objects.filter(person=author, muted_until__gt=now).select_related(
        "community", "person"
    )


def _until(member: Member) -> Any:
    return member.muted_until


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
