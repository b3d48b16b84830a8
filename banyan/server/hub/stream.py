"""The same lanes as server-sent events over plain HTTP, where a WebSocket cannot get through.

GET /ws/events?lane=feed:01h…&lane=chat:…~41 (the number after ~ is the last one heard).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from banyan.core.hub import Who

from . import asking
from .handshake import cookie_named
from .wire import SOFT_BYTES, STRANGER

if TYPE_CHECKING:
    from .hub import Hub
    from .lane import Lane

PATH = "/ws/events"
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Stream:
    """One reader of events. What it has not taken yet waits here, up to 256 kB."""

    is_socket = False

    def __init__(self) -> None:
        self.who: Who = STRANGER
        self.session = ""
        self.whom: Any = None
        self.asked_at = time.monotonic()
        self.lanes: tuple[Lane, ...] = ()
        self.waiting: list[bytes] = []
        self.size = 0
        self.bell = asyncio.Event()
        self.is_open = True

    def put(self, events: bytes) -> None:
        self.size += len(events)
        if self.size > SOFT_BYTES:
            self.waiting = [b'data: {"do":"slow"}\n\n']
            self.close()
        elif self.is_open:
            self.waiting.append(events)
        self.bell.set()

    def send(self, text: str) -> None:
        self.put(b"data: %b\n\n" % text.encode())

    def send_all(self, texts: Sequence[str]) -> None:
        for text in texts:
            self.send(text)

    def close(self, code: int = 0, reason: str = "") -> None:
        self.is_open = False
        self.bell.set()

    shutdown = close


async def answer(hub: Hub, scope: Any, receive: Any, send: Any) -> None:
    """One request for events, from who asks to the last byte."""
    fields: dict[bytes, bytes] = dict(scope["headers"])
    if scope["method"] != "GET":
        return await _refuse(send, 405)
    if not asking.is_our_host(fields.get(b"host", b"").decode("latin1")):
        return await _refuse(send, 400)
    if fields.get(b"sec-fetch-site", b"same-origin") != b"same-origin":
        return await _refuse(send, 403)
    if hub.is_stopping or len(hub.listeners) >= hub.limits.sockets:
        return await _refuse(send, 503)
    stream = Stream()
    session = cookie_named(fields.get(b"cookie", b"").decode("latin1"), hub.session_cookie)
    if session:
        stream.who = await asyncio.get_running_loop().run_in_executor(
            hub.pool, asking.who_has, session
        )
        stream.session = session if stream.who.person_id else ""
    address = scope["client"][0] if scope.get("client") else ""
    if not hub.has_room(stream.who, address):
        return await _refuse(send, 429)
    hub.settle(stream, address)
    try:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": b"retry: 2000\n\n", "more_body": True})
        hub.join(stream, wanted_of(scope["query_string"]))
        await _pour(stream, receive, send)
    finally:
        stream.is_open = False
        hub.unlist(stream)
    return await send({"type": "http.response.body", "body": b""})


async def _pour(stream: Stream, receive: Any, send: Any) -> None:
    gone = asyncio.ensure_future(_departure(receive))
    gone.add_done_callback(lambda _: stream.close())
    try:
        while stream.is_open or (stream.waiting and not gone.done()):
            await stream.bell.wait()
            stream.bell.clear()
            parts, stream.waiting, stream.size = stream.waiting, [], 0
            if parts and not gone.done():
                await send(
                    {"type": "http.response.body", "body": b"".join(parts), "more_body": True}
                )
    finally:
        gone.cancel()


async def _departure(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def wanted_of(query: bytes) -> dict[str, int | None]:
    """What the address asks for: lane -> the last number heard, or None."""
    wanted: dict[str, int | None] = {}
    for name, value in parse_qsl(query.decode("latin1")):
        lane, _, after = value.partition("~")
        if name == "lane" and lane:
            wanted[lane] = int(after) if after.isdecimal() and len(after) < 16 else None
    return wanted


async def _refuse(send: Any, status: int) -> None:
    headers = [(b"content-length", b"0"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
