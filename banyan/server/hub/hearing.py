"""How the web process hears the others: NOTIFY on PostgreSQL, a datagram socket on SQLite."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
from django.db import connection
from psycopg import sql

from banyan.core.hub import hop

if TYPE_CHECKING:
    from .hub import Hub

logger = logging.getLogger("banyan.hub")

LONGEST_PAUSE_SECONDS = 10.0


class Hearer(Protocol):
    """`has_others`: there may be other web processes, who have to be told of what is heard here."""

    has_others: bool

    def close(self) -> None: ...


def of_this_site(hub: Hub) -> Hearer | None:
    if connection.vendor == "postgresql":
        return Notices(hub)
    try:
        return Datagrams(hub)
    except OSError as error:
        logger.warning("other processes are heard every two seconds only: %s", error)
        return None


class Datagrams:
    """Of two web processes in one data folder the later one hears (the earlier is ending)."""

    has_others = False

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.path = hop.socket_path()
        prepare(self.path.parent)
        with suppress(FileNotFoundError):
            self.path.unlink()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        with suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        before = os.umask(0o177)
        try:
            self.socket.bind(str(self.path))
        finally:
            os.umask(before)
        self.inode = self.path.stat().st_ino
        hub.loop.add_reader(self.socket, self.read)

    def read(self) -> None:
        for _ in range(200):
            try:
                raw = self.socket.recv(hop.LONGEST_DATAGRAM)
            except BlockingIOError:
                return
            except OSError:
                return
            if word := hop.unpacked(raw):
                self.hub.take(word)

    def close(self) -> None:
        self.hub.loop.remove_reader(self.socket)
        self.socket.close()
        with suppress(FileNotFoundError):
            if self.path.stat().st_ino == self.inode:
                self.path.unlink()


def prepare(folder: Path) -> None:
    """The folder exists and is nobody else's: whoever may write there could speak for us."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_uid != os.getuid() or found.st_mode & stat.S_IWOTH:
        raise PermissionError(f"{folder} can be written by others")


class Notices:
    """One connection of its own that listens; when it is lost, a new one, and a look at all."""

    has_others = True

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.task = hub.loop.create_task(self.live())

    async def live(self) -> None:
        pause = 0.2
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    **parameters(), autocommit=True
                ) as listening:
                    await listening.execute(
                        sql.SQL("LISTEN {}").format(sql.Identifier(hop.CHANNEL))
                    )
                    pause = 0.2
                    self.hub.look()
                    async for notice in listening.notifies():
                        self.heard(notice.payload)
            except (psycopg.Error, OSError) as error:
                logger.warning("not listening to the database (%s)", error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def heard(self, raw: str) -> None:
        word = hop.unpacked(raw)
        if word is None or word.origin == self.hub.name:
            return
        try:
            self.hub.take(word)
        except Exception:
            logger.exception("a word of another process")

    def close(self) -> None:
        self.task.cancel()


def parameters() -> dict[str, Any]:
    given = connection.settings_dict
    named = {
        "dbname": given["NAME"], "user": given["USER"], "password": given["PASSWORD"],
        "host": given["HOST"], "port": given["PORT"],
    }  # fmt: skip
    return {name: value for name, value in named.items() if value}
