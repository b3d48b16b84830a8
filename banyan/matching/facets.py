"""What a place can be and a person can wish for, and our pictures with what they say. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.people.rules import INTERESTS

VALUES = [
    ("slow", _("Taking time")), ("lasting", _("Things that last")),
    ("honest", _("Saying it as it is")),
    ("kind", _("Kindness first")), ("learn", _("Always learning")), ("make", _("Making by hand")),
    ("share", _("Sharing what one has")), ("nature", _("Care for nature")),
    ("beauty", _("Beauty in daily life")), ("play", _("Play and humour")),
    ("family", _("Family and friends")), ("freedom", _("One’s own way")),
]  # fmt: skip
AESTHETICS = [
    ("plain", _("Plain and quiet")), ("warm", _("Warm and earthy")),
    ("bright", _("Bright and lively")),
    ("dark", _("Dark and glowing")), ("rough", _("Rough and worn")), ("fine", _("Fine and exact")),
    ("old", _("Old and handed down")), ("new", _("New and clean")), ("wild", _("Green and wild")),
]  # fmt: skip
PERSONALITIES = [
    ("quiet", _("Quiet, few words")), ("talkative", _("Talkative")),
    ("helpful", _("Quick to help")),
    ("exacting", _("Exacting")), ("playful", _("Playful")), ("gentle", _("Gentle")),
]  # fmt: skip
STATUSES = [
    ("beginner", _("Beginners")), ("serious", _("Serious amateurs")), ("maker", _("Makers")),
    ("collector", _("Collectors")), ("parent", _("Parents")), ("student", _("Students")),
]  # fmt: skip
CAREERS = [
    ("craft", _("Crafts")), ("design", pgettext_lazy("career", "Design")), ("teach", _("Teaching")),
    ("care", _("Care and health")), ("tech", pgettext_lazy("career", "Technology")),
    ("trade", _("Trade and shops")), ("food", pgettext_lazy("career", "Kitchen and food")),
    ("office", _("Office")),
]  # fmt: skip
RHYTHMS = [(0, _("Something every day")), (1, _("A few times a week")), (2, _("Now and then"))]
PRICES = [
    (0, _("Small money")), (1, _("Everyday prices")), (2, _("Dear, and worth it")),
    (3, _("For collectors")),
]  # fmt: skip

WEEK = [
    pgettext_lazy("day", "Monday"), pgettext_lazy("day", "Tuesday"),
    pgettext_lazy("day", "Wednesday"), pgettext_lazy("day", "Thursday"),
    pgettext_lazy("day", "Friday"), pgettext_lazy("day", "Saturday"),
    pgettext_lazy("day", "Sunday"),
]  # fmt: skip

# facet -> (what it is called on a profile, its values)
FACETS: dict[str, tuple[Any, list[tuple[str, Any]]]] = {
    "interest": (_("Interests"), INTERESTS),
    "value": (_("Values"), VALUES),
    "aesthetic": (_("How it looks"), AESTHETICS),
    "personality": (_("How people are with one another"), PERSONALITIES),
    "status": (_("Who comes"), STATUSES),
    "career": (_("What they work at"), CAREERS),
}
NAMES = {facet: dict(values) for facet, (_label, values) in FACETS.items()}
OF_A_PROFILE = ("value", "aesthetic", "personality", "status", "career")  # interests stand already

PREFIX = "fit"  # wishes are kept as tags: fit.value.slow


def key_of(facet: str, value: str) -> str:
    return f"{PREFIX}.{facet}.{value}"


def read_key(key: str) -> tuple[str, str] | None:
    parts = key.split(".")
    if len(parts) == 3 and parts[0] == PREFIX and parts[2] in NAMES.get(parts[1], {}):
        return parts[1], parts[2]
    return None


@dataclass(frozen=True)
class Sight:
    """One of our pictures: what is on it, in words, and what liking it says."""

    name: str
    alt: Any
    says: tuple[tuple[str, str], ...]


SIGHTS = [
    Sight("morning-mug", _("A plain mug by a window in the morning"),
          (("interest", "ceramics"), ("aesthetic", "plain"))),
    Sight("teapot", _("A red clay teapot with a side handle"),
          (("interest", "tea"), ("aesthetic", "warm"))),
    Sight("lantern", _("A round lantern glowing in the dusk"),
          (("interest", "candles"), ("aesthetic", "dark"))),
    Sight("moon-jar", _("A white jar, not quite round"),
          (("aesthetic", "plain"), ("aesthetic", "old"))),
    Sight("picnic", _("Tea and fruit on a green cloth outdoors"),
          (("interest", "outdoors"), ("aesthetic", "wild"))),
    Sight("wheel", _("A clay bowl on the potter’s wheel"),
          (("value", "make"), ("aesthetic", "rough"))),
    Sight("glass", _("Green tea leaves in a clear glass"),
          (("interest", "home"), ("aesthetic", "new"))),
    Sight("test-tiles", _("Rows of small glaze samples"),
          (("value", "learn"), ("aesthetic", "fine"))),
    Sight("dinner", _("Blue plates and two tall candles"),
          (("value", "family"), ("aesthetic", "warm"))),
    Sight("gift-box", _("An open green box of tea tins"),
          (("value", "share"), ("aesthetic", "bright"))),
    Sight("planter", _("A green plant in a rough pot"),
          (("interest", "plants"), ("aesthetic", "wild"))),
    Sight("shelf", _("A row of jars and bottles, each one different"),
          (("value", "lasting"), ("aesthetic", "rough"))),
]  # fmt: skip
BY_NAME = {sight.name: sight for sight in SIGHTS}
PICKS = 5
