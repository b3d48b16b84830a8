"""Queries that are built and compiled once, then run with other values.

Building a queryset and turning it into SQL costs several times what SQLite needs to answer it.
For the few queries of every page:

    _by_slug = Prepared(lambda slug: Product.objects.filter(slug=slug)[:1], "slug")
    _of_many = Prepared(lambda ids: Variant.objects.filter(product__in=ids), [0])

The builder gets stand-ins of the kinds given (an int, a str, a UUID, a moment, a list of ints) and
may do with them only what leaves them as they are: comparisons, no arithmetic, no slices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesIterable,
    ValuesListIterable,
    get_related_populators,
)

_FIRST_STAND_IN = 8_070_450_532_247_928_000
_FIRST_MOMENT = datetime(1001, 1, 1, tzinfo=UTC)


class Prepared:
    """Call it with one value for each kind; it gives the rows as a list."""

    def __init__(
        self, build: Callable[..., Any], *kinds: int | str | UUID | datetime | list[int]
    ) -> None:
        self._build = build
        self._kinds = kinds
        self._plans: dict[tuple[Any, ...], _Plan] = {}

    def __call__(self, *values: Any) -> list[Any]:
        sizes = tuple(len(value) if isinstance(value, list) else -1 for value in values)
        if 0 in sizes:
            return []
        connection = connections[DEFAULT_DB_ALIAS]
        key = (connection.vendor, sizes)
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = _Plan(self._build, self._kinds, sizes)
        return plan.rows(connection, values)

    def first(self, *values: Any) -> Any:
        """The first row, or None. The builder should ask for one only."""
        rows = self(*values)
        return rows[0] if rows else None


class _Plan:
    """The SQL of one shape, where each value goes, and how rows become what the builder asked."""

    def __init__(
        self, build: Callable[..., Any], kinds: Sequence[Any], sizes: tuple[int, ...]
    ) -> None:
        stand_ins, places = _stand_ins(kinds, sizes)
        queryset = build(*stand_ins)
        assert not queryset._prefetch_related_lookups, "one query only"
        compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        self._sql, given = compiler.as_sql()
        # Adapters may wrap a number in a type of their own (psycopg's Int8): keep the type.
        self._params: list[tuple[Any, Callable[[Any], Any], Any]] = []
        for one in given:
            place = places.get(one)
            self._params.append((place, _same_kind(one, kinds[place[0]] if place else None), one))
        missing = set(places.values()) - {place for place, _, _ in self._params}
        assert not missing, f"values not found in the SQL: {missing}"
        self._compiler = compiler
        self._converters = compiler.get_converters([one[0] for one in compiler.select])
        self._shape = _SHAPES[queryset._iterable_class](queryset, compiler)

    def rows(self, connection: Any, values: Sequence[Any]) -> list[Any]:
        params = []
        for place, kind, fixed in self._params:
            if place is None:
                params.append(fixed)
                continue
            number, at = place
            value = values[number] if at is None else values[number][at]
            params.append(kind(value))
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            found = cursor.fetchall()
        if self._converters:
            found = self._compiler.apply_converters(found, self._converters)
        return [self._shape(row) for row in found]


def _as_models(queryset: Any, compiler: Any) -> Callable[[Any], Any]:
    """What ModelIterable does to a row, with all that is the same for each done once."""
    select, info = compiler.select, compiler.klass_info
    first, last = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [one[0].target.attname for one in select[first:last]]
    model, mode = info["model"], queryset._fetch_mode
    related = get_related_populators(info, select, DEFAULT_DB_ALIAS, mode)
    extra = list(compiler.annotation_col_map.items())

    def make(row: Any) -> Any:
        thing = model.from_db(DEFAULT_DB_ALIAS, names, row[first:last], fetch_mode=mode)
        for populator in related:
            populator.populate(row, thing)
        for name, at in extra:
            setattr(thing, name, row[at])
        return thing

    return make


def _as_dicts(queryset: Any, compiler: Any) -> Callable[[Any], Any]:
    names = list(queryset.query.selected)
    return lambda row: dict(zip(names, row, strict=False))


_SHAPES: dict[Any, Callable[[Any, Any], Callable[[Any], Any]]] = {
    ModelIterable: _as_models,
    ValuesIterable: _as_dicts,
    ValuesListIterable: lambda queryset, compiler: tuple,
    FlatValuesListIterable: lambda queryset, compiler: itemgetter(0),
}


def _stand_ins(
    kinds: Sequence[Any], sizes: tuple[int, ...]
) -> tuple[list[Any], dict[Any, tuple[int, int | None]]]:
    """Values that occur nowhere else, and which argument each of them stands for."""
    numbers = count(_FIRST_STAND_IN)
    made: list[Any] = []
    places: dict[Any, tuple[int, int | None]] = {}
    for number, (kind, size) in enumerate(zip(kinds, sizes, strict=True)):
        if size >= 0:
            many = [next(numbers) for _ in range(size)]
            places |= {one: (number, at) for at, one in enumerate(many)}
            made.append(many)
            continue
        one: Any = f"stand-in-{number}"
        if isinstance(kind, int):
            one = next(numbers)
        elif isinstance(kind, UUID):
            one = UUID(int=next(numbers))
            places[one.hex] = (number, None)  # how SQLite is given it
        elif isinstance(kind, datetime):
            one = _FIRST_MOMENT + timedelta(microseconds=number)
            places[_moment(one)] = (number, None)
        places[one] = (number, None)
        made.append(one)
    return made, places


def _moment(value: datetime) -> Any:
    """A moment as the database is given it."""
    return connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(value)


def _same_kind(given: Any, kind: Any) -> Callable[[Any], Any]:
    """How a value becomes what the adapter made of its stand-in."""
    if isinstance(kind, datetime):
        return _moment
    if isinstance(given, UUID):
        return lambda value: value
    if isinstance(given, str):
        return lambda value: value.hex if isinstance(value, UUID) else str(value)
    return type(given)
