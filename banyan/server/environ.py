"""From an ASGI scope to a WSGI environ."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import IO, Any
from urllib.parse import unquote_to_bytes

Scope = dict[str, Any]
BLOCK = 64 * 1024
# Written by proxies, forged by clients: what a trusted proxy said is in the scope by now.
_OF_PROXIES = {
    b"forwarded",
    b"x-forwarded-for",
    b"x-forwarded-host",
    b"x-forwarded-port",
    b"x-forwarded-proto",
    b"x-real-ip",
}
_WITHOUT_PREFIX = {b"content-length": "CONTENT_LENGTH", b"content-type": "CONTENT_TYPE"}


class FileWrapper:
    """A file as an answer's body, read in blocks as the client drains them."""

    def __init__(self, file: IO[bytes], block: int = BLOCK) -> None:
        self.file = file
        self.block = block
        self.close: Callable[[], None] = getattr(file, "close", lambda: None)

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(self.block), b"")


def environ(scope: Scope, body: IO[bytes], length: int) -> dict[str, Any]:
    """The environ of a request whose `body` of `length` bytes has been read in full."""
    root = scope.get("root_path", "")
    # The raw path keeps bytes that are not UTF-8, which scope["path"] has already lost.
    path = unquote_to_bytes(scope.get("raw_path") or scope["path"]).decode("latin1")
    server_name, server_port = scope.get("server") or ("localhost", 80)
    made: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root.encode().decode("latin1"),
        "PATH_INFO": path.removeprefix(root),
        "QUERY_STRING": scope["query_string"].decode("latin1"),
        "SERVER_PROTOCOL": "HTTP/" + scope["http_version"],
        "SERVER_NAME": server_name,
        "SERVER_PORT": str(server_port or 0),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
        "wsgi.input_terminated": True,
    }
    if scope.get("client"):
        made["REMOTE_ADDR"], made["REMOTE_PORT"] = scope["client"][0], str(scope["client"][1])
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name or raw_name in _OF_PROXIES:
            continue  # X_Forwarded_For must not pass for X-Forwarded-For either
        name = _WITHOUT_PREFIX.get(raw_name)
        if name is None:
            name = "HTTP_" + raw_name.decode("latin1").upper().replace("-", "_")
        value = raw_value.decode("latin1")
        if name in made:
            value = made[name] + ("; " if name == "HTTP_COOKIE" else ",") + value
        made[name] = value
    made.pop("HTTP_TRANSFER_ENCODING", None)  # the body has been put together
    made["CONTENT_LENGTH"] = str(length)
    return made
