"""Tables as lines of a file: which columns, how they are written, and what of them is believed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, OuterRef, Subquery, UniqueConstraint, Value
from django.utils import timezone

from banyan.communities.models import Community, Member
from banyan.core.ids import read_id, write_id
from banyan.core.models import Picture, Thing
from banyan.core.moving import Goes, answers
from banyan.people.models import Person

_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FIRST, _LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Wrong(ValueError):
    """A line that is not believed: `code` is one of rules.PROBLEMS, `what` names the place."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(f"{code} {what}")
        self.code, self.what = code, what


@dataclass(frozen=True)
class Reference:
    """A column that names a row of another table."""

    column: str
    label: str


def text_of(value: Any, longest: int, what: str) -> str:
    if not isinstance(value, str) or len(value) > longest or _FORBIDDEN.search(value):
        raise Wrong("value", what)
    return value


def moment_of(value: Any, what: str) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError) as fault:
        raise Wrong("value", what) from fault
    if found.tzinfo is None or not _FIRST <= found <= _LAST:
        raise Wrong("value", what)
    return found.astimezone(UTC)


def number_of(value: Any, what: str, *, least: int = 1, most: int = 2**63 - 1) -> int:
    if type(value) is not int or not least <= value <= most:
        raise Wrong("value", what)
    return value


class Table:
    """One table of ours in the file."""

    def __init__(self, label: str, goes: Goes) -> None:
        self.label, self.goes = label, goes
        self.model: Any = apps.get_model(label)
        meta = self.model._meta
        self.fields = {name: meta.get_field(name) for name in goes.columns}
        self.has_oid = issubclass(self.model, Thing)
        self.is_of_community = meta.pk.is_relation  # its key is its community
        self.references = [
            Reference(name, self._named(name, field))
            for name, field in self.fields.items()
            if field.is_relation
        ]
        self.names = ["id", *(["oid"] if self.has_oid else []), *goes.columns]
        own = {*goes.columns, *goes.given, "community"}
        self.checks = [c for c in meta.constraints if isinstance(c, CheckConstraint)]
        self.uniques = [
            c for c in meta.constraints if isinstance(c, UniqueConstraint) and {*c.fields} <= own
        ]
        self.single = [f.name for f in self.fields.values() if f.unique]

    def _named(self, name: str, field: Any) -> str:
        return MEMBER if name in self.goes.persons else field.related_model._meta.label_lower

    # Out

    def batch(self, community: Community, after: int, most: int) -> list[dict[str, Any]]:
        """The next rows after a key, as they are kept."""
        rows = self.model._base_manager.filter(self.goes.where, **{self.goes.of: community})
        names = ["pk", *(["public_id"] if self.has_oid else []), *self._kept()]
        here = Member.objects.of(community).filter(number__isnull=False)
        for name in self.goes.persons:
            seat = here.filter(person=OuterRef(name)).values("pk")[:1]
            rows = rows.annotate(**{f"{name}_member": Subquery(seat)})
            rows = rows.filter(**{f"{name}_member__isnull": False})
            names[names.index(self.fields[name].attname)] = f"{name}_member"
        found = list(rows.filter(pk__gt=after).order_by("pk").values(*names)[:most])
        for name in self.goes.persons:
            for row in found:
                row[self.fields[name].attname] = row.pop(f"{name}_member")
        return found

    def _kept(self) -> list[str]:
        return [field.attname for field in self.fields.values()]

    def line(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row as it is written."""
        said: dict[str, Any] = {"id": row["pk"]}
        if self.has_oid:
            said["oid"] = write_id(row["public_id"])
        is_silent = row.get("state") in self.goes.silent if self.goes.silent else False
        for name, field in self.fields.items():
            value = row[field.attname]
            if is_silent and name in self.goes.emptied:
                value = None if field.is_relation else field.get_default()
            said[name] = plain(value)
        return said

    # In

    def read(self, said: Any) -> dict[str, Any]:
        """The values of a line, looked at one by one. Wrong when one is not what it may be."""
        if not isinstance(said, dict) or set(said) != set(self.names):
            raise Wrong("columns", self.label)
        row: dict[str, Any] = {"id": number_of(said["id"], "id")}
        if self.has_oid:
            row["oid"] = oid_of(said["oid"])
        for name, field in self.fields.items():
            row[name] = self._value(name, field, said[name])
        for name, (beside, kinds) in self.goes.kinds.items():
            if row[beside] not in kinds:
                raise Wrong("value", name)
        for name in ("published_at", "joined_at", "founded_at", "sent_at", "last_at"):
            if isinstance(row.get(name), datetime) and row[name] > timezone.now():
                raise Wrong("value", name)
        return row

    def _value(self, name: str, field: Any, value: Any) -> Any:
        if value is None:
            if not field.null:
                raise Wrong("value", name)
            return None
        if field.is_relation or name in self.goes.kinds:
            return number_of(value, name)
        found = self._plain(name, field, value)
        if field.choices and found not in (None, "") and found not in dict(field.flatchoices):
            raise Wrong("value", name)
        try:
            field.run_validators(found)
        except ValidationError as fault:
            raise Wrong("value", name) from fault
        return found

    def _plain(self, name: str, field: Any, value: Any) -> Any:
        if isinstance(field, models.JSONField):
            return self._json(name, value)
        if isinstance(field, models.DateTimeField):
            return moment_of(value, name)
        if isinstance(field, models.DateField):
            try:
                return date.fromisoformat(value)
            except (TypeError, ValueError) as fault:
                raise Wrong("value", name) from fault
        if isinstance(field, models.BooleanField):
            if type(value) is not bool:
                raise Wrong("value", name)
            return value
        if isinstance(field, models.IntegerField):
            return number_of(value, name, least=-(2**63))
        if isinstance(field, models.CharField | models.TextField):
            return self._text(name, field, value)
        raise Wrong("value", name)

    def _text(self, name: str, field: Any, value: Any) -> str:
        text = text_of(value, field.max_length or self.goes.limits[name], name)
        if text or not field.blank:
            check_word(name, text)
        cleaned = self.goes.cleaned.get(name)
        return cleaned(text) if cleaned else text

    def _json(self, name: str, value: Any) -> Any:
        for text in texts_in(value):
            if _FORBIDDEN.search(text):
                raise Wrong("value", name)
        try:
            return self.goes.shapes[name](value)
        except ValueError as fault:
            raise Wrong("value", name) from fault

    def pointed(self, row: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
        """(column, table, old key) of every row that this one names."""
        for reference in self.references:
            if row[reference.column] is not None:
                yield reference.column, reference.label, row[reference.column]
        for name, (beside, kinds) in self.goes.kinds.items():
            yield name, kinds[row[beside]], row[name]

    def made(self, row: Mapping[str, Any], keys: Mapping[tuple[str, int], int],
             community_id: int) -> Any:  # fmt: skip
        """The row of ours that a line becomes, not saved. `keys` are the new keys of old ones."""
        pointed = {column: (label, old) for column, label, old in self.pointed(row)}
        values: dict[str, Any] = {}
        for name, field in self.fields.items():
            value = row[name]
            if name in self.goes.persons and value is not None:
                value = keys[PERSON, value]
            elif name in pointed and value is not None:
                value = keys[pointed[name]]
            values[field.attname] = value
        values |= {self.model._meta.get_field(n).attname: v for n, v in self.goes.given.items()}
        values |= {name: figure(values) for name, figure in self.goes.figured.items()}
        if any(f.name == "community" for f in self.model._meta.concrete_fields):
            values["community_id"] = community_id
        return self.model(**values)

    def check(self, row: Mapping[str, Any]) -> None:
        """The rules that the table itself keeps. Wrong("rule") when one is broken."""
        if not self.checks:
            return
        same = {(label, old): old for _column, label, old in self.pointed(row)}
        same |= {(PERSON, old): old for label, old in same if label == MEMBER}
        made = self.made(row, same, 1)
        for constraint in self.checks:
            try:
                constraint.validate(self.model, made)
            except ValidationError as fault:
                raise Wrong("rule", constraint.name) from fault

    def only(self, row: Mapping[str, Any]) -> Iterator[str]:
        """What may stand once in the table, said of this row."""
        for name in self.single:
            if row[name] is not None:
                yield f"{name}={row[name]!r}"
        given = {"community": 0, **self.goes.given}
        for constraint in self.uniques:
            values = [row[n] if n in row else given[n] for n in constraint.fields]
            if any(value is None for value in values) or not self._holds(constraint, row):
                continue
            yield f"{constraint.name}={values!r}"

    def _holds(self, constraint: UniqueConstraint, row: Mapping[str, Any]) -> bool:
        if constraint.condition is None:
            return True
        said = {
            name: Value(value, output_field=self._kind(name))
            for name, value in {**row, **self.goes.given}.items()
            if name in self.fields or name in self.goes.given
        }
        return bool(constraint.condition.check(said))

    def _kind(self, name: str) -> Any:
        field = self.model._meta.get_field(name)
        return models.BigIntegerField() if field.is_relation else field


def plain(value: Any) -> Any:
    """A value of a column as JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value


def oid_of(value: Any) -> str:
    if not isinstance(value, str):
        raise Wrong("value", "oid")
    try:
        read_id(value)
    except ValueError as fault:
        raise Wrong("value", "oid") from fault
    return value


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def check_word(name: str, text: str) -> None:
    """Short codes that pages rely on: languages and zones."""
    if (name == "lang" or name.endswith("_lang")) and text and not _LANG.match(text):
        raise Wrong("value", name)
    if name == "zone" and text not in _zones():
        raise Wrong("value", name)


def texts_in(value: Any) -> Iterator[str]:
    """Every text inside a JSON value, the names of records included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


MEMBER, PICTURE = Member._meta.label_lower, Picture._meta.label_lower
PERSON = Person._meta.label_lower


@cache
def tables() -> dict[str, Table]:
    """Every table that goes by lines, each after those it names; people and pictures are before."""
    left = {label: Table(label, a) for label, a in answers.items() if isinstance(a, Goes)}
    ordered: dict[str, Table] = {}
    while left:
        free = sorted(
            label
            for label, table in left.items()
            if not {r.label for r in table.references if r.label != label} & set(left)
            and not {k for _b, kinds in table.goes.kinds.values() for k in kinds.values()}
            & set(left)
        )
        if not free:
            raise RuntimeError(f"these tables name each other in a ring: {sorted(left)}")
        for label in free:
            ordered[label] = left.pop(label)
    return ordered
