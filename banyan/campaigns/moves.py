"""What of these tables leaves with a community."""

from banyan.core.moving import book, stays

MONEY = "money does not move between instances: for your records, not brought in elsewhere"

book(
    "campaigns.Campaign", "kind", "state", "product__title", "currency", "size", "hours",
    "most_each", "taken", "starts_at", "ends_at", "teams_count", "made_at", "ended_at", "reason",
    of="community", because=MONEY,
)  # fmt: skip
book(
    "campaigns.Team", "campaign_id", "state", "size", "paid", "verdict", "final_count",
    "final_minor", "opened_at", "closes_at", "closed_at", "settled_at",
    of="community", because=MONEY,
)  # fmt: skip
stays("a place belongs to its order, which goes as a record", "campaigns.Seat")
stays("pieces of a sale belong to their order, which goes as a record", "campaigns.Claim")
