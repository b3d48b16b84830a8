"""The sandbox's interface, and what its words mean in our terms."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from banyan.core.money import Money
from banyan.payments import rules

from .. import (
    BadEvent,
    BadSignature,
    Heard,
    ProviderDown,
    RefundWord,
    Word,
    outside_transactions,
    strict,
)

logger = logging.getLogger("banyan.payments")
PATIENCE_SECONDS = 5  # to connect, and for each silence
TOLERANCE_SECONDS = 300
STATES = {
    "open": rules.PENDING,
    "processing": rules.PENDING,
    "authorised": rules.AUTHORISED,
    "captured": rules.CAPTURED,
    "declined": rules.FAILED,
    "voided": rules.VOIDED,
    "expired": rules.EXPIRED,
}
REFUND_STATES = {
    "pending": rules.SENT,
    "succeeded": rules.EXECUTED,
    "failed": rules.FAILED,
}
KINDS = {
    "payment.authorised",
    "payment.captured",
    "payment.declined",
    "payment.expired",
    "payment.voided",
    "refund.failed",
    "refund.succeeded",
}
REFERENCE = r"[0-9a-hjkmnp-tv-z]{26}"
REASON = r"[a-z_ ]{0,60}"


class Sandbox:
    name = "sandbox"

    def create(
        self, *, reference: str, amount: Money, description: str, return_url: str,
        webhook_url: str, lang: str, expires_at: datetime,
    ) -> str:  # fmt: skip
        found = self._call(
            "POST",
            "/v1/payments",
            key=reference,
            body={
                "reference": reference,
                "amount": amount.minor,
                "currency": amount.currency,
                "description": description,
                "return_url": return_url,
                "webhook_url": webhook_url,
                "lang": lang,
                "expires_at": int(expires_at.timestamp()),
            },
        )
        pay_url = found.get("pay_url") if found else None
        if type(pay_url) is not str or not pay_url.startswith(f"{settings.SANDBOX_URL}/"):
            raise ProviderDown
        return pay_url

    def ask(self, reference: str) -> Word | None:
        return self._word(self._call("GET", f"/v1/payments/{reference}"))

    def void(self, reference: str) -> Word | None:
        return self._word(self._call("POST", f"/v1/payments/{reference}/void", key="void"))

    def refund(self, *, reference: str, key: str, amount: Money) -> RefundWord:
        found = self._call(
            "POST",
            f"/v1/payments/{reference}/refunds",
            key=key,
            body={"amount": amount.minor, "currency": amount.currency},
        )
        if found is None:
            raise ProviderDown
        try:
            return _refund_word(found)
        except BadEvent as error:
            raise ProviderDown from error

    def read(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Heard:
        if len(body) > strict.LARGEST_BODY_BYTES:
            raise BadEvent("too large")
        verify(headers.get("Sandbox-Signature", ""), body, settings.SANDBOX_SECRET, now=now)
        return self.parse(body)

    def parse(self, body: bytes) -> Heard:
        found = strict.parse(body)
        event_id = strict.word(found, "id", r"evt_[0-9a-f]{32}")
        kind = strict.word(found, "type", r"[a-z]{1,20}\.[a-z_]{1,18}")
        if kind not in KINDS:
            return Heard(event_id, kind)
        return Heard(event_id, kind, _payment_word(strict.thing(found, "payment")))

    def _word(self, found: dict[str, Any] | None) -> Word | None:
        if found is None:
            return None
        try:
            return _payment_word(found)
        except BadEvent as error:
            raise ProviderDown from error

    def _call(
        self, method: str, path: str, *, key: str = "", body: dict[str, Any] | None = None
    ) -> dict[str, Any] | None:
        """The answer's object; None when there is no such payment; ProviderDown otherwise."""
        outside_transactions()
        headers = {
            "Authorization": f"Bearer {settings.SANDBOX_SECRET}",
            "Content-Type": "application/json",
        }
        if key:
            headers["Idempotency-Key"] = key
        sent = json.dumps(body).encode() if body is not None else None
        site = urlsplit(settings.SANDBOX_URL)
        kind = HTTPSConnection if site.scheme == "https" else HTTPConnection
        connection = kind(site.hostname or "", site.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, sent, headers)
            answer = connection.getresponse()
            content = answer.read(strict.LARGEST_BODY_BYTES + 1)
        except (OSError, HTTPException) as error:
            logger.warning("the sandbox provider does not answer: %s", type(error).__name__)
            raise ProviderDown from error
        finally:
            connection.close()
        if answer.status == 404 and answer.headers.get("Sandbox-Error") == "no-such-payment":
            return None
        if answer.status not in (200, 201):
            logger.warning("the sandbox provider answers %s to %s", answer.status, method)
            raise ProviderDown
        try:
            return strict.parse(content)
        except BadEvent as error:
            raise ProviderDown from error


def sign(body: bytes, secret: str, *, at: int) -> str:
    """The header that proves a callback: HMAC-SHA256 over "<unix time>.<body>"."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


def verify(header: str, body: bytes, secret: str, *, now: datetime) -> None:
    """BadSignature unless `header` was made with our secret, for this body, within 5 minutes."""
    moment = header.removeprefix("t=").partition(",v1=")[0]
    if not (header.startswith("t=") and moment.isascii() and moment.isdigit() and len(moment) < 12):
        raise BadSignature
    if not hmac.compare_digest(sign(body, secret, at=int(moment)).encode(), header.encode()):
        raise BadSignature
    if abs(int(now.timestamp()) - int(moment)) > TOLERANCE_SECONDS:
        raise BadSignature


def _payment_word(found: dict[str, Any]) -> Word:
    state = strict.word(found, "state", r"[a-z]{1,20}")
    if state not in STATES:
        raise BadEvent("state is unknown")
    return Word(
        reference=strict.word(found, "reference", REFERENCE),
        state=STATES[state],
        amount_minor=strict.whole(found, "amount", most=rules.LARGEST_MINOR),
        currency=strict.word(found, "currency", r"[A-Z]{3}"),
        fee_minor=strict.whole(found, "fee", most=rules.LARGEST_MINOR),
        reason=strict.word(found, "reason", REASON, default=""),
        refunds=tuple(_refund_word(row) for row in strict.things(found, "refunds", most=200)),
    )


def _refund_word(found: dict[str, Any]) -> RefundWord:
    state = strict.word(found, "state", r"[a-z]{1,20}")
    if state not in REFUND_STATES:
        raise BadEvent("refund state is unknown")
    return RefundWord(
        key=strict.word(found, "key", r"[0-9A-Za-z-]{1,64}"),
        state=REFUND_STATES[state],
        amount_minor=strict.whole(found, "amount", most=rules.LARGEST_MINOR),
        currency=strict.word(found, "currency", r"[A-Z]{3}"),
        reason=strict.word(found, "reason", REASON, default=""),
    )
