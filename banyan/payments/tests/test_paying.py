"""Paying and paying back through the real sandbox process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from banyan.core.jobs import run_due
from banyan.core.money import Money
from banyan.core.refusals import WrongMoment
from banyan.ledger import queries as books
from banyan.ledger.actions import KeyUsedOtherwise
from banyan.payments import actions, hearing, providers, reconciling, rules
from banyan.payments.models import Payment, PaymentRefund, ProviderEvent
from banyan.sellers.models import Book

from .conftest import Stall, agree_refund
from .sandbox_process import SandboxProcess

Begin = Callable[..., Payment]


def approve(sandbox: SandboxProcess, client: Client, payment: Payment) -> Payment:
    sandbox.decide(actions.send(payment), "approve")
    assert set(sandbox.relay(client)) == {200}
    payment.refresh_from_db()
    return payment


def psp(book: Book) -> int:
    return books.balance(book, "psp.sandbox").minor


def test_an_approved_payment_is_captured_and_its_fee_is_in_the_books(
    sandbox: SandboxProcess, begin: Begin, stall: Stall, client: Client, book: Book
) -> None:
    payment = approve(sandbox, client, begin(minor=15_800))
    assert payment.state == rules.CAPTURED
    assert payment.counts
    assert stall.names() == ["PaymentCaptured"]
    assert books.balance(book, "psp_fee") == Money(95, "CNY")
    assert psp(book) == 15_800 - 95
    assert books.trial_balance(book) == {"CNY": 0}


def test_nothing_leaves_the_machine_before_send(begin: Begin, sandbox: SandboxProcess) -> None:
    payment = begin()
    assert providers.provider("sandbox").ask(payment.oid) is None
    actions.send(payment)
    word = providers.provider("sandbox").ask(payment.oid)
    assert word is not None
    assert word.state == rules.PENDING


def test_sending_twice_gives_the_same_page(begin: Begin, sandbox: SandboxProcess) -> None:
    payment = begin()
    assert actions.send(payment) == actions.send(payment)
    assert Payment.objects.get().state == rules.PENDING


def test_the_same_key_is_the_same_attempt_and_another_amount_a_mistake(begin: Begin) -> None:
    assert begin(key="one") == begin(key="one")
    with pytest.raises(KeyUsedOtherwise):
        begin(key="one", minor=1)


def test_an_ended_attempt_is_not_sent_again(
    sandbox: SandboxProcess, begin: Begin, client: Client
) -> None:
    payment = begin()
    sandbox.decide(actions.send(payment), "decline")
    sandbox.relay(client)
    with pytest.raises(WrongMoment):
        actions.send(payment)


def test_no_provider_is_called_inside_a_transaction(begin: Begin, sandbox: SandboxProcess) -> None:
    payment = begin()
    with pytest.raises(providers.NetworkInTransaction), transaction.atomic():
        actions.send(payment)
    payment.refresh_from_db()
    assert payment.state == rules.CREATED


def test_a_declined_payment_fails_and_another_attempt_succeeds(
    sandbox: SandboxProcess, begin: Begin, stall: Stall, client: Client
) -> None:
    first = begin()
    sandbox.decide(actions.send(first), "decline")
    sandbox.relay(client)
    first.refresh_from_db()
    assert (first.state, first.reason) == (rules.FAILED, "declined")
    approve(sandbox, client, begin())
    assert stall.names() == ["PaymentFailed", "PaymentCaptured"]


def test_a_paid_thing_is_not_paid_again(
    sandbox: SandboxProcess, begin: Begin, client: Client
) -> None:
    approve(sandbox, client, begin())
    with pytest.raises(actions.PaidAlready):
        begin()


def test_a_second_capture_goes_back_by_itself(
    sandbox: SandboxProcess, begin: Begin, stall: Stall, client: Client, book: Book
) -> None:
    first, second = begin(), begin()
    urls = actions.send(first), actions.send(second)
    for url in urls:
        sandbox.decide(url, "approve")
    sandbox.relay(client)
    run_due()
    assert stall.names().count("PaymentCaptured") == 1
    assert stall.names().count("PaymentSurplus") == 1
    assert Payment.objects.filter(counts=True).count() == 1
    surplus = Payment.objects.get(counts=False)
    assert surplus.state == rules.REFUNDED
    assert books.balance(book, f"refund_clearing.{surplus.oid}").minor == 0
    assert psp(book) == 15_800 - 2 * 95


def test_a_second_capture_goes_back_also_where_the_provider_takes_no_fee(
    begin: Begin, stall: Stall
) -> None:
    for payment in (begin(), begin()):
        word = providers.Word(payment.oid, rules.CAPTURED, payment.amount_minor, payment.currency)
        hearing.apply(payment, word, now=timezone.now())
    assert sorted(stall.names()) == ["PaymentCaptured", "PaymentSurplus"]
    surplus = Payment.objects.get(counts=False)
    assert surplus.refund_asked_minor == surplus.amount_minor


def test_coming_back_learns_the_outcome_before_the_callback_does(
    sandbox: SandboxProcess, begin: Begin, stall: Stall, client: Client
) -> None:
    sandbox.control(webhooks="hold")
    back = sandbox.decide(actions.send(begin(source_id=7)), "approve")
    answer = client.get(back)
    assert answer.status_code == 302
    assert answer["Location"] == "/stall/7"
    assert stall.names() == ["PaymentCaptured"]
    sandbox.control(webhooks="deliver")
    assert set(sandbox.relay(client)) == {200}
    assert stall.names() == ["PaymentCaptured"]


def test_coming_back_without_having_paid_leaves_the_attempt_open(
    sandbox: SandboxProcess, begin: Begin, stall: Stall, client: Client
) -> None:
    payment = begin()
    url = actions.send(payment)
    assert client.get(sandbox.decide(url, "abandon")).status_code == 302
    payment.refresh_from_db()
    assert payment.state == rules.PENDING
    assert actions.send(payment) == url
    assert stall.names() == []


def test_a_late_approval_is_pending_on_return_and_captured_in_the_end(
    sandbox: SandboxProcess, begin: Begin, stall: Stall, client: Client
) -> None:
    payment = begin()
    client.get(sandbox.decide(actions.send(payment), "late", delay=1))
    payment.refresh_from_db()
    assert payment.state == rules.PENDING
    sandbox.wait_for_callback()
    sandbox.relay(client)
    payment.refresh_from_db()
    assert payment.state == rules.CAPTURED


def test_a_refund_is_executed_and_leaves_the_books(
    sandbox: SandboxProcess, begin: Begin, stall: Stall, client: Client, book: Book, now: datetime
) -> None:
    payment = approve(sandbox, client, begin())
    refund = agree_refund(payment, 5_000, now=now)
    assert refund.state == rules.CREATED
    assert books.balance(book, f"refund_clearing.{refund.ref}").minor == 5_000
    run_due()
    refund.refresh_from_db()
    payment.refresh_from_db()
    assert refund.state == rules.EXECUTED
    assert payment.state == rules.PARTLY_REFUNDED
    assert books.balance(book, f"refund_clearing.{refund.ref}").minor == 0
    assert psp(book) == 15_800 - 95 - 5_000
    sandbox.relay(client)  # the callbacks say it again
    assert stall.names() == ["PaymentCaptured", "RefundExecuted"]
    assert psp(book) == 15_800 - 95 - 5_000


def test_a_payment_refunded_in_parts_is_refunded_in_the_end(
    sandbox: SandboxProcess, begin: Begin, client: Client, book: Book, now: datetime
) -> None:
    payment = approve(sandbox, client, begin(minor=100))
    for part in (33, 33, 34):
        agree_refund(payment, part, now=now)
        run_due()
    payment.refresh_from_db()
    assert payment.state == rules.REFUNDED
    assert books.balance(book, f"escrow.{payment.oid}").minor == 0


def test_no_more_goes_back_than_was_paid(
    sandbox: SandboxProcess, begin: Begin, client: Client, now: datetime
) -> None:
    payment = approve(sandbox, client, begin(minor=100))
    agree_refund(payment, 60, now=now)
    with pytest.raises(actions.TooMuchBack), transaction.atomic():
        actions.ask_refund(payment=payment, amount=Money(41, "CNY"), ref="r", key="k", now=now)
    payment.refresh_from_db()
    assert payment.refund_asked_minor == 60


def test_asking_twice_for_one_refund_pays_back_once(
    sandbox: SandboxProcess, begin: Begin, client: Client, book: Book, now: datetime
) -> None:
    payment = approve(sandbox, client, begin(minor=100))
    refund = agree_refund(payment, 60, now=now, key="line-1")
    again = actions.ask_refund(
        payment=payment, amount=Money(60, "CNY"), ref=refund.ref, key="line-1", now=now
    )
    assert again == refund
    with pytest.raises(KeyUsedOtherwise):
        actions.ask_refund(
            payment=payment, amount=Money(61, "CNY"), ref=refund.ref, key="line-1", now=now
        )
    run_due()
    assert psp(book) == 100 - 1 - 60


def test_an_unpaid_attempt_cannot_be_refunded(begin: Begin, now: datetime) -> None:
    with pytest.raises(WrongMoment):
        actions.ask_refund(payment=begin(), amount=Money(1, "CNY"), ref="r", key="k", now=now)


def test_a_refund_that_fails_stays_in_the_books_and_can_be_tried_again(
    sandbox: SandboxProcess, begin: Begin, stall: Stall, client: Client, book: Book, now: datetime
) -> None:
    payment = approve(sandbox, client, begin())
    sandbox.control(refunds="fail")
    refund = agree_refund(payment, 5_000, now=now)
    run_due()
    refund.refresh_from_db()
    assert refund.state == rules.FAILED
    assert stall.names()[-1] == "RefundFailed"
    assert books.balance(book, f"refund_clearing.{refund.ref}").minor == 5_000
    sandbox.control(refunds="succeed")
    actions.try_refund_again(refund=refund, now=now)
    run_due()
    refund.refresh_from_db()
    assert refund.state == rules.EXECUTED
    with pytest.raises(WrongMoment):
        actions.try_refund_again(refund=refund, now=now)


def test_a_refund_under_way_is_executed_when_the_provider_says_so(
    sandbox: SandboxProcess, begin: Begin, client: Client, book: Book, now: datetime
) -> None:
    payment = approve(sandbox, client, begin())
    sandbox.control(refunds="wait")
    refund = agree_refund(payment, 5_000, now=now)
    run_due()
    refund.refresh_from_db()
    assert refund.state == rules.SENT
    sandbox.control(end_refunds="succeed")
    sandbox.relay(client)
    refund.refresh_from_db()
    assert refund.state == rules.EXECUTED


def test_a_refund_not_paid_for_a_day_raises_an_alarm_once(
    sandbox: SandboxProcess,
    begin: Begin,
    client: Client,
    now: datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from banyan.payments.tasks import alarm_late_refunds

    payment = approve(sandbox, client, begin())
    refund = agree_refund(payment, 5_000, now=now)
    PaymentRefund.objects.update(created_at=now - timedelta(hours=25))
    assert alarm_late_refunds() == 1
    assert f"PAYMENT ALARM refund {refund.ref}" in caplog.text
    assert alarm_late_refunds() == 0


def test_an_order_given_up_closes_its_attempt_at_the_provider(
    sandbox: SandboxProcess, begin: Begin, stall: Stall, client: Client, now: datetime
) -> None:
    sent, unsent = begin(source_id=1), begin(source_id=1)
    url = actions.send(sent)
    assert actions.ask_void(source_kind="stall", source_id=1, now=now) == 2
    run_due()
    sent.refresh_from_db()
    unsent.refresh_from_db()
    assert (sent.state, unsent.state) == (rules.VOIDED, rules.EXPIRED)
    sandbox.decide(url, "approve")  # too late: the page no longer takes it
    sandbox.relay(client)
    assert "PaymentCaptured" not in stall.names()


def test_a_buyer_faster_than_the_closing_has_paid(
    sandbox: SandboxProcess, begin: Begin, stall: Stall, now: datetime
) -> None:
    payment = begin()
    sandbox.control(webhooks="lose")
    sandbox.decide(actions.send(payment), "approve")
    actions.ask_void(source_kind="stall", source_id=1, now=now)
    run_due()
    assert stall.names() == ["PaymentCaptured"]


# The provider is down, slow, or does not tell


@pytest.mark.parametrize(
    "failure",
    ["500", "503", "429", "401", "cut", "garbage", "empty", "html", "float", "huge"],
)
def test_a_provider_in_trouble_is_said_and_the_attempt_kept(
    sandbox: SandboxProcess, begin: Begin, stall: Stall, client: Client, failure: str
) -> None:
    payment = begin()
    sandbox.control(fail=failure)
    with pytest.raises(providers.ProviderDown):
        actions.send(payment)
    payment.refresh_from_db()
    assert payment.state == rules.CREATED
    sandbox.control(fail="")
    approve(sandbox, client, payment)
    assert stall.names() == ["PaymentCaptured"]


@pytest.mark.parametrize("failure", ["500", "cut", "garbage", "html"])
def test_an_answer_lost_after_the_deed_makes_no_second_payment(
    sandbox: SandboxProcess, begin: Begin, stall: Stall, client: Client, failure: str
) -> None:
    payment = begin()
    sandbox.control(fail=failure, after=True, times=1)
    with pytest.raises(providers.ProviderDown):
        actions.send(payment)
    approve(sandbox, client, payment)
    assert stall.names() == ["PaymentCaptured"]


@pytest.mark.parametrize("failure", ["500", "cut", "garbage", "empty", "float"])
def test_a_refund_whose_answer_is_lost_is_paid_once(
    sandbox: SandboxProcess,
    begin: Begin,
    client: Client,
    book: Book,
    now: datetime,
    failure: str,
) -> None:
    payment = approve(sandbox, client, begin())
    refund = agree_refund(payment, 5_000, now=now)
    sandbox.control(fail=failure, after=True, times=1, webhooks="lose")
    run_due()
    refund.refresh_from_db()
    assert refund.state == rules.CREATED
    reconciling.reconcile(now=now + timedelta(seconds=30))
    refund.refresh_from_db()
    assert refund.state == rules.EXECUTED
    assert psp(book) == 15_800 - 95 - 5_000
    word = providers.provider("sandbox").ask(payment.oid)
    assert word is not None
    assert len(word.refunds) == 1


def test_when_no_process_listens_the_buyer_is_told_in_words(begin: Begin, settings: Any) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    with pytest.raises(providers.ProviderDown) as down:
        actions.send(begin())
    assert "Nothing was charged" in str(down.value.sentence)


def test_coming_back_while_the_provider_is_down_still_shows_the_page(
    sandbox: SandboxProcess, begin: Begin, client: Client
) -> None:
    back = sandbox.decide(actions.send(begin(source_id=3)), "approve")
    sandbox.control(fail="503")
    answer = client.get(back)
    assert (answer.status_code, answer["Location"]) == (302, "/stall/3")


def test_a_link_held_by_anybody_cannot_keep_us_asking(
    sandbox: SandboxProcess, begin: Begin, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = sandbox.decide(actions.send(begin()), "abandon")
    asked: list[str] = []
    monkeypatch.setattr(reconciling, "ask", lambda payment, now: asked.append("x") or payment)
    for _ in range(5):
        assert client.get(back).status_code == 302
    assert len(asked) == 1


# The reconciler


def test_a_capture_nobody_told_us_of_is_found_within_a_minute(
    sandbox: SandboxProcess, begin: Begin, stall: Stall, now: datetime
) -> None:
    sandbox.control(webhooks="lose")
    payment = begin()
    sandbox.decide(actions.send(payment, now=now), "approve")
    reconciling.reconcile(now=now + timedelta(seconds=19))
    assert stall.names() == []  # it is left alone for 20 seconds
    reconciling.reconcile(now=now + timedelta(seconds=35))
    assert stall.names() == ["PaymentCaptured"]


def test_an_attempt_that_never_left_ends_within_a_minute(
    sandbox: SandboxProcess, begin: Begin, stall: Stall, now: datetime
) -> None:
    payment = begin()  # and here the process was killed
    for second in range(0, 60, 15):
        reconciling.reconcile(now=now + timedelta(seconds=second))
    payment.refresh_from_db()
    assert payment.state == rules.EXPIRED
    assert stall.names() == ["PaymentFailed"]


def test_an_attempt_nobody_pays_is_closed_at_its_deadline(
    sandbox: SandboxProcess, begin: Begin, now: datetime
) -> None:
    payment = begin(expires_at=now + timedelta(minutes=15))
    actions.send(payment, now=now)
    reconciling.reconcile(now=now + timedelta(minutes=14))
    payment.refresh_from_db()
    assert payment.state == rules.PENDING
    reconciling.reconcile(now=now + timedelta(minutes=16))
    payment.refresh_from_db()
    assert payment.state == rules.VOIDED


def test_an_event_our_own_mistake_refused_is_kept_and_applied_later(
    sandbox: SandboxProcess, begin: Begin, stall: Stall, client: Client, now: datetime
) -> None:
    stall.breaks = True
    sandbox.decide(actions.send(begin()), "approve")
    assert set(sandbox.relay(client)) == {200}
    assert ProviderEvent.objects.get().state == rules.RECEIVED
    assert Payment.objects.get().state == rules.PENDING
    stall.breaks = False
    reconciling.reconcile(now=now)
    assert ProviderEvent.objects.get().state == rules.APPLIED
    assert Payment.objects.get().state == rules.CAPTURED


def test_one_failing_payment_does_not_keep_the_others_waiting(
    sandbox: SandboxProcess, begin: Begin, stall: Stall, now: datetime
) -> None:
    sandbox.control(webhooks="lose")
    for source_id in (1, 2):
        sandbox.decide(actions.send(begin(source_id=source_id), now=now), "approve")
    Payment.objects.filter(source_id=1).update(amount_minor=1)  # the provider will contradict
    reconciling.reconcile(now=now + timedelta(seconds=30))
    assert stall.heard == [("PaymentCaptured", 2)]


def test_a_provider_that_is_down_ends_the_round_early(
    sandbox: SandboxProcess, begin: Begin, now: datetime
) -> None:
    for source_id in range(6):
        begin(source_id=source_id)
    sandbox.control(fail="503")
    assert reconciling.reconcile(now=now + timedelta(minutes=1)) == reconciling.PATIENCE
    assert Payment.objects.filter(state=rules.CREATED).count() == 6


def test_bodies_of_callbacks_are_forgotten_after_90_days(
    sandbox: SandboxProcess, begin: Begin, client: Client, now: datetime
) -> None:
    from banyan.payments.tasks import forget_raw_events

    approve(sandbox, client, begin())
    assert forget_raw_events() == 0
    ProviderEvent.objects.update(received_at=now - timedelta(days=91))
    assert forget_raw_events() == 1
    assert ProviderEvent.objects.get().raw == ""
