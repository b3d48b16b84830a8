"""Making the database forget, while a world is built, what only careful times need."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def in_haste() -> Iterator[None]:
    """Inside: no savepoints, no log of statements, no garbage rounds.

    Every block is a transaction of its own already, and a step that is refused ends the build: no
    savepoint would ever be rolled back to.
    """
    make_debug_cursor, allowed = connection.make_debug_cursor, connection._savepoint_allowed
    was_collecting = gc.isenabled()
    connection._savepoint_allowed = lambda: False  # type: ignore[method-assign]
    connection.make_debug_cursor = connection.make_cursor  # type: ignore[method-assign]
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        connection._savepoint_allowed = allowed  # type: ignore[method-assign]
        connection.make_debug_cursor = make_debug_cursor  # type: ignore[method-assign]
        if was_collecting:
            gc.enable()
