"""The sandbox's HTTP side: an interface for shops, a page for payers, a control for tests."""

from __future__ import annotations

import hmac
import json
import re
import secrets
import socket
import struct
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from . import pages
from .bank import Bank, Problem
from .courier import LOOPBACK

LARGEST_BODY_BYTES = 16 * 1024
DEFAULT_DELAY_SECONDS = 20
_REFERENCE = re.compile(r"[0-9A-Za-z_-]{8,64}\Z")
FAILURES = ("500", "503", "429", "401", "slow", "cut", "garbage", "empty", "html", "float", "huge")


class Trouble:
    """How the interface is made to fail, for tests."""

    def __init__(self) -> None:
        self.mode, self.left, self.after, self.seconds = "", 0, False, 0.0

    def take(self) -> str:
        if not self.mode or self.left == 0:
            return ""
        self.left -= 1
        return self.mode


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128
    bank: Bank
    secret: str
    trouble: Trouble


def make_server(host: str, port: int, bank: Bank, secret: str) -> Server:
    server = Server((host, port), Handler)
    server.bank, server.secret, server.trouble = bank, secret, Trouble()
    return server


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "BanyanSandbox"
    sys_version = ""
    timeout = 30

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_POST(self) -> None:
        self._answer(self._post)

    def _answer(self, verb: Callable[[str], None]) -> None:
        if not LOOPBACK.match(self.headers.get("Host", "")):
            self._json(421, {"error": "loopback only"})
            return
        try:
            verb(urlsplit(self.path).path)
        except Problem as problem:
            if self.path.startswith("/pay/"):
                self._page(problem.status, pages.nothing_here(self._query().get("lang", "en")))
            else:
                self._json(problem.status, {"error": problem.word}, error=problem.word)
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    # What shops call

    def _get(self, path: str) -> None:
        if path == "/health":
            return self._json(200, {"ok": True})
        if path.startswith("/pay/"):
            return self._show(path.removeprefix("/pay/"))
        if found := re.fullmatch(r"/v1/payments/([^/]+)", path):
            self._know_the_shop()
            return self._perform(lambda: (200, self._said(self.server.bank.get(found[1]))))
        raise Problem(404, "no-such-page")

    def _post(self, path: str) -> None:
        body = self._body()
        if path.startswith("/pay/"):
            return self._decide(path.removeprefix("/pay/"), body)
        self._know_the_shop()
        bank = self.server.bank
        if path == "/control":
            return self._control(self._object(body))
        key = self.headers.get("Idempotency-Key", "")
        if not 0 < len(key) <= 80:
            raise Problem(400, "no-key")
        if path == "/v1/payments":
            wish = self._wish(self._object(body))
            return self._perform(lambda: self._create(key, wish))
        if found := re.fullmatch(r"/v1/payments/([^/]+)/void", path):
            return self._perform(lambda: (200, self._said(bank.void(found[1]))))
        if found := re.fullmatch(r"/v1/payments/([^/]+)/refunds", path):
            asked = self._object(body)
            amount, currency = asked.get("amount"), asked.get("currency")
            if type(amount) is not int or amount <= 0 or type(currency) is not str:
                raise Problem(400, "bad-amount")
            return self._perform(lambda: (200, self._refund(found[1], key, amount, currency)))
        raise Problem(404, "no-such-page")

    def _create(self, key: str, wish: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        payment, is_new = self.server.bank.create(key, wish)
        host = self.headers.get("Host", "")
        pay_url = f"http://{host}/pay/{payment['token']}"
        return (201 if is_new else 200), self._said(payment) | {"pay_url": pay_url}

    def _refund(self, reference: str, key: str, amount: int, currency: str) -> dict[str, Any]:
        refund = self.server.bank.refund(reference, key, amount=amount, currency=currency)
        return {name: refund[name] for name in ("key", "state", "amount", "currency", "reason")}

    def _said(self, payment: dict[str, Any]) -> dict[str, Any]:
        return self.server.bank.said(payment)

    def _know_the_shop(self) -> None:
        wanted = f"Bearer {self.server.secret}".encode()
        if not hmac.compare_digest(self.headers.get("Authorization", "").encode(), wanted):
            raise Problem(401, "who-are-you")

    def _wish(self, found: dict[str, Any]) -> dict[str, Any]:
        """What a shop may ask for, exactly."""
        try:
            wish = {
                "reference": str(found["reference"]),
                "amount": found["amount"],
                "currency": str(found["currency"]),
                "description": str(found["description"])[:200],
                "return_url": str(found["return_url"]),
                "webhook_url": str(found["webhook_url"]),
                "lang": "zh" if str(found.get("lang", "en")).startswith("zh") else "en",
                "expires_at": found.get("expires_at", int(time.time()) + 900),
            }
        except KeyError as missing:
            raise Problem(400, "incomplete") from missing
        good = (
            _REFERENCE.match(wish["reference"])
            and type(wish["amount"]) is int
            and 0 < wish["amount"] <= 10**12
            and re.fullmatch(r"[A-Z]{3}", wish["currency"])
            and type(wish["expires_at"]) is int
            and all(_is_address(wish[name]) for name in ("return_url", "webhook_url"))
        )
        if not good:
            raise Problem(400, "not-as-agreed")
        return wish

    # What payers see

    def _query(self) -> dict[str, str]:
        query = parse_qs(urlsplit(self.path).query)
        return {name: values[-1] for name, values in query.items()}

    def _show(self, token: str) -> None:
        payment = self.server.bank.by_token(token)
        query = self._query()
        lang = query.get("lang", payment["lang"])
        self._page(200, pages.pay(payment, lang=lang, delay=_delay(query.get("delay", ""))))

    def _decide(self, token: str, body: bytes) -> None:
        origin = self.headers.get("Origin")
        if origin is not None and origin != f"http://{self.headers.get('Host', '')}":
            raise Problem(403, "another-origin")
        form = {k: v[-1] for k, v in parse_qs(body.decode("utf-8", "replace")).items()}
        bank, do = self.server.bank, form.get("do", "")
        payment = bank.by_token(token)
        if do == "approve":
            payment = bank.approve(token)
        elif do == "decline":
            payment = bank.decline(token)
        elif do == "late":
            payment = bank.approve_late(token, seconds=_delay(form.get("delay", "")))
        elif do != "abandon":
            raise Problem(400, "no-such-verb")
        self.send_response(303)
        self.send_header("Location", payment["return_url"])
        self.send_header("Content-Length", "0")
        self.end_headers()

    # What tests do

    def _control(self, wish: dict[str, Any]) -> None:
        """{"fail": "500", "times": 2, "after": true, "seconds": 3}, {"webhooks": "lose"},
        {"refunds": "wait"}, {"end_refunds": "succeed"}. With `after` it fails once it is done."""
        trouble, bank = self.server.trouble, self.server.bank
        if "fail" in wish:
            if wish["fail"] and wish["fail"] not in FAILURES:
                raise Problem(400, "no-such-failure")
            trouble.mode, trouble.left = str(wish["fail"] or ""), int(wish.get("times", -1))
            trouble.after, trouble.seconds = bool(wish.get("after")), float(wish.get("seconds", 8))
        courier = bank._courier
        courier.mode = str(wish.get("webhooks", courier.mode))
        bank.refunds = str(wish.get("refunds", bank.refunds))
        if "end_refunds" in wish:
            bank.end_refunds(fails=wish["end_refunds"] == "fail")
        courier.wake()
        self._json(200, {"waiting": courier.waiting()})

    def _perform(self, work: Callable[[], tuple[int, dict[str, Any]]]) -> None:
        """Do it and answer, unless a test wants it to go wrong."""
        trouble = self.server.trouble
        mode = trouble.take()
        if not mode:
            return self._json(*work())
        if trouble.after:
            work()
        if mode == "slow":
            time.sleep(trouble.seconds)
            return self._json(*work())
        if mode == "cut":
            # With a linger of 0 the system resets the connection instead of closing it politely.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return None
        if mode.isdigit():
            return self._json(int(mode), {"error": "trouble"})
        content = {
            "garbage": b'{"state": ',
            "empty": b"",
            "html": b"<h1>Bad gateway</h1>",
            "float": b'{"state":"captured","amount":1e400,"fee":0.5}',
            "huge": b'{"state":"' + b"x" * 200_000 + b'"}',
        }[mode]
        return self._send(200, content, "application/json")

    # On the wire

    def _body(self) -> bytes:
        try:
            length = int(self.headers.get("Content-Length", "0"))
        except ValueError as error:
            raise Problem(400, "no-length") from error
        if not 0 <= length <= LARGEST_BODY_BYTES:
            self.close_connection = True
            raise Problem(413, "too-large")
        return self.rfile.read(length)

    def _object(self, body: bytes) -> dict[str, Any]:
        try:
            found = json.loads(body or b"{}")
        except ValueError as error:
            raise Problem(400, "not-json") from error
        if type(found) is not dict:
            raise Problem(400, "not-an-object")
        return found

    def _json(self, status: int, body: dict[str, Any], error: str = "") -> None:
        headers = {"Sandbox-Error": error} if error else {}
        content = json.dumps(body, separators=(",", ":")).encode()
        self._send(status, content, "application/json", headers)

    def _page(self, status: int, page: pages.Page) -> None:
        nonce = secrets.token_urlsafe(12)
        policy = (
            f"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; "
            f"frame-ancestors 'none'; form-action 'self' {page.form_target}"
        )
        content = page.html.replace("NONCE", nonce).encode()
        headers = {
            "Content-Security-Policy": policy.strip(),
            "Cache-Control": "no-store",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        }
        self._send(status, content, "text/html; charset=utf-8", headers)

    def _send(
        self, status: int, content: bytes, kind: str, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _is_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and len(url) <= 1000


def _delay(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else DEFAULT_DELAY_SECONDS
