"""What somebody wishes for is private and in no log; what is said is that we owe them a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class BackInStock(Event):
    """`object_id` is the wait of whoever is to be told; without an actor."""

    object_kind: ClassVar[str] = "wait"
    product_id: int


@dataclass(frozen=True, kw_only=True)
class PriceFell(Event):
    """`object_id` is the wish; `amount_minor` what its product costs now."""

    object_kind: ClassVar[str] = "wish"
    product_id: int
