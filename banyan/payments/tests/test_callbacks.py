"""The door for callbacks: what is genuine is kept and applied once, all else is refused."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from banyan.ledger import queries as books
from banyan.payments import rules
from banyan.payments.models import Payment, ProviderEvent
from banyan.payments.providers.sandbox.client import sign
from banyan.sellers.models import Book

from .conftest import Stall, agree_refund

Begin = Callable[..., Payment]
PATH = "/hooks/payments/sandbox"


def word(payment: Payment, state: str) -> dict[str, Any]:
    return {
        "reference": payment.oid,
        "state": state,
        "amount": payment.amount_minor,
        "currency": payment.currency,
        "fee": 95 if state == "captured" else 0,
        "reason": "",
        "refunds": [],
    }


def event(payment: Payment, state: str, /, **more: Any) -> dict[str, Any]:
    return {
        "id": f"evt_{uuid4().hex}",
        "type": f"payment.{state}",
        "payment": word(payment, state) | more,
    }


def post(client: Client, body: bytes, *, at: int | None = None, header: str | None = None) -> int:
    moment = int(timezone.now().timestamp()) if at is None else at
    signature = sign(body, settings.SANDBOX_SECRET, at=moment) if header is None else header
    answer = client.post(
        PATH, data=body, content_type="application/json", headers={"Sandbox-Signature": signature}
    )
    return int(answer.status_code)


def tell(client: Client, what: dict[str, Any]) -> int:
    return post(client, json.dumps(what).encode())


def test_a_captured_event_captures_and_is_kept(begin: Begin, stall: Stall, client: Client) -> None:
    payment = begin()
    assert tell(client, event(payment, "captured")) == 200
    payment.refresh_from_db()
    assert payment.state == rules.CAPTURED
    kept = ProviderEvent.objects.get()
    assert (kept.state, kept.payment_id) == (rules.APPLIED, payment.pk)
    assert json.loads(kept.raw)["payment"]["reference"] == payment.oid


def test_the_same_event_again_changes_nothing(begin: Begin, stall: Stall, client: Client) -> None:
    what = event(begin(), "captured")
    assert [tell(client, what) for _ in range(5)] == [200] * 5
    assert stall.names() == ["PaymentCaptured"]
    assert ProviderEvent.objects.count() == 1


def test_two_events_that_say_the_same_have_one_effect(
    begin: Begin, stall: Stall, client: Client, book: Book
) -> None:
    payment = begin()
    for _ in range(3):
        assert tell(client, event(payment, "captured")) == 200
    assert stall.names() == ["PaymentCaptured"]
    assert books.balance(book, "psp_fee").minor == 95


def test_any_order_of_words_gives_the_same_books(
    begin: Begin, stall: Stall, client: Client, book: Book, now: datetime
) -> None:
    """L17, every permutation of what a provider may say of one payment, each word twice."""
    said = ["authorised", "declined", "expired", "captured"]
    for source_id, permutation in enumerate(itertools.permutations(said)):
        payment = begin(source_id=source_id)
        for state in permutation:
            what = event(payment, state)
            assert tell(client, what) == tell(client, what) == 200
        payment.refresh_from_db()
        assert (payment.state, payment.counts) == (rules.CAPTURED, True)
        assert books.balance(book, f"escrow.{payment.oid}").minor == payment.amount_minor
    count = source_id + 1
    assert stall.names().count("PaymentCaptured") == count
    assert books.balance(book, "psp.sandbox").minor == count * (15_800 - 95)


def test_refund_words_in_any_order_pay_back_once(
    begin: Begin, stall: Stall, client: Client, book: Book, now: datetime
) -> None:
    rng = random.Random(4)
    for source_id in range(10):
        payment = begin(source_id=source_id)
        tell(client, event(payment, "captured"))
        payment.refresh_from_db()
        refund = agree_refund(payment, 5_000, now=now)
        said = {"key": refund.provider_key, "amount": 5_000, "currency": "CNY", "reason": ""}
        words = [
            event(payment, "captured", refunds=[said | {"state": state}])
            for state in ("pending", "succeeded", "succeeded", "pending")
        ]
        rng.shuffle(words)
        for what in words:
            assert tell(client, what) == 200
        refund.refresh_from_db()
        assert refund.state == rules.EXECUTED
        assert books.balance(book, f"refund_clearing.{refund.ref}").minor == 0
    assert stall.names().count("RefundExecuted") == 10


@pytest.mark.parametrize("change", [{"amount": 15_801}, {"currency": "EUR"}, {"amount": 0}])
def test_an_event_of_another_amount_is_kept_refused_and_raises_an_alarm(
    begin: Begin,
    stall: Stall,
    client: Client,
    caplog: pytest.LogCaptureFixture,
    change: dict[str, Any],
) -> None:
    payment = begin()
    assert tell(client, event(payment, "captured", **change)) == 200
    assert ProviderEvent.objects.get().state == rules.REFUSED
    assert stall.names() == []
    assert "PAYMENT ALARM" in caplog.text


def test_an_event_about_no_payment_of_ours_is_kept_refused(
    begin: Begin, stall: Stall, client: Client
) -> None:
    assert tell(client, event(begin(), "captured", reference="0" * 26)) == 200
    assert ProviderEvent.objects.get().state == rules.REFUSED


def test_a_kind_we_do_not_need_is_kept_ignored(begin: Begin, client: Client) -> None:
    what = {"id": f"evt_{uuid4().hex}", "type": "payout.paid", "payout": {"amount": 1}}
    assert tell(client, what) == 200
    assert ProviderEvent.objects.get().state == rules.IGNORED


BAD_BODIES = [
    b"",
    b"null",
    b"[]",
    b"{",
    b"\xff\xfe",
    b'{"id":"evt_1"}',
    b"[" * 20_000,
    b"x" * 40_000,
]
BAD_NUMBERS = [
    "1e400", "1e3", "158.0", "-1", "NaN", "Infinity", "true", "null", '"15800"', "\u278a",
    "12345678901234567890123456", "1000000000001", "[15800]", "{}", "0x1", "1_000", "+1", "01",
]  # fmt: skip


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_a_signed_body_that_is_not_as_agreed_is_refused(
    db: Any, client: Client, body: bytes
) -> None:
    assert post(client, body) in (400, 413)
    assert not ProviderEvent.objects.exists()


@pytest.mark.parametrize("field", ["amount", "fee"])
@pytest.mark.parametrize("number", BAD_NUMBERS)
def test_what_is_no_whole_number_is_not_taken_for_one(
    begin: Begin, stall: Stall, client: Client, field: str, number: str
) -> None:
    what = event(begin(), "captured")
    what["payment"][field] = "HERE"
    body = json.dumps(what).replace('"HERE"', number).encode()
    assert post(client, body) == 400
    assert not ProviderEvent.objects.exists()
    assert stall.names() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reference", "➊" * 26),
        ("reference", 12345678901234),
        ("reference", "0" * 27),
        ("currency", "cny"),
        ("currency", "ＣＮＹ"),
        ("state", "paid"),
        ("refunds", None),
        ("refunds", [1]),
        ("refunds", [{}] * 201),
    ],
)
def test_a_field_that_is_not_as_agreed_refuses_the_event(
    begin: Begin, stall: Stall, client: Client, name: str, value: Any
) -> None:
    assert tell(client, event(begin(), "captured", **{name: value})) == 400
    assert not ProviderEvent.objects.exists()


def test_a_name_that_stands_twice_refuses_the_event(begin: Begin, client: Client) -> None:
    body = json.dumps(event(begin(), "captured")).replace('"fee"', '"amount": 1, "fee"')
    assert post(client, body.encode()) == 400


@pytest.mark.parametrize("seconds", [-301, -3600, 360, 10**9])
def test_a_stale_callback_is_refused(
    begin: Begin, stall: Stall, client: Client, seconds: int
) -> None:
    body = json.dumps(event(begin(), "captured")).encode()
    assert post(client, body, at=int(timezone.now().timestamp()) + seconds) == 400
    assert not ProviderEvent.objects.exists()


@pytest.mark.parametrize(
    "header", ["", "t=,v1=", "t=1", "v1=abc", "t=➊,v1=abc", "t=-1,v1=a", "t=" + "9" * 400 + ",v1="]
)
def test_a_signature_that_is_none_is_refused(begin: Begin, client: Client, header: str) -> None:
    body = json.dumps(event(begin(), "captured")).encode()
    moment = (
        {"header": header} if header.isascii() else {"header": header.encode().decode("latin1")}
    )
    assert post(client, body, **moment) == 400


def test_a_signature_of_another_secret_is_refused(begin: Begin, client: Client) -> None:
    body = json.dumps(event(begin(), "captured")).encode()
    header = sign(body, "another secret", at=int(timezone.now().timestamp()))
    assert post(client, body, header=header) == 400


def test_callbacks_need_no_session_no_key_and_no_token(begin: Begin) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert tell(strict, event(begin(), "captured")) == 200


def test_only_posts_to_a_provider_of_this_site_are_heard(db: Any, client: Client) -> None:
    assert client.get(PATH).status_code == 405
    assert client.post("/hooks/payments/stripe", data=b"{}", content_type="x/y").status_code == 404
