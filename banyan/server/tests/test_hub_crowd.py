"""Many sockets, several processes: nothing lost, nothing twice (TRUST 18)."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from banyan.core import hub
from banyan.core.hub import hop, lane_kind

from .live import Site, site

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.trust]

SOCKETS = int(os.environ.get("BANYAN_SOCKETS", "500"))


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    before = dict(hub.kinds)
    lane_kind("open", numbered=True)(lambda person, key: True)
    lane_kind("loose")(lambda person, key: True)
    lane_kind("room", presence=True)(lambda person, key: True)
    yield
    hub.kinds.clear()
    hub.kinds.update(before)


@pytest.fixture
def live() -> Iterator[Site]:
    from banyan.server.hub.hub import Limits

    with site(Limits(of_address=2 * SOCKETS)) as running:
        yield running
    connections.close_all()


class Listener:
    """Comes back whenever it is dropped, and keeps every number it hears."""

    def __init__(self, port: int) -> None:
        self.port, self.numbers, self.last, self.drops = port, [], 0, 0
        self.wire: Any = None

    async def live(self, upto: int) -> None:
        while self.last < upto:
            try:
                async with connect(
                    f"ws://127.0.0.1:{self.port}/ws", origin=f"http://127.0.0.1:{self.port}",
                    compression=None, ping_interval=None, open_timeout=30, proxy=None,
                ) as self.wire:  # fmt: skip
                    await self.wire.send(json.dumps({"join": {"open:a": self.last}}))
                    while self.last < upto:
                        note = json.loads(await self.wire.recv())
                        assert note.get("do") in ("news", "joined", None), note
                        if note.get("do") == "news":
                            self.numbers.append(note["n"])
                            self.last = note["n"]
            except (OSError, WebSocketException):
                self.drops += 1
                await asyncio.sleep(0.05)

    def drop(self) -> None:
        if self.wire is not None:
            self.wire.transport.abort()


def test_five_hundred_sockets_dropped_and_back_miss_nothing_and_hear_nothing_twice(
    live: Site,
) -> None:
    notes = 150

    def speak() -> None:
        for _ in range(notes):
            with transaction.atomic():
                hub.record("open:a", "news", {}, now=timezone.now())
            time.sleep(0.03)
        connection.close()

    async def crowd() -> list[Listener]:
        listeners = [Listener(live.port) for _ in range(SOCKETS)]
        tasks = [asyncio.create_task(one.live(notes)) for one in listeners]
        await asyncio.sleep(2)
        speaker = threading.Thread(target=speak)
        speaker.start()
        await asyncio.sleep(1.5)
        for one in listeners:
            one.drop()
        async with asyncio.timeout(60):
            await asyncio.gather(*tasks)
        speaker.join()
        return listeners

    listeners = asyncio.run(crowd())
    gaps = sum(len(set(range(1, notes + 1)) - set(one.numbers)) for one in listeners)
    twice = sum(len(one.numbers) - len(set(one.numbers)) for one in listeners)
    disorder = sum(one.numbers != sorted(one.numbers) for one in listeners)
    drops = sum(one.drops for one in listeners)
    assert drops >= SOCKETS
    assert (gaps, twice, disorder) == (0, 0, 0)
    print(f"TRUST 18: {SOCKETS} sockets, {drops} drops, {SOCKETS * notes} notes, 0 gaps, 0 twice")


def speaker(*said: str) -> subprocess.Popen[bytes]:
    """A process of the same site: the same data folder, the database of this test."""
    given = connection.settings_dict
    extra = {"DJANGO_SETTINGS_MODULE": "banyan.settings", "BANYAN_DATA": str(settings.DATA)}
    if connection.vendor == "sqlite":
        extra["BANYAN_SQLITE"] = str(given["NAME"])
    else:
        who = f"{given['USER']}:{given['PASSWORD']}"
        where = f":{given['PORT']}/{given['NAME']}?host={quote(given['HOST'], safe='')}"
        extra["BANYAN_DATABASE"] = f"postgres://{who}@{where}"
    return subprocess.Popen(
        [sys.executable, "-m", "banyan.server.tests.speaker", *said], env=os.environ | extra
    )


@pytest.mark.parametrize("how", ["record", "say", "long"])
def test_what_another_process_says_is_heard_here(live: Site, how: str) -> None:
    lane = "loose:a" if how == "say" else "open:a"
    ear = live.connect()
    ear.join(lane)
    process = speaker(lane, "5" if how == "long" else "40", how)
    heard, late = [], []
    for _ in range(5 if how == "long" else 40):
        note = ear.hear(30)
        heard.append(note.get("n"))
        if "sent" in note["b"]:
            late.append((time.monotonic_ns() - note["b"]["sent"]) / 1e6)
    assert process.wait(20) == 0
    if how != "say":
        assert heard == list(range(1, len(heard) + 1))
    if late:
        late.sort()
        print(f"{connection.vendor} {how}: p50 {late[len(late) // 2]:.1f} ms, worst {late[-1]:.1f}")


def test_two_web_processes_count_each_others_people(live: Site) -> None:
    """As two processes on PostgreSQL would: words from elsewhere carry who is there."""
    ear = live.connect()
    ear.join("room:1")
    assert ear.until("presence", 6)["b"]["count"] == 1
    there = {"room:1": [2, [["01a", "Mei"], ["01b", "Lan"]]]}
    live.hub.hear(hop.Word("here", text=json.dumps(there), origin="another"))
    told = ear.until("presence", 6)["b"]
    assert told["count"] == 3
    assert sorted(name for _, name in told["names"]) == ["Lan", "Mei"]


def test_two_web_processes_on_postgresql_hear_each_other(live: Site) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one web process")
    with site() as other:
        one, two = live.connect(), other.connect()
        one.join("open:a")
        two.join("open:a")
        time.sleep(0.5)
        for _ in range(20):
            with transaction.atomic():
                hub.record("open:a", "news", {}, now=timezone.now())
        assert [one.hear()["n"] for _ in range(20)] == list(range(1, 21))
        assert [two.hear()["n"] for _ in range(20)] == list(range(1, 21))


def test_a_data_folder_with_a_long_name_has_its_socket_elsewhere(tmp_path: Any) -> None:
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    before = settings.DATA
    settings.DATA = deep
    try:
        path = hop.socket_path()
        assert len(os.fsencode(path)) <= hop.LONGEST_PATH
        assert path != hop.socket_path().with_name("hub.sock")
    finally:
        settings.DATA = before
