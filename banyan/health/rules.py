"""What the figures are: shares with intervals, survival, concentration, groups of ties. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from banyan.culture.experiments.rules import wilson

RANGES = (30, 90, 365)
FEW = 30  # under so many people there are counts, no shares
FEW_POSTS = 10  # under so many posts there is no median
WINDOW_DAYS = 400  # how far back facts are compared and mended
SILENT_DAYS = 28  # silent for so long: no longer active
COHORT_WEEKS = 9  # weeks 0 to 8
PAGE = 30
REPLY_SECONDS = 24 * 3600
COUNTS = ("posts", "comments", "reactions", "messages", "orders", "deeds")


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True)
class Share:
    """So many of so many; a percentage with its Wilson interval only from 30 on."""

    part: int
    whole: int

    @property
    def is_told(self) -> bool:
        return self.whole >= FEW

    @property
    def percent(self) -> int:
        return round(100 * self.part / self.whole) if self.whole else 0

    @property
    def low(self) -> int:
        return round(100 * wilson(self.part, self.whole)[0]) if self.whole else 0

    @property
    def high(self) -> int:
        return round(100 * wilson(self.part, self.whole)[1]) if self.whole else 100

    @property
    def heat(self) -> int:
        """Which of six tones a table's cell has."""
        return min(5, self.percent // 15) if self.whole and self.part else 0


@dataclass(frozen=True)
class Living:
    """Of the members who joined, `share` are still active so many days on; `at_risk` were seen
    that long."""

    day: int
    share: float
    at_risk: int
    lost: int


def survival(lives: Iterable[tuple[int, bool, int]]) -> list[Living]:
    """Kaplan and Meier's estimate from (days, is gone, how many). Who is not gone is censored.

    Source: Kaplan, Meier (1958), doi 10.2307/2281868. At equal days the lost come before the
    censored.
    """
    gone: Counter[int] = Counter()
    seen: Counter[int] = Counter()
    for days, is_gone, members in lives:
        (gone if is_gone else seen)[days] += members
    at_risk = sum(gone.values()) + sum(seen.values())
    share, curve = 1.0, []
    for day in sorted({*gone, *seen}):
        if gone[day]:
            share *= 1 - gone[day] / at_risk
            curve.append(Living(day, share, at_risk, gone[day]))
        at_risk -= gone[day] + seen[day]
    return curve


def top_share(numbers: Sequence[int]) -> Share:
    """What the most active tenth (rounded up) wrote of all."""
    falling = sorted(numbers, reverse=True)
    return Share(sum(falling[: ceil(len(falling) / 10)]), sum(falling))


def gini(numbers: Sequence[int]) -> float:
    """0: all wrote the same; near 1: one wrote nearly all."""
    rising, whole = sorted(numbers), sum(numbers)
    if not whole:
        return 0.0
    n = len(rising)
    weighted = sum(place * number for place, number in enumerate(rising, start=1))
    return (2 * weighted) / (n * whole) - (n + 1) / n


type Ties = Mapping[tuple[int, int], Sequence[int]]


def circles(ties: Ties, rounds: int = 20) -> dict[int, int]:
    """Each member's group by label propagation: everybody takes the label most of their ties
    have, in the order of their ids, the smallest of equals, until nothing moves.

    `ties` counts, by pair of members, their answers and reactions in each week.
    Source: Raghavan, Albert, Kumara (2007), doi 10.1103/PhysRevE.76.036106; made deterministic.
    """
    near: dict[int, Counter[int]] = {}
    for (one, other), weeks in ties.items():
        for a, b in ((one, other), (other, one)):
            near.setdefault(a, Counter())[b] += sum(weeks)
    label = {member: member for member in near}
    for _round in range(rounds):
        is_still = True
        for member in sorted(near):
            weight: Counter[int] = Counter()
            for other, ties_between in near[member].items():
                weight[label[other]] += ties_between
            most = max(weight.values())
            if weight[label[member]] < most:
                label[member] = min(key for key, value in weight.items() if value == most)
                is_still = False
        if is_still:
            break
    first: dict[int, int] = {}
    for member in sorted(label):
        first.setdefault(label[member], member)
    return {member: first[key] for member, key in label.items()}


@dataclass(frozen=True)
class Circle:
    """A group among the ties: how many were active and what share of its ties lay inside, in
    its weakest week."""

    key: int
    members: int
    active: int
    inside_percent: int


def sub_group(ties: Ties, label: Mapping[int, int], weeks: int) -> Circle | None:
    """The most separate group besides the largest; None when there is one group or none."""
    groups = Counter(label.values())
    if len(groups) < 2:
        return None
    largest = min(groups, key=lambda key: (-groups[key], key))
    active: dict[tuple[int, int], set[int]] = {}
    inside: Counter[tuple[int, int]] = Counter()
    touching: Counter[tuple[int, int]] = Counter()
    for (one, other), counts in ties.items():
        for week, n in enumerate(counts):
            if not n:
                continue
            for key in {label[one], label[other]}:
                touching[key, week] += n
                inside[key, week] += n if label[one] == label[other] else 0
                members = {m for m in (one, other) if label[m] == key}
                active.setdefault((key, week), set()).update(members)
    found = [
        Circle(
            key, size,
            min(len(active.get((key, week), ())) for week in range(weeks)),
            min(
                round(100 * inside[key, week] / touching[key, week]) if touching[key, week] else 0
                for week in range(weeks)
            ),
        )
        for key, size in groups.items() if key != largest
    ]  # fmt: skip
    return max(found, key=lambda c: (c.active, c.inside_percent, -c.key))
