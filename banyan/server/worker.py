"""The worker process: looks for due jobs and sweeps, and runs them in a few threads."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.utils import timezone

from banyan.core.jobs import queue, run

logger = logging.getLogger("banyan.worker")

POLL_SECONDS = 0.4
LOST_EVERY_SECONDS = 5.0
LONGEST_SILENCE_SECONDS = 5.0


class Worker:
    """Takes what is due, at most `threads` at a time, so that a slow job does not stop the rest.

    `slot` names this worker for the master's whole life: whoever starts in a slot knows that the
    one before it is dead, and gives back at once what that one held.
    """

    def __init__(self, *, slot: str = "", threads: int = 3) -> None:
        self.slot = slot or f"{socket.gethostname()[:40]}:{os.getpid()}"
        self.threads = threads
        self.pool = ThreadPoolExecutor(threads, "job")
        self.stopping = False
        self.ring = threading.Event()
        self.running: set[Future[None]] = set()
        self.lost_seen_at = 0.0
        self.silence = 0.0

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())
        ready = False
        while not self.stopping:
            try:
                if not ready:
                    queue.return_held_by(self.slot, now=timezone.now())
                    queue.set_sweeps()
                    ready = True
                self.look()
                self.silence = 0.0
            except (DatabaseError, InterfaceError) as error:
                # The database is away: wait for it, longer each time.
                self.silence = min(self.silence * 2 or POLL_SECONDS, LONGEST_SILENCE_SECONDS)
                logger.warning("no database (%s); next look in %.1f s", error, self.silence)
                connections.close_all()
            self.ring.wait(self.silence or POLL_SECONDS)  # or until a thread is free
            self.ring.clear()
        self.pool.shutdown(wait=True, cancel_futures=True)
        with suppress(DatabaseError, InterfaceError):
            queue.return_held_by(self.slot, now=timezone.now())  # taken, but not begun
        return 0

    def stop(self) -> None:
        """End once the jobs at work are done."""
        # A plain flag: setting an Event here could wait for a lock that our own thread holds.
        self.stopping = True

    def look(self) -> None:
        """Start what is due, as far as threads are free."""
        self.running = {future for future in self.running if not future.done()}
        now = timezone.now()
        if time.monotonic() - self.lost_seen_at > LOST_EVERY_SECONDS:
            queue.return_lost(now=now)
            self.lost_seen_at = time.monotonic()
        free = self.threads - len(self.running)
        if not free:
            return
        for name in queue.take_sweeps(now=now):
            self.start(partial(run.one_sweep, name))
        free = self.threads - len(self.running)
        taken = queue.take(now=now, limit=free, holder=self.slot) if free > 0 else []
        for row in taken:
            self.start(partial(run.one_job, row))

    def start(self, call: Callable[[], object]) -> None:
        future = self.pool.submit(self.guarded, call)
        self.running.add(future)
        future.add_done_callback(lambda _: self.ring.set())  # its thread is free for the next

    def guarded(self, call: Callable[[], object]) -> None:
        """One call in a job thread, with its own connection to the database in good order."""
        close_old_connections()
        try:
            call()
        except Exception:
            # Not the job's own failure, which is written down, but ours to write it: the lease
            # passes and the job comes back.
            logger.exception("a job's end could not be written down")
            connections.close_all()
