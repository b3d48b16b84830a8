from __future__ import annotations

from uuid import UUID

from django.apps import apps
from django.db import models

from banyan.communities.models import Community
from banyan.core.moving import Goes, answers
from banyan.moving.tables import tables


def test_every_table_says_whether_it_leaves_with_its_community() -> None:
    silent = [m._meta.label for m in apps.get_models() if m._meta.label_lower not in answers]
    assert not silent, f"say in their app’s moves.py whether these go or stay, and why: {silent}"
    gone = set(answers) - {m._meta.label_lower for m in apps.get_models()}
    assert not gone, f"there are no such tables any more: {gone}"


def test_whatever_stays_has_a_reason() -> None:
    for label, answer in answers.items():
        if not isinstance(answer, Goes):
            said = getattr(answer, "because", "") or getattr(answer, "how", "")
            assert len(said) > 10, label


def test_every_column_that_goes_can_be_looked_at_and_every_other_one_has_a_value() -> None:
    """A column that is left out is empty, has a default, or is given."""
    wrong = []
    for label, table in tables().items():
        goes = table.goes
        for name, field in table.fields.items():
            if isinstance(field, models.JSONField) and name not in goes.shapes:
                wrong.append(f"{label}.{name}: give it a shape")
            if type(field) is models.TextField and name not in goes.limits:
                wrong.append(f"{label}.{name}: give it a limit")
        said = {*goes.columns, *goes.given, *goes.figured, "community", "public_id"}
        for field in table.model._meta.concrete_fields:
            is_key = field.primary_key and not field.is_relation
            if field.name in said or is_key or field.null or field.has_default():
                continue
            if not field.blank:
                wrong.append(f"{label}.{field.name}: nothing is said of it")
    assert not wrong, "\n".join(wrong)


def test_a_row_is_written_after_the_rows_it_names() -> None:
    seen = {"communities.member", "core.picture"}
    for label, table in tables().items():
        for reference in table.references:
            assert reference.label in seen | {label}, f"{label}.{reference.column}"
        seen.add(label)


def test_no_table_of_people_or_secrets_goes() -> None:
    for label in ("people.person", "people.tag", "sessions.session", "chat.seat",
                  "chat.block", "content.follow", "content.ballot", "culture.ballot",
                  "mfa.authenticator", "account.emailaddress", "payments.payment"):  # fmt: skip
        assert not isinstance(answers[label], Goes)
    assert Community._meta.label_lower in answers


def test_what_leaves_empty_is_taken_in_elsewhere() -> None:
    """The words of a deleted post do not leave; what stands in their place must be readable."""
    emptied = [(table, name) for table in tables().values() for name in table.goes.emptied]
    assert len(emptied) > 5
    for table, name in emptied:
        values = {field.attname: field.get_default() for field in table.fields.values()}
        row = {"pk": 1, "public_id": UUID(int=1), **values, "state": table.goes.silent[0]}
        table._value(name, table.fields[name], table.line(row)[name])
