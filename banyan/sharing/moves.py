"""What of these tables leaves with a community."""

from banyan.core.moving import book, stays

MONEY = "money does not move between instances: for your records, not brought in elsewhere"

book(
    "sharing.Commission", "order__number", "level", "rate_bp", "state", "currency", "base_minor",
    "accrued_minor", "reversed_minor", "accrued_at", "clears_at", "cleared_at",
    of="community", because=MONEY,
)  # fmt: skip
book(
    "sharing.Payout", "state", "amount_minor", "currency", "asked_at", "ended_at",
    of="community", because=MONEY,
)  # fmt: skip
book(
    "sharing.Offer", "rate_bp", "second_bp", "cap_minor", "currency", "hold_days", "made_at",
    "ended_at", of="community", because=MONEY,
)  # fmt: skip
stays(
    "codes lead to this instance's addresses, and what came by them is counted here",
    "sharing.Terms", "sharing.Link", "sharing.Touch", "sharing.Bond", "sharing.Attribution",
    "sharing.Doubt", "sharing.Trace",
)  # fmt: skip
stays("what was agreed to is money of this instance", "sharing.Promoter")
