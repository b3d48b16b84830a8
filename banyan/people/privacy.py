"""What is kept about a person, all of it in one file, and none of it: read from each table's own
answer (core.privacy), so that a new table takes part by answering."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from django.apps import apps
from django.core.files.storage import storages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from banyan.core.events import announce
from banyan.core.models import Attempt, Picture
from banyan.core.pictures import drop_picture
from banyan.core.privacy import Privacy, answer_of
from banyan.core.refusals import WrongMoment

from . import kept
from .events import PersonErased
from .models import Export, Person


def answers() -> Iterator[tuple[type[models.Model], Privacy]]:
    """Every table with its answer, in the order the apps stand."""
    for model in apps.get_models():
        answer = answer_of(model)
        if answer is not None:
            yield model, answer


def rows_of(model: Any, answer: Privacy, person: Person) -> Any:
    """The rows of a table that are about a person; none when it is about nobody."""
    manager = model._base_manager
    if answer.person is None:
        return manager.none()
    if answer.person == "self":
        return manager.filter(pk=person.pk)
    if isinstance(_last_field(model, answer.person), models.UUIDField):
        if person.pseudonym is None:
            return manager.none()
        return manager.filter(**{answer.person: person.pseudonym})
    return manager.filter(**{answer.person: person})


def _last_field(model: Any, path: str) -> models.Field[Any, Any]:
    field: Any = None
    for part in path.split("__"):
        field = model._meta.get_field(part)
        model = field.related_model or model
    return field


@dataclass(frozen=True)
class Kept:
    """One table's part in what is known of a person."""

    label: str
    name: str
    rows: int
    fields: list[str]
    on_erase: str
    keeps: str


def kept_about(person: Person) -> list[Kept]:
    """What stands where, tables without a row left out. One count a table."""
    found = []
    for model, answer in answers():
        number = rows_of(model, answer, person).count() if answer.person else 0
        if number:
            found.append(
                Kept(
                    label=model._meta.label_lower,
                    name=kept.name_of(model),
                    rows=number,
                    fields=exported_fields(model, answer),
                    on_erase=answer.on_erase,
                    keeps=answer.keeps,
                )
            )
    return found


def exported_fields(model: Any, answer: Privacy) -> list[str]:
    if answer.exports == "none":
        return []
    if answer.exports == "all":
        return [field.attname for field in model._meta.concrete_fields]
    return list(answer.exports)


def exported(model: Any, answer: Privacy, person: Person) -> Iterator[dict[str, Any]]:
    """The rows as they go into the file."""
    names = exported_fields(model, answer)
    if names and answer.person:
        for row in rows_of(model, answer, person).order_by("pk").iterator(chunk_size=500):
            yield {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, models.fields.files.FieldFile):
        return value.name or ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


README = """\
Everything Banyan keeps about you. One JSON file a table in data/, your files in files/.

Banyan 所存的有关你的一切：data/ 里每张表一个 JSON 文件，files/ 里是你的文件。
"""


def write_zip(person: Person, out: IO[bytes]) -> None:
    """All data of a person: data/<table>.json and the files they gave."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        for model, answer in answers():
            rows = list(exported(model, answer, person))
            if not rows:
                continue
            text = json.dumps(rows, cls=_Encoder, ensure_ascii=False, indent=1)
            archive.writestr(f"data/{model._meta.label_lower}.json", text)
            for field in model._meta.concrete_fields:
                if isinstance(field, models.FileField) and field.attname in rows[0]:
                    _add_files(archive, field.storage, [row[field.attname] for row in rows])


class _Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        try:
            return super().default(o)
        except TypeError:
            return str(o)


def _add_files(archive: zipfile.ZipFile, storage: Any, names: list[str]) -> None:
    for name in filter(None, names):
        if storage.exists(name):
            with storage.open(name, "rb") as file, archive.open(f"files/{name}", "w") as into:
                for chunk in file.chunks():
                    into.write(chunk)


@transaction.atomic
def erase(*, person: Person, now: datetime) -> None:
    """Take a person out: each table's rows by its own answer, the profile down to a tombstone.

    Whoever must not go yet (the only owner of a community, a buyer whose parcel is not sent) is
    refused by a listener of PersonErased, and nothing is changed. WrongMoment when already erased.
    """
    # Takes the row, so that the second of two sees the tombstone.
    if not Person.objects.here().filter(pk=person.pk).update(theme="system"):
        raise WrongMoment
    announce(PersonErased(community_id=None, object_id=person.pk, now=now))
    files: list[tuple[Any, str]] = []
    sessions = _session_keys(person)
    # From the roof down, so that what leans on a row is gone before it.
    for model, answer in reversed(list(answers())):
        if answer.person and model is not Person:
            files += _erase_rows(model, answer, person)
    Attempt.objects.filter(scope=f"person:{person.pk}").delete()
    _make_tombstone(person, now)
    transaction.on_commit(lambda: _finish(files, sessions))


def _erase_rows(model: Any, answer: Privacy, person: Person) -> list[tuple[Any, str]]:
    """Delete, blank or keep; gives the files to be deleted once all is committed."""
    rows = rows_of(model, answer, person)
    if answer.on_erase == "keep":
        return []
    if answer.on_erase == "blank":
        fields = {name: _blank(model._meta.get_field(name)) for name in answer.blanks}
        # A blanked column may be the very one the rows are found by: ids first.
        ids = list(rows.values_list("pk", flat=True))
        model._base_manager.filter(pk__in=ids).update(**fields)
        return []
    if model is Picture:
        for picture in rows:
            drop_picture(picture)
        return []
    files = [
        (field.storage, name)
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField)
        for name in rows.values_list(field.attname, flat=True)
        if name
    ]
    if model is Export:
        files += [(storages["private"], export.file_name) for export in rows]
    rows.delete()
    return files


def _blank(field: models.Field[Any, Any]) -> Any:
    if field.null:
        return None
    if field.has_default():
        return field.get_default()
    return "" if field.empty_strings_allowed else 0


def _session_keys(person: Person) -> list[str]:
    from allauth.usersessions.models import UserSession

    return list(UserSession.objects.filter(user=person).values_list("session_key", flat=True))


def _make_tombstone(person: Person, now: datetime) -> None:
    person.set_unusable_password()
    blank = {
        "email": None, "name": "", "bio": "", "lang": "", "picture": None, "language": "",
        "theme": "system", "zone": "", "region": "", "age_band": "", "pseudonym": None,
        "last_login": None, "is_active": False, "is_host": False, "erased_at": now,
        "password": person.password,
    }  # fmt: skip
    Person.objects.filter(pk=person.pk).update(**blank)
    for name, value in blank.items():
        setattr(person, name, value)


def _finish(files: list[tuple[Any, str]], sessions: list[str]) -> None:
    """What no transaction can take back: files and open sessions go when the rows are gone."""
    from importlib import import_module

    from django.conf import settings

    for storage, name in files:
        storage.delete(name)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for key in sessions:
        store.delete(key)
