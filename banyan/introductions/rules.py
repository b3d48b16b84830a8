"""Whom to introduce to whom, for how long it stands, and by what lot a pair is left alone. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from banyan.culture.experiments.rules import FEWER, MORE, NOTHING, TOO_FEW, chance

INTRODUCED, HELD, STOPPED, OVER = "introduced", "held", "stopped", "over"
MOVES = {INTRODUCED: (STOPPED, OVER), STOPPED: (INTRODUCED, OVER)}
STATES = [
    (INTRODUCED, _("Introduced")),
    (HELD, _("Left to chance")),
    (STOPPED, _("Ended by a moderator")),
    (OVER, _("Over")),
]

SILENT, WROTE, FOLLOWED, NO = "", "wrote", "followed", "no"
SAID = [
    (SILENT, _("Nothing yet")),
    (WROTE, _("Wrote")),
    (FOLLOWED, _("Followed")),
    (NO, _("Not for me")),
]

BETWEEN = timedelta(days=7)  # at most one new introduction in that time
OPEN = timedelta(days=14)  # an introduction stands so long
MEASURED = timedelta(days=30)  # a tie counts until then
HELD_SHARE = 0.25
FEWEST = 8  # pairs of a kind; below it nothing is said about them
FINDINGS = {
    TOO_FEW: _("Too few pairs yet to tell a difference from chance."),
    NOTHING: _("No difference found. There may be a small one that so few pairs cannot show."),
    MORE: _(
        "Introduced pairs have a tie more often. Chance alone would look like this 1 time in 20."
    ),
    FEWER: _(
        "Introduced pairs have a tie less often. Chance alone would look like this 1 time in 20."
    ),
}


def is_held(one: UUID, other: UUID, place: UUID) -> bool:
    """Whether a pair is left to chance: the same answer for the same two in the same place."""
    first, second = sorted((one, other), key=lambda each: each.hex)
    return chance(first, f"introductions:{place.hex}:{second.hex}") < HELD_SHARE


@dataclass(frozen=True)
class Candidate:
    """Somebody to be introduced; the young meet only the young."""

    member: int
    person: int
    pseudonym: UUID
    interests: frozenset[str]
    is_young: bool = False


@dataclass(frozen=True)
class Pair:
    one: Candidate
    other: Candidate
    interest: str

    @property
    def persons(self) -> tuple[int, int]:
        return ordered(self.one.person, self.other.person)


def ordered(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


class _Line:
    """Those who named one interest, in turn; whoever is taken is stepped over from then on."""

    def __init__(self) -> None:
        self.waiting: list[int] = []
        self.on: list[int] = [0]

    def add(self, candidate: int) -> int:
        self.waiting.append(candidate)
        self.on.append(len(self.waiting))
        return len(self.waiting) - 1

    def take(self, at: int) -> None:
        self.on[at] = at + 1

    def next(self, at: int) -> int:
        """The first place from `at` on where somebody still waits; its length when nobody does."""
        end = at
        while self.on[end] != end:
            end = self.on[end]
        while self.on[at] != end:
            self.on[at], at = end, self.on[at]
        return end


def pairs(candidates: Sequence[Candidate], apart: Collection[tuple[int, int]]) -> list[Pair]:
    """Pairs who named the same interest; the first in the row chooses first, the rarest first.

    `apart` are pairs of persons, the smaller key first, who must not be introduced. The work grows
    with the number of named interests and of pairs apart, never with the square of the members.
    """
    lines: dict[tuple[str, bool], _Line] = {}
    places: list[dict[str, int]] = []
    for index, one in enumerate(candidates):
        places.append(
            {
                key: lines.setdefault((key, one.is_young), _Line()).add(index)
                for key in one.interests
            }
        )
    found = []
    taken = bytearray(len(candidates))
    for index, one in enumerate(candidates):
        if taken[index]:
            continue
        here = {key: lines[key, one.is_young] for key in one.interests}
        for key in sorted(here, key=lambda key: (len(here[key].waiting), key)):
            other = _first(here[key], places[index][key] + 1, one, candidates, apart)
            if other is None:
                continue
            found.append(Pair(one, candidates[other], key))
            for gone in (index, other):
                taken[gone] = 1
                _leave(lines, places[gone], candidates[gone].is_young)
            break
    return found


def _first(
    line: _Line, at: int, one: Candidate, candidates: Sequence[Candidate],
    apart: Collection[tuple[int, int]],
) -> int | None:  # fmt: skip
    # Whoever stood before `one` and still waits has tried `one` already.
    at = line.next(at)
    while at < len(line.waiting):
        other = line.waiting[at]
        if ordered(one.person, candidates[other].person) not in apart:
            return other
        at = line.next(at + 1)
    return None


def _leave(lines: dict[tuple[str, bool], _Line], at: dict[str, int], is_young: bool) -> None:
    for key, place in at.items():
        lines[key, is_young].take(place)


@dataclass(frozen=True)
class Touch:
    """One did something towards the other; keys are persons."""

    by: int
    to: int


def is_tied(one: int, other: int, touches: Iterable[Touch]) -> bool:
    """A tie is reciprocal: each has turned to the other at least once."""
    seen = {(touch.by, touch.to) for touch in touches}
    return (one, other) in seen and (other, one) in seen
