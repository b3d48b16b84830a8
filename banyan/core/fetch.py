"""Fetch a picture or a page from an address somebody gave us, and nothing else.

Whoever may write an address must not reach our own network with it: only http and https on their
own ports, only addresses of the public internet, looked at before connecting and connected to as
they were looked at (a name that answers differently the second time gains nothing), again for
each redirect.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import SplitResult, urljoin, urlsplit

MAX_BYTES = 15 * 1024 * 1024
MAX_REDIRECTS = 3
TIMEOUT_SECONDS = 10.0
_PORTS = {"http": 80, "https": 443}
_TUNNELS = [
    ipaddress.ip_network(block)
    for block in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "fec0::/10")
]

Resolve = Callable[[str, int], list[str]]
Connect = Callable[[tuple[str, int], float], socket.socket]


class Unfetched(Exception):
    """Not fetched; `fault` says why: "address", "refused", "unreachable", "answer" or "size"."""

    def __init__(self, fault: str, words: str = "") -> None:
        self.fault = fault
        super().__init__(f"{fault}: {words}" if words else fault)


def resolve(host: str, port: int) -> list[str]:
    """Every address of a host."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as fault:
        raise Unfetched("unreachable", "no such host") from fault
    return list(dict.fromkeys(str(row[4][0]) for row in found))


def connect(address: tuple[str, int], timeout: float) -> socket.socket:
    return socket.create_connection(address, timeout)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, and hides no other one."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in block for block in _TUNNELS):
            return False
    return ip.is_global and not (
        ip.is_multicast or ip.is_reserved or ip.is_private or ip.is_loopback
        or ip.is_link_local or ip.is_unspecified
    )  # fmt: skip


def fetch(
    url: str,
    *,
    accept: str = "image/*",
    most: int = MAX_BYTES,
    resolve: Resolve = resolve,
    connect: Connect = connect,
) -> bytes:
    """The bytes at `url`, at most `most` of them within 10 seconds; Unfetched otherwise."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    for _hop in range(MAX_REDIRECTS + 1):
        parts = _checked(url)
        addresses = resolve(str(parts.hostname), _PORTS[parts.scheme])
        if not addresses or not all(is_public(address) for address in addresses):
            raise Unfetched("refused", "not an address of the public internet")
        body, onward = _ask(parts, addresses[0], deadline, connect, accept, most)
        if onward is None:
            return body
        url = urljoin(url, onward)
    raise Unfetched("refused", "too many redirects")


def _checked(url: str) -> SplitResult:
    if len(url) > 2000 or any(ord(sign) <= 32 or ord(sign) == 127 for sign in url):
        raise Unfetched("address", "not an address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise Unfetched("address", "not an address") from fault
    if parts.scheme not in _PORTS or not parts.hostname:
        raise Unfetched("address", "only http and https")
    if parts.username is not None or parts.password is not None:
        raise Unfetched("address", "no names or passwords in addresses")
    if port not in (None, _PORTS[parts.scheme]):
        raise Unfetched("refused", "only the usual ports")
    return parts


def _ask(
    parts: SplitResult, address: str, deadline: float, connect: Connect, accept: str, most: int
) -> tuple[bytes, str | None]:
    """One request to the address that was checked: (body, None) or (b"", where to go on)."""
    host = str(parts.hostname)
    left = deadline - time.monotonic()
    if left <= 0:
        raise Unfetched("unreachable", "too slow")
    plain: socket.socket | None = None
    watch: threading.Timer | None = None
    try:
        plain = connect((address, _PORTS[parts.scheme]), min(left, 5.0))
        # A reader's timeout counts from byte to byte; this one ends the whole thing.
        watch = threading.Timer(max(deadline - time.monotonic(), 0.1), _cut, [plain])
        watch.daemon = True
        watch.start()
        sock = plain
        if parts.scheme == "https":
            sock = ssl.create_default_context().wrap_socket(plain, server_hostname=_ascii(host))
        talk = http.client.HTTPConnection(host, timeout=left)
        talk.sock = sock
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        talk.request(
            "GET", _quoted(path),
            headers={"Host": _ascii(host), "Accept": accept, "Accept-Encoding": "identity",
                     "User-Agent": "Banyan", "Connection": "close"},
        )  # fmt: skip
        return _answer(talk.getresponse(), deadline, most)
    except (OSError, http.client.HTTPException, ValueError) as fault:
        raise Unfetched("unreachable", type(fault).__name__) from fault
    finally:
        if watch is not None:
            watch.cancel()
        if plain is not None:
            _cut(plain)
            plain.close()


def _answer(
    response: http.client.HTTPResponse, deadline: float, most: int
) -> tuple[bytes, str | None]:
    if response.status in (301, 302, 303, 307, 308):
        onward = response.getheader("Location")
        if not onward:
            raise Unfetched("answer", "a redirect to nowhere")
        return b"", onward
    if response.status != 200:
        raise Unfetched("answer", str(response.status))
    if response.getheader("Content-Encoding", "identity").lower() != "identity":
        raise Unfetched("answer", "packed, though we asked for plain")
    told = response.getheader("Content-Length", "")
    if told.isdigit() and int(told) > most:
        raise Unfetched("size")
    body = bytearray()
    while chunk := response.read(65536):
        body += chunk
        if len(body) > most:
            raise Unfetched("size")
        if time.monotonic() > deadline:
            raise Unfetched("unreachable", "too slow")
    # Cut off, by us or by the other side, looks like an end.
    if time.monotonic() > deadline or (told.isdigit() and len(body) < int(told)):
        raise Unfetched("unreachable", "cut off")
    return bytes(body), None


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError as fault:
        raise Unfetched("address", "not a host") from fault


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/%?&=+:;,@!$'()*~[]#-._")
