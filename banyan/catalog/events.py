from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ProductEvent(Event):
    """`object_id` is the product."""

    object_kind: ClassVar[str] = "product"


@dataclass(frozen=True, kw_only=True)
class ProductPublished(ProductEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ProductUnpublished(ProductEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ProductChanged(ProductEvent):
    """`fields` names what is different now; a new product names all it was given."""

    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class ProductArchived(ProductEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class StockChanged(ProductEvent):
    """By hand or import, not by sales."""

    variant_id: int
    step: int
    why: str


@dataclass(frozen=True, kw_only=True)
class ProductsImported(Event):
    """`object_id` is the community; its products were brought in from a file."""

    object_kind: ClassVar[str] = "community"
    new: int
    changed: int
    unchanged: int
