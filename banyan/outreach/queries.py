from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from banyan.core.notices import Topic, topics
from banyan.people.models import Person

from . import rules, said
from .models import Device, Habits, Notice, Switch


@dataclass(frozen=True)
class Told:
    """Notices that stand together on the page."""

    notices: list[Notice]

    @property
    def first(self) -> Notice:
        return self.notices[0]

    @property
    def sentence(self) -> str:
        return said.sentence(self.notices)

    @property
    def icon(self) -> str:
        return said.icon(self.first)

    @property
    def people(self) -> list[Person]:
        """Who did it, the newest first, each once."""
        return list({one.actor_id: one.actor for one in self.notices if one.actor}.values())[:4]

    @property
    def is_unread(self) -> bool:
        return self.first.read_at is None


def told(person: Person, before: int | None = None) -> tuple[list[Told], int | None]:
    """A page of what a person was told, gathered, and where the next page begins. One query."""
    rows = Notice.objects.filter(person=person, is_on_page=True)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(
        rows.select_related("actor__picture", "community").order_by("-pk")[: rules.PAGE_ROWS + 1]
    )
    more = len(found) > rules.PAGE_ROWS
    found = found[: rules.PAGE_ROWS]
    return [Told(group) for group in rules.gathered(found)], found[-1].pk if more else None


@dataclass(frozen=True)
class Way:
    """One box of the settings."""

    name: str
    channel: str
    is_on: bool


@dataclass(frozen=True)
class Choice:
    topic: Topic
    ways: list[Way | None]


def choices(person: Person, *, is_staff: bool) -> list[Choice]:
    """The topics with their boxes, None where a channel has none. One query."""
    on = {(row.topic, row.channel): row.is_on for row in Switch.objects.filter(person=person)}
    from .actions.choose import offered

    can = offered()
    return [
        Choice(
            topic,
            [
                Way(
                    f"{topic.key}:{channel}",
                    channel,
                    on.get((topic.key, channel), rules.DEFAULTS[channel]),
                )
                if (topic.key, channel) in can
                else None
                for channel, _label in rules.CHANNELS
            ],
        )
        for topic in topics()
        if not topic.under and (is_staff or not topic.is_for_staff)
    ]


def gets_digest(person: Person) -> bool:
    return Switch.objects.filter(person=person, topic=rules.DIGEST, is_on=True).exists()


def habits(person: Person) -> Habits:
    return Habits.objects.filter(person=person).first() or Habits(person=person)


def devices(person: Person) -> Any:
    return Device.objects.filter(person=person).order_by("-added_at")
