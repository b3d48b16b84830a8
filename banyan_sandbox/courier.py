"""Bringing signed events to the shop: again until it says 200, and twice for good measure."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import re
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from .store import Store

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
TRIES = 30
PATIENCE_SECONDS = 5.0
HANDS = 4
# The sandbox calls nobody beyond this machine; a shop that is elsewhere asks instead.
LOOPBACK = re.compile(r"(?:127\.0\.0\.1|localhost|[a-z0-9-]+\.localhost|\[::1\])(?::\d+)?\Z")


def sign(body: bytes, secret: str, *, at: int) -> str:
    """The header that proves an event: HMAC-SHA256 over "<unix time>.<body>"."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


class Courier:
    def __init__(self, store: Store, secret: str, *, duplicates: bool, drop: int) -> None:
        self.mode = "deliver"  # or "hold", "lose": set by /control
        self._store, self._secret = store, secret
        self._copies = 2 if duplicates else 1
        self._drop = drop
        self._count = 0
        self._wake = threading.Event()
        self._ended = False
        self._out: set[int] = set()
        self._thread: threading.Thread | None = None
        self._hands = threading.BoundedSemaphore(HANDS)

    def start(self, *, on_tick: Callable[[], float]) -> None:
        self._thread = threading.Thread(target=self._work, args=(on_tick,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended = True
        self._wake.set()

    def wake(self) -> None:
        self._wake.set()

    def add(self, url: str, event: dict[str, Any]) -> None:
        """In the transaction of what the event tells."""
        self._count += 1
        is_lost = self.mode == "lose" or (self._drop and self._count % self._drop == 0)
        parts = urlsplit(url)
        if is_lost or parts.scheme != "http" or not LOOPBACK.match(parts.netloc):
            return
        body = json.dumps(event, separators=(",", ":")).encode()
        for _ in range(self._copies):
            self._store.run(
                "INSERT INTO delivery (event_id, url, body, due_at) VALUES (?, ?, ?, ?)",
                event["id"], url, body, time.time(),
            )  # fmt: skip
        self._wake.set()

    def waiting(self) -> int:
        found = self._store.row("SELECT count(*) AS n FROM delivery WHERE done = 0")
        return int(found["n"]) if found else 0

    def _work(self, on_tick: Callable[[], float]) -> None:
        while not self._ended:
            pause = min(on_tick(), 1.0)
            if self.mode != "hold":
                pause = min(pause, self._send_due())
            self._wake.wait(timeout=max(pause, 0.02))
            self._wake.clear()

    def _send_due(self) -> float:
        """Start every due delivery; seconds until the next one."""
        now = time.time()
        rows = self._store.rows(
            "SELECT * FROM delivery WHERE done = 0 ORDER BY due_at, id LIMIT 50"
        )
        for row in rows:
            if row["due_at"] > now:
                return float(row["due_at"] - now)
            if row["id"] in self._out:
                continue
            self._hands.acquire()
            self._out.add(row["id"])
            threading.Thread(target=self._bring, args=(row,), daemon=True).start()
        return 1.0

    def _bring(self, row: dict[str, Any]) -> None:
        try:
            done = self._post(row["url"], row["body"])
            pause = min(FIRST_PAUSE_SECONDS * 2 ** row["tries"], LONGEST_PAUSE_SECONDS)
            gives_up = row["tries"] + 1 >= TRIES
            self._store.run(
                "UPDATE delivery SET tries = tries + 1, done = ?, due_at = ? WHERE id = ?",
                int(done or gives_up), time.time() + pause, row["id"],
            )  # fmt: skip
        finally:
            self._out.discard(row["id"])
            self._hands.release()
            self._wake.set()

    def _post(self, url: str, body: bytes) -> bool:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port or 80, timeout=PATIENCE_SECONDS
        )
        try:
            connection.request(
                "POST",
                parts.path or "/",
                body,
                {
                    "Content-Type": "application/json",
                    "Sandbox-Signature": sign(body, self._secret, at=int(time.time())),
                },
            )
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
