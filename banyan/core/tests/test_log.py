"""The activity log: what happened, in answer to what, whence; never changed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from banyan.core import events
from banyan.core.activity import Touch, find, touched
from banyan.core.jobs import run_due
from banyan.core.models import Activity, Job

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class CupFired(events.Event):
    object_kind: ClassVar[str] = "cup"
    glaze: str


@pytest.fixture
def heard():
    """What the two kinds of listener heard of CupFired."""
    now, later = [], []

    def at_once(event):
        now.append(event)
        if event.glaze == "cracked":
            raise ValueError("broken")

    def afterwards(event):
        later.append(event)

    events.on(CupFired)(at_once)
    events.after(CupFired)(afterwards)
    yield now, later
    events._now.pop(CupFired)
    events._later.pop(CupFired)
    events.kinds.pop("CupFired")


def fire(glaze="celadon", **fields):
    with transaction.atomic():
        return events.announce(
            CupFired(community_id=7, object_id=3, glaze=glaze, now=NOW, **fields)
        )


@pytest.mark.django_db(transaction=True)
def test_an_event_is_logged_heard_at_once_and_delivered_after_commit(heard):
    now, later = heard
    actor = uuid4()
    with touched(Touch(source="wechat", referrer="x.example", first={"source": "poster"})):
        parent = fire()
        pk = fire(actor=actor, parent_id=parent, amount_minor=5, currency="CNY", lang="en")
    row = Activity.objects.get(pk=pk)
    assert (row.verb, row.object_kind, row.object_id) == ("CupFired", "cup", 3)
    assert (row.parent_id, row.source, row.first_touch) == (parent, "wechat", {"source": "poster"})
    assert row.props == {"glaze": "celadon"}
    assert len(now) == 2
    assert later == []
    run_due(now=timezone.now())
    assert [e.glaze for e in later] == ["celadon", "celadon"]
    assert later[1].actor == actor
    assert find("cup", 3, "CupFired") == parent


@pytest.mark.django_db(transaction=True)
def test_a_listener_that_raises_undoes_the_event(heard):
    with pytest.raises(ValueError):
        fire("cracked")
    assert not Activity.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_a_bug():
    with pytest.raises(RuntimeError):
        events.announce(CupFired(community_id=7, object_id=3, glaze="", now=NOW))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql", ["UPDATE core_activity SET verb = 'x'", "DELETE FROM core_activity"]
)
def test_the_log_cannot_be_changed(sql):
    fire()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Activity.objects.get().verb == "CupFired"


@pytest.mark.django_db
def test_the_first_touch_is_kept_in_the_browser_and_a_read_writes_nothing(
    django_assert_num_queries,
):
    client = Client()
    with django_assert_num_queries(0):
        client.get("/media/none?utm_source=poster", headers={"Referer": "https://x.example/a"})
    first = client.cookies["first_touch"].value
    client.get("/media/none?utm_source=other")
    assert client.cookies["first_touch"].value == first
    client.cookies["first_touch"] = first[:-2] + "xx"
    assert client.get("/media/none").status_code == 404
