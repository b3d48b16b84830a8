"""From the process that says something to the processes that listeners are connected to.

The process itself is told by a plain call. Others: on PostgreSQL all by NOTIFY; on SQLite, where
one web process serves a data folder, that one by a datagram. The hop may lose a word (a web
process that is just starting, a full buffer): it makes things quick, not safe. What is numbered
stands in the database, where the web process looks every two seconds.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import socket
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils.functional import cached_property

logger = logging.getLogger("banyan.hub")

CHANNEL = "banyan_hub"
LONGEST_NOTICE = 7900  # bytes; PostgreSQL refuses 8,000
LONGEST_DATAGRAM = 60_000
LONGEST_PATH = 100  # of 104 to 108 that a socket's name may have


@dataclass(frozen=True)
class Word:
    """`kind` "note": `text` is said in lane `about`; "again": person `about` is asked anew;
    "all-again": everybody in lane `about`; "here": `text` is who listens in process `origin`.
    """

    kind: str
    about: str = ""
    text: str = ""
    number: int | None = None
    origin: str = ""

    def packed(self, longest: int) -> bytes | None:
        """For the way; a numbered note that is too long goes without its text."""
        parts = [self.origin, self.kind, self.about, self.number]
        whole = json.dumps([*parts, self.text], ensure_ascii=False).encode()
        if len(whole) <= longest:
            return whole
        return None if self.number is None else json.dumps([*parts, ""]).encode()


def unpacked(raw: bytes | str) -> Word | None:
    try:
        origin, kind, about, number, text = json.loads(raw)
        return Word(str(kind), str(about), str(text), number, str(origin))
    except (ValueError, TypeError):
        return None


class _Place:
    """What this process is: where its own listeners are told, and what it is called."""

    here: Callable[[Word], None] | None = None
    name = ""

    @cached_property
    def socket(self) -> socket.socket:
        made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        made.setblocking(False)
        return made


place = _Place()


def listen(here: Callable[[Word], None] | None, name: str = "") -> None:
    """Let `here` be told of every word of this process; it may be called from any thread."""
    place.here, place.name = here, name


def ring(word: Word) -> None:
    """Tell every web process of this site. Never raises: what must not be lost is written down."""
    if place.here is not None:
        place.here(word)
    away(word)


def away(word: Word) -> None:
    """Tell the other web processes only."""
    if connection.vendor == "postgresql":
        _notify(word)
    elif place.here is None:
        _send(word)


def _notify(word: Word) -> None:
    packed = Word(word.kind, word.about, word.text, word.number, place.name).packed(LONGEST_NOTICE)
    if packed is None:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, packed.decode()])
    except (DatabaseError, InterfaceError):
        logger.warning("a word for listeners was lost", exc_info=True)


def _send(word: Word) -> None:
    packed = word.packed(LONGEST_DATAGRAM)
    if packed is None:
        return
    with suppress(OSError):  # no web process now, or it has its hands full
        place.socket.sendto(packed, str(socket_path()))


def socket_path() -> Path:
    """Where the web process of this data folder hears the others."""
    path = Path(settings.DATA).resolve() / "hub.sock"
    if len(os.fsencode(path)) <= LONGEST_PATH:
        return path
    short = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path(tempfile.gettempdir(), f"banyan-{os.getuid()}", f"{short}.sock")
