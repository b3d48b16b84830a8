"""Starting our processes as life does, speaking HTTP to them byte by byte, seeing who is left."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


class Running:
    """A process in a group of its own that prints its port first."""

    def __init__(self, *command: str, **extra: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=os.environ | extra,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(self.process.communicate()[1].decode())
        self.port = int(line)

    def connect(self, timeout: float = 10.0) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def get(self, path: str, *, head: str = "", method: str = "GET", timeout: float = 10.0) -> Any:
        with self.connect(timeout) as sock:
            sock.sendall(f"{method} {path} HTTP/1.1\r\nhost: tiny\r\n{head}\r\n".encode())
            return answer(sock, has_body=method != "HEAD")

    def counts(self) -> dict[str, int]:
        counted: dict[str, int] = json.loads(self.get("/counts")[2])
        return counted

    def members(self) -> list[int]:
        """Processes of the group that are alive."""
        return [pid for pid, session in sessions() if session == self.process.pid]

    def end(self) -> None:
        for pid in self.members():
            os.kill(pid, signal.SIGKILL)
        self.process.communicate()


def answer(sock: socket.socket, *, has_body: bool = True) -> tuple[int, dict[str, str], bytes]:
    """Read one whole answer: status, headers, body."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = sock.recv(65536)
        if not part:
            raise ConnectionError("closed before an answer")
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    status = int(first.split()[1])
    if status == 100:
        return status, headers, body
    if has_body:
        length = headers.get("content-length")
        while len(body) < int(length) if length is not None else not body.endswith(b"0\r\n\r\n"):
            part = sock.recv(1 << 20)
            if not part:
                raise ConnectionError("cut")
            body += part
    return status, headers, body


def sessions() -> list[tuple[int, int]]:
    """(process, session) of everything alive on this machine."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,sess=,stat="], check=True, capture_output=True, text=True
    ).stdout
    rows = [line.split() for line in listed.splitlines()]
    return [(int(pid), int(session)) for pid, session, stat in rows if not stat.startswith("Z")]


def eventually(is_so: Callable[[], Any], *, within: float = 10.0) -> Any:
    """Wait until `is_so()` is true and give what it gave."""
    until = time.monotonic() + within
    while True:
        try:
            if found := is_so():
                return found
        except OSError:
            found = None
        if time.monotonic() > until:
            raise AssertionError(f"not within {within} s")
        time.sleep(0.05)
