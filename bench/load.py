"""A bounded client for loopback, and meters for what a server costs. Standard library only.

Figures are ratios within one run: machines are noisy, so quote CPU per request against a bare
Django view measured in the same minute (yardstick.py), never requests per second alone.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    # A start is measured as people meet it: with modules that were compiled once.
    os.environ["PYTHONPYCACHEPREFIX"] = str(Path(__file__).parent.parent / "var" / "pycache")

TICK = os.sysconf("SC_CLK_TCK")
LOOPBACK = {"127.0.0.1", "localhost"}


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def header(self, name: str) -> str:
        return next((v for k, v in self.headers if k == name), "")


@dataclass
class Browser:
    """One keep-alive connection with cookies that sends what a browser of the same site sends."""

    base: str
    timeout: float = 60
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        if parts.hostname not in LOOPBACK:
            raise SystemExit("only loopback is ever put under load")
        self.host, self.port = parts.hostname, parts.port or 80
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> Answer:
        return await self.send("GET", path)

    async def post(self, path: str, form: dict[str, object]) -> Answer:
        return await self.send("POST", path, urlencode(form).encode())

    async def send(self, method: str, path: str, body: bytes = b"") -> Answer:
        lines = [
            f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", "Accept: text/html",
            f"Content-Length: {len(body)}", "Accept-Language: en",
        ]  # fmt: skip
        if method == "POST":
            lines += [
                "Sec-Fetch-Site: same-origin", f"Origin: {self.base}",
                "Content-Type: application/x-www-form-urlencoded",
            ]  # fmt: skip
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        raw = ("\r\n".join(lines) + "\r\n\r\n").encode() + body
        for last in (False, True):
            fresh = self.writer is None
            if self.writer is None:
                self.reader, self.writer = await asyncio.open_connection(
                    self.host, self.port, limit=1 << 22
                )
            try:
                self.writer.write(raw)
                return await asyncio.wait_for(self._read(), self.timeout)
            except (ConnectionError, asyncio.IncompleteReadError):
                await self.close()
                if fresh or last:
                    raise
        raise AssertionError

    async def _read(self) -> Answer:
        assert self.reader is not None
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = [
            (k.strip().lower(), v.strip())
            for k, v in (line.split(":", 1) for line in head[1:] if line)
        ]
        length, chunked = 0, False
        for name, value in headers:
            if name == "content-length":
                length = int(value)
            elif name == "transfer-encoding":
                chunked = "chunked" in value
            elif name == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";", 1)[0]
        body = b""
        if chunked:
            while size := int((await self.reader.readline()).split(b";")[0], 16):
                body += await self.reader.readexactly(size)
                await self.reader.readexactly(2)
            await self.reader.readexactly(2)
        elif length:
            body = await self.reader.readexactly(length)
        if any(k == "connection" and v.lower() == "close" for k, v in headers):
            await self.close()
        return Answer(int(head[0].split()[1]), headers, body)

    async def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
            with suppress(OSError):
                await self.writer.wait_closed()
        self.reader = self.writer = None


def form_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the first form whose action ends with `action`."""
    for form in re.findall(r"<form\b.*?</form>", page, re.S):
        target = re.search(r'action="([^"]*)"', form)
        if target and target[1].split("?")[0].endswith(action):
            return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    raise LookupError(f"no form for {action}")


async def crowd(
    flow: Callable[[int], Awaitable[str]], *, total: int, at_once: int, seconds: float
) -> dict[str, object]:
    """Run `flow(i)` `total` times, `at_once` side by side, no longer than `seconds`."""
    times: list[float] = []
    outcomes: Counter[str] = Counter()
    numbers = iter(range(total))
    began = time.perf_counter()

    async def one() -> None:
        for i in numbers:
            if time.perf_counter() - began > seconds:
                return
            start = time.perf_counter()
            try:
                outcomes[await flow(i)] += 1
            except Exception as fault:  # a bench counts failures, it does not stop at one
                outcomes[f"{type(fault).__name__}: {str(fault)[:80]}"] += 1
            times.append(time.perf_counter() - start)

    await asyncio.gather(*(one() for _ in range(at_once)))
    times.sort()
    wall = time.perf_counter() - began
    return {
        "runs": len(times), "wall_s": round(wall, 1), "per_s": round(len(times) / wall, 1),
        "p50_ms": round(1000 * times[len(times) // 2], 1) if times else None,
        "p99_ms": round(1000 * times[int(len(times) * 0.99)], 1) if times else None,
        "outcomes": dict(outcomes),
    }  # fmt: skip


async def by_turns(
    browsers: list[Browser], ask: Callable[[Browser, int], Awaitable[int]], *, total: int,
    seconds: float,
) -> dict[str, object]:  # fmt: skip
    """`ask(browser, i)` gives a status, `total` times, each by a browser that is free; they are
    closed at the end."""
    free = list(browsers)

    async def flow(number: int) -> str:
        browser = free.pop()
        try:
            return str(await ask(browser, number))
        finally:
            free.append(browser)

    result = await crowd(flow, total=total, at_once=len(browsers), seconds=seconds)
    for browser in browsers:
        await browser.close()
    return result


def tree(pid: int) -> list[int]:
    """The process and all beneath it."""
    found = [pid]
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as handle:
                for child in handle.read().split():
                    found += tree(int(child))
    return found


def cpu_seconds(pid: int) -> float:
    ticks = 0
    for p in tree(pid):
        with suppress(FileNotFoundError, ProcessLookupError), open(f"/proc/{p}/stat") as handle:
            fields = handle.read().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / TICK


def pss_mib(pid: int) -> float:
    """Memory of the whole tree, shared pages counted once."""
    total = 0
    for p in tree(pid):
        with suppress(OSError), open(f"/proc/{p}/smaps_rollup") as handle:
            total += int(next(line for line in handle if line.startswith("Pss:")).split()[1])
    return round(total / 1024, 1)


class Server:
    """A server process that answers `url`; ended with the block."""

    def __init__(self, command: list[str], url: str, env: dict[str, str] | None = None,
                 cwd: str | None = None, log: str = "/dev/null") -> None:  # fmt: skip
        self.command, self.url, self.cwd, self.log = command, url, cwd, log
        self.env = {**os.environ, **(env or {})}

    def __enter__(self) -> Server:
        began = time.perf_counter()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.env, cwd=self.cwd, stdout=log, stderr=log
            )
        while time.perf_counter() - began < 60:
            if self.process.poll() is not None:
                raise SystemExit(f"server ended at once: {self.command} (log {self.log})")
            try:
                with urllib.request.urlopen(self.url, timeout=5):
                    break
            except OSError:
                time.sleep(0.02)
        self.start_s = round(time.perf_counter() - began, 2)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()

    @property
    def pid(self) -> int:
        return self.process.pid


async def page_cost(
    server: Server,
    path: str,
    *,
    requests: int = 400,
    at_once: int = 8,
    cookies: dict[str, str] | None = None,
) -> dict[str, object]:
    """CPU ms a request of one page at 8 connections, after a warm-up."""
    base = "{0.scheme}://{0.netloc}".format(urlsplit(server.url))
    browsers = [Browser(base, cookies=dict(cookies or {})) for _ in range(at_once)]
    size = 0
    for browser in browsers[:2]:
        for _ in range(10):
            answer = await browser.get(path)
            size = len(answer.body)
            if answer.status != 200:
                raise SystemExit(f"{path}: {answer.status}")

    async def ask(browser: Browser, _: int) -> int:
        return (await browser.get(path)).status

    before = cpu_seconds(server.pid)
    result = await by_turns(browsers, ask, total=requests, seconds=60)
    spent = cpu_seconds(server.pid) - before
    return {**result, "cpu_ms": round(1000 * spent / max(1, int(result["runs"])), 3), "bytes": size}  # type: ignore[call-overload]
