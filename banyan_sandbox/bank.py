"""What the sandbox does with payments: make, decide, void, refund. Each verb announces itself."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from typing import Any

from .courier import Courier
from .store import Store

OPEN, PROCESSING, CAPTURED = "open", "processing", "captured"
DECLINED, VOIDED, EXPIRED = "declined", "voided", "expired"
FEE_BP = 60  # 0.6 %
LONGEST_DELAY_SECONDS = 3600
LARGEST = 10**12


class Problem(Exception):
    """An answer other than yes."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(word)
        self.status, self.word = status, word


def fee_of(amount: int) -> int:
    """0.6 %, rounded half up."""
    return (amount * FEE_BP + 5000) // 10000


class Bank:
    def __init__(self, store: Store, courier: Courier, *, adopts: bool = False) -> None:
        self._store = store
        self._courier = courier
        self._adopts = adopts
        self.refunds = "succeed"  # or "wait", "fail": set by /control

    def create(self, key: str, wish: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """Make a payment, or give the one made under this key. Tells whether it is new."""
        fingerprint = hashlib.sha256(json.dumps([key, wish], sort_keys=True).encode()).hexdigest()
        with self._store.transaction() as store:
            earlier = self.find(wish["reference"])
            if earlier is not None:
                if earlier["fingerprint"] != fingerprint:
                    raise Problem(422, "key-used-otherwise")
                return earlier, False
            store.run(
                "INSERT INTO payment (reference, token, fingerprint, amount, currency, description,"
                " return_url, webhook_url, lang, state, expires_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                wish["reference"], secrets.token_urlsafe(18), fingerprint, wish["amount"],
                wish["currency"], wish["description"], wish["return_url"], wish["webhook_url"],
                wish["lang"], OPEN, float(wish["expires_at"]),
            )  # fmt: skip
            return self.get(wish["reference"]), True

    def find(self, reference: str) -> dict[str, Any] | None:
        return self._store.row("SELECT * FROM payment WHERE reference = ?", reference)

    def get(self, reference: str) -> dict[str, Any]:
        self.tick()
        found = self.find(reference)
        if found is None:
            raise Problem(404, "no-such-payment")
        return found

    def by_token(self, token: str) -> dict[str, Any]:
        self.tick()
        found = self._store.row("SELECT * FROM payment WHERE token = ?", token)
        if found is None:
            raise Problem(404, "no-such-payment")
        return found

    def approve(self, token: str) -> dict[str, Any]:
        return self._decide(token, CAPTURED)

    def decline(self, token: str) -> dict[str, Any]:
        return self._decide(token, DECLINED, reason="declined")

    def approve_late(self, token: str, *, seconds: float) -> dict[str, Any]:
        """Say "processing" now and capture after `seconds`."""
        with self._store.transaction() as store:
            payment = self.by_token(token)
            if payment["state"] == OPEN:
                store.run(
                    "UPDATE payment SET state = ?, capture_at = ? WHERE token = ?",
                    PROCESSING,
                    time.time() + min(max(seconds, 0), LONGEST_DELAY_SECONDS),
                    token,
                )
        self._courier.wake()
        return self.by_token(token)

    def void(self, reference: str) -> dict[str, Any]:
        """Close it, unless the payer has decided: then it is what it is."""
        with self._store.transaction():
            payment = self.get(reference)
            if payment["state"] == OPEN:
                self._turn(payment, VOIDED, "payment.voided")
            return self.get(reference)

    def refund(self, reference: str, key: str, *, amount: int, currency: str) -> dict[str, Any]:
        """Pay back, once per key; never more than was captured."""
        with self._store.transaction() as store:
            if self._adopts and self.find(reference) is None:
                self._adopt(reference, currency)
            payment = self.get(reference)
            earlier = self._refund(reference, key)
            if earlier is not None:
                if (earlier["amount"], earlier["currency"]) != (amount, currency):
                    raise Problem(422, "key-used-otherwise")
                return earlier
            room = payment["amount"] - payment["refunded"]
            if payment["state"] != CAPTURED or currency != payment["currency"] or amount > room:
                raise Problem(409, "not-refundable")
            store.run(
                "INSERT INTO refund (reference, key, amount, currency, state)"
                " VALUES (?, ?, ?, ?, 'pending')",
                reference, key, amount, currency,
            )  # fmt: skip
            store.run(
                "UPDATE payment SET refunded = refunded + ? WHERE reference = ?", amount, reference
            )
            if self.refunds != "wait":
                self.end_refund(reference, key, fails=self.refunds == "fail")
            found = self._refund(reference, key)
            assert found is not None
            return found

    def _adopt(self, reference: str, currency: str) -> None:
        """Take a payment it has never seen for one captured before its memory began.

        Demo orders and those of an earlier run can be refunded so; nobody is told by callback.
        """
        self._store.run(
            "INSERT INTO payment (reference, token, fingerprint, amount, currency, description,"
            " return_url, webhook_url, lang, state, expires_at)"
            " VALUES (?, ?, 'adopted', ?, ?, '', '', '', '', ?, 0)",
            reference, secrets.token_urlsafe(18), LARGEST, currency, CAPTURED,
        )  # fmt: skip

    def end_refund(self, reference: str, key: str, *, fails: bool) -> None:
        """Let a pending refund succeed or fail."""
        with self._store.transaction() as store:
            refund = self._refund(reference, key)
            if refund is None or refund["state"] != "pending":
                return
            state, reason = ("failed", "account closed") if fails else ("succeeded", "")
            store.run("UPDATE refund SET state = ?, reason = ? WHERE id = ?", state, reason,
                      refund["id"])  # fmt: skip
            if fails:
                store.run("UPDATE payment SET refunded = refunded - ? WHERE reference = ?",
                          refund["amount"], reference)  # fmt: skip
            self._announce(f"refund.{state}", self.get(reference))

    def end_refunds(self, *, fails: bool) -> None:
        """Let every pending refund succeed or fail."""
        for row in self._store.rows("SELECT reference, key FROM refund WHERE state = 'pending'"):
            self.end_refund(row["reference"], row["key"], fails=fails)

    def tick(self) -> float:
        """Capture what was approved late, expire what nobody paid; seconds until the next such."""
        now = time.time()
        with self._store.transaction() as store:
            for payment in store.rows(
                "SELECT * FROM payment WHERE state = ? AND capture_at <= ?", PROCESSING, now
            ):
                self._turn(payment, CAPTURED, "payment.captured")
            for payment in store.rows(
                "SELECT * FROM payment WHERE state = ? AND expires_at <= ?", OPEN, now
            ):
                self._turn(payment, EXPIRED, "payment.expired")
            soonest = store.row(
                "SELECT min(CASE state WHEN 'open' THEN expires_at ELSE capture_at END) AS at"
                " FROM payment WHERE state IN ('open', 'processing')"
            )
        return max(0.0, soonest["at"] - now) if soonest and soonest["at"] else 3600.0

    def said(self, payment: dict[str, Any]) -> dict[str, Any]:
        """A payment as the interface and the events show it."""
        refunds = self._store.rows(
            "SELECT key, state, amount, currency, reason FROM refund WHERE reference = ?"
            " ORDER BY id", payment["reference"],
        )  # fmt: skip
        names = ("reference", "state", "amount", "currency", "fee", "reason")
        return {name: payment[name] for name in names} | {"refunds": refunds}

    def _refund(self, reference: str, key: str) -> dict[str, Any] | None:
        return self._store.row(
            "SELECT * FROM refund WHERE reference = ? AND key = ?", reference, key
        )

    def _decide(self, token: str, state: str, *, reason: str = "") -> dict[str, Any]:
        with self._store.transaction():
            payment = self.by_token(token)
            if payment["state"] == OPEN:
                self._turn(payment, state, f"payment.{state}", reason=reason)
            return self.by_token(token)

    def _turn(self, payment: dict[str, Any], state: str, kind: str, *, reason: str = "") -> None:
        fee = fee_of(payment["amount"]) if state == CAPTURED else 0
        self._store.run(
            "UPDATE payment SET state = ?, reason = ?, fee = ?, capture_at = NULL"
            " WHERE reference = ?",
            state, reason, fee, payment["reference"],
        )  # fmt: skip
        found = self.find(payment["reference"])
        assert found is not None
        self._announce(kind, found)

    def _announce(self, kind: str, payment: dict[str, Any]) -> None:
        event = {
            "id": f"evt_{secrets.token_hex(16)}",
            "type": kind,
            "created": int(time.time()),
            "payment": self.said(payment),
        }
        if payment["webhook_url"]:  # an adopted payment has nobody to tell
            self._courier.add(payment["webhook_url"], event)
