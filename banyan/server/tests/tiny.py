"""A few pages without a project, served as a process of its own: python -m …tiny [limits]."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from banyan.server import web
from banyan.server.bridge import Limits

MEGABYTE = 1 << 20
counts: dict[str, int] = {"started": 0, "uploads": 0, "parts": 0, "closed": 0}
lock = threading.Lock()


def count(name: str) -> None:
    with lock:
        counts[name] += 1


class Stream:
    """As Django's streaming answers look to a server."""

    streaming = True

    def __init__(self, parts: int) -> None:
        self.parts = parts

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self.parts):
            count("parts")
            yield b"x" * 65536

    def close(self) -> None:
        count("closed")


def app(env: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    page = env["PATH_INFO"]
    headers = [("Content-Type", "text/plain")]
    body: Iterable[bytes] = [b"hello"]
    if page == "/echo":
        count("uploads")
        sent = env["wsgi.input"].read()
        plain = {k: v for k, v in env.items() if isinstance(v, str)}
        answer = {"env": plain, "length": len(sent), "sha": hashlib.sha256(sent).hexdigest()}
        body = [json.dumps(answer).encode()]
    elif page == "/wait":
        count("started")
        time.sleep(float(env["QUERY_STRING"]))
    elif page == "/big":
        body = [b"x" * (20 * MEGABYTE)]
    elif page == "/stream":
        body = Stream(int(env["QUERY_STRING"]))
    elif page == "/file":
        size = int(env["QUERY_STRING"])
        file = tempfile.TemporaryFile()  # noqa: SIM115
        file.truncate(size)
        headers.append(("Content-Length", str(size)))
        body = env["wsgi.file_wrapper"](file)
    elif page == "/counts":
        body = [json.dumps(counts | {"pid": os.getpid()}).encode()]
    if isinstance(body, list):
        headers.append(("Content-Length", str(len(body[0]))))
    start_response("200 OK", headers)
    return body


def listener() -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", 0))
    sock.listen(512)
    return sock


if __name__ == "__main__":
    sock = listener()
    print(sock.getsockname()[1], flush=True)
    limits = Limits(**json.loads(sys.argv[1])) if len(sys.argv) > 1 else Limits()
    sys.exit(web.run(app, sock, web.Options(limits=limits, proxies=["127.0.0.9"])))
