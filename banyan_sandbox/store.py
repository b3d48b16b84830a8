"""What the sandbox remembers: a small SQLite database, in memory unless a file is named."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_TABLES = """
CREATE TABLE IF NOT EXISTS payment (
    reference TEXT PRIMARY KEY, token TEXT UNIQUE NOT NULL, fingerprint TEXT NOT NULL,
    amount INTEGER NOT NULL, currency TEXT NOT NULL, description TEXT NOT NULL,
    return_url TEXT NOT NULL, webhook_url TEXT NOT NULL, lang TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', fee INTEGER NOT NULL DEFAULT 0,
    refunded INTEGER NOT NULL DEFAULT 0, expires_at REAL NOT NULL, capture_at REAL
);
CREATE TABLE IF NOT EXISTS refund (
    id INTEGER PRIMARY KEY, reference TEXT NOT NULL, key TEXT NOT NULL, amount INTEGER NOT NULL,
    currency TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
    UNIQUE (reference, key)
);
CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY, event_id TEXT NOT NULL, url TEXT NOT NULL, body BLOB NOT NULL,
    due_at REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due_at) WHERE done = 0;
"""


class Store:
    """One connection and one lock: every verb of the bank is one transaction."""

    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(_TABLES)

    @contextmanager
    def transaction(self) -> Iterator[Store]:
        with self._lock:
            if self._depth:
                yield self
                return
            self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield self
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            else:
                self._connection.execute("COMMIT")
            finally:
                self._depth -= 1

    def run(self, statement: str, *values: Any) -> sqlite3.Cursor:
        with self._lock:
            return self._connection.execute(statement, values)

    def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(row) for row in self._connection.execute(statement, values)]

    def row(self, statement: str, *values: Any) -> dict[str, Any] | None:
        found = self.rows(statement, *values)
        return found[0] if found else None
