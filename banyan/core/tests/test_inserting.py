"""A compiled INSERT writes what Django's own would, and fails as that does."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from banyan.core.db import inserting
from banyan.core.jobs import queue
from banyan.core.jobs.models import Job
from banyan.core.models import Attempt

pytestmark = pytest.mark.django_db


def _values(thing: Any) -> dict[str, Any]:
    return {field.attname: getattr(thing, field.attname) for field in thing._meta.concrete_fields}


def _attempt(now: Any, **more: Any) -> Attempt:
    return Attempt(
        scope="person:1", fingerprint="f", at=now, headers={"Location": "/杯"}, body=b"\0%s", **more
    )


def test_a_row_is_written_as_it_was_meant_whatever_it_holds(now: Any) -> None:
    for key, status in (("one", None), ("two", 302), ("100 %s", 200)):
        made = _attempt(now, key=key, status=status)
        with CaptureQueriesContext(connection) as asked:
            made.save(force_insert=True)
        assert len([one for one in asked if one["sql"].startswith("INSERT")]) == 1
        read = Attempt.objects.get(pk=made.pk)
        assert {**_values(read), "body": bytes(read.body)} == _values(made)
    assert Attempt.objects.count() == 3


def test_the_same_sql_as_djangos_own(now: Any, monkeypatch: Any) -> None:
    def sent(made: Attempt) -> str:
        with CaptureQueriesContext(connection) as asked:
            made.save(force_insert=True)
        return next(one["sql"] for one in asked if one["sql"].startswith("INSERT"))

    ours = sent(_attempt(now, key="same"))
    Attempt.objects.all().delete()
    monkeypatch.setattr(inserting, "_insert", lambda *_: None)
    assert sent(_attempt(now, key="same")) == ours


def test_what_is_taken_is_refused_and_the_transaction_goes_on(now: Any) -> None:
    _attempt(now, key="one").save()
    with pytest.raises(IntegrityError), transaction.atomic():
        _attempt(now, key="one").save(force_insert=True)
    assert Attempt.objects.count() == 1


def test_a_value_that_the_database_finds_is_left_to_django(now: Any) -> None:
    made = _attempt(now, key=models.functions.Upper(models.Value("loud")))
    made.save(force_insert=True)
    assert Attempt.objects.get(pk=made.pk).key == "LOUD"


def test_a_row_with_its_own_key_keeps_it(now: Any) -> None:
    _attempt(now, pk=4711, key="one").save(force_insert=True)
    assert Attempt.objects.get().pk == 4711


def test_a_job_whose_key_waits_already_is_not_written_again() -> None:
    queue.add([("banyan.tests.some", {"n": 1}, "once", None)])
    queue.add([("banyan.tests.some", {"n": 2}, "once", None)])
    queue.add([("banyan.tests.some", {"n": 3}, None, None)])
    queue.add([("banyan.tests.some", {"n": 4}, None, None)])
    assert [job.arguments["n"] for job in Job.objects.order_by("pk")] == [1, 3, 4]
