"""What is taken off a basket, and why: orders ask, the module above that knows the rules answers.

A basket is worked out afresh on every page and once more when it is ordered; what was taken off
then stands on the lines of the order. An order that nothing was taken off asks nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """What one rule takes off: `parts` are minor units, one for each row of the basket."""

    rule_id: int
    kind: str
    name: str
    lang: str
    parts: tuple[int, ...]

    @property
    def minor(self) -> int:
        return sum(self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A rule that takes nothing off this basket, and the reason in words."""

    name: str
    lang: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """`fault` is why the code that was entered takes nothing off; "" when it does, or none was."""

    taken: tuple[Reduction, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    code: str = ""
    fault: str = ""

    @property
    def minor(self) -> int:
        return sum(one.minor for one in self.taken)

    def parts(self, count: int) -> list[int]:
        """What is taken off each of `count` rows, by all rules together."""
        if not self.taken:
            return [0] * count
        return [sum(one) for one in zip(*(r.parts for r in self.taken), strict=True)]


NOTHING = Lowered()


@dataclass(frozen=True, kw_only=True)
class Source:
    """`work_out(counted, code, email, now)`: what a basket costs less.

    The others run in the transaction of the order, which is theirs: `hold` (it was placed, keep
    what `Lowered` promised or refuse), `accept` (its payment came after its time: whether what it
    was promised is still to be had), `paid`, `given_up` (unpaid and let go, or paid back whole).
    """

    work_out: Callable[[Any, str, str, datetime], Lowered]
    hold: Callable[[Any, Lowered, datetime], None]
    accept: Callable[[Any, datetime], bool]
    paid: Callable[[Any, datetime], None]
    given_up: Callable[[Any, datetime], None]


_sources: list[Source] = []


def register(source: Source) -> None:
    _sources[:] = [source]


def work_out(counted: Any, *, code: str, email: str, now: datetime) -> Lowered:
    for source in _sources:
        return source.work_out(counted, code, email, now)
    return NOTHING


def hold(order: Any, lowered: Lowered, *, now: datetime) -> None:
    for source in _sources if lowered.taken else ():
        source.hold(order, lowered, now)


def accept(order: Any, *, now: datetime) -> bool:
    return all(source.accept(order, now) for source in _sources if order.off_minor)


def paid(order: Any, *, now: datetime) -> None:
    for source in _sources if order.off_minor else ():
        source.paid(order, now)


def given_up(order: Any, *, now: datetime) -> None:
    for source in _sources if order.off_minor else ():
        source.given_up(order, now)
