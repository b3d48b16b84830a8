"""What of these tables leaves with a community."""

from banyan.core.moving import book, stays

MONEY = "money does not move between instances: for your records, not brought in elsewhere"

book(
    "leaves.LeafLot", "why", "order__number", "state", "amount_minor", "left_minor",
    "spent_minor", "expired_minor", "taken_minor", "earned_at", "available_at", "expires_at",
    of="community", because=MONEY,
)  # fmt: skip
book(
    "leaves.Month", "first_on", "limit_minor", "given_minor", "missed",
    of="community", because=MONEY,
)  # fmt: skip
book(
    "leaves.Exchange", "reward__title", "price_minor", "state", "at", "ended_at",
    of="community", because=MONEY,
)  # fmt: skip
stays("it is had for leaves, which stay", "leaves.Reward")
stays("which lot an exchange came from follows from the lots", "leaves.Spending")
stays("a promise of this instance’s shop, made in its money", "leaves.Terms")
stays("whom somebody thanked is theirs; the leaves of it go as records", "leaves.Thanks")
