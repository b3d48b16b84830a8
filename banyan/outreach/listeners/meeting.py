"""Gatherings, and the evening of a challenge."""

from __future__ import annotations

from banyan.challenges.events import CheckInDue
from banyan.challenges.models import Challenge
from banyan.communities.places import url
from banyan.communities.rules import JOINED
from banyan.core.events import after
from banyan.core.notices import Telling, tell
from banyan.gatherings import rules
from banyan.gatherings.events import (
    GatheringCancelled,
    GatheringChanged,
    GatheringEvent,
    GatheringStartsSoon,
    PlaceGiven,
)
from banyan.gatherings.models import Gathering, Rsvp

from .own import person_id


def _tell(event: GatheringEvent, topic: str, to: list[int], key: str) -> None:
    gathering = Gathering.objects.select_related("community").filter(pk=event.object_id).first()
    if gathering is None:
        return
    tell(
        Telling(
            topic=topic,
            key=f"{topic}:{gathering.pk}:{key}",
            thing=("gathering", gathering.pk),
            about=("gathering", gathering.pk),
            url=url(gathering.community, "gathering", id=gathering.public_id),
            title=gathering.title,
            lang=gathering.lang,
            community_id=gathering.community_id,
        ),
        to=to,
        now=event.now,
    )


def _answered(gathering_id: int, *, reminded: bool = False) -> list[int]:
    """Those who come, may come or wait for a place and are still in."""
    rows = Rsvp.objects.filter(gathering=gathering_id, member__state=JOINED).exclude(
        answer=rules.NO
    )
    if reminded:
        rows = rows.filter(wants_reminder=True)
    return list(rows.values_list("member__person", flat=True))


@after(GatheringStartsSoon)
def remind_of_a_gathering(event: GatheringStartsSoon) -> None:
    people = _answered(event.object_id, reminded=True)
    _tell(event, "gathering-soon", people, event.starts_at.isoformat()[:16])


@after(GatheringChanged)
def tell_of_another_time(event: GatheringChanged) -> None:
    if event.is_moved:
        people = _answered(event.object_id)
        _tell(event, "gathering-moved", people, f"{event.now.timestamp():.0f}")


@after(GatheringCancelled)
def tell_that_it_is_off(event: GatheringCancelled) -> None:
    _tell(event, "gathering-off", _answered(event.object_id), "off")


@after(PlaceGiven)
def tell_who_moved_up(event: PlaceGiven) -> None:
    who = person_id(event.subject)
    if who is not None:
        _tell(event, "gathering-place", [who], f"place:{event.now.timestamp():.0f}")


@after(CheckInDue)
def remind_of_a_check_in(event: CheckInDue) -> None:
    challenge = Challenge.objects.select_related("community").filter(pk=event.object_id).first()
    who = person_id(event.actor)
    if challenge is None or who is None:
        return
    tell(
        Telling(
            topic="check-in",
            key=f"check-in:{challenge.pk}:{event.day}",
            thing=("challenge", challenge.pk),
            about=("challenge", challenge.pk),
            url=url(challenge.community, "challenge", slug=challenge.slug),
            title=challenge.title,
            lang=challenge.lang,
            community_id=challenge.community_id,
        ),
        to=[who],
        now=event.now,
    )
