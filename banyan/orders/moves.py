"""What of these tables leaves with a community."""

from banyan.core.moving import book, goes, stays, texts

MONEY = "money does not move between instances: for your records, not brought in elsewhere"

book(
    "orders.Order", "number", "state", "currency", "items_minor", "post_minor", "post_tax_minor",
    "tax_minor", "tax_bp", "total_minor", "paid_minor", "refunded_minor", "country", "placed_at",
    "paid_at", "shipped_at", "received_at", "completed_at", "cancelled_at",
    of="community", because=MONEY,
)  # fmt: skip
book(
    "orders.OrderLine", "order__number", "title", "options", "sku", "quantity", "unit_minor",
    "discount_minor", "total_minor", "tax_minor", "refunded_quantity", "refunded_minor",
    of="order__community", because=MONEY,
)  # fmt: skip
book(
    "orders.Refund", "order__number", "state", "amount_minor", "post_minor", "asked_at",
    "executed_at",
    of="order__community", because=MONEY,
)  # fmt: skip
stays("part of the orders, which go as records", "orders.OrderNote", "orders.Shipment",
      "orders.RefundLine")  # fmt: skip
stays("a person’s own", "orders.Basket", "orders.BasketLine")
goes(
    "orders.ShippingRate", "name", "lang", "regions", "price_minor", "free_over_minor",
    "most_grams", "days",
    shapes={"regions": texts(300, 10)},
)  # fmt: skip
