"""What pages cost beside the yardsticks; memory; start; the site while clients are slow.

    python bench/pages.py [--products 1000] [--posts 2000] [--requests 400]

Runs Banyan as in production (DEBUG off, SQLite) on loopback and prints one JSON object. Needs
`gunicorn` beside the project's own requirements (bench/requirements.txt).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from load import Browser, Server, page_cost, pss_mib
from yardstick import measure, yardstick_server

ROOT = Path(__file__).resolve().parent.parent


def environment(folder: str, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "BANYAN_DATA": folder, "BANYAN_DEBUG": "0", "BANYAN_URL": f"http://127.0.0.1:{port}",
        "BANYAN_SECRET_KEY": "bench-" + "k3yS0long1tCannotBeGuessed-0123456789", "BANYAN_HOSTS": "127.0.0.1",
        "BANYAN_MAIL": "smtp://127.0.0.1:2525", "BANYAN_MAIL_FROM": "Bench <bench@bench.example>",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip


async def slow_clients(port: int, path: str) -> dict[str, float]:
    """The worst answer to one quick reader while 8 clients send, and 8 read, a byte at a time."""
    senders = []
    for _ in range(8):
        s = socket.create_connection(("127.0.0.1", port))
        s.sendall(b"POST /language HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\na")
        senders.append(s)
    readers = []
    for _ in range(8):
        s = socket.create_connection(("127.0.0.1", port))
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        readers.append(s)
    browser = Browser(f"http://127.0.0.1:{port}")
    times = []
    for _ in range(100):
        for s in senders:
            s.sendall(b"a")
        for s in readers:
            s.recv(1)
        start = time.perf_counter()
        answer = await browser.get(path)
        assert answer.status == 200
        times.append(1000 * (time.perf_counter() - start))
    for s in senders + readers:
        s.close()
    await browser.close()
    times.sort()
    return {"p50_ms": round(times[50], 1), "worst_ms": round(times[-1], 1)}


async def costs(
    server: Server, pages: dict[str, tuple[str, dict[str, str]]], *, port: int, requests: int,
    rounds: int,
) -> dict[str, object]:  # fmt: skip
    """Yardsticks and pages by turns; of each the lowest of the rounds, the least disturbed one."""
    yards: list[dict[str, float]] = []
    seen: dict[str, list[dict[str, object]]] = {name: [] for name in pages}
    with yardstick_server(port) as bare:
        for _ in range(rounds):
            yards.append(await measure(bare, 900))
            for name, (path, cookies) in pages.items():
                seen[name].append(await page_cost(server, path, requests=requests, cookies=cookies))
    yard = {key: min(one[key] for one in yards) for key in yards[0]}
    table = {}
    for name, found in seen.items():
        cost = min(found, key=lambda one: one["cpu_ms"])  # type: ignore[arg-type,return-value]
        ms = float(cost["cpu_ms"])  # type: ignore[arg-type]
        table[name] = {
            "cpu_ms": ms, "x_hello": round(ms / yard["hello_cpu_ms"], 1),
            "of_20_row_list": round(yard["list_cpu_ms"] / ms, 2), "p99_ms": cost["p99_ms"],
            "bytes": cost["bytes"], "outcomes": cost["outcomes"],
        }  # fmt: skip
    return {"yardstick": yard, "pages": table}


async def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--products", type=int, default=1000)
    options.add_argument("--posts", type=int, default=2000)
    options.add_argument("--requests", type=int, default=400, help="a page and round")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--port", type=int, default=20300)
    o = options.parse_args()
    report: dict[str, object] = {
        "products": o.products,
        "posts": o.posts,
        "load1": os.getloadavg()[0],
    }
    with tempfile.TemporaryDirectory() as folder:
        env = environment(folder, o.port)
        made = subprocess.run(
            [sys.executable, str(ROOT / "bench/fill.py"), str(o.products), str(o.posts)],
            env=env, check=True, capture_output=True, text=True,
        )  # fmt: skip
        world = json.loads(made.stdout.splitlines()[-1])
        subprocess.run(
            [sys.executable, "-m", "banyan", "collectstatic", "--noinput", "-v0"],
            env=env,
            check=True,
        )
        command = [sys.executable, "-m", "banyan", "serve", "--port", str(o.port)]
        home = f"http://127.0.0.1:{o.port}/{world['community']}"
        with Server(command, home, env=env, cwd=str(ROOT), log=f"{folder}/log"):
            pass
        with Server(command, home, env=env, cwd=str(ROOT), log=f"{folder}/log") as server:
            report["warm_start_s"] = server.start_s
            time.sleep(3)
            report["pss_at_rest_mib"] = pss_mib(server.pid)
            c, member = world["community"], {"sessionid": world["session"]}
            pages = {
                "shop": (f"/{c}/shop", {}),
                "shop, member": (f"/{c}/shop", member),
                "product": (f"/{c}/shop/{world['product']}", {}),
                "product, member": (f"/{c}/shop/{world['product']}", member),
                "home": (f"/{c}/", {}),
                "home, member": (f"/{c}/", member),
                "post": (f"/{c}/p/{world['post']}", {}),
            }
            report |= await costs(
                server, pages, port=o.port + 1, requests=o.requests, rounds=o.rounds
            )
            report["slow_clients"] = await slow_clients(o.port, f"/{c}/shop")
            done = o.rounds * (o.requests + 20) * len(pages)
            if done < 5000:
                await page_cost(server, f"/{c}/shop", requests=5000 - done)
            report["pss_after_5000_mib"] = pss_mib(server.pid)
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    asyncio.run(main())
