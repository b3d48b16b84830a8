"""A push service of our own: takes what a site sends, checks who sends it, and opens it as the
browser would."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from banyan.outreach.push.keys import b64, public_bytes, unb64


@dataclass
class Browser:
    """What a browser keeps to itself, and what it gives to the site."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def p256dh(self) -> str:
        return b64(public_bytes(self.key.public_key()))

    @property
    def auth(self) -> str:
        return b64(self.secret)

    def open(self, body: bytes) -> bytes:
        """RFC 8291 from the other side, written apart from our sealing."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert size >= 18
        assert len(sealed) <= size
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        own = public_bytes(self.key.public_key())

        def derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
            return HKDF(hashes.SHA256(), length, salt, info).derive(secret)

        shared = self.key.exchange(ec.ECDH(), theirs)
        secret = derive(shared, self.secret, b"WebPush: info\x00" + own + sender, 32)
        key = derive(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = derive(secret, salt, b"Content-Encoding: nonce\x00", 12)
        text = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\x00")
        assert text.endswith(b"\x02")
        return text[:-1]


@dataclass
class PushService:
    place: str  # host:port
    status: int = 201
    browsers: dict[str, Browser] = field(default_factory=dict)
    heard: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    asked: int = 0

    def browser(self, name: str = "one") -> Browser:
        path = f"/send/{name}"
        return self.browsers.setdefault(path, Browser(f"http://{self.place}{path}"))

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        self.asked += 1
        if self.status != 201:
            return self.status
        if path not in self.browsers:
            return 404
        if not self.is_known(headers.get("Authorization", "")):
            return 401
        if not headers.get("TTL", "").isdecimal() or headers["Content-Encoding"] != "aes128gcm":
            return 400
        self.heard.append(json.loads(self.browsers[path].open(body)))
        self.headers.append(headers)
        return 201

    def is_known(self, header: str) -> bool:
        """VAPID: a token for this origin, still fresh, signed by the key beside it."""
        scheme, _, rest = header.partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        head, claims, signature = parts["t"].split(".")
        raw = unb64(signature)
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(parts["k"]))
        seal = encode_dss_signature(
            int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
        )
        try:
            key.verify(seal, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        said = json.loads(unb64(claims))
        fresh = time.time() < said["exp"] <= time.time() + 24 * 3600
        return scheme == "vapid" and said["aud"] == f"http://{self.place}" and fresh


@contextmanager
def running() -> Iterator[PushService]:
    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = service.take(self.path, dict(self.headers), body)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_said: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    service = PushService(f"127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
