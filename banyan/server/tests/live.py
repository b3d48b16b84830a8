"""A web process's loop with a hub in a thread of the test, and clients that listen to it."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import uvicorn
from django.db import connections
from websockets.sync.client import ClientConnection, connect

from banyan.server import web
from banyan.server.hub.hub import Hub, Limits

from . import tiny


class Site:
    """`hub` and its loop, listening on `port`."""

    def __init__(self, limits: Limits | None = None, app: Any = tiny.app) -> None:
        self.hub = Hub(limits)
        self.ears = ExitStack()
        self.listener = tiny.listener()
        self.port = self.listener.getsockname()[1]
        config = uvicorn.Config(
            web.Application(app, web.Limits(), self.hub), loop="uvloop", http=web.Protocol,
            ws=self.hub.socket, lifespan="on", access_log=False, log_config=None,
            timeout_graceful_shutdown=5,
        )  # fmt: skip
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, args=([self.listener],))
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)

    def stop(self) -> float:
        """Seconds it took."""
        if not self.hub.is_stopping:  # their connections must not outlive the test's database
            both = threading.Barrier(2)
            for _ in range(2):
                self.hub.pool.submit(lambda: (both.wait(5), connections.close_all()))
            time.sleep(0.05)
        before = time.monotonic()
        self.hub.soon(self.hub.stop)
        self.server.should_exit = True
        self.thread.join(10)
        assert not self.thread.is_alive()
        return time.monotonic() - before

    def connect(self, client: Any = None, **more: Any) -> Ear:
        """A listener with the session of a Django test client."""
        headers = dict(more.pop("additional_headers", {}))
        if client is not None and "sessionid" in client.cookies:
            headers["Cookie"] = f"sessionid={client.cookies['sessionid'].value}"
        origin = more.pop("origin", f"http://127.0.0.1:{self.port}")
        url = f"ws://127.0.0.1:{self.port}{more.pop('path', '/ws')}"
        opening = connect(
            url,
            origin=origin,
            additional_headers=headers,
            compression=None,
            close_timeout=1,
            **more,
        )
        return Ear(self.ears.enter_context(opening))

    def raw(self, head: str = "") -> socket.socket:
        """An opened WebSocket as bare bytes."""
        sock = socket.create_connection(("127.0.0.1", self.port), 5)
        sock.sendall(
            f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nUpgrade: websocket\r\n"
            f"Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"Origin: http://127.0.0.1:{self.port}\r\n{head}\r\n".encode()
        )
        return sock

    def in_loop(self, call: Any) -> Any:
        """What `call()` gives, called in the hub's loop."""

        async def run() -> Any:
            return call()

        return asyncio.run_coroutine_threadsafe(run(), self.hub.loop).result(5)


class Ear:
    def __init__(self, wire: ClientConnection) -> None:
        self.wire = wire

    def tell(self, **said: Any) -> None:
        self.wire.send(json.dumps(said))

    def hear(self, seconds: float = 5) -> dict[str, Any]:
        """The next note that is not a sign of life."""
        while True:
            note: dict[str, Any] = json.loads(self.wire.recv(timeout=seconds))
            if note:
                return note

    def until(self, do: str, seconds: float = 5) -> dict[str, Any]:
        """The next note that says `do`."""
        until = time.monotonic() + seconds
        while True:
            note = self.hear(max(0.01, until - time.monotonic()))
            if note["do"] == do:
                return note

    def join(self, lane: str, after: int | None = None) -> dict[str, Any]:
        self.tell(join={lane: after})
        return self.hear()

    def hears_nothing(self, seconds: float = 0.3) -> bool:
        try:
            self.hear(seconds)
        except TimeoutError:
            return True
        return False

    def close(self) -> None:
        self.wire.close()


@contextmanager
def site(limits: Limits | None = None, app: Any = tiny.app) -> Iterator[Site]:
    running = Site(limits, app)
    try:
        yield running
    finally:
        running.stop()
        running.ears.close()
