from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from banyan.core import jobs
from banyan.core.jobs import GiveUp, enqueue_deliveries, every, job, queue, run_due
from banyan.core.jobs.models import DONE, FAILED, RUNNING, WAITING, Job, Sweep

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_ours() -> Iterator[None]:
    """The registries, empty for a test."""
    before = dict(jobs.jobs), dict(jobs.sweeps)
    jobs.sweeps.clear()
    yield
    for registry, kept in zip((jobs.jobs, jobs.sweeps), before, strict=True):
        registry.clear()  # type: ignore[attr-defined]
        registry.update(kept)  # type: ignore[attr-defined]


@pytest.fixture
def heard() -> list[Any]:
    return []


@pytest.fixture
def greet(heard: list[Any]) -> Any:
    @job(attempts=3, lease_seconds=60)
    def greet(*, name: str) -> None:
        heard.append(name)

    return greet


@pytest.fixture
def stumble(heard: list[Any]) -> Any:
    @job(attempts=3)
    def stumble(*, times: int) -> None:
        heard.append(times)
        if len(heard) <= times:
            raise ConnectionError("no answer from https://mail.example.org?token=abc")

    return stumble


def only() -> Job:
    return Job.objects.get()


def test_a_promised_job_runs_once(greet: Any, heard: list[Any]) -> None:
    greet.later(name="Mei")
    assert heard == []
    assert run_due(now=NOW) == 1
    assert run_due(now=NOW + LATER) == 0
    assert heard == ["Mei"]
    assert only().state == DONE


def test_a_job_can_be_called_directly(greet: Any, heard: list[Any]) -> None:
    greet(name="Mei")
    assert heard == ["Mei"]
    assert not Job.objects.exists()


def test_a_promise_is_one_statement(greet: Any) -> None:
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        transaction.atomic(),
    ):
        greet.later(name="Mei", key="mei")
        enqueue_deliveries([("one", 1), ("two", 1), ("three", 1)])
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 2


def test_a_promise_is_undone_with_its_transaction(greet: Any, heard: list[Any]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        greet.later(name="Mei")
        1 / 0  # noqa: B018
    assert run_due(now=NOW) == 0


def test_the_same_key_waiting_or_running_changes_nothing(greet: Any, heard: list[Any]) -> None:
    greet.later(name="first", key="mei")
    greet.later(name="second", key="mei")
    greet.later(name="other", key="jonas")
    Job.objects.filter(key="mei").update(state=RUNNING)
    greet.later(name="third", key="mei")
    Job.objects.filter(key="mei").update(state=WAITING)
    run_due(now=NOW)
    assert heard == ["first", "other"]


def test_a_key_is_free_again_when_its_job_is_done(greet: Any, heard: list[Any]) -> None:
    for name in ("first", "second"):
        greet.later(name=name, key="mei")
        run_due(now=NOW)
    assert heard == ["first", "second"]


def test_a_job_waits_for_its_moment(greet: Any, heard: list[Any]) -> None:
    greet.later(name="Mei", run_at=NOW + LATER)
    assert run_due(now=NOW + LATER - timedelta(seconds=1)) == 0
    assert run_due(now=NOW + LATER) == 1


def test_a_job_may_promise_others(heard: list[Any]) -> None:
    @job()
    def count(*, down: int) -> None:
        heard.append(down)
        if down:
            count.later(down=down - 1)

    count.later(down=3)
    run_due(now=NOW)
    assert heard == [3, 2, 1, 0]


def test_a_failed_job_is_tried_again_later(stumble: Any, heard: list[Any]) -> None:
    stumble.later(times=1)
    run_due(now=NOW)
    row = only()
    assert (row.state, row.tries) == (WAITING, 1)
    assert timedelta(seconds=7) < row.run_at - NOW < timedelta(seconds=13)
    assert run_due(now=NOW + timedelta(seconds=5)) == 0
    run_due(now=NOW + timedelta(seconds=15))
    assert only().state == DONE
    assert only().error == ""


def test_the_last_failure_stays_visible_without_secrets(stumble: Any) -> None:
    stumble.later(times=9)
    for days in range(5):
        run_due(now=NOW + days * LATER)
    row = only()
    assert (row.state, row.tries) == (FAILED, 3)
    assert row.error.startswith("ConnectionError: no answer from https://mail.example.org?…")
    assert "test_jobs.py:" in row.error
    assert row.ended_at == NOW + 2 * LATER


def test_a_failed_job_can_be_started_afresh(stumble: Any, heard: list[Any]) -> None:
    stumble.later(times=3)
    for days in range(3):
        run_due(now=NOW + days * LATER)
    assert queue.try_again(only().pk)
    assert not queue.try_again(only().pk)
    run_due(now=NOW)
    assert only().state == DONE


def test_a_failed_job_is_not_started_beside_its_successor(greet: Any) -> None:
    greet.later(name="old", key="mei")
    Job.objects.update(state=FAILED)
    greet.later(name="new", key="mei")
    assert not queue.try_again(Job.objects.get(state=FAILED).pk)


def test_a_job_may_give_up_at_once() -> None:
    @job(attempts=5)
    def hopeless() -> None:
        raise GiveUp("the address does not exist")

    hopeless.later()
    run_due(now=NOW)
    assert (only().state, only().tries) == (FAILED, 1)


def test_a_job_nobody_knows_is_not_lost(greet: Any) -> None:
    greet.later(name="Mei")
    Job.objects.update(name="banyan.gone.tasks.sing")
    run_due(now=NOW)
    assert only().state == WAITING
    assert "no function of this name" in only().error


def test_a_job_whose_worker_died_comes_back(greet: Any, heard: list[Any]) -> None:
    greet.later(name="Mei")
    assert queue.take(now=NOW, limit=5, holder="w1")
    assert queue.take(now=NOW, limit=5, holder="w2") == []
    assert queue.return_lost(now=NOW + timedelta(seconds=59)) == 0
    assert queue.return_lost(now=NOW + timedelta(seconds=61)) == 1
    run_due(now=NOW + timedelta(minutes=5))
    assert heard == ["Mei"]


def test_a_worker_that_overran_its_lease_cannot_end_the_new_run(greet: Any) -> None:
    greet.later(name="Mei")
    (slow,) = queue.take(now=NOW, limit=1, holder="slow")
    queue.return_lost(now=NOW + timedelta(minutes=2))
    (quick,) = queue.take(now=NOW + timedelta(minutes=5), limit=1, holder="quick")
    assert not queue.finish(slow, now=NOW)
    assert not queue.fail(slow, error="late", now=NOW)
    assert queue.finish(quick, now=NOW)


def test_a_job_that_kills_its_worker_is_not_tried_for_ever(greet: Any) -> None:
    greet.later(name="Mei")
    for _ in range(3):
        assert queue.take(now=NOW, limit=1, holder="w")
        assert queue.return_held_by("w", now=NOW) == 1
    assert only().state == FAILED
    assert only().error == "The worker ended before the job did."


def test_only_the_dead_workers_jobs_are_given_back(greet: Any) -> None:
    greet.later(name="Mei")
    greet.later(name="Jonas")
    queue.take(now=NOW, limit=1, holder="dead")
    queue.take(now=NOW, limit=1, holder="alive")
    assert queue.return_held_by("dead", now=NOW) == 1
    assert Job.objects.get(state=RUNNING).held_by == "alive"


def test_one_failure_does_not_stop_the_others(greet: Any, stumble: Any, heard: list[Any]) -> None:
    stumble.later(times=99)
    greet.later(name="Mei")
    assert run_due(now=NOW) == 2
    assert heard == [99, "Mei"]


def test_a_sweep_runs_when_due(heard: list[Any]) -> None:
    @every(seconds=30)
    def sweep() -> None:
        heard.append("swept")

    assert run_due(now=NOW) == 1
    assert run_due(now=NOW + timedelta(seconds=29)) == 0
    assert run_due(now=NOW + timedelta(seconds=30)) == 1
    assert heard == ["swept", "swept"]


def test_a_failing_sweep_says_why_and_goes_on(heard: list[Any]) -> None:
    @every(seconds=30)
    def sweep() -> None:
        heard.append(1)
        if len(heard) == 1:
            raise LookupError("nothing here")

    run_due(now=NOW)
    assert "LookupError: nothing here" in Sweep.objects.get().error
    run_due(now=NOW + timedelta(minutes=1))
    assert Sweep.objects.get().error == ""


def test_done_jobs_are_forgotten_and_failed_ones_kept(greet: Any) -> None:
    for state, days in ((DONE, 8), (DONE, 6), (FAILED, 30)):
        Job.objects.create(name="x", run_at=NOW, state=state, ended_at=NOW - days * LATER)
    assert queue.forget_done(now=NOW) == 1
    assert set(Job.objects.values_list("state", flat=True)) == {DONE, FAILED}


@pytest.mark.django_db(transaction=True)
def test_many_workers_take_each_job_once(greet: Any) -> None:
    for number in range(30):
        greet.later(name=str(number))
    taken: list[int] = []
    at_once(4, lambda: taken.extend(row.pk for row in queue.take(now=NOW, limit=30, holder="w")))
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 30


@pytest.mark.django_db(transaction=True)
def test_many_promises_of_one_key_are_one_job(greet: Any) -> None:
    at_once(6, lambda: greet.later(name="Mei", key="mei"))
    assert Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_due_sweep_belongs_to_one_worker() -> None:
    @every(seconds=30)
    def sweep() -> None: ...

    queue.set_sweeps()
    taken: list[str] = []
    at_once(4, lambda: taken.extend(queue.take_sweeps(now=NOW)))
    assert len(taken) == 1


def at_once(number: int, call: Callable[[], object]) -> None:
    """Call from so many threads at the same moment; nobody may fail."""
    gate, failures = Barrier(number), []

    def go() -> None:
        try:
            gate.wait()
            call()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=go) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
