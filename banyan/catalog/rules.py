"""States, limits, names and options of what is sold. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product as every_pair

from django.utils.translation import gettext_lazy as _

DRAFT, PUBLISHED, ARCHIVED = "draft", "published", "archived"
STATES = [(DRAFT, _("Draft")), (PUBLISHED, _("Published")), (ARCHIVED, _("Archived"))]
PRODUCT_MOVES = {
    DRAFT: (PUBLISHED, ARCHIVED),
    PUBLISHED: (DRAFT, ARCHIVED),
    ARCHIVED: (DRAFT, PUBLISHED),
}

READY, WAITING, FAILED = "ready", "waiting", "failed"
PHOTO_STATES = [(READY, _("Ready")), (WAITING, _("Waiting")), (FAILED, _("Failed"))]

COUNTED, RECEIVED, LOST, IMPORTED = "counted", "received", "lost", "imported"
WHYS = [
    (COUNTED, _("Counted again")),
    (RECEIVED, _("New pieces came in")),
    (LOST, _("Broken or lost")),
    (IMPORTED, _("Import")),
]

MOST_OPTIONS = 3
MOST_VARIANTS = 100
MOST_PHOTOS = 20
MOST_TAGS = 30
MOST_STOCK = 1_000_000
FEW_LEFT = 5  # from here on the page says how many are left

_GAPS = re.compile(r"[^a-z0-9]+")


def slug_of(text: str) -> str:
    """The ASCII slug in a title or handle; "" when nothing of it is ASCII."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _GAPS.sub("-", folded).strip("-")[:100].strip("-")


def free_slug(wanted: str, taken: Iterable[str]) -> str:
    """`wanted`, or the first of wanted-2, wanted-3, … that is not taken."""
    used = set(taken)
    if wanted not in used:
        return wanted
    n = 2
    while f"{wanted}-{n}" in used:
        n += 1
    return f"{wanted}-{n}"


def clean_tags(words: Iterable[str]) -> list[str]:
    """Tags trimmed, without repetitions (case does not count), in order, at most MOST_TAGS."""
    kept: dict[str, str] = {}
    for word in words:
        tag = " ".join(word.replace("|", " ").split())[:60]
        if tag:
            kept.setdefault(tag.casefold(), tag)
    return list(kept.values())[:MOST_TAGS]


def split_tags(text: str) -> list[str]:
    return clean_tags(re.split(r"[,，、;；\n]", text))


def tag_text(tags: Sequence[str]) -> str:
    """The column a tag is looked for in: every tag between bars, lower case."""
    return "|" + "|".join(t.casefold() for t in tags) + "|" if tags else ""


def combinations(options: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[str, ...]]:
    """Every variant of the given options (name, values), in reading order; one when none."""
    return list(every_pair(*(values for _name, values in options)))


@dataclass(frozen=True)
class OptionPlan:
    """What new options make of the variants there are: id -> values, ids, values to add."""

    keep: dict[int, tuple[str, ...]]
    retire: list[int]
    add: list[tuple[str, ...]]


def plan_options(
    have: Sequence[tuple[int, tuple[str, ...]]], wanted: Sequence[tuple[str, ...]]
) -> OptionPlan:
    """Which variants stay under new option values, which go, which come.

    `have` are (id, values) in order, `wanted` all combinations to be. A variant stays where its
    values stay. Where the number of combinations is the same, values were renamed, so the variants
    left over take the new values in order. A variant that gains or loses an option goes on as the
    first combination that agrees with it, so that its stock and orders stay with it.
    """
    by_values = {values: pk for pk, values in reversed(have)}
    keep = {by_values[values]: values for values in wanted if values in by_values}
    left = [(pk, values) for pk, values in have if pk not in keep]
    free = [values for values in wanted if values not in by_values]
    if len(left) == len(free) and len(have) == len(wanted):
        keep |= {pk: values for (pk, _), values in zip(left, free, strict=True)}
        return OptionPlan(keep, [], [])
    retire = []
    for pk, values in left:
        heir = next((new for new in free if _agree(values, new)), None)
        if heir is None:
            retire.append(pk)
        else:
            keep[pk] = heir
            free.remove(heir)
    return OptionPlan(keep, retire, free)


def _agree(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """Whether one has the values of the other, in order, and differs in number."""
    short, long = sorted((old, new), key=len)
    return len(short) != len(long) and long[: len(short)] == short


def stock_note(*, left: int | None) -> str:
    """What a card may say of stock: "out", "few" or ""; `left` None means it is not counted."""
    if left is None:
        return ""
    return "out" if left <= 0 else "few" if left <= FEW_LEFT else ""


@dataclass(frozen=True, slots=True)
class Rating:
    """How many reviews have one, two … five stars."""

    stars: tuple[int, ...]

    @property
    def number(self) -> int:
        return sum(self.stars)

    @property
    def mean_tenths(self) -> int:
        """The mean in tenths of a star, halves up; 0 without any."""
        if not self.number:
            return 0
        total = sum(star * n for star, n in enumerate(self.stars, start=1))
        return (total * 20 + self.number) // (2 * self.number)

    @property
    def bars(self) -> list[tuple[int, int]]:
        """(stars, how many), the most stars first."""
        return list(enumerate(self.stars, start=1))[::-1]
