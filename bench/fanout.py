"""The hub beside Django Channels, one client, one run; then the hub while the feed is read.

    python -m venv DIR && DIR/bin/pip install -r bench/fanout-requirements.txt
    python bench/fanout.py [--channels DIR/bin/python] [--connections 1000] [--seconds 8]

Prints JSON: deliveries per CPU-second of the server (fan-out with the whole protocol), memory per
connection, p50 and p99 at 20 messages a second alone and while eight connections read the feed.
Needs gcc. Machines are noisy: quote ratios of one run, with the load that is printed beside them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from load import Browser, Server, cpu_seconds, tree
from pages import environment

HERE = Path(__file__).resolve().parent


def uss_bytes(pid: int) -> int:
    """Memory that would be free again if the processes ended."""
    total = 0
    for one in tree(pid):
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
            if line.startswith(("Private_Clean", "Private_Dirty")):
                total += int(line.split()[1]) * 1024
    return total


class Crowd:
    """The client: all its connections open, waiting for its next rate."""

    def __init__(self, client: str, port: int, count: int, rates: list[int], seconds: float,
                 hello: str = "", wrap: str = "") -> None:  # fmt: skip
        self.process = subprocess.Popen(
            [client, str(port), "/ws", str(count), ",".join(map(str, rates)), str(seconds)],
            env={**os.environ, "FAN_HELLO": hello, "FAN_WRAP": wrap},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.connected = self.line()
        time.sleep(1.6)

    def line(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def run(self) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self.line()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


def measured(server: Server, crowd: Crowd) -> dict[str, Any]:
    load, before = os.getloadavg()[0], cpu_seconds(server.pid)
    found = crowd.run()
    spent = cpu_seconds(server.pid) - before
    return {
        "rate": found["rate"], "delivered": round(found["received"] / max(1, found["expected"]), 4),
        "per_cpu_s": round(found["received"] / spent) if spent else None, "server_cpu_s": round(spent, 2),
        "p50_ms": found["p50_ms"], "p99_ms": found["p99_ms"], "worst_ms": found["worst_ms"],
        "load1": load,
    }  # fmt: skip


class Readers:
    """Eight connections that read a page again and again, in a thread."""

    def __init__(self, base: str, path: str, cookies: dict[str, str]) -> None:
        self.base, self.path, self.cookies = base, path, cookies
        self.stopped = False
        self.read = 0
        self.thread = threading.Thread(target=lambda: asyncio.run(self.all()))
        self.thread.start()

    async def all(self) -> None:
        await asyncio.gather(*(self.one() for _ in range(8)))

    async def one(self) -> None:
        browser = Browser(self.base, cookies=dict(self.cookies))
        while not self.stopped:
            answer = await browser.get(self.path)
            assert answer.status == 200, answer.status
            self.read += 1
        await browser.close()

    def end(self) -> None:
        self.stopped = True
        self.thread.join()


def of_channels(o: argparse.Namespace, client: str, folder: str) -> list[dict[str, Any]]:
    port = o.port + 1
    command = [o.channels, str(HERE / "fanout_channels.py"), str(port)]
    with Server(command, f"http://127.0.0.1:{port}/", log=f"{folder}/channels") as server:
        before = uss_bytes(server.pid)
        crowd = Crowd(client, port, o.connections, [1, 10], o.seconds)
        memory = (uss_bytes(server.pid) - before) / crowd.connected["connected"]
        found = [measured(server, crowd), measured(server, crowd)]
        crowd.end()
    return [row | {"bytes_per_connection": round(memory)} for row in found]


def of_banyan(o: argparse.Namespace, client: str, folder: str) -> dict[str, Any]:
    env = environment(folder, o.port) | {"BANYAN_LOG": "WARNING"}
    made = subprocess.run(
        [sys.executable, str(HERE / "fill.py"), "100", "2000"],
        env=env, check=True, capture_output=True, text=True,
    )  # fmt: skip
    world = json.loads(made.stdout.splitlines()[-1])
    subprocess.run(
        [sys.executable, "-m", "banyan", "collectstatic", "--noinput", "-v0"], env=env, check=True
    )
    base = f"http://127.0.0.1:{o.port}"
    home = f"/{world['community']}/"
    command = [sys.executable, str(HERE / "fanout_site.py"), str(o.port)]
    report: dict[str, Any] = {}
    with Server(command, base + home, env=env, cwd=str(HERE.parent), log=f"{folder}/hub") as server:
        time.sleep(2)
        before = uss_bytes(server.pid)
        crowd = Crowd(
            client, o.port, o.connections, [10, 20, 400, 20, 20], o.seconds,
            '{"join":{"bench:1":null}}', '{"lane":"bench:1","say":%s}',
        )  # fmt: skip
        grown = (uss_bytes(server.pid) - before) / crowd.connected["connected"]
        report["bytes_per_connection"] = round(grown)
        report["connect_s"] = crowd.connected["connect_s"]
        report["at_10"] = measured(server, crowd)
        report["at_20_alone"] = measured(server, crowd)
        report["at_400"] = measured(server, crowd)
        for name, cookies in (("stranger", {}), ("member", {"sessionid": world["session"]})):
            readers = Readers(base, home, cookies)
            time.sleep(1)
            start, read = time.monotonic(), readers.read
            report[f"at_20_feed_read_by_a_{name}"] = measured(server, crowd)
            report[f"pages_per_s_{name}"] = round(
                (readers.read - read) / (time.monotonic() - start)
            )
            readers.end()
        crowd.end()
    return report


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--channels", help="a Python with bench/fanout-requirements.txt")
    options.add_argument("--connections", type=int, default=1000)
    options.add_argument("--seconds", type=float, default=8)
    options.add_argument("--port", type=int, default=20500)
    o = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        client = f"{folder}/fanclient"
        subprocess.run(["gcc", "-O2", "-o", client, str(HERE / "fanclient.c")], check=True)
        report: dict[str, Any] = {"connections": o.connections, "seconds": o.seconds}
        report["banyan"] = of_banyan(o, client, folder)
        if o.channels:
            report["channels"] = of_channels(o, client, folder)
            theirs = report["channels"][1]["per_cpu_s"]
            report["times_channels_at_10"] = round(
                report["banyan"]["at_10"]["per_cpu_s"] / theirs, 1
            )
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
