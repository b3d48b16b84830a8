from .basket import Basket, BasketLine
from .order import Order, OrderLine, OrderNote, Shipment
from .refund import Refund, RefundLine
from .shipping import ShippingRate

__all__ = [
    "Basket",
    "BasketLine",
    "Order",
    "OrderLine",
    "OrderNote",
    "Refund",
    "RefundLine",
    "Shipment",
    "ShippingRate",
]
