"""What people like, in one list; zones, regions and ages. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

INTERESTS = [
    ("ceramics", _("Ceramics")), ("tea", _("Tea")), ("candles", _("Candles and light")),
    ("food", _("Food and cooking")), ("coffee", _("Coffee")), ("plants", _("Plants and gardens")),
    ("clothing", _("Clothing")), ("textiles", _("Textiles")), ("wood", _("Woodwork")),
    ("books", _("Books")), ("music", _("Music")), ("photography", _("Photography")),
    ("outdoors", _("Outdoors")), ("sports", _("Sports")), ("games", _("Games")),
    ("pets", _("Pets")), ("home", pgettext_lazy("interest", "Home")),
    ("beauty", _("Beauty")), ("tech", pgettext_lazy("interest", "Technology")),
    ("learning", _("Learning")), ("parenting", _("Parenting")), ("travel", _("Travel")),
]  # fmt: skip
INTEREST_NAMES = dict(INTERESTS)

# Where a tag comes from. Those a person has not chosen need a purpose the person can read.
SELF, BEHAVIOUR, OPERATOR = "self", "behaviour", "operator"
TAG_SOURCES = [
    (SELF, _("You chose it")),
    (BEHAVIOUR, _("From what you did here")),
    (OPERATOR, _("Given by an operator")),
]
FIND_PEOPLE, FIND_PLACES, CARE = "find-people", "find-places", "care"
TAG_PURPOSES = [
    (FIND_PEOPLE, _("So that people who like the same find you")),
    (FIND_PLACES, _("So that places that fit you are found")),
    (CARE, _("So that those who run a community can look after you")),
]
# What else one can say yes to
ADDRESS = "address"
CONSENTS = [
    *TAG_PURPOSES,
    (ADDRESS, _("So that those who run a community may have your address")),
]
TAG_DAYS = 730  # what is not chosen again by then goes

# Labels of tags that other modules keep, by the first part of their key
_labels: dict[str, Callable[[str], str]] = {}


def name_tags(prefix: str, label: Callable[[str], str]) -> None:
    """Say how tags called `prefix.…` read to their owner."""
    _labels[prefix] = label


def tag_label(key: str) -> str:
    if key in INTEREST_NAMES:
        return str(INTEREST_NAMES[key])
    label = _labels.get(key.split(".", 1)[0])
    return label(key) if label else key


EXPORT_DAYS = 7

# Exports
ASKED, READY, EXPIRED = "asked", "ready", "expired"
EXPORT_MOVES = {ASKED: (READY,), READY: (EXPIRED,)}


@lru_cache(maxsize=1)
def zones() -> list[str]:
    """Names of places people live by, like Asia/Shanghai, sorted; UTC first."""
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
             "Pacific/")  # fmt: skip
    return ["UTC", *sorted(z for z in available_timezones() if z.startswith(areas))]
