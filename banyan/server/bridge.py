"""WSGI in a bounded pool that a slow client can never hold.

The body is read before a thread is taken, the answer leaves in one hop; streams and files are
pulled from a second, smaller pool as fast as the client drains them. Replaces a2wsgi, with which
eight slow clients stop the whole site.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any

from .environ import FileWrapper, Scope, environ

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

RETRY_AFTER_SECONDS = 2
_SENTENCES = {
    408: ("The request took too long to arrive. Please try again.", "请求用时过长，请重试。"),
    413: ("This is larger than the site accepts.", "内容超过本站允许的大小。"),
    503: ("The site is busy. Please try again in a moment.", "网站繁忙，请稍后再试。"),
}


@dataclass(frozen=True)
class Limits:
    """What one process gives to all its clients.

    `threads` bounds pages at work (more only slows pages down: they share one interpreter lock),
    `files` streams being read, `waiting` requests at work or in the queue, `memory` the bytes of a
    body kept out of a temporary file, `body` its size, `silence_seconds` the longest pause of a
    client that is sending.
    """

    threads: int = 4
    files: int = 2
    waiting: int = 256
    memory: int = 1 << 20
    body: int = 64 << 20
    silence_seconds: float = 30.0


@dataclass
class Answer:
    """What a view gave. `rest` is None when `first` is the whole body."""

    status: int
    headers: list[tuple[bytes, bytes]]
    first: bytes
    rest: Iterator[bytes] | None = None
    close: Callable[[], None] | None = None


class Refused(Exception):
    """The server's own refusal, before any page."""

    def __init__(self, status: int) -> None:
        self.status = status


class ClientGone(Exception):
    """There is nobody left to answer."""


class Bridge:
    """An ASGI application that answers `http` scopes with a WSGI application."""

    def __init__(self, app: WsgiApp, limits: Limits | None = None) -> None:
        self.app = app
        self.limits = limits or Limits()
        self.pages = ThreadPoolExecutor(self.limits.threads, "page")
        self.files = ThreadPoolExecutor(self.limits.files, "file")
        self.waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body, length = await self.read_body(scope, receive)
            with body:
                answer = await self.work(environ(scope, body, length), receive)
        except ClientGone:
            pass  # a cut body never reaches a view, a lost client's request none either
        except Refused as refusal:
            await refuse(send, refusal.status)
        else:
            await self.send_answer(answer, scope["method"], receive, send)

    async def read_body(self, scope: Scope, receive: Receive) -> tuple[IO[bytes], int]:
        """The whole body and its length. Refuses early when the length is announced."""
        announced = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
        if announced.isdigit() and int(announced) > self.limits.body:
            raise Refused(413)
        message = await self.next_part(receive)
        part = message.get("body", b"")
        if not message.get("more_body"):
            if len(part) > self.limits.body:
                raise Refused(413)
            return io.BytesIO(part), len(part)
        length = len(part)
        file = tempfile.SpooledTemporaryFile(self.limits.memory)  # noqa: SIM115
        try:
            file.write(part)
            while message.get("more_body"):
                message = await self.next_part(receive)
                part = message.get("body", b"")
                length += len(part)
                if length > self.limits.body:
                    raise Refused(413)
                file.write(part)
            file.seek(0)
        except OSError as error:
            file.close()
            raise Refused(503) from error  # no room for the temporary file
        except BaseException:
            file.close()
            raise
        return file, length

    async def next_part(self, receive: Receive) -> Message:
        try:
            async with asyncio.timeout(self.limits.silence_seconds):
                message = await receive()
        except TimeoutError:
            raise Refused(408) from None
        if message["type"] == "http.disconnect":
            raise ClientGone
        return message

    async def work(self, env: dict[str, Any], receive: Receive) -> Answer:
        """Let a page thread answer, unless the client leaves while it stands in the queue."""
        if self.waiting >= self.limits.waiting:
            raise Refused(503)
        self.waiting += 1
        queued = self.waiting > self.limits.threads
        try:
            job = self.pages.submit(self.run, env)
            answer = asyncio.wrap_future(job)
            if queued:
                # Only then is it worth a task to notice that the client has gone.
                gone = asyncio.ensure_future(departure(receive))
                try:
                    await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
                    if not answer.done() and job.cancel():
                        raise ClientGone
                finally:
                    gone.cancel()
            return await answer
        finally:
            self.waiting -= 1

    def run(self, env: dict[str, Any]) -> Answer:
        """Call the application, in a page thread."""
        status = 500
        headers: list[tuple[bytes, bytes]] = []

        def start_response(
            line: str, pairs: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], None]:
            nonlocal status, headers
            status = int(line[:3])
            headers = [(k.lower().encode("latin1"), v.encode("latin1")) for k, v in pairs]
            return unbuffered

        out = self.app(env, start_response)
        close = getattr(out, "close", None)
        streams = isinstance(out, FileWrapper) or getattr(out, "streaming", False)
        kept_open = False
        try:
            if not streams:
                return Answer(status, headers, b"".join(out))
            parts, first = iter(out), b""
            if isinstance(out, FileWrapper) and env["REQUEST_METHOD"] != "HEAD":
                # Most files are small: read the first block here and spare them the second hop.
                first, second = next(parts, b""), next(parts, None)
                if second is None:
                    return Answer(status, headers, first)
                parts = chain([second], parts)
            kept_open = True
            return Answer(status, headers, first, parts, close)
        finally:
            if close and not kept_open:
                close()

    async def send_answer(self, answer: Answer, method: str, receive: Receive, send: Send) -> None:
        await send(
            {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
        )
        if answer.rest is None:
            return await send({"type": "http.response.body", "body": answer.first})
        loop = asyncio.get_running_loop()
        # send() to a client that has gone returns at once, so an endless stream needs a watcher.
        gone = asyncio.ensure_future(departure(receive))
        try:
            part: bytes | None = answer.first
            while part is not None and method != "HEAD":
                if part:
                    await send({"type": "http.response.body", "body": part, "more_body": True})
                if gone.done():
                    return None
                part = await loop.run_in_executor(self.files, next, answer.rest, None)
        finally:
            gone.cancel()
            if answer.close:
                await loop.run_in_executor(self.files, answer.close)
        return await send({"type": "http.response.body", "body": b""})

    def stop(self) -> None:
        """Take no more work; threads that are at work finish it."""
        self.pages.shutdown(wait=False, cancel_futures=True)
        self.files.shutdown(wait=False, cancel_futures=True)


def unbuffered(_: bytes) -> None:
    raise NotImplementedError("write() of WSGI is not supported; return the body")


async def departure(receive: Receive) -> None:
    """Wait until the client has gone (or has its whole answer)."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def refuse(send: Send, status: int) -> None:
    """A refusal of the server itself, before any page: short, and in both languages."""
    english, chinese = _SENTENCES[status]
    body = f"{english}\n{chinese}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if status == 503:
        headers.append((b"retry-after", str(RETRY_AFTER_SECONDS).encode()))
    if status == 408:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
