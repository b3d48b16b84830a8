"""One lane in this process: who listens, how far it has counted, what is about to be written."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from banyan.core.hub import LaneKind, Missed

from .frames import frame

if TYPE_CHECKING:
    from .hub import Hub

RECENT = 64
PATIENCE_SECONDS = 0.03  # words of two threads may overtake each other by so much
MOST_NAMES = 30


class Lane:
    __slots__ = (
        "early", "elsewhere", "flushed_at", "hub", "is_fetching", "is_restless", "joining", "kind",
        "last", "members", "name", "pending", "recent", "shown", "streams", "timer",
    )  # fmt: skip

    def __init__(self, hub: Hub, name: str, kind: LaneKind) -> None:
        self.hub, self.name, self.kind = hub, name, kind
        self.members: set[Any] = set()  # sockets
        self.streams: set[Any] = set()  # event streams
        self.joining = 0
        self.last: int | None = None  # until the database has been asked
        self.recent: deque[tuple[int, str]] = deque(maxlen=RECENT)
        self.early: dict[int, str] = {}
        self.is_fetching = False
        self.pending: list[bytes] = []
        self.timer: Any = None
        self.flushed_at = 0.0
        self.is_restless = True  # somebody came or went since presence was told
        self.shown = ""
        self.elsewhere: dict[str, tuple[float, int, list[list[str]]]] = {}

    @property
    def is_empty(self) -> bool:
        return not (self.members or self.streams or self.joining)

    # What is said

    def hear(self, text: str, number: int | None) -> None:
        """A word has come: numbered ones leave in their order, each once."""
        if number is None:
            self.pend(text)
        elif self.last is None:
            self.early[number] = text
        elif number > self.last:
            if text:
                self.early[number] = text
            self.advance()
            if self.last < number:
                self.fetch_soon()

    def advance(self) -> None:
        while self.last is not None and (text := self.early.pop(self.last + 1, None)):
            self.put(self.last + 1, text)

    def put(self, number: int, text: str) -> None:
        self.last = number
        self.recent.append((number, text))
        self.pend(text)

    def fetch_soon(self) -> None:
        """Some number is missing: wait a moment for it, then read it in the database."""
        if not self.is_fetching:
            self.is_fetching = True
            self.hub.loop.call_later(PATIENCE_SECONDS, self.fetch)

    def fetch(self) -> None:
        last = self.last
        if last is None or (self.early and not any(n > last for n in self.early)):
            self.is_fetching = False
        else:
            self.hub.fetch(self, last)

    def fetched(self, missed: Missed | None) -> None:
        """None when the database could not be asked; the next look finds it."""
        self.is_fetching = False
        if missed is not None:
            self.catch_up(missed)

    def catch_up(self, missed: Missed) -> None:
        """Say what this process has not said yet of what stands in the database."""
        if self.last is None:
            self.last = missed.head
        elif missed.head > self.last:
            if missed.is_whole:
                for number, text in missed.notes:
                    if number > self.last:
                        self.put(number, text)
                self.last = missed.head
            else:
                self.last = missed.head
                self.recent.clear()
                self.pend(f'{{"lane":"{self.name}","do":"resync","n":{missed.head}}}')
        self.early = {n: text for n, text in self.early.items() if n > self.last}
        self.advance()

    def since(self, number: int) -> list[str] | None:
        """What was said here after `number`; None when it reaches further back than we do."""
        if self.last is None or number >= self.last:
            return []
        found = [text for n, text in self.recent if n > number]
        return found if self.recent and self.recent[0][0] <= number + 1 else None

    # Writing

    def pend(self, text: str) -> None:
        """Let it leave: at once when nothing left within a tick, else with the others."""
        self.pending.append(text.encode())
        if self.timer is None:
            wait = self.flushed_at + self.kind.tick_ms / 1000 - self.hub.loop.time()
            if wait <= 0:
                self.flush()
            else:
                self.timer = self.hub.loop.call_later(wait, self.flush)

    def flush(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        if not self.pending:
            return
        self.flushed_at = self.hub.loop.time()
        texts, self.pending = self.pending, []
        if self.members:
            self.write(b"".join([frame(text) for text in texts]))
        if self.streams:
            events = b"".join([b"data: %b\n\n" % text for text in texts])
            for stream in self.streams:
                stream.put(events)

    def write(self, frames: bytes) -> None:
        """The same bytes to every socket.

        By uvloop's write, which keeps the interpreter's lock: a plain system call lets go of it,
        and beside busy pages each of a thousand would wait its turn for it.
        """
        may_drop = not self.kind.numbered
        for member in self.members:
            if member.is_backed_up:
                member.write_later(frames, self if may_drop else None)
            else:
                member.transport.write(frames)

    # Who is here

    def names(self) -> tuple[int, list[list[str]]]:
        """How many listen in this process, and who, by person."""
        strangers, people = 0, {}
        for listener in (*self.members, *self.streams):
            if listener.who.person_id is None:
                strangers += 1
            else:
                people[listener.who.oid] = listener.who.name
        named = [[oid, name] for oid, name in people.items()] if len(people) <= MOST_NAMES else []
        return strangers + len(people), named

    def presence(self, now: float) -> tuple[int, list[list[str]]]:
        """The same over all processes."""
        total, named = self.names()
        known = {oid for oid, _ in named}
        for origin, (until, count, others) in list(self.elsewhere.items()):
            if until < now:
                del self.elsewhere[origin]
                continue
            new = [pair for pair in others if pair[0] not in known]
            total += count - (len(others) - len(new))
            named += new
            known.update(oid for oid, _ in new)
        return total, named if total <= MOST_NAMES else []
