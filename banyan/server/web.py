"""The web process: uvicorn in front, pages through the bridge."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .bridge import Bridge, Limits, Receive, Send, WsgiApp
from .environ import Scope
from .hub import hub as live
from .hub import stream

HEAD_BYTES = 64 * 1024
HEAD_SECONDS = 20.0
_REFUSED_HEAD = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"connection: close\r\ncontent-length: 0\r\n\r\n"
)


@dataclass(frozen=True)
class Options:
    """How the web process is set up. `proxies` are the addresses whose X-Forwarded-* count."""

    limits: Limits = field(default_factory=Limits)
    proxies: Sequence[str] = ()
    closing_seconds: int = 10


class Protocol(HttpToolsProtocol):
    """uvicorn's, with an end to the patience for a request's head: bytes and seconds.

    Without it a client may send one header for ever, into our memory.
    """

    _in_head = True
    _head_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head and self.parser is not None:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
                self.transport.write(_REFUSED_HEAD)
                self.transport.close()
            elif self._head_timer is None:
                self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._in_head, self._head_bytes = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._unwatch()
        super().on_headers_complete()

    def _watch(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _unwatch(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


class Application:
    """The ASGI side: lifespan and live events here, everything else over the bridge."""

    def __init__(self, app: WsgiApp, limits: Limits, hub: live.Hub | None) -> None:
        self.bridge = Bridge(app, limits)
        self.hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.live(receive, send)
        elif self.hub is not None and scope["path"] == stream.PATH:
            await stream.answer(self.hub, scope, receive, send)
        elif scope["type"] == "http":
            await self.bridge(scope, receive, send)

    async def live(self, receive: Receive, send: Send) -> None:
        while True:
            stage = (await receive())["type"]
            if stage == "lifespan.startup" and self.hub is not None:
                self.hub.start()
                stop_at_the_signal(self.hub)
            if stage == "lifespan.shutdown":
                if self.hub is not None:
                    self.hub.stop()
                self.bridge.stop()
            await send({"type": f"{stage}.complete"})
            if stage == "lifespan.shutdown":
                return


def stop_at_the_signal(hub: live.Hub) -> None:
    """uvicorn tells us only once open streams have ended: hear the signal ourselves."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def told(number: int, frame: Any, before: Any = before) -> None:
            hub.soon(hub.stop)
            if callable(before):
                before(number, frame)

        signal.signal(number, told)


def run(
    app: WsgiApp, listener: socket.socket, options: Options, hub: live.Hub | None = None
) -> int:
    """Serve until told to stop; gives the exit code. Without `hub`, no live path."""
    # uvicorn raises the signal again once it has closed: end in peace instead of dying of it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    gc.enable()
    config: dict[str, Any] = {
        "loop": "uvloop",
        "http": Protocol,
        "ws": hub.socket if hub is not None else "none",
        "lifespan": "on",
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "backlog": 2048,
        "timeout_graceful_shutdown": options.closing_seconds,
        "timeout_keep_alive": 20,
        "proxy_headers": bool(options.proxies),
        "forwarded_allow_ips": list(options.proxies),
    }
    uvicorn.Server(uvicorn.Config(Application(app, options.limits, hub), **config)).run([listener])
    return 0
