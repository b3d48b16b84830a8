"""Links: made by members, turned off by the shop; and how the community counts them."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from banyan.communities.models import Member
from banyan.core.db.inserting import insert_if_new
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, WrongMoment

from .. import rules
from ..events import LinkTurnedOff, LinkTurnedOn, SharingChanged, ThingShared
from ..models import Link, Terms
from ..things import Shown


def _new_code() -> str:
    return "".join(secrets.choice(rules.CODE_LETTERS) for _ in range(rules.CODE_LENGTH))


@transaction.atomic
def share(*, member: Member, thing: Shown, now: datetime) -> list[Link]:
    """A member's own links to one thing, one for each channel. Again: the same, good for longer.

    NotAllowed for who is not in. What the shop turned off stays off.
    """
    if not member.is_in:
        raise NotAllowed
    for channel, _words in rules.CHANNELS:
        insert_if_new(
            Link(
                community_id=member.community_id, member=member, kind=thing.kind,
                thing_id=thing.pk, campaign_id=thing.campaign_id, channel=channel,
                code=_new_code(), made_at=now, expires_at=rules.expires_at(now),
            )
        )  # fmt: skip
    rows = Link.objects.filter(member=member, kind=thing.kind, thing_id=thing.pk)
    rows.filter(expires_at__lt=rules.expires_at(now)).update(expires_at=rules.expires_at(now))
    links = {link.channel: link for link in rows}
    found = [links[channel] for channel, _words in rules.CHANNELS]
    if all(link.made_at == now for link in found):
        announce(
            ThingShared(
                community_id=member.community_id, object_id=found[0].pk, now=now,
                actor=member.person.pseudonym, thing_kind=thing.kind, thing_id=thing.pk,
            )
        )  # fmt: skip
    return found


@transaction.atomic
def turn_off(*, link: Link, by: Member, now: datetime) -> None:
    """What comes by it counts for nobody any more; it still leads to its thing."""
    rows = Link.objects.filter(pk=link.pk, off_at=None)
    if not rows.update(off_at=now, off_by=by):
        raise WrongMoment
    announce(
        LinkTurnedOff(
            community_id=link.community_id, object_id=link.pk, actor=by.person.pseudonym, now=now
        )
    )


@transaction.atomic
def turn_on(*, link: Link, by: Member, now: datetime) -> None:
    if not Link.objects.filter(pk=link.pk, off_at__isnull=False).update(off_at=None, off_by=None):
        raise WrongMoment
    announce(
        LinkTurnedOn(
            community_id=link.community_id, object_id=link.pk, actor=by.person.pseudonym, now=now
        )
    )


@transaction.atomic
def change_terms(*, by: Member, window_days: int, inviter_keeps: bool, now: datetime) -> Terms:
    """How many days a touch counts, and whether inviters keep whom they brought, from now on."""
    terms, _is_new = Terms.objects.get_or_create(
        community_id=by.community_id, defaults={"changed_at": now}
    )
    terms.window_days = window_days
    if not inviter_keeps:
        terms.inviter_keeps_from = None
    elif terms.inviter_keeps_from is None:
        terms.inviter_keeps_from = now
    terms.changed_at = now
    terms.save()
    announce(
        SharingChanged(
            community_id=by.community_id, object_id=by.community_id, actor=by.person.pseudonym,
            now=now,
        )
    )  # fmt: skip
    return terms
