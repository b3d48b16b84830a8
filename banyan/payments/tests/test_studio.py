"""Refunds that did not go through, where the operator sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from banyan.communities.places import url
from banyan.core.jobs import run_due
from banyan.payments import actions, rules
from banyan.payments.models import Payment, PaymentRefund

from .conftest import agree_refund
from .sandbox_process import SandboxProcess

Begin = Callable[..., Payment]


@pytest.fixture
def stuck(sandbox: SandboxProcess, begin: Begin, client: Client, now: datetime) -> PaymentRefund:
    """A refund of ¥50 that the provider has refused."""
    payment = begin()
    sandbox.decide(actions.send(payment), "approve")
    sandbox.relay(client)
    payment.refresh_from_db()
    sandbox.control(refunds="fail")
    refund = agree_refund(payment, 5_000, now=now)
    run_due()
    sandbox.control(refunds="succeed")
    refund.refresh_from_db()
    assert refund.state == rules.FAILED
    return refund


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_stuck_refund_stands_on_today_and_in_money_until_it_is_paid(
    stuck: PaymentRefund, cast: SimpleNamespace, kiln: Any
) -> None:
    client = signed_in(cast.mei)
    pages = url(kiln, "studio-today"), url(kiln, "studio-money")
    for page in pages:
        assert "1 refund has not gone through" in client.get(page).content.decode()
    again = url(kiln, "studio-payment-refund-again", id=stuck.public_id)
    assert client.post(again, {"form_key": str(uuid4())}).status_code == 302
    run_due()
    stuck.refresh_from_db()
    assert stuck.state == rules.EXECUTED
    for page in pages:
        assert "has not gone through" not in client.get(page).content.decode()


def test_trying_again_twice_is_too_late_the_second_time(
    stuck: PaymentRefund, cast: SimpleNamespace, kiln: Any
) -> None:
    client = signed_in(cast.mei)
    again = url(kiln, "studio-payment-refund-again", id=stuck.public_id)
    assert client.post(again, {"form_key": str(uuid4())}).status_code == 302
    assert client.post(again, {"form_key": str(uuid4())}).status_code == 409


def test_only_the_shops_operators_try_again(
    stuck: PaymentRefund, cast: SimpleNamespace, kiln: Any, tea: Any
) -> None:
    here = url(kiln, "studio-payment-refund-again", id=stuck.public_id)
    elsewhere = url(tea, "studio-payment-refund-again", id=stuck.public_id)
    for person, address, status in (
        (cast.kenji, here, 403),
        (cast.jonas, here, 404),
        (cast.rafe, here, 404),
        (cast.sol, elsewhere, 404),
    ):
        answer = signed_in(person).post(address, {"form_key": str(uuid4())})
        assert answer.status_code == status
    stuck.refresh_from_db()
    assert stuck.state == rules.FAILED


def test_a_refund_without_an_answer_for_a_day_is_shown_but_needs_no_button(
    stuck: PaymentRefund, cast: SimpleNamespace, kiln: Any, now: datetime
) -> None:
    PaymentRefund.objects.update(state=rules.SENT, alarmed_at=now - timedelta(minutes=1))
    page = signed_in(cast.mei).get(url(kiln, "studio-money")).content.decode()
    assert "No answer for more than a day" in page
    assert (
        url(kiln, "studio-payment-refund-again", id=PaymentRefund.objects.get().public_id)
        not in page
    )
