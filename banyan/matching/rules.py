"""Who fits where, and why. Pure: no clock, no database.

A wish that is met counts by how rare it is among the places, so that what everybody has decides
little. Facets that tell more about staying weigh more. Judged by bench/matching.py.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# How much each facet counts. Interests and values first; what somebody works at hardly.
WEIGHTS = {
    "interest": 3.0, "value": 2.2, "aesthetic": 2.0, "personality": 0.9, "status": 0.6,
    "career": 0.5,
}  # fmt: skip
STEP_AWAY = 0.06  # what one step of rhythm or price takes from a fit
SMALL = 30  # members: below it a community is small
SHOWN = 3
KEPT_FOR_SMALL = 0.8  # a small one gets its kept place from this share of the third's fit on
EXPLORE = 0.5  # the exploratory one has at least this share of the best fit
HIGH, MIDDLE = 0.45, 0.2  # bands of fit

type Sets = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Wishes:
    sets: Sets
    languages: frozenset[str] = frozenset()
    rhythm: int | None = None
    price: int | None = None


@dataclass(frozen=True)
class Place:
    key: int
    sets: Sets
    languages: frozenset[str]
    members: int
    rhythm: int | None = None
    price: int | None = None
    is_full: bool = False


@dataclass(frozen=True)
class Fit:
    key: int
    score: float  # 0 to 1
    shared: tuple[tuple[str, str], ...] = ()  # (facet, value), what counts most first
    near: tuple[str, ...] = ()  # "rhythm", "price": as wished
    is_kept: bool = False  # stands here because a place is kept for small communities


@dataclass(frozen=True)
class Matches:
    best: list[Fit] = field(default_factory=list)
    other: Fit | None = None  # the exploratory one


def rarity(places: Sequence[Place]) -> dict[tuple[str, str], float]:
    """How much a value tells: the fewer places have it, the more."""
    have = Counter(
        (facet, value)
        for place in places
        for facet, values in place.sets.items()
        for value in values
    )
    return {key: math.log1p(len(places) / count) for key, count in have.items()}


def fit(
    wishes: Wishes,
    place: Place,
    rare: Mapping[tuple[str, str], float],
    weights: Mapping[str, float] = WEIGHTS,
) -> Fit:
    """How well a place meets wishes, 0 to 1, with what is shared.

    Facets without a wish say nothing. Half a wish is added to each facet, so that one lucky pick
    does not count like three.
    """
    got = whole = 0.0
    shared: list[tuple[float, tuple[str, str]]] = []
    unknown = math.log1p(50)  # a wish no place meets is rarer than all
    for facet, weight in weights.items():
        wanted = wishes.sets.get(facet, frozenset())
        if not wanted:
            continue
        tells = {value: rare.get((facet, value), unknown) for value in wanted}
        met = sorted(wanted & place.sets.get(facet, frozenset()))
        mean = sum(tells.values()) / len(tells)
        got += weight * sum(tells[value] for value in met) / (sum(tells.values()) + mean / 2)
        whole += weight
        shared += [(weight * tells[value], (facet, value)) for value in met]
    score = got / whole if whole else 0.0
    near = []
    for name in ("rhythm", "price"):
        mine, theirs = getattr(wishes, name), getattr(place, name)
        if mine is not None and theirs is not None:
            score -= STEP_AWAY * abs(mine - theirs)
            if mine == theirs:
                near.append(name)
    shared.sort(reverse=True)
    return Fit(place.key, min(max(score, 0.0), 1.0), tuple(one for _w, one in shared), tuple(near))


def match(
    wishes: Wishes,
    places: Sequence[Place],
    *,
    turn: int,
    weights: Mapping[str, float] = WEIGHTS,
) -> Matches:
    """Three places and one to explore. `turn` (steady for a person) decides between equals.

    Places that are full or in no language one reads are left out. If none of the three is small,
    the last of them gives way to the best small one that fits nearly as well.
    """
    open_to = [
        place for place in places
        if not place.is_full and (not wishes.languages or place.languages & wishes.languages)
    ]  # fmt: skip
    rare = rarity(open_to)
    members = {place.key: place.members for place in open_to}
    ranked = sorted(
        (fit(wishes, place, rare, weights) for place in open_to),
        key=lambda one: (-round(one.score, 6), _mixed(one.key, turn)),
    )
    best = ranked[:SHOWN]
    rest = ranked[SHOWN:]
    if len(best) == SHOWN and all(members[one.key] >= SMALL for one in best):
        small = next((one for one in rest if members[one.key] < SMALL), None)
        if small is not None and small.score >= KEPT_FOR_SMALL * best[-1].score:
            kept = Fit(small.key, small.score, small.shared, small.near, is_kept=True)
            rest = [one for one in [best[-1], *rest] if one.key != small.key]
            best = [*best[:-1], kept]
    return Matches(best, _explore(best, rest, turn))


def _explore(best: Sequence[Fit], rest: Sequence[Fit], turn: int) -> Fit | None:
    """One that is different: fair chances among those that fit somewhat."""
    if not best or not rest:
        return None
    least = EXPLORE * best[0].score
    fair = [one for one in rest if one.score >= least] or list(rest)
    return min(fair, key=lambda one: _mixed(one.key, turn + 1))


def _mixed(key: int, turn: int) -> int:
    """A steady shuffle: the same for a person, another for the next."""
    return zlib.crc32(f"{turn}:{key}".encode())


def band(score: float | None) -> str:
    if score is None:
        return "unknown"
    return "high" if score >= HIGH else "middle" if score >= MIDDLE else "low"
