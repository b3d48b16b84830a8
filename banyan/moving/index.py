"""Which old keys have been seen, on disk: whole communities do not fit in memory."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from types import TracebackType
from typing import Self


class Index:
    """A scratch table that is gone when it is closed."""

    def __init__(self) -> None:
        self._file = tempfile.NamedTemporaryFile(prefix="banyan-index-")  # noqa: SIM115
        self._db = sqlite3.connect(self._file.name, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("PRAGMA cache_size=-1000")
        self._db.execute("CREATE TABLE seen (of TEXT, what, PRIMARY KEY (of, what)) WITHOUT ROWID")
        self._db.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self._db.close()
        self._file.close()

    def add(self, of: str, what: int | str) -> bool:
        """Note it down; False when it was there."""
        if isinstance(what, str):
            what = hashlib.sha256(what.encode()).hexdigest()
        done = self._db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (of, what))
        return done.rowcount == 1

    def has(self, of: str, what: int) -> bool:
        found = self._db.execute("SELECT 1 FROM seen WHERE of = ? AND what = ?", (of, what))
        return found.fetchone() is not None
