"""What a person wants to be told of, when, and on which devices: each yes with its day."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from banyan.core.notices import MAIL, topics
from banyan.core.refusals import Refusal
from banyan.people.models import Person

from .. import rules
from ..models import Device, Habits, Switch
from ..push.send import are_good_keys, is_push_service


class NotADevice(Refusal):
    sentence = _("This browser cannot be woken from here.")


class TooManyDevices(Refusal):
    sentence = _("You have ten devices here. Remove one that you no longer use first.")


def offered() -> set[tuple[str, str]]:
    """Every (topic, channel) that can be switched."""
    found = {
        (topic.key, channel)
        for topic in topics()
        for channel in topic.channels
        if not topic.under and not (topic.is_sent_anyway and channel == MAIL)
    }
    return found | {(rules.DIGEST, MAIL)}


@transaction.atomic
def choose(
    *,
    person: Person,
    wanted: Mapping[tuple[str, str], bool],
    now: datetime,
    quiet_from: int | None = None,
    quiet_until: int | None = None,
) -> None:
    """Set switches; those not named stay. What already was so keeps its day."""
    known = {(row.topic, row.channel): row.is_on for row in Switch.objects.filter(person=person)}
    allowed = offered()
    for way, is_on in wanted.items():
        before = known.get(way, rules.DEFAULTS.get(way[1], False) and way[0] != rules.DIGEST)
        if way in allowed and is_on != before:
            if is_on and way[0] == rules.DIGEST:
                _begin_with_next_week(person, now)
            Switch.objects.update_or_create(
                person=person,
                topic=way[0],
                channel=way[1],
                defaults={"is_on": is_on, "said_at": now},
            )
    if quiet_from is not None and quiet_until is not None:
        Habits.objects.update_or_create(
            person=person, defaults={"quiet_from": quiet_from, "quiet_until": quiet_until}
        )


def _begin_with_next_week(person: Person, now: datetime) -> None:
    """The first weekly letter comes on the next Monday, not at once."""
    week = rules.digest_week(now, person.zone or settings.TIME_ZONE) or ""
    Habits.objects.update_or_create(person=person, defaults={"digest_week": week})


@transaction.atomic
def stop_letters(*, person: Person, topic: str, now: datetime) -> None:
    """No letters of a topic any more ("" is all of them). Twice changes nothing."""
    ways = [(topic, MAIL)] if topic else [way for way in offered() if way[1] == MAIL]
    choose(person=person, wanted=dict.fromkeys(ways, False), now=now)


@transaction.atomic
def add_device(
    *, person: Person, endpoint: str, p256dh: str, auth: str, label: str, now: datetime
) -> Device:
    """Remember a browser that agreed to be woken. The same browser again is the same device.

    It belongs to whoever used it last. NotADevice when it names a service that we do not know.
    """
    if not (is_push_service(endpoint) and are_good_keys(p256dh, auth)) or len(endpoint) > 1000:
        raise NotADevice
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    digest = hashlib.sha256(endpoint.encode()).hexdigest()
    others = Device.objects.filter(person=person).exclude(digest=digest)
    if others.count() >= rules.MOST_DEVICES:
        raise TooManyDevices
    device, _made = Device.objects.update_or_create(
        digest=digest,
        defaults={
            "person": person,
            "endpoint": endpoint,
            "p256dh": p256dh[:100],
            "auth": auth[:40],
            "label": label[:60],
        },
        create_defaults={
            "person": person,
            "endpoint": endpoint,
            "p256dh": p256dh[:100],
            "auth": auth[:40],
            "label": label[:60],
            "added_at": now,
        },
    )
    return device


def remove_device(*, person: Person, device: Device) -> None:
    """Never wake it again. Twice changes nothing."""
    Device.objects.filter(person=person, pk=device.pk).delete()
