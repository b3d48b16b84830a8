"""Choosing who speaks: members of a place, by how much they say, at a moment, in a language."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from random import Random

from .shapes import JoinPlan, PersonPlan


@dataclass
class Seat:
    person: PersonPlan
    at: datetime
    until: datetime | None


class Crowd:
    def __init__(self, people: list[PersonPlan], joins: list[JoinPlan]):
        self.people = {p.key: p for p in people}
        self.seats: dict[str, list[Seat]] = {}
        for join in joins:
            if join.outcome == "joined":
                person = self.people[join.person]
                ends = [t for t in (join.left_at, person.quiet_from) if t]
                seat = Seat(person, join.at, min(ends) if ends else None)
                self.seats.setdefault(join.community, []).append(seat)
        self._where = {(s.person.key, c): s for c, some in self.seats.items() for s in some}

    def here(self, key: str, community: str, at: datetime) -> bool:
        seat = self._where.get((key, community))
        return seat is not None and seat.at < at and (seat.until is None or at < seat.until)

    def members(self, community: str) -> list[Seat]:
        return self.seats[community]

    def writers(
        self, community: str, lang: str, at: datetime, *, without: Collection[str] = (),
        among: Collection[str] | None = None, quieter: Collection[str] = (),
    ) -> tuple[list[str], list[float]]:  # fmt: skip
        """Who could write now, and how likely each is; mother tongue first."""
        keys, weights = [], []
        for seat in self.seats[community]:
            person = seat.person
            if (
                lang not in person.writes
                or seat.at >= at
                or (seat.until is not None and at >= seat.until)
                or person.key in without
                or (among is not None and person.key not in among)
            ):
                continue
            weight = max(person.activity, 0.6) if among is not None else person.activity
            weight *= 1.0 if person.lang == lang else 0.25
            weight *= 0.12 if person.key in quieter else 1.0
            if weight:
                keys.append(person.key)
                weights.append(weight)
        return keys, weights

    def writer(self, rng: Random, community: str, lang: str, at: datetime, **choice: object) -> str:
        """Somebody who could write now; "" when nobody can."""
        keys, weights = self.writers(community, lang, at, **choice)  # type: ignore[arg-type]
        return rng.choices(keys, weights)[0] if keys else ""


class Readers:
    """Draws who likes a thing, without repeating anybody."""

    def __init__(self, crowd: Crowd, community: str):
        self.seats = [s for s in crowd.members(community) if s.person.reads]
        self.upto = list(accumulate(s.person.reads for s in self.seats))

    def draw(self, rng: Random, count: int, at: datetime, without: Collection[str]) -> list[Seat]:
        found: dict[str, Seat] = {}
        for _ in range(count * 3):
            if len(found) >= count:
                break
            seat = self.seats[bisect(self.upto, rng.random() * self.upto[-1])]
            if seat.person.key in without or seat.at >= at:
                continue
            if seat.until is not None and at >= seat.until:
                continue
            found[seat.person.key] = seat
        return list(found.values())
