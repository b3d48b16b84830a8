from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PaymentEvent(Event):
    """`object_id` and `payment_id` are the payment; the source is what it was for."""

    object_kind: ClassVar[str] = "payment"
    source_kind: str
    source_id: int
    payment_id: int


@dataclass(frozen=True, kw_only=True)
class PaymentCaptured(PaymentEvent):
    """The money for the source is with the provider. Said at most once per source, ever."""

    provider: str = ""


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(PaymentEvent):
    """This attempt came to nothing: declined, voided or expired. Another may still succeed."""

    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PaymentSurplus(PaymentEvent):
    """A second capture for a source that had its money: it goes back by itself."""

    provider: str = ""


@dataclass(frozen=True, kw_only=True)
class RefundEvent(Event):
    """`object_id` is the PaymentRefund; `ref` what `ask_refund` was given."""

    object_kind: ClassVar[str] = "payment_refund"
    ref: str
    source_kind: str
    source_id: int
    payment_id: int


@dataclass(frozen=True, kw_only=True)
class RefundExecuted(RefundEvent):
    """The provider has paid the money back."""


@dataclass(frozen=True, kw_only=True)
class RefundFailed(RefundEvent):
    """The provider refuses to pay it back: somebody must look."""

    reason: str = ""
