"""The sandbox as a shop and a payer meet it: over HTTP, a real process."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from banyan_sandbox.bank import fee_of
from banyan_sandbox.pages import WORDS, amount_text

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "a-secret"


class Shop(HTTPServer):
    """Keeps the events it is sent; answers from `answers` first, then 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.got: list[tuple[str, bytes]] = []
        self.answers: list[int] = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        until = time.monotonic() + 20
        while len(self.got) < count and time.monotonic() < until:
            time.sleep(0.02)
        assert len(self.got) == count
        return [json.loads(body) for _, body in self.got]


class _Door(BaseHTTPRequestHandler):
    server: Shop

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.headers["Sandbox-Signature"], body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Sandbox:
    def __init__(self, url: str, shop: Shop) -> None:
        self.url, self.shop = url, shop

    def call(self, method: str, path: str, key: str = "a-key", **body: Any) -> requests.Response:
        return requests.request(
            method, self.url + path, json=body or None, timeout=10,
            headers={"Authorization": f"Bearer {SECRET}", "Idempotency-Key": key},
        )  # fmt: skip

    def make(self, **changes: Any) -> dict[str, Any]:
        reference = uuid4().hex[:26]
        wish = {
            "reference": reference, "amount": 15_800, "currency": "CNY",
            "description": "Slow Kiln, order 12", "return_url": f"{self.shop.url}/pay/return/x",
            "webhook_url": f"{self.shop.url}/hooks/payments/sandbox", "lang": "en",
        } | changes  # fmt: skip
        answer = self.call("POST", "/v1/payments", key=reference, **wish)
        assert answer.status_code == 201, answer.text
        return answer.json() | {"wish": wish}

    def press(self, payment: dict[str, Any], do: str, **more: Any) -> requests.Response:
        return requests.post(
            payment["pay_url"], data={"do": do, **more}, allow_redirects=False, timeout=10
        )

    def state(self, payment: dict[str, Any]) -> str:
        return str(self.call("GET", f"/v1/payments/{payment['reference']}").json()["state"])


def start(*options: str) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "banyan_sandbox", "--port", "0", "--secret", SECRET, *options],
        stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    return process, process.stdout.readline().split()[-1]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    process, url = start()
    yield url
    process.terminate()
    process.wait(timeout=5)


@pytest.fixture
def sandbox(address: str) -> Sandbox:
    return Sandbox(address, Shop())


def test_an_approved_payment_is_captured_less_the_fee_and_told_twice(sandbox: Sandbox) -> None:
    payment = sandbox.make()
    answer = sandbox.press(payment, "approve")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/pay/return/x")
    first, second = sandbox.shop.wait_for(2)
    assert first == second
    assert first["type"] == "payment.captured"
    assert first["payment"]["amount"] == 15_800
    assert first["payment"]["fee"] == 95
    assert sandbox.state(payment) == "captured"


def test_every_event_is_signed_over_its_time_and_body(sandbox: Sandbox) -> None:
    sandbox.press(sandbox.make(), "decline")
    sandbox.shop.wait_for(2)
    header, body = sandbox.shop.got[0]
    moment = header.split(",")[0].removeprefix("t=")
    mac = hmac.new(SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    assert header == f"t={moment},v1={mac}"
    assert abs(time.time() - int(moment)) < 60


def test_an_event_is_brought_again_until_the_shop_says_200(sandbox: Sandbox) -> None:
    sandbox.shop.answers = [500, 503]
    sandbox.press(sandbox.make(), "decline")
    events = sandbox.shop.wait_for(4)
    assert len({event["id"] for event in events}) == 1


def test_making_a_payment_twice_with_one_key_makes_one(sandbox: Sandbox) -> None:
    payment = sandbox.make()
    again = sandbox.call("POST", "/v1/payments", key=payment["reference"], **payment["wish"])
    assert again.status_code == 200
    assert again.json()["pay_url"] == payment["pay_url"]
    other = payment["wish"] | {"amount": 1}
    answer = sandbox.call("POST", "/v1/payments", key=payment["reference"], **other)
    assert answer.status_code == 422


def test_abandoning_leaves_the_payment_open(sandbox: Sandbox) -> None:
    payment = sandbox.make()
    assert sandbox.press(payment, "abandon").status_code == 303
    assert sandbox.state(payment) == "open"


def test_a_late_approval_is_processing_first_and_captured_then(sandbox: Sandbox) -> None:
    payment = sandbox.make()
    sandbox.press(payment, "late", delay=1)
    assert sandbox.state(payment) == "processing"
    events = sandbox.shop.wait_for(2)
    assert events[0]["type"] == "payment.captured"
    assert sandbox.state(payment) == "captured"


def test_a_payment_that_nobody_pays_expires(sandbox: Sandbox) -> None:
    payment = sandbox.make(expires_at=int(time.time()))
    assert sandbox.state(payment) == "expired"
    assert sandbox.press(payment, "approve").status_code == 303
    assert sandbox.state(payment) == "expired"


def test_a_voided_payment_can_no_longer_be_approved(sandbox: Sandbox) -> None:
    payment = sandbox.make()
    path = f"/v1/payments/{payment['reference']}/void"
    assert sandbox.call("POST", path).json()["state"] == "voided"
    sandbox.press(payment, "approve")
    assert sandbox.state(payment) == "voided"


def test_an_approved_payment_can_no_longer_be_voided(sandbox: Sandbox) -> None:
    payment = sandbox.make()
    sandbox.press(payment, "approve")
    path = f"/v1/payments/{payment['reference']}/void"
    assert sandbox.call("POST", path).json()["state"] == "captured"


def test_refunds_happen_once_per_key_and_never_beyond_the_payment(sandbox: Sandbox) -> None:
    payment = sandbox.make()
    sandbox.press(payment, "approve")
    path = f"/v1/payments/{payment['reference']}/refunds"
    for _ in range(2):
        answer = sandbox.call("POST", path, key="one", amount=10_000, currency="CNY")
        assert answer.json()["state"] == "succeeded"
    assert sandbox.call("POST", path, key="one", amount=1, currency="CNY").status_code == 422
    assert sandbox.call("POST", path, key="two", amount=5_801, currency="CNY").status_code == 409
    assert sandbox.call("POST", path, key="two", amount=5_800, currency="CNY").status_code == 200


def test_an_open_payment_cannot_be_refunded(sandbox: Sandbox) -> None:
    path = f"/v1/payments/{sandbox.make()['reference']}/refunds"
    assert sandbox.call("POST", path, amount=1, currency="CNY").status_code == 409


def test_payments_from_before_its_memory_can_be_refunded_when_it_adopts(sandbox: Sandbox) -> None:
    path, wish = f"/v1/payments/{uuid4().hex[:26]}/refunds", {"amount": 600, "currency": "CNY"}
    assert sandbox.call("POST", path, **wish).status_code == 404
    process, url = start("--adopt")
    try:
        adopting = Sandbox(url, sandbox.shop)
        for key in ("one", "one", "two"):
            answer = adopting.call("POST", path, key=key, **wish)
            assert (answer.status_code, answer.json()["state"]) == (200, "succeeded")
        assert not sandbox.shop.got
    finally:
        process.terminate()
        process.wait(timeout=5)


def test_without_the_secret_the_interface_is_shut(sandbox: Sandbox) -> None:
    reference = sandbox.make()["reference"]
    answer = requests.get(f"{sandbox.url}/v1/payments/{reference}", timeout=10)
    assert answer.status_code == 401
    assert requests.post(f"{sandbox.url}/control", json={}, timeout=10).status_code == 401


def test_only_this_machine_is_answered(sandbox: Sandbox) -> None:
    answer = requests.get(sandbox.url, headers={"Host": "evil.example"}, timeout=10)
    assert answer.status_code == 421


@pytest.mark.parametrize(
    "change",
    [{"amount": 0}, {"amount": 1.5}, {"amount": "1"}, {"currency": "yuan"}, {"return_url": "x"}],
)
def test_a_wish_that_is_not_as_agreed_is_refused(sandbox: Sandbox, change: dict[str, Any]) -> None:
    wish = sandbox.make()["wish"] | {"reference": uuid4().hex[:26]} | change
    assert sandbox.call("POST", "/v1/payments", **wish).status_code == 400


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_says_that_no_money_moves(sandbox: Sandbox, lang: str) -> None:
    payment = sandbox.make(lang=lang, description="<script>alert(1)</script>")
    answer = requests.get(payment["pay_url"], timeout=10)
    assert WORDS[lang]["label_text"] in answer.text
    assert "¥158.00" in answer.text
    assert "<script>" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert all(WORDS[lang][word] in answer.text for word in ("approve", "decline", "abandon"))


def test_both_languages_have_the_same_sentences() -> None:
    assert WORDS["en"].keys() == WORDS["zh"].keys()
    assert not {key for key in WORDS["en"] if WORDS["en"][key] == WORDS["zh"][key]}


def test_an_unknown_page_is_404_in_words(sandbox: Sandbox) -> None:
    answer = requests.get(f"{sandbox.url}/pay/nothing?lang=zh", timeout=10)
    assert answer.status_code == 404
    assert WORDS["zh"]["nothing"] in answer.text


def test_a_form_on_another_site_decides_nothing(sandbox: Sandbox) -> None:
    payment = sandbox.make()
    answer = requests.post(
        payment["pay_url"], data={"do": "approve"}, headers={"Origin": "http://evil.example"},
        timeout=10,
    )  # fmt: skip
    assert answer.status_code == 403
    assert sandbox.state(payment) == "open"


def test_a_file_outlives_the_process(tmp_path: Path) -> None:
    shop = Shop()
    process, url = start("--db", str(tmp_path / "sandbox.sqlite3"), "--no-duplicates")
    payment = Sandbox(url, shop).make()
    process.kill()
    process.wait(timeout=5)
    process, url = start("--db", str(tmp_path / "sandbox.sqlite3"), "--no-duplicates")
    try:
        assert Sandbox(url, shop).state(payment) == "open"
    finally:
        process.terminate()
        process.wait(timeout=5)


def test_the_fee_is_rounded_half_up() -> None:
    assert [fee_of(n) for n in (0, 83, 84, 15_800, 250)] == [0, 0, 1, 95, 2]


def test_amounts_are_shown_in_the_digits_of_their_currency() -> None:
    assert amount_text(158_000, "CNY") == "¥1,580.00"
    assert amount_text(1580, "JPY") == "¥1,580"
    assert amount_text(1250, "KWD") == "KWD 1.250"
