"""One single-threaded process that forks the others, restarts them, and ends them all.

It loads the project before the fork, so that its children share the memory, and keeps no
connection and no thread of its own. Three things make sure that nothing is left behind:

- every child holds the reading end of a pipe: when the master is gone, however it went, the child
  sees the end of the file and stops itself;
- Ctrl-C reaches the whole group, so children block SIGINT and only the master acts on it: two
  signals would cut short what one lets finish;
- a second Ctrl-C, or a deadline, kills.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30.0
SETTLED_SECONDS = 30.0
CANNOT_START = 3
AFRESH = 4
HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)


@dataclass
class Child:
    """One process of ours. `run` is called in it and gives its exit code.

    With `vital`, an exit code of 3 (cannot start) ends everything instead of being tried again.
    """

    name: str
    run: Callable[[], int]
    vital: bool = False
    pid: int = 0
    started_at: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS
    due_at: float = 0.0


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


class Master:
    """Supervises `children` until a signal ends it.

    After `closing_seconds` of waiting for them they are killed. When `changed` says so, they are
    ended and `run` gives AFRESH.
    """

    def __init__(
        self,
        children: Sequence[Child],
        *,
        closing_seconds: float = 15.0,
        changed: Callable[[], bool] | None = None,
    ) -> None:
        self.children = list(children)
        self.closing_seconds = closing_seconds
        self.changed = changed
        self.stopping = False
        self.deadline = 0.0
        self.code = 0

    def run(self) -> int:
        if threading.active_count() > 1:
            raise RuntimeError("the master must not fork while it has threads")
        self.leash, self.leash_held = os.pipe()  # children read, only we hold the other end
        self.bell = signals_as_bytes()
        gc.collect()
        gc.freeze()
        while True:
            self.reap()
            if not self.stopping:
                self.start_due()
                if self.changed and self.changed():
                    self.stop(AFRESH)
            elif not any(child.pid for child in self.children):
                return self.code
            elif time.monotonic() > self.deadline:
                say("Some processes did not end in time and are killed.")
                self.signal_all(signal.SIGKILL)
                self.deadline = float("inf")
            self.hear(self.patience())

    def patience(self) -> float:
        """Seconds until something is due."""
        moments = [c.due_at for c in self.children if not c.pid and not self.stopping]
        if self.stopping and self.deadline != float("inf"):
            moments.append(self.deadline)
        longest = 0.5 if self.changed else 5.0
        return min(longest, max(0.0, min(moments, default=float("inf")) - time.monotonic()))

    def hear(self, seconds: float) -> None:
        """Wait for signals at most so long, and act on them."""
        if not select.select([self.bell], [], [], seconds)[0]:
            return
        for number in os.read(self.bell, 64):
            if number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                if self.stopping and number == signal.SIGINT:
                    self.signal_all(signal.SIGKILL)
                self.stop()

    def stop(self, code: int = 0) -> None:
        """Ask all children to end; the first reason gives the exit code."""
        if self.stopping:
            return
        self.stopping, self.code = True, code
        self.deadline = time.monotonic() + self.closing_seconds
        self.signal_all(signal.SIGTERM)

    def signal_all(self, number: signal.Signals) -> None:
        for child in self.children:
            if child.pid:
                os.kill(child.pid, number)  # not reaped yet, so the number is still its own

    def reap(self) -> None:
        for child in self.children:
            if not child.pid:
                continue
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                child.pid = 0
                self.ended(child, os.waitstatus_to_exitcode(status))

    def ended(self, child: Child, code: int) -> None:
        if self.stopping:
            return
        if child.vital and code == CANNOT_START:
            say(f"The {child.name} cannot start; the reason stands above.")
            self.stop(code=1)
            return
        now = time.monotonic()
        if now - child.started_at > SETTLED_SECONDS:
            child.pause = FIRST_PAUSE_SECONDS
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        say(f"The {child.name} {how}; it starts again in {child.pause:g} s.")
        child.due_at = now + child.pause
        child.pause = min(child.pause * 2, LONGEST_PAUSE_SECONDS)

    def start_due(self) -> None:
        for child in self.children:
            if not child.pid and child.due_at <= time.monotonic():
                child.started_at = time.monotonic()
                # Held back over the fork: until the child has handlers of its own, a signal to it
                # would be taken for one to us, and be lost.
                signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
                child.pid = os.fork()
                if not child.pid:
                    self.be(child)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)

    def be(self, child: Child) -> None:
        """In the child: live as `child`, never return."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in HEARD:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, {signal.SIGINT, signal.SIGHUP})
            os.close(self.leash_held)
            threading.Thread(
                target=heel, args=(self.leash, self.closing_seconds), daemon=True
            ).start()
            code = child.run()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)


def heel(leash: int, closing_seconds: float) -> None:
    """In a child's thread: end with the master, at the latest after `closing_seconds`."""
    os.read(leash, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(closing_seconds)
    os._exit(1)


def signals_as_bytes() -> int:
    """A descriptor from which the numbers of arriving signals are read."""
    bell, ringer = os.pipe()
    os.set_blocking(bell, False)
    os.set_blocking(ringer, False)
    signal.set_wakeup_fd(ringer, warn_on_full_buffer=False)
    for number in HEARD:
        signal.signal(number, lambda *_: None)
    return bell
