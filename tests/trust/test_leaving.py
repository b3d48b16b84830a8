"""TRUST 22: export is complete, erasure leaves a nameless tombstone; every table has an answer."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from banyan.core.privacy import answer_of
from banyan.people import kept, privacy
from banyan.people.models import Person
from tests.trust.rows import Rows, a_picture

MARKS = {
    "name": "Quillwort Zzyzx",
    "email": "quillwort.zzyzx@example.org",
    "file": "pictures/2026/11/quillwort.jpg",
}


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda m: m._meta.label_lower)
def test_every_table_says_what_is_exported_erased_and_kept(model):
    answer = answer_of(model)
    assert answer is not None, "give the model `privacy = Privacy(...)` (core/privacy.py)"
    assert answer.keeps
    if answer.person and answer.person != "self":
        privacy._last_field(model, answer.person)
    names = {field.name for field in model._meta.get_fields()} | {
        field.attname for field in model._meta.concrete_fields
    }
    for name in privacy.exported_fields(model, answer):
        assert name in names or hasattr(model, name), f"{name} is no field"
    assert set(answer.blanks) <= names
    assert bool(answer.blanks) == (answer.on_erase == "blank")
    if answer.person:
        assert kept.name_of(model)


@pytest.fixture
def everywhere(kiln, new_person, now):
    """A person with a row in every table that can be about one."""
    person = new_person(MARKS["name"], email=MARKS["email"])
    default_storage.save(MARKS["file"], ContentFile(a_picture()))
    rows = Rows(person=person, community=kiln, now=now, marks=MARKS)
    about = [model for model, answer in privacy.answers() if answer.person]
    for model in about:
        rows.one(model)
    # Whoever waits for a parcel is refused (orders.actions.erasing); this one has come.
    apps.get_model("orders", "Order").objects.update(state="completed")
    return person, about


def cells():
    """Every table, column and value of the database as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = [
                c.name for c in connection.introspection.get_table_description(cursor, table)
            ]
            text = 'CAST("{0}" AS TEXT)'
            if connection.vendor == "sqlite":  # files kept in a row are read as they are
                text = f'CASE typeof("{{0}}") WHEN \'blob\' THEN "{{0}}" ELSE {text} END'
            quoted = ", ".join(text.format(name) for name in columns)
            cursor.execute(f'SELECT {quoted} FROM "{table}"')
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    if isinstance(value, bytes):
                        value = value.decode("utf-8", "replace")
                    yield table, column, value or ""


def where_is(mark: str) -> set[str]:
    return {f"{t}.{c}" for t, c, value in cells() if mark.lower() in value.lower()}


@pytest.mark.trust
def test_all_exported_fields_of_every_table_are_in_the_zip(everywhere):
    person, about = everywhere
    out = io.BytesIO()
    privacy.write_zip(person, out)
    archive = zipfile.ZipFile(out)
    fields = 0
    for model in about:
        answer = answer_of(model)
        expected = privacy.exported_fields(model, answer)
        if not expected:
            continue
        (first, *_) = json.loads(archive.read(f"data/{model._meta.label_lower}.json"))
        row = privacy.rows_of(model, answer, person).order_by("pk").first()
        for name in expected:
            assert name in first, f"{model._meta.label_lower}.{name}"
            plain = json.loads(json.dumps(privacy._plain(getattr(row, name)), cls=privacy._Encoder))
            assert first[name] == plain
            fields += 1
    assert archive.read(f"files/{MARKS['file']}") == a_picture()
    print(f"TRUST 22: {fields} fields of {len(about)} tables in the zip")


@pytest.mark.trust
def test_after_erasure_only_a_nameless_tombstone_remains(
    everywhere, now, django_capture_on_commit_callbacks
):
    person, about = everywhere
    pseudonym = person.pseudonym
    assert where_is(MARKS["email"])  # the search finds what is there
    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(person=person, now=now)
    assert where_is(MARKS["email"]) == set()
    assert where_is(MARKS["name"]) == set()
    left = where_is(pseudonym.hex) | where_is(str(pseudonym))
    may_stay = set()
    for model, answer in privacy.answers():
        if answer.on_erase == "keep":
            may_stay |= {f"{model._meta.db_table}.{f.column}" for f in model._meta.concrete_fields}
        elif answer.on_erase == "blank" and answer.person and "__" not in answer.person:
            # The pseudonym names nobody any more: the person's row has lost it.
            may_stay.add(f"{model._meta.db_table}.{answer.person}")
    # Who decided stays beside what was decided, as the same nameless number.
    may_stay |= {
        "communities_entrystep.by",
        "guard_standingchange.by",
        "moderation_appeal.answered_by",
        "sharing_payout.payee",
    }
    assert left <= may_stay, left - may_stay
    for model in about:
        answer = answer_of(model)
        if answer.on_erase == "delete":
            assert not privacy.rows_of(model, answer, person).exists(), model
    tombstone = Person.objects.get(pk=person.pk)
    assert (tombstone.email, tombstone.name, tombstone.pseudonym) == (None, "", None)
    assert not tombstone.is_active
    assert not tombstone.has_usable_password()
    assert not default_storage.exists(MARKS["file"])
    print(f"TRUST 22: {len(about)} tables, every cell walked, 0 names left")
