"""The seam for whoever sells entry (tiers, a shop): nothing sells it until a module registers.

A seller says where one buys in, and grants the entry once paid; the buyer then signs the charter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from banyan.core.refusals import NotAllowed
from banyan.people.models import Person

from .. import rules
from ..events import MemberInvited
from ..models import Community, Member
from . import rules as ways
from .letting import note, say

type Find = Callable[[Community], list[Offer]]


@dataclass(frozen=True)
class Offer:
    """One way to buy in: words in the reader's language, and the page where it is sold."""

    label: Any
    url: str


_sellers: list[Find] = []


def register(find: Find) -> None:
    if find not in _sellers:
        _sellers.append(find)


def offers(community: Community) -> list[Offer]:
    return [offer for find in _sellers for offer in find(community)]


@transaction.atomic
def grant(*, community: Community, person: Person, now: datetime) -> Member:
    """A paid entry: the door is open for this person. Twice changes nothing."""
    member, is_new = Member.objects.get_or_create(
        community=community, person=person,
        defaults={"state": rules.INVITED, "source": ways.PURCHASED, "asked_at": now},
    )  # fmt: skip
    if member.state == rules.BANNED:
        raise NotAllowed
    if member.is_in or (not is_new and member.source == ways.PURCHASED
                        and member.state == rules.INVITED):  # fmt: skip
        return member
    if member.state in (rules.APPLIED, rules.APPEALED, rules.WAITING):
        member.move(rules.LEFT)
    if not is_new and member.state != rules.INVITED:
        member.move(rules.INVITED, source=ways.PURCHASED)
    elif not is_new:
        Member.objects.filter(pk=member.pk).update(source=ways.PURCHASED)
        member.source = ways.PURCHASED
    member.community, member.person = community, person
    note(member, "invited", now=now, reasons=["bought"])
    say(MemberInvited, member, by=person, now=now)
    return member
