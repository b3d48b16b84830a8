"""One WebSocket: handshake, frames, limits, a slow reader's end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from banyan.core.hub import Who

from . import frames, handshake
from .frames import Broken, Reader, closing, frame

if TYPE_CHECKING:
    from .hub import Hub
    from .lane import Lane

LONGEST_MESSAGE = 16 * 1024
SOFT_BYTES = 256 * 1024
HARD_BYTES = 4 * 1024 * 1024
CLOSING_SECONDS = 1.0
STRANGER = Who()
# Not opened yet; open; we have said that we close; closed.
ARRIVING, OPEN, CLOSING, GONE = range(4)
SIGNED_OUT = 4001
_CLOSE = bytes((0x80 | frames.CLOSE,))


class Connection(asyncio.Protocol):
    """What uvicorn makes of an upgraded request."""

    __slots__ = (
        "asked_at", "closing_timer", "head", "hub", "is_backed_up", "is_deaf", "lanes",
        "missed", "reader", "registered", "session", "state", "transport", "unanswered", "who",
        "whom",
    )  # fmt: skip
    is_socket = True

    def __init__(self, hub: Hub, registered: set[Any] | None = None) -> None:
        self.hub = hub
        self.registered = registered  # uvicorn's, which waits for all in it when it stops
        self.state = ARRIVING
        self.who = STRANGER
        self.session = ""
        self.lanes: tuple[Lane, ...] = ()
        self.head: bytes | None = b""
        self.reader: Reader | None = None
        self.is_backed_up = False
        self.is_deaf = False  # it broke the protocol: what follows has no meaning
        self.missed: set[Lane] | None = None
        self.unanswered = 0
        self.whom: Any = None  # whose patience counts, set with the time of asking by the hub
        self.asked_at = 0.0
        self.closing_timer: asyncio.TimerHandle | None = None

    @property
    def is_open(self) -> bool:
        return self.state == OPEN

    # asyncio.Protocol

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        if self.registered is not None:
            self.registered.add(self)
        self.hub.arrived(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.state = GONE
        if self.registered is not None:
            self.registered.discard(self)
        if self.closing_timer is not None:
            self.closing_timer.cancel()
            self.closing_timer = None
        self.hub.left(self)

    def data_received(self, data: bytes) -> None:
        if self.state == OPEN:
            self.unanswered = 0
            self.read(data)
        elif self.state == ARRIVING:
            self.arrive(data)
        elif self.state == CLOSING and (not self.is_deaf or data[:1] == _CLOSE):
            self.read(data)

    def eof_received(self) -> None:
        return None

    def shutdown(self) -> None:
        """uvicorn's word that the site stops."""
        self.close(frames.RESTART, "the site restarts")

    # Opening

    def arrive(self, data: bytes) -> None:
        if self.head is None:  # asked, not yet answered: a client may not speak before we did
            return self.refuse(400)
        self.head += data
        if len(self.head) > handshake.LONGEST_HEAD:
            return self.refuse(431)
        head, end, rest = self.head.partition(b"\r\n\r\n")
        if not end:
            return None
        self.head = None
        if rest:
            return self.refuse(400)
        peer = self.transport.get_extra_info("peername")
        try:
            request = handshake.read(head, str(peer[0]) if peer else "", self.hub.proxies)
        except handshake.Unfit as unfit:
            return self.refuse(unfit.status)
        return self.hub.admit(self, request)

    def refuse(self, status: int) -> None:
        self.transport.write(handshake.refusal(status))
        self.transport.close()
        self.state = GONE

    def open(self, key: bytes, who: Who, session: str) -> None:
        self.who, self.session, self.state = who, session, OPEN
        self.transport.set_write_buffer_limits(high=SOFT_BYTES, low=SOFT_BYTES // 4)
        self.transport.write(handshake.welcome(key))

    # Reading

    def read(self, data: bytes) -> None:
        reader = self.reader or Reader(LONGEST_MESSAGE)
        try:
            for op, payload in reader.feed(data):
                if self.state == OPEN and not self.hub.has_patience_with(self):
                    self.close(frames.POLICY, "too fast")  # and go on until its close comes
                if op == frames.CLOSE:
                    return self.hear_close(payload)  # type: ignore[arg-type]
                if self.state == OPEN:
                    if op == frames.PING:
                        self.write(frame(payload, frames.PONG))  # type: ignore[arg-type]
                    elif op == frames.TEXT:
                        self.hear(payload)  # type: ignore[arg-type]
        except Broken as broken:
            self.is_deaf, self.reader = True, None
            self.close(broken.code, broken.reason)
            return None
        self.reader = None if reader.is_idle else reader
        return None

    def hear(self, text: str) -> None:
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict) or not self.hub.heard(self, said):
            self.close(frames.POLICY, "not understood")

    def hear_close(self, payload: bytes) -> None:
        if self.state == CLOSING:  # the answer to ours
            self.transport.close()
            return
        try:
            code = frames.read_close(payload)
            reason = ""
        except Broken as broken:
            code, reason = broken.code, broken.reason
        self.close(code, reason)
        self.transport.close()

    # Writing

    def send(self, text: str) -> None:
        self.write(frame(text.encode()))

    def send_all(self, texts: Sequence[str]) -> None:
        self.write(b"".join([frame(text.encode()) for text in texts]))

    def write(self, data: bytes) -> None:
        if self.state == OPEN:
            if self.is_backed_up:
                self.write_later(data, None)
            else:
                self.transport.write(data)

    def write_later(self, data: bytes, droppable_of: Lane | None) -> None:
        """Write behind much that still waits. What may be dropped is."""
        if self.state != OPEN:
            return
        if droppable_of is not None:
            self.missed = (self.missed or set()) | {droppable_of}
            self.hub.stats["dropped"] += 1
        elif self.transport.get_write_buffer_size() + len(data) > HARD_BYTES:
            self.hub.stats["cut"] += 1
            self.abort()  # no close frame would reach it; it resumes by number
        else:
            self.transport.write(data)

    def pause_writing(self) -> None:
        """More than 256 kB wait for it."""
        self.is_backed_up = True
        if self.state == OPEN:
            self.hub.watch(self)

    def resume_writing(self) -> None:
        """It has read nearly all; it is told which lanes it has to load anew."""
        self.is_backed_up = False
        self.hub.slow.pop(self, None)
        for lane in self.missed or ():
            self.send(f'{{"lane":"{lane.name}","do":"resync"}}')
        self.missed = None

    # Ending

    def close(self, code: int, reason: str = "") -> None:
        """Say why, wait a second for the client's answer, then cut."""
        if self.state == ARRIVING:
            self.refuse(503)
        elif self.state == OPEN:
            self.transport.write(closing(code, reason))
            self.state = CLOSING
            self.hub.unlist(self)
            self.closing_timer = self.hub.loop.call_later(CLOSING_SECONDS, self.cut)

    def cut(self) -> None:
        """The client did not answer our close."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()

    def abort(self) -> None:
        if self.state != GONE:
            self.state = CLOSING
            self.is_backed_up = True
            self.transport.abort()
