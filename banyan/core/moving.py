"""Each model's answer to: does it leave with its community, and how does it come in elsewhere?

An app answers for its tables in `moves.py` (found by banyan.moving). A model without an answer
fails a test, as one without a privacy answer does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

# Looks at a JSON value from a file, and gives it back or raises ValueError.
Shape = Callable[[Any], Any]


@dataclass(frozen=True)
class Goes:
    """Rows of a community leave as one JSON line each, with the columns named here.

    `of`: the lookup from a row to its community. `where`: which rows. `shapes`: what a JSON column
    may hold. `limits`: the longest text of a column that has no limit of its own. `cleaned`: what a
    text is put through on its way in. `given`: columns that are set whatever a file says.
    `emptied`: columns that leave empty when the row's state is one of `silent`. `kinds`: a column
    that names a row of the table which another column says, {"object_id": ("kind", {"post": …})}.
    `figured`: columns worked out from the others on the way in, instead of being believed.
    `persons`: columns that name a person leave as that person's membership here; a row of somebody
    who was never in does not go. `numbered` is given a batch of new rows before they are saved.
    `replaces`: what the founding made of this table gives way to the first row that comes in.
    """

    columns: tuple[str, ...]
    of: str = "community"
    where: Q = field(default_factory=Q)
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    cleaned: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    emptied: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    kinds: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    figured: Mapping[str, Callable[[dict[str, Any]], Any]] = field(default_factory=dict)
    persons: tuple[str, ...] = ()
    numbered: Callable[[Sequence[Any]], None] | None = None
    replaces: bool = False


@dataclass(frozen=True)
class Book:
    """Rows that leave as a table for the owner's own records, and come in nowhere."""

    of: str
    columns: tuple[str, ...]
    because: str


@dataclass(frozen=True)
class Stays:
    because: str


@dataclass(frozen=True)
class Apart:
    """Goes in a way of its own, which banyan.moving knows."""

    how: str


type Answer = Goes | Book | Stays | Apart

answers: dict[str, Answer] = {}


def goes(label: str, *columns: str, **more: Any) -> None:
    answers[label.lower()] = Goes(columns, **more)


def book(label: str, *columns: str, of: str, because: str) -> None:
    answers[label.lower()] = Book(of, columns, because)


def stays(because: str, *labels: str) -> None:
    for label in labels:
        answers[label.lower()] = Stays(because)


def apart(how: str, *labels: str) -> None:
    for label in labels:
        answers[label.lower()] = Apart(how)


# Shapes of JSON columns


def texts(most: int, longest: int) -> Shape:
    """A list of so many texts."""

    def look(value: Any) -> Any:
        if not isinstance(value, list) or len(value) > most:
            raise ValueError("not a list of texts")
        for one in value:
            if not isinstance(one, str) or len(one) > longest:
                raise ValueError("not a list of texts")
        return value

    return look


def rows_of(most: int, longest: int, width: int) -> Shape:
    """A list of lists of `width` texts."""
    inner = texts(width, longest)

    def look(value: Any) -> Any:
        if not isinstance(value, list) or len(value) > most:
            raise ValueError("not a list of rows")
        for one in value:
            if len(inner(one)) != width:
                raise ValueError("not a list of rows")
        return value

    return look


def record(most: int, longest: int) -> Shape:
    """Names with a text, a whole number or a yes or no each."""

    def look(value: Any) -> Any:
        if not isinstance(value, dict) or len(value) > most:
            raise ValueError("not a record")
        for name, one in value.items():
            if len(name) > 200 or not isinstance(one, str | int):
                raise ValueError("not a record")
            if len(str(one)) > longest:
                raise ValueError("not a record")
        return value

    return look


def records(most: int, longest: int) -> Shape:
    inner = record(20, longest)

    def look(value: Any) -> Any:
        if not isinstance(value, list) or len(value) > most:
            raise ValueError("not a list of records")
        for one in value:
            inner(one)
        return value

    return look
