"""Queries compiled once give what plain ones give, whatever the values."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banyan.communities.models import Community, Member
from banyan.core.db.prepared import Prepared
from banyan.people.models import Person

pytestmark = pytest.mark.django_db


def _everything(thing: Any) -> dict[str, Any]:
    return {field.attname: getattr(thing, field.attname) for field in thing._meta.concrete_fields}


def test_rows_are_those_of_the_plain_query(cast: Any, kiln: Any) -> None:
    def build(slug: Any, person: Any) -> Any:
        return Member.objects.filter(community__slug=slug, person_id=person).select_related(
            "community__cover"
        )

    prepared = Prepared(build, "", 0)
    for slug, person in (("kiln", cast.mei), ("kiln", cast.rafe), ("four", cast.mei)):
        for _ in range(2):  # compiled now, then used again
            with CaptureQueriesContext(connection) as asked:
                found = prepared(slug, person.pk)
            plain = list(build(slug, person.pk))
            assert len(asked) == 1
            assert [_everything(m) for m in found] == [_everything(m) for m in plain]
            for one in found:
                assert _everything(one.community) == _everything(plain[0].community)
                assert one.community.cover is None  # known, not asked for again
                assert not one._state.adding and one._state.db == "default"


def test_lists_of_any_length_and_every_kind_of_row(cast: Any) -> None:
    people = [cast.mei.pk, cast.jonas.pk, cast.lan.pk]

    def build(ids: Any) -> Any:
        return Person.objects.filter(pk__in=ids).order_by("pk")

    for shaped in (
        lambda rows: rows,
        lambda rows: rows.values("pk", "public_id", "name", "joined_at"),
        lambda rows: rows.values_list("name", "public_id"),
        lambda rows: rows.values_list("name", flat=True),
    ):
        prepared = Prepared(lambda ids, shaped=shaped: shaped(build(ids)), [0])
        for some in (people, people[:1], people[1:]):
            assert prepared(some) == list(shaped(build(some)))
        assert prepared([]) == []


def test_public_ids_are_values_too(cast: Any) -> None:
    prepared = Prepared(lambda id: Person.objects.filter(public_id=id), UUID(int=0))
    assert prepared.first(cast.lan.public_id) == cast.lan
    assert prepared.first(UUID(int=7)) is None


def test_a_value_is_never_read_as_sql(cast: Any, kiln: Any) -> None:
    prepared = Prepared(lambda slug: Community.objects.filter(slug=slug), "")
    assert prepared("kiln")
    assert prepared("kiln' OR '1'='1") == []
    assert prepared.first("%s") is None


def test_a_value_that_would_be_lost_is_refused(db: Any) -> None:
    prepared = Prepared(lambda pk: Person.objects.all(), 0)
    with pytest.raises(AssertionError, match="not found in the SQL"):
        prepared(1)


def test_moments_are_compared_as_moments(cast: Any) -> None:
    def build(since: Any, until: Any) -> Any:
        return Person.objects.filter(joined_at__gt=since, joined_at__lte=until).order_by("pk")

    prepared = Prepared(build, datetime.max, datetime.max)
    joined = cast.jonas.joined_at
    day = timedelta(days=1)
    for since, until in ((joined - day, joined + day), (joined, joined + day), (joined, joined)):
        assert prepared(since, until) == list(build(since, until))
    assert cast.jonas in prepared(joined - day, joined)
