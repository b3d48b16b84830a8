"""INSERTs that are compiled once for each model and set of columns, then run with other values.

To build and compile one costs Django several times what the database needs to write the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery

_compiled: dict[tuple[Any, ...], str | None] = {}


class Inserts(models.Model):
    """A model whose new rows are written by compiled INSERTs, one at a time.

    Whatever is not plain (an expression as a value, a column that the database fills) is left to
    Django; so are bulk_create and every UPDATE.
    """

    class Meta:
        abstract = True

    def _do_insert(
        self,
        manager: Any,
        using: str,
        fields: Sequence[Any],
        returning_fields: Sequence[Any],
        raw: bool,
    ) -> Any:
        only_key = [field.attname for field in returning_fields] == [self._meta.pk.attname]
        if not raw and (only_key or not returning_fields):
            done = _insert(self, connections[using], fields, returning_fields)
            if done is not None:
                return done
        return super()._do_insert(manager, using, fields, returning_fields, raw)  # type: ignore[misc]


def insert_if_new(thing: models.Model) -> None:
    """Write one row, unless a unique column of it is taken. Its key is not learned."""
    fields = [field for field in thing._meta.local_concrete_fields if not field.primary_key]
    done = _insert(thing, connections[DEFAULT_DB_ALIAS], fields, (), OnConflict.IGNORE)
    if done is None:
        type(thing)._base_manager.bulk_create([thing], ignore_conflicts=True)


def _insert(
    thing: Any,
    connection: Any,
    fields: Sequence[Any],
    returning: Sequence[Any],
    on_conflict: OnConflict | None = None,
) -> list[Any] | None:
    """What the database gives back, as rows; None when this is not for a compiled INSERT."""
    given = [field.pre_save(thing, add=True) for field in fields]
    if any(hasattr(value, "resolve_expression") for value in given):
        return None
    names = tuple(field.attname for field in fields)
    key = (type(thing), connection.vendor, bool(returning), on_conflict, names)
    if key not in _compiled:
        _compiled[key] = _sql(thing, connection, fields, returning, on_conflict)
    sql = _compiled[key]
    if sql is None:
        return None
    params = [
        field.get_db_prep_save(value, connection)
        for field, value in zip(fields, given, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [cursor.fetchone()] if returning else []


def _sql(
    thing: Any,
    connection: Any,
    fields: Sequence[Any],
    returning: Sequence[Any],
    on_conflict: OnConflict | None,
) -> str | None:
    """What Django would send for a row of these columns; None when it is not one plain row."""
    if returning and not connection.features.can_return_columns_from_insert:
        return None
    if returning and returning[0].get_db_converters(connection):
        return None
    query = InsertQuery(type(thing), on_conflict=on_conflict)
    query.insert_values(fields, [thing], raw=True)
    compiler = query.get_compiler(connection=connection)
    compiler.returning_fields = list(returning)
    (sql, params), *more = compiler.as_sql()
    if more or len(params) != len(fields) or sql.count("%s") != len(fields):
        return None
    return str(sql)
