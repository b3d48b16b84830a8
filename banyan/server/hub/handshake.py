"""The request that opens a WebSocket, read and answered. uvicorn hands it over as bytes."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
LONGEST_HEAD = 64 * 1024


class Unfit(Exception):
    """Not a request we can open: the HTTP status to answer with."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks. `address` and `scheme` are as a trusted proxy says, else as we see them."""

    path: str
    host: str
    origin: str
    scheme: str
    address: str
    cookie: str
    key: bytes

    @property
    def is_of_this_site(self) -> bool:
        """Whether a page of the same host asks. Browsers always say; pages cannot forge it."""
        return self.origin == f"{self.scheme}://{self.host}"

    def cookie_named(self, name: str) -> str:
        return cookie_named(self.cookie, name)


def cookie_named(header: str, name: str) -> str:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def read(head: bytes, peer: str, proxies: Sequence[str]) -> Request:
    """The request whose head (without the empty line) is `head`. Raises Unfit."""
    first, *lines = head.split(b"\r\n")
    parts = first.split(b" ")
    if len(parts) != 3 or parts[2] != b"HTTP/1.1":
        raise Unfit(400)
    if parts[0] != b"GET":
        raise Unfit(405)
    fields: dict[bytes, list[bytes]] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon:
            fields.setdefault(name.strip().lower(), []).append(value.strip())

    def words(name: bytes) -> list[bytes]:
        return [part.strip().lower() for v in fields.get(name, []) for part in v.split(b",")]

    def only(name: bytes) -> str:
        """A field that may stand once."""
        found = fields.get(name, [])
        if len(found) > 1:
            raise Unfit(400)
        return found[0].decode("latin1") if found else ""

    if b"websocket" not in words(b"upgrade") or b"upgrade" not in words(b"connection"):
        raise Unfit(400)
    if only(b"sec-websocket-version") != "13":
        raise Unfit(426)
    key = only(b"sec-websocket-key").encode("latin1")
    if not _is_key(key):
        raise Unfit(400)
    scheme, address = "http", peer
    if peer in proxies:
        scheme = only(b"x-forwarded-proto").strip().lower() or scheme
        address = _client_of(words(b"x-forwarded-for"), proxies) or peer
    return Request(
        path=parts[1].decode("latin1").partition("?")[0],
        host=only(b"host"),
        origin=only(b"origin"),
        scheme=scheme,
        address=address,
        cookie="; ".join(v.decode("latin1") for v in fields.get(b"cookie", [])),
        key=key,
    )


def _is_key(key: bytes) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except binascii.Error:
        return False


def _client_of(chain: list[bytes], proxies: Sequence[str]) -> str:
    """The last address in the chain that is no proxy of ours."""
    for raw in reversed(chain):
        if (address := raw.decode("latin1")) not in proxies:
            return address
    return ""


def welcome(key: bytes) -> bytes:
    accept = base64.b64encode(hashlib.sha1(key + _GUID).digest())  # noqa: S324
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )


def refusal(status: int) -> bytes:
    words = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
    if status == 426:
        words += "Sec-WebSocket-Version: 13\r\n"
    if status == 503:
        words += "Retry-After: 5\r\n"
    return f"{words}Connection: close\r\nContent-Length: 0\r\n\r\n".encode()
