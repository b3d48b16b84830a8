"""How a shop sends parcels, and what holds for all its orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from banyan.communities import actions as communities
from banyan.communities.models import Community
from banyan.core.events import announce
from banyan.core.refusals import WrongMoment
from banyan.people.models import Person

from ..events import ShippingChanged
from ..models import ShippingRate


@transaction.atomic
def add_rate(*, community: Community, by: Person, now: datetime, **fields: Any) -> ShippingRate:
    rate: ShippingRate = ShippingRate.objects.create(community=community, **fields)
    _say(rate, by=by, now=now)
    return rate


@transaction.atomic
def change_rate(*, rate: ShippingRate, by: Person, now: datetime, **fields: Any) -> None:
    if not ShippingRate.objects.filter(pk=rate.pk).update(**fields):
        raise WrongMoment
    _say(rate, by=by, now=now)


@transaction.atomic
def remove_rate(*, rate: ShippingRate, by: Person, now: datetime) -> None:
    """Orders keep their copy of name and price. WrongMoment when it is gone already."""
    if not ShippingRate.objects.filter(pk=rate.pk).delete()[0]:
        raise WrongMoment
    _say(rate, by=by, now=now)


def set_terms(
    *, community: Community, tax_bp: int, completes_after_days: int, by: Person, now: datetime
) -> None:
    """The tax that prices contain, and when a parcel on its way counts as received."""
    switches = {
        **community.switches,
        "orders.tax_bp": tax_bp,
        "orders.completes_after_days": completes_after_days,
    }
    communities.change_settings(community=community, by=by, now=now, switches=switches)


def _say(rate: ShippingRate, *, by: Person, now: datetime) -> None:
    announce(
        ShippingChanged(
            community_id=rate.community_id,
            object_id=rate.community_id,
            actor=by.pseudonym,
            rate=rate.name,
            now=now,
        )
    )
