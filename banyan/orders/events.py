from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderEvent(Event):
    """`object_id` is the order, `number` what people call it; `buyer` the buyer's pseudonym.

    `actor` is whoever did it; a guest is None and known by the request's visitor key.
    """

    object_kind: ClassVar[str] = "order"
    number: str = ""
    buyer: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(OrderEvent):
    """`variants` and `pieces` stand side by side."""

    variants: list[int]
    pieces: list[int]


@dataclass(frozen=True, kw_only=True)
class OrderPaid(OrderEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class OrderPacked(OrderEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class OrderShipped(OrderEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class OrderReceived(OrderEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class OrderCompleted(OrderEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(OrderEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class OrderExpired(OrderEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class OrderRefunded(OrderEvent):
    """Asked for, and in the books; `refund_id` tells which. The provider carries it out after."""

    refund_id: int


@dataclass(frozen=True, kw_only=True)
class PaymentGivenBack(OrderEvent):
    """A payment came twice, or too late for the stock, and goes back by itself."""

    refund_id: int


@dataclass(frozen=True, kw_only=True)
class RefundPaidBack(OrderEvent):
    """The provider has carried a refund out."""

    refund_id: int


@dataclass(frozen=True, kw_only=True)
class ShippingChanged(Event):
    """`object_id` is the community; `rate` the name of the way of sending."""

    object_kind: ClassVar[str] = "community"
    rate: str
