"""Whatever is killed, nothing is left behind, and what should live comes back."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from .processes import ROOT, Running, eventually

HOUSEHOLD = "banyan.server.tests.household"


@pytest.fixture
def house() -> Iterator[Running]:
    running = Running("-m", HOUSEHOLD)
    eventually(lambda: len(running.members()) == 3)
    assert running.get("/hello")[0] == 200
    yield running
    running.end()


def web_of(house: Running) -> int:
    return house.counts()["pid"]


def worker_of(house: Running) -> int:
    return next(p for p in house.members() if p not in (house.process.pid, web_of(house)))


def test_a_killed_web_comes_back(house: Running) -> None:
    before = web_of(house)
    os.kill(before, signal.SIGKILL)
    # Who comes in between waits in the socket, which is the master's.
    assert house.get("/hello")[0] == 200
    assert web_of(house) != before
    assert len(house.members()) == 3


def test_a_killed_worker_comes_back(house: Running) -> None:
    before = worker_of(house)
    os.kill(before, signal.SIGKILL)
    eventually(lambda: len(house.members()) == 3 and before not in house.members(), within=3)


def test_a_killed_master_leaves_nobody(house: Running) -> None:
    os.kill(house.process.pid, signal.SIGKILL)
    eventually(lambda: not house.members(), within=5)


def test_ctrl_c_ends_all_and_lets_a_request_finish(house: Running) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(house.get, "/wait?1")
        time.sleep(0.3)
        os.killpg(house.process.pid, signal.SIGINT)  # as a terminal does: to the whole group
        assert asked.result()[0] == 200
    assert house.process.wait(20) == 0
    assert not house.members()


def test_term_ends_all(house: Running) -> None:
    before = time.monotonic()
    os.kill(house.process.pid, signal.SIGTERM)
    assert house.process.wait(20) == 0
    assert not house.members()
    assert time.monotonic() - before < 5


def test_a_second_ctrl_c_does_not_wait() -> None:
    house = Running("-m", HOUSEHOLD)
    with house.connect() as sock:
        sock.sendall(b"GET /wait?8 HTTP/1.1\r\nhost: t\r\n\r\n")
        eventually(lambda: house.counts()["started"])
        os.killpg(house.process.pid, signal.SIGINT)
        time.sleep(0.5)
        os.killpg(house.process.pid, signal.SIGINT)
        house.process.wait(5)
    assert not house.members()


def test_who_does_not_end_in_time_is_killed() -> None:
    house = Running("-m", HOUSEHOLD, "stubborn")
    eventually(lambda: len(house.members()) == 4)
    os.kill(house.process.pid, signal.SIGTERM)
    house.process.wait(20)
    assert not house.members()


def test_a_web_that_cannot_start_ends_the_master_with_1() -> None:
    house = Running("-m", HOUSEHOLD, "cannot")
    assert house.process.wait(20) == 1
    assert "cannot start" in house.process.communicate()[1].decode()
    assert not house.members()


def test_a_taken_port_is_said_in_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-m", "banyan", "serve", "--port", str(port)],
            cwd=ROOT,
            env=os.environ | {"BANYAN_DEBUG": "1"},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert ended.returncode == 1
    assert f"Port {port} is taken" in ended.stderr
    assert "Traceback" not in ended.stderr
