"""Who fits where: a planted world, two baselines, and the method, judged on worlds it has not seen.

    python bench/matching.py            # judge on the unseen seeds
    python bench/matching.py --dev      # the seeds that may be looked at while building

The world is planted: every community has a true character and every person true wishes with
weights of their own. What the method sees is less: profiles that operators filled in with gaps and
mistakes, and the few things a person picked. What counts is the planted chance that the person is
still glad to be there on day 45.

World, seeds and baselines were committed before the method and are not tuned to it.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from banyan.matching import rules

DEV_SEEDS = range(1, 6)
UNSEEN_SEEDS = range(1001, 1021)
COMMUNITIES, PEOPLE, SHOWN = 60, 400, 3
SMALL = 30  # members

# How many values each facet of the planted world has, and how much people care, on average.
FACETS = {
    "interest": (22, 3.0), "aesthetic": (12, 2.0), "value": (12, 2.2), "status": (6, 0.6),
    "career": (8, 0.5), "personality": (6, 0.9),
}  # fmt: skip
RHYTHMS, PRICES = 3, 4
LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Place:
    """A community: `true` is what it is, `said` what its profile says."""

    key: int
    members: int
    languages: frozenset[str]
    rhythm: int
    price: int
    true: dict[str, frozenset[int]]
    said: dict[str, frozenset[int]]


@dataclass(frozen=True)
class Person:
    key: int
    languages: frozenset[str]
    rhythm: int
    price: int
    likes_small: float
    true: dict[str, frozenset[int]]
    weights: dict[str, float]
    said: dict[str, frozenset[int]]
    says_rhythm: bool
    says_price: bool


@dataclass
class World:
    places: list[Place]
    people: list[Person]
    planted: bool = True
    chances: dict[tuple[int, int], float] = field(default_factory=dict)

    def stays(self, person: Person, place: Place) -> float:
        """The planted chance that they are glad to be there on day 45."""
        known = self.chances.get((person.key, place.key))
        if known is None:
            known = self.chances[person.key, place.key] = _stays(person, place, self.planted)
        return known


def make_world(seed: int, *, planted: bool = True) -> World:
    """`planted=False`: nothing that is said has anything to do with who stays."""
    rng = random.Random(seed)
    places = []
    for key in range(COMMUNITIES):
        true = {name: _some(rng, size, 1, 3) for name, (size, _care) in FACETS.items()}
        said = {name: _misheard(rng, true[name], FACETS[name][0]) for name in FACETS}
        members = max(3, int(2500 / (1 + rng.paretovariate(0.7))))
        members = rng.choice([members, rng.randint(3, SMALL - 1), rng.randint(30, 400)])
        both = rng.random() < 0.35
        languages = frozenset(LANGUAGES if both else [rng.choice(LANGUAGES)])
        places.append(
            Place(key, members, languages, rng.randrange(RHYTHMS), rng.randrange(PRICES), true,
                  said)
        )  # fmt: skip
    people = []
    for key in range(PEOPLE):
        true = {name: _some(rng, size, 1, 4) for name, (size, _care) in FACETS.items()}
        weights = {name: care * rng.lognormvariate(0, 0.5) for name, (_n, care) in FACETS.items()}
        picked = {
            "interest": _part(rng, true["interest"], 0.75), "value": _part(rng, true["value"], 0.6),
            "aesthetic": _part(rng, true["aesthetic"], 0.7),
            "status": _part(rng, true["status"], 0.15), "career": _part(rng, true["career"], 0.15),
            "personality": _part(rng, true["personality"], 0.2),
        }  # fmt: skip
        # Pictures mislead: one pick in eight says something that is not meant.
        if rng.random() < 0.5:
            picked["aesthetic"] |= {rng.randrange(FACETS["aesthetic"][0])}
        both = rng.random() < 0.25
        people.append(
            Person(
                key, frozenset(LANGUAGES if both else [rng.choice(LANGUAGES)]),
                rng.randrange(RHYTHMS), rng.randrange(PRICES), rng.gauss(0, 0.5), true, weights,
                picked, rng.random() < 0.4, rng.random() < 0.4,
            )
        )  # fmt: skip
    return World(places, people, planted)


def _some(rng: random.Random, size: int, least: int, most: int) -> frozenset[int]:
    return frozenset(rng.sample(range(size), rng.randint(least, most)))


def _part(rng: random.Random, whole: frozenset[int], share: float) -> frozenset[int]:
    return frozenset(one for one in sorted(whole) if rng.random() < share)


def _misheard(rng: random.Random, true: frozenset[int], size: int) -> frozenset[int]:
    """A profile as operators fill it in: a fifth forgotten, one in six something else."""
    kept = set(_part(rng, true, 0.8))
    if rng.random() < 1 / 6:
        kept.add(rng.randrange(size))
    return frozenset(kept)


def _stays(person: Person, place: Place, planted: bool) -> float:
    if not planted:
        return 0.1 + 0.8 * random.Random(person.key * 7919 + place.key).random()
    whole = sum(person.weights.values())
    fit = sum(
        person.weights[name] * len(person.true[name] & place.true[name]) / len(person.true[name])
        for name in FACETS
    ) / whole  # fmt: skip
    x = -2.6 + 7.0 * fit
    x -= 0.5 * abs(person.rhythm - place.rhythm) + 0.35 * abs(person.price - place.price)
    x += person.likes_small * (1 if place.members < SMALL else -0.3)
    if not person.languages & place.languages:
        x -= 4.0
    return 1 / (1 + math.exp(-x))


# Baselines: each gives the keys of SHOWN places, first place first.

type Show = Callable[[World, Person, random.Random], list[int]]


def at_random(world: World, person: Person, rng: random.Random) -> list[int]:
    return [place.key for place in rng.sample(_readable(world, person), SHOWN)]


def popularity(world: World, person: Person, rng: random.Random) -> list[int]:
    """The largest in a language one reads: what most directories do."""
    ranked = sorted(_readable(world, person), key=lambda p: (-p.members, p.key))
    return [place.key for place in ranked[:SHOWN]]


def interest_then_popularity(world: World, person: Person, rng: random.Random) -> list[int]:
    """A directory with a filter, used well: shared interests first, the largest among them."""
    wanted = person.said["interest"]
    ranked = sorted(
        _readable(world, person),
        key=lambda p: (-len(p.said["interest"] & wanted), -p.members, p.key),
    )
    return [place.key for place in ranked[:SHOWN]]


def _readable(world: World, person: Person) -> list[Place]:
    return [place for place in world.places if place.languages & person.languages]


BASELINES: dict[str, Show] = {
    "random": at_random, "popularity": popularity,
    "interest, then popularity": interest_then_popularity,
}  # fmt: skip


def ours(world: World, person: Person, rng: random.Random) -> list[int]:
    """banyan.matching.rules, told what a person said and what profiles say."""
    return _shown(world, person, rules.WEIGHTS)


def ours_flat(world: World, person: Person, rng: random.Random) -> list[int]:
    """The same with every facet alike: the world's makers also chose the weights, so that part of
    the gain might be theirs. This row has none of it."""
    return _shown(world, person, dict.fromkeys(FACETS, 1.0))


def _shown(world: World, person: Person, weights: Mapping[str, float]) -> list[int]:
    wishes = rules.Wishes(
        {name: frozenset(map(str, values)) for name, values in person.said.items()},
        person.languages,
        person.rhythm if person.says_rhythm else None,
        person.price if person.says_price else None,
    )
    found = rules.match(wishes, _told(world), turn=person.key, weights=weights)
    return [one.key for one in found.best]


def _told(world: World) -> list[rules.Place]:
    if id(world) not in _known:
        _known.clear()
        _known[id(world)] = [
            rules.Place(
                place.key,
                {name: frozenset(map(str, values)) for name, values in place.said.items()},
                place.languages, place.members, place.rhythm, place.price,
            )
            for place in world.places
        ]  # fmt: skip
    return _known[id(world)]


_known: dict[int, list[rules.Place]] = {}


@dataclass(frozen=True)
class Score:
    """For people: `stay` is the mean chance over the shown, `best` that of the best shown, `found`
    the share of people who were shown one of their ten best. For small communities: `gini` of first
    places, `small` their share of first places, `unseen` communities never shown to anybody."""

    stay: float
    best: float
    found: float
    gini: float
    small: float
    unseen: float


def judge(world: World, show: Show, seed: int) -> Score:
    rng = random.Random(seed * 31 + 7)
    by_key = {place.key: place for place in world.places}
    stay, best, found = [], [], []
    firsts: Counter[int] = Counter()
    seen: set[int] = set()
    for person in world.people:
        keys = show(world, person, rng)
        chances = [world.stays(person, by_key[key]) for key in keys]
        stay.append(statistics.fmean(chances))
        best.append(max(chances))
        ranked = sorted(world.places, key=lambda p: -world.stays(person, p))
        found.append(bool({p.key for p in ranked[:10]} & set(keys)))
        firsts[keys[0]] += 1
        seen |= set(keys)
    counts = [firsts[place.key] for place in world.places]
    small = sum(firsts[p.key] for p in world.places if p.members < SMALL) / len(world.people)
    return Score(
        statistics.fmean(stay), statistics.fmean(best), statistics.fmean(found), gini(counts),
        small, 1 - len(seen) / len(world.places),
    )  # fmt: skip


def gini(counts: list[int]) -> float:
    """0: every place as often; near 1: one has all."""
    ordered = sorted(counts)
    total, n = sum(ordered), len(ordered)
    if not total:
        return 0.0
    return sum((2 * i - n - 1) * x for i, x in enumerate(ordered, start=1)) / (n * total)


def judge_all(methods: dict[str, Show], seeds: range, *, planted: bool = True) -> dict[str, Score]:
    rows: dict[str, list[Score]] = {name: [] for name in methods}
    for seed in seeds:
        world = make_world(seed, planted=planted)
        for name, show in methods.items():
            rows[name].append(judge(world, show, seed))
    return {name: _mean(scores) for name, scores in rows.items()}


def _mean(scores: list[Score]) -> Score:
    names = ("stay", "best", "found", "gini", "small", "unseen")
    return Score(**{name: statistics.fmean(getattr(s, name) for s in scores) for name in names})


def show_table(rows: dict[str, Score], title: str) -> None:
    print(f"\n{title}")
    print(f"{'':28}{'stay':>8}{'best':>8}{'found':>8}{'gini':>8}{'small':>8}{'unseen':>8}")
    for name, s in rows.items():
        print(f"{name:28}{s.stay:8.3f}{s.best:8.3f}{s.found:8.3f}{s.gini:8.3f}{s.small:8.3f}"
              f"{s.unseen:8.3f}")  # fmt: skip


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--dev", action="store_true", help="the seeds that may be looked at")
    chosen = reader.parse_args()
    seeds = DEV_SEEDS if chosen.dev else UNSEEN_SEEDS
    methods = BASELINES | {"ours": ours, "ours, facets alike": ours_flat}
    rows = judge_all(methods, seeds)
    show_table(rows, f"planted, {len(seeds)} worlds of {PEOPLE} people and {COMMUNITIES} places")
    for name, base in rows.items():
        if name.startswith("ours"):
            continue
        for figure, better in (("stay", 1), ("best", 1), ("found", 1), ("gini", -1), ("small", 1)):
            gain = getattr(rows["ours"], figure) - getattr(base, figure)
            word = "better" if gain * better > 0 else "WORSE"
            print(f"ours against {name}: {figure} {gain:+.3f} {word}")
    nothing = judge_all(methods, seeds, planted=False)
    show_table(nothing, "nothing planted (nobody may gain by more than chance)")


if __name__ == "__main__":
    main()
