"""The sandbox provider for tests: a real process, and an inbox for what it sends."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

ROOT = Path(__file__).resolve().parent.parent.parent.parent
SECRET = "a-sandbox-secret-for-tests"
ENOUGH_SECONDS = 20


class Inbox(ThreadingHTTPServer):
    """Stands where the shop would: keeps every callback until a test relays it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Keep)
        self.letters: list[tuple[str, dict[str, str], bytes]] = []
        self.answer = 200
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Keep(BaseHTTPRequestHandler):
    server: Inbox

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.letters.append((self.path, dict(self.headers), body))
        self.send_response(self.server.answer)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class SandboxProcess:
    """`url` and `secret` of a running sandbox, and what a payer does on its page."""

    def __init__(self, url: str, inbox: Inbox) -> None:
        self.url, self.secret, self.inbox = url, SECRET, inbox

    def decide(self, pay_url: str, do: str = "approve", **more: Any) -> str:
        """Press a button on the hosted page; the path that the payer is sent back to."""
        answer = requests.post(
            pay_url, data={"do": do, **more}, allow_redirects=False, timeout=ENOUGH_SECONDS
        )
        assert answer.status_code == 303, answer.text
        return urlsplit(answer.headers["Location"]).path

    def control(self, **wish: Any) -> int:
        """Make it fail, hold or lose (see banyan_sandbox.server); the deliveries still to come."""
        answer = requests.post(
            f"{self.url}/control",
            json=wish,
            headers={"Authorization": f"Bearer {self.secret}"},
            timeout=ENOUGH_SECONDS,
        )
        assert answer.status_code == 200, answer.text
        return int(answer.json()["waiting"])

    def reset(self) -> None:
        self.control(fail="", webhooks="deliver", refunds="succeed")
        self.inbox.answer = 200
        self.settle()
        self.inbox.letters.clear()

    def settle(self) -> None:
        """Wait until nothing is on its way any more."""
        until = time.monotonic() + ENOUGH_SECONDS
        while self.control() and time.monotonic() < until:
            time.sleep(0.02)

    def wait_for_callback(self) -> None:
        """Until something has come, for what the sandbox does later by itself."""
        until = time.monotonic() + ENOUGH_SECONDS
        while not self.inbox.letters and time.monotonic() < until:
            time.sleep(0.05)

    def callbacks(self) -> list[tuple[str, dict[str, str], bytes]]:
        """All callbacks that came since the last time, duplicates included."""
        self.settle()
        found, self.inbox.letters[:] = list(self.inbox.letters), []
        return found

    def relay(self, client: Any) -> list[int]:
        """Bring every callback to our own door; the status of each answer."""
        return [bring(client, *letter) for letter in self.callbacks()]


def bring(client: Any, path: str, headers: dict[str, str], body: bytes) -> int:
    """One callback, as the provider would post it."""
    answer = client.post(
        path,
        data=body,
        content_type="application/json",
        headers={"Sandbox-Signature": headers.get("Sandbox-Signature", "")},
    )
    return int(answer.status_code)


@contextmanager
def running(*options: str) -> Iterator[str]:
    """A sandbox on a free port for as long as the block lasts; gives its address."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "banyan_sandbox", "--port", "0", "--secret", SECRET, *options],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "http://" in line, line
        yield line.split()[-1]
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
