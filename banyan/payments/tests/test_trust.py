"""Rows 4 and 5 of the trust table: callbacks against returns, replays, forgeries, storms.

These use real threads and real transactions, on either database.
"""

from __future__ import annotations

import json
import os
import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from banyan.ledger import queries as books
from banyan.payments import actions, hearing, providers, reconciling, rules
from banyan.payments.models import Payment, ProviderEvent
from banyan.payments.providers import Word
from banyan.payments.providers.sandbox.client import sign
from banyan.sellers.models import Book

from .conftest import Stall
from .sandbox_process import SandboxProcess, bring
from .test_callbacks import event, post

SOAK = os.environ.get("BANYAN_SOAK") == "1"
INTERLEAVINGS = 1_000 if SOAK else 100
REPLAYS = 1_000 if SOAK else 100
FORGERIES = 10_000 if SOAK else 1_000
THREADS = 16
Begin = Callable[..., Payment]
pytestmark = [pytest.mark.trust, pytest.mark.django_db(transaction=True)]


def in_thread[T](work: Callable[[], T]) -> T:
    try:
        return work()
    finally:
        connection.close()


def assert_one_effect(book: Book, payment: Payment, stall: Stall) -> None:
    payment.refresh_from_db()
    assert (payment.state, payment.counts) == (rules.CAPTURED, True)
    assert stall.heard.count(("PaymentCaptured", payment.source_id)) == 1
    assert books.balance(book, f"escrow.{payment.oid}").minor == payment.amount_minor


# Row 4: the callback and the browser's return meet in every way


class Steps:
    """Lets two threads run in a chosen order: each waits at a gate until it is its turn."""

    def __init__(self, order: list[str]) -> None:
        self._order, self._turn = order, threading.Condition()

    def gate(self, who: str) -> None:
        """Go on when it is our turn; who has no turn left, or waits for a lock, is passed by."""
        with self._turn:
            self._turn.wait_for(lambda: not self._order or self._order[0] == who, timeout=0.03)
            if self._order and self._order[0] == who:
                self._order.pop(0)
            self._turn.notify_all()


@contextmanager
def gated(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.local]:
    """Put gates where callback and return touch the same rows."""
    local = threading.local()

    def before(module: Any, name: str) -> None:
        plain = getattr(module, name)

        def wait_then_do(*given: Any, **named: Any) -> Any:
            if hasattr(local, "who"):
                steps.gate(local.who)
            return plain(*given, **named)

        monkeypatch.setattr(module, name, wait_then_do)

    with monkeypatch.context():
        before(hearing, "apply_event")
        before(hearing, "apply")
        before(hearing.sources, "take")
        before(hearing, "_capture")
        before(reconciling, "ask")
        yield local
    monkeypatch.undo()


def test_callback_and_return_interleaved_capture_once(
    begin: Begin,
    stall: Stall,
    sandbox: SandboxProcess,
    book: Book,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = random.Random(20_261_122)
    answers: dict[str, Word] = {}
    stub = sandbox_adapter_that_knows(answers)
    for number in range(INTERLEAVINGS):
        payment = begin(source_id=number)
        what = event(payment, "captured")
        said = hearing.provider("sandbox").parse(json.dumps(what).encode()).word
        assert said is not None
        answers[payment.oid] = said
        order = ["callback"] * 4 + ["return"] * 4
        rng.shuffle(order)
        with pytest.MonkeyPatch.context() as patch, gated(Steps(order), patch) as local:
            patch.setattr(reconciling, "provider", lambda name: stub)

            def callback(body: bytes = json.dumps(what).encode(), mine: Any = local) -> int:
                mine.who = "callback"
                return post(Client(), body)

            def come_back(oid: str = payment.oid, mine: Any = local) -> int:
                mine.who = "return"
                return int(Client().get(f"/pay/return/{oid}").status_code)

            with ThreadPoolExecutor(2) as pool:
                both = [pool.submit(in_thread, callback), pool.submit(in_thread, come_back)]
                assert [future.result(timeout=60) for future in both] == [200, 302]
        if ProviderEvent.objects.filter(state=rules.RECEIVED).exists():
            reconciling.reconcile(now=timezone.now())  # a deadlock's loser comes again
        assert_one_effect(book, payment, stall)
    assert len(stall.heard) == INTERLEAVINGS
    assert books.trial_balance(book) == {"CNY": 0}


def sandbox_adapter_that_knows(answers: dict[str, Word]) -> Any:
    """The real adapter, with its answers from here: the race is ours, not the network's."""

    class Knows(type(providers.provider("sandbox"))):  # type: ignore[misc]
        def ask(self, reference: str) -> Word | None:
            providers.outside_transactions()
            return answers.get(reference)

    return Knows()


def test_real_callbacks_and_real_returns_at_once_capture_once(
    begin: Begin, stall: Stall, sandbox: SandboxProcess, book: Book
) -> None:
    """The same through the real process: its two callbacks, two returns and the reconciler."""
    for number in range(INTERLEAVINGS // 10):
        payment = begin(source_id=number)
        back = sandbox.decide(actions.send(payment), "approve")
        letters = sandbox.callbacks()
        work: list[Callable[[], Any]] = [
            *(partial(bring, Client(), *letter) for letter in letters),
            partial(follow, back),
            partial(follow, back),
            partial(reconciling.reconcile, now=timezone.now() + 2 * rules.FIRST_ASK),
        ]
        with ThreadPoolExecutor(len(work)) as pool:
            done = [pool.submit(in_thread, one) for one in work]
            answers = [future.result(timeout=60) for future in done][:-1]
        # A slow machine is written to more often: the provider repeats what nobody answered.
        assert answers == [200] * len(letters) + [302, 302]
        reconciling.reconcile(now=timezone.now())
        assert_one_effect(book, payment, stall)
    assert len(stall.heard) == INTERLEAVINGS // 10


def follow(back: str) -> int:
    return int(Client().get(back).status_code)


# Row 5: replayed, forged, stale, shuffled


def test_a_hundred_replays_on_sixteen_threads_have_one_effect(
    begin: Begin, stall: Stall, book: Book
) -> None:
    payment = begin()
    body = json.dumps(event(payment, "captured")).encode()
    with ThreadPoolExecutor(THREADS) as pool:
        done = [pool.submit(in_thread, lambda: post(Client(), body)) for _ in range(REPLAYS)]
        assert {future.result(timeout=120) for future in done} == {200}
    assert ProviderEvent.objects.count() == 1
    assert ProviderEvent.objects.get().state == rules.APPLIED
    assert_one_effect(book, payment, stall)
    assert books.balance(book, "psp_fee").minor == 95


def test_shuffled_words_on_sixteen_threads_end_in_the_right_state(
    begin: Begin, stall: Stall, book: Book
) -> None:
    rng = random.Random(5)
    payments = [begin(source_id=number) for number in range(REPLAYS // 5)]
    words = [
        json.dumps(event(payment, state)).encode()
        for payment in payments
        for state in ("authorised", "declined", "captured", "captured", "expired")
    ]
    rng.shuffle(words)
    with ThreadPoolExecutor(THREADS) as pool:
        done = [pool.submit(in_thread, lambda b=b: post(Client(), b)) for b in words]
        assert {future.result(timeout=120) for future in done} == {200}
    for _ in range(3):
        reconciling.reconcile(now=timezone.now())
    assert not ProviderEvent.objects.filter(state=rules.RECEIVED).exists()
    for payment in payments:
        assert_one_effect(book, payment, stall)
    assert books.trial_balance(book) == {"CNY": 0}


def test_two_attempts_captured_at_once_keep_one_and_return_the_other(
    begin: Begin, stall: Stall, book: Book
) -> None:
    for number in range(INTERLEAVINGS // 5):
        first, second = begin(source_id=number), begin(source_id=number)
        bodies = [json.dumps(event(p, "captured")).encode() for p in (first, second)]
        with ThreadPoolExecutor(2) as pool:
            done = [pool.submit(in_thread, lambda b=b: post(Client(), b)) for b in bodies]
            assert {future.result(timeout=60) for future in done} == {200}
        reconciling.reconcile(now=timezone.now())
        attempts = Payment.objects.filter(source_id=number)
        assert sorted(attempts.values_list("counts", flat=True)) == [False, True]
        assert set(attempts.values_list("state", flat=True)) == {rules.CAPTURED}
        surplus = attempts.get(counts=False)
        assert surplus.refund_asked_minor == surplus.amount_minor
        assert stall.heard.count(("PaymentCaptured", number)) == 1
        assert stall.heard.count(("PaymentSurplus", number)) == 1


def test_of_a_thousand_mutated_signatures_none_is_accepted(
    begin: Begin, stall: Stall, settings: Any
) -> None:
    rng = random.Random(1_000)
    client = Client()
    body = json.dumps(event(begin(), "captured")).encode()
    moment = int(timezone.now().timestamp())
    genuine = sign(body, settings.SANDBOX_SECRET, at=moment)
    accepted = 0
    for _ in range(FORGERIES):
        header, sent = mutate(rng, genuine, body)
        if (header, sent) != (genuine, body):
            accepted += post(client, sent, header=header) == 200
    assert accepted == 0
    assert not ProviderEvent.objects.exists()
    assert stall.heard == []
    assert post(client, body, header=genuine) == 200


def mutate(rng: random.Random, header: str, body: bytes) -> tuple[str, bytes]:
    """A callback that is a little, or a lot, wrong."""
    kind = rng.randrange(7)
    if kind == 0:  # one sign of the header
        at = rng.randrange(len(header))
        return header[:at] + rng.choice("0123456789abcdef=,tv") + header[at + 1 :], body
    if kind == 1:  # one byte of the body
        at = rng.randrange(len(body))
        return header, body[:at] + bytes([rng.randrange(32, 127)]) + body[at + 1 :]
    if kind == 2:  # cut short
        return header[: rng.randrange(len(header))], body
    if kind == 3:  # another moment
        moment, mac = header.removeprefix("t=").split(",v1=")
        return f"t={int(moment) + rng.randrange(1, 200)},v1={mac}", body
    if kind == 4:  # a longer body
        return header, body + rng.choice([b" ", b"\n", b"{}"])
    if kind == 5:  # another secret
        return sign(body, rng.randbytes(8).hex(), at=int(timezone.now().timestamp())), body
    return header.upper() if rng.random() < 0.5 else f" {header},v1=", body
