"""Halves by lot, and what a difference between them is worth. Pure.

The lot is a stable hash of the member's pseudonym and the experiment's key: the same member is
always on the same side, and sides of two experiments have nothing to do with each other. The
interval is Newcombe's (1998, method 10): the difference of two proportions from their two Wilson
intervals. docs/evidence.md
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

RUNNING, ENDED = "running", "ended"
MOVES = {RUNNING: (ENDED,)}
STATES = [(RUNNING, _("Running")), (ENDED, _("Over"))]
STAGGERED, RANDOMISED = "staggered", "randomised"
MODES = [
    (STAGGERED, _("One half sees it first, the other later")),
    (RANDOMISED, _("One half sees it, the other does not")),
]
ACTIVE, WROTE, BOUGHT = "active", "wrote", "bought"
OUTCOMES = [
    (WROTE, _("Wrote a post or a comment")),
    (ACTIVE, _("Did anything at all here")),
    (BOUGHT, _("Placed an order")),
]
FIRST, SECOND = "first", "second"
FEWEST = 30  # members on each side
FEWEST_EVENTS = 5  # who did it, on both sides together, and who did not
Z = 1.959964  # 95 %
SHORTEST_DAYS, LONGEST_DAYS = 3, 90

TOO_FEW, NOTHING, MORE, FEWER = "too-few", "nothing", "more", "fewer"


def chance(pseudonym: UUID, key: str) -> float:
    """A number from 0 up to 1 that only these two decide."""
    digest = hashlib.sha256(f"{key}:{pseudonym.hex}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def side(pseudonym: UUID, key: str) -> str:
    return FIRST if chance(pseudonym, key) < 0.5 else SECOND


@dataclass(frozen=True)
class Side:
    """How many were on a side, and how many of them did it."""

    members: int
    did: int

    @property
    def share(self) -> float:
        return self.did / self.members if self.members else 0.0


@dataclass(frozen=True)
class Difference:
    """First minus second side, as shares, with its 95 % interval; None below the floor."""

    verdict: str
    first: Side
    second: Side
    by: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def by_points(self) -> float | None:
        return None if self.by is None else 100 * self.by

    @property
    def low_points(self) -> float | None:
        return None if self.low is None else 100 * self.low

    @property
    def high_points(self) -> float | None:
        return None if self.high is None else 100 * self.high

    @property
    def sentence(self) -> object:
        return _SENTENCES[self.verdict]


_SENTENCES = {
    TOO_FEW: _("Not enough data: a difference between so few people would be chance."),
    NOTHING: _("No difference found. There may be a small one that so few people cannot show."),
    MORE: _("Those who saw it did it more often. Chance alone would look like this 1 time in 20."),
    FEWER: _("Those who saw it did it less often. Chance alone would look like this 1 time in 20."),
}


def wilson(did: int, members: int, z: float = Z) -> tuple[float, float]:
    """The 95 % interval of a share."""
    share, zz = did / members, z * z
    middle = (share + zz / (2 * members)) / (1 + zz / members)
    half = (
        z
        / (1 + zz / members)
        * math.sqrt(share * (1 - share) / members + zz / (4 * members * members))
    )
    return max(0.0, middle - half), min(1.0, middle + half)


def difference(first: Side, second: Side) -> Difference:
    did = first.did + second.did
    not_did = first.members + second.members - did
    if min(first.members, second.members) < FEWEST or min(did, not_did) < FEWEST_EVENTS:
        return Difference(TOO_FEW, first, second)
    low1, high1 = wilson(first.did, first.members)
    low2, high2 = wilson(second.did, second.members)
    by = first.share - second.share
    low = by - math.hypot(first.share - low1, high2 - second.share)
    high = by + math.hypot(high1 - first.share, second.share - low2)
    verdict = MORE if low > 0 else FEWER if high < 0 else NOTHING
    return Difference(verdict, first, second, by, low, high)
