"""What of these tables leaves with a community."""

from banyan.core.moving import book, stays

MONEY = "money does not move between instances: for your records, not brought in elsewhere"

book(
    "pricing.Discount", "kind", "state", "name", "code", "currency", "percent_bp", "amount_minor",
    "least_minor", "least_pieces", "most", "most_each", "issued", "starts_at", "ends_at",
    "made_at", "active_at", "ended_at",
    of="community", because=MONEY,
)  # fmt: skip
book(
    "pricing.Saving", "order__number", "discount__name", "discount__code", "minor",
    of="discount__community", because=MONEY,
)  # fmt: skip
stays("a coupon is a buyer’s own, and its orders go as records", "pricing.Coupon")
stays("it says which discounts go together, and they stay", "pricing.Together")
