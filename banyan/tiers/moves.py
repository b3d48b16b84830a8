"""What of these tables leaves with a community."""

from banyan.core.moving import book, stays

MONEY = "money does not move between instances: for your records, not brought in elsewhere"

book(
    "tiers.Subscription", "tier__name", "period", "state", "is_gift", "started_at", "until_on",
    "ended_at", of="community", because=MONEY,
)  # fmt: skip
book(
    "tiers.Bill", "tier__name", "why", "period", "state", "amount_minor", "returned_minor",
    "currency", "made_at", "paid_at", of="community", because=MONEY,
)  # fmt: skip
book(
    "tiers.Inner", "post__title", "tier__name", "body", "written_at", of="community",
    because="who may read it is settled by memberships, which stay: for your records",
)  # fmt: skip
stays("a promise of this instance’s shop, made in its money", "tiers.Tier")
stays("days of a membership follow from what was paid", "tiers.Term")
