"""The worker as a process, on the database of the tests: no job is lost with it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from banyan.core.jobs import queue
from banyan.core.jobs.models import DONE, RUNNING, WAITING, Job

from .chores import break_a_cup, sweep_the_floor
from .processes import Running, eventually

pytestmark = pytest.mark.django_db(transaction=True)


def address() -> dict[str, str]:
    """The environment in which another process finds the test database."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return {"BANYAN_SQLITE": str(known["NAME"]), "BANYAN_DATABASE": ""}
    user = quote(known["USER"], safe="")
    if known["PASSWORD"]:
        user += ":" + quote(known["PASSWORD"], safe="")
    host = known["HOST"]
    where = f"/{known['NAME']}?host={quote(host, safe='')}"
    if not host.startswith("/"):
        where = f"{host}:{known['PORT'] or 5432}/{known['NAME']}"
    return {"BANYAN_DATABASE": f"postgres://{user}@{where}"}


@pytest.fixture
def house(transactional_db: None) -> Iterator[Running]:
    running = Running(
        "-m",
        "banyan.server.tests.chores",
        DJANGO_SETTINGS_MODULE="banyan.settings",
        BANYAN_DEBUG="1",
        BANYAN_SECRET_KEY=settings.SECRET_KEY,
        **address(),
    )
    yield running
    running.end()


def worker_of(house: Running) -> int:
    return eventually(lambda: [pid for pid in house.members() if pid != house.process.pid])[0]


def marks(folder: Path, what: str) -> list[Path]:
    return list(folder.glob(f"{what}-*"))


def test_a_promised_job_is_done_within_a_second(house: Running, tmp_path: Path) -> None:
    sweep_the_floor.later(folder=str(tmp_path), seconds=0)
    eventually(lambda: Job.objects.filter(state=DONE), within=5)
    assert len(marks(tmp_path, "done")) == 1


def test_a_failed_job_waits_for_its_next_try(house: Running, tmp_path: Path) -> None:
    break_a_cup.later(folder=str(tmp_path))
    eventually(lambda: Job.objects.filter(state=WAITING, tries=1), within=5)
    assert Job.objects.get().error.startswith("ConnectionError: the cup is broken")


def test_a_slow_job_does_not_hold_up_the_others(house: Running, tmp_path: Path) -> None:
    sweep_the_floor.later(folder=str(tmp_path), seconds=1.5)
    eventually(lambda: marks(tmp_path, "begun"))
    for _ in range(5):
        sweep_the_floor.later(folder=str(tmp_path), seconds=0)
    eventually(lambda: Job.objects.filter(state=DONE).count() == 5, within=5)
    assert Job.objects.filter(state=RUNNING).count() == 1


@pytest.mark.trust
def test_a_killed_workers_job_is_done_by_the_next_worker(house: Running, tmp_path: Path) -> None:
    sweep_the_floor.later(folder=str(tmp_path), seconds=1)
    eventually(lambda: marks(tmp_path, "begun"))
    os.kill(worker_of(house), signal.SIGKILL)
    eventually(lambda: Job.objects.filter(state=DONE), within=8)
    assert len(marks(tmp_path, "begun")) == 2
    assert len(marks(tmp_path, "done")) == 1
    assert Job.objects.get().tries == 2


@pytest.mark.trust
def test_after_a_killed_master_the_lease_gives_the_job_back(house: Running, tmp_path: Path) -> None:
    sweep_the_floor.later(folder=str(tmp_path), seconds=30)
    eventually(lambda: marks(tmp_path, "begun"))
    for pid in house.members():
        os.kill(pid, signal.SIGKILL)
    row = Job.objects.get()
    assert row.state == RUNNING
    assert row.lease_until is not None
    assert queue.return_lost(now=row.lease_until) == 0
    assert queue.return_lost(now=row.lease_until.replace(year=2100)) == 1


def test_ctrl_c_lets_a_job_finish(house: Running, tmp_path: Path) -> None:
    sweep_the_floor.later(folder=str(tmp_path), seconds=1)
    eventually(lambda: marks(tmp_path, "begun"))
    os.killpg(house.process.pid, signal.SIGINT)
    assert house.process.wait(20) == 0
    assert not house.members()
    assert Job.objects.get().state == DONE
