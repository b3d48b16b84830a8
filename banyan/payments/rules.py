"""States of payments and refunds, and what a word from the provider changes. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

CREATED, PENDING, AUTHORISED, CAPTURED = "created", "pending", "authorised", "captured"
PARTLY_REFUNDED, REFUNDED = "partly_refunded", "refunded"
FAILED, VOIDED, EXPIRED = "failed", "voided", "expired"

# Words come in any order and more than once, so a state has a height and only ever rises:
# whatever came before, a capture is a capture.
_HEIGHT = {
    CREATED: 0,
    PENDING: 1,
    AUTHORISED: 2,
    EXPIRED: 3,
    VOIDED: 4,
    FAILED: 5,
    CAPTURED: 6,
    PARTLY_REFUNDED: 7,
    REFUNDED: 8,
}
OPEN = (CREATED, PENDING, AUTHORISED)
ENDED = (EXPIRED, VOIDED, FAILED)
PAID = (CAPTURED, PARTLY_REFUNDED, REFUNDED)
HEARD = (PENDING, AUTHORISED, EXPIRED, VOIDED, FAILED, CAPTURED)
PAYMENT_MOVES = {
    state: tuple(
        to
        for to, height in _HEIGHT.items()
        if height > _HEIGHT[state] and not (height > 6 and _HEIGHT[state] < 6)
    )
    for state in _HEIGHT
} | {PARTLY_REFUNDED: (PARTLY_REFUNDED, REFUNDED)}

# Refunds
SENT, EXECUTED = "sent", "executed"
REFUND_MOVES = {
    CREATED: (SENT, EXECUTED, FAILED),
    SENT: (SENT, EXECUTED, FAILED),
    FAILED: (CREATED, EXECUTED),
    EXECUTED: (),
}
REFUND_OPEN = (CREATED, SENT)

# The inbox
RECEIVED, APPLIED, IGNORED, REFUSED = "received", "applied", "ignored", "refused"

LARGEST_MINOR = 10**12
OPEN_FOR = timedelta(minutes=15)  # as long as an order keeps its stock
FIRST_ASK = timedelta(seconds=20)
ASK_OFTEN = timedelta(seconds=15)
ASK_SELDOM = timedelta(seconds=60)
ASKS_OFTEN = 8
RETURN_GRACE = timedelta(seconds=30)  # within it an unknown payment may still be on its way there
REFUND_ALARM = timedelta(hours=24)
RAW_KEPT = timedelta(days=90)


def rises(state: str, heard: str) -> bool:
    """Whether a payment in `state` becomes `heard` when its provider says so."""
    return heard in HEARD and _HEIGHT[heard] > _HEIGHT[state]


def ask_next(*, asks: int, now: datetime) -> datetime:
    """When to ask the provider about an open payment again."""
    return now + (ASK_OFTEN if asks < ASKS_OFTEN else ASK_SELDOM)


def refunded_state(*, amount: int, refunded: int) -> str:
    return REFUNDED if refunded >= amount else PARTLY_REFUNDED
