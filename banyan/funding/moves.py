"""What of these tables leaves with a community."""

from banyan.core.moving import book, stays

MONEY = "money does not move between instances: for your records, not brought in elsewhere"

book(
    "funding.Project", "title", "state", "currency", "goal_minor", "ends_at", "final_minor",
    "final_backers", "made_at", "live_at", "closed_at", "ended_at", "reason",
    of="community", because=MONEY,
)  # fmt: skip
book(
    "funding.Milestone", "project_id", "name", "share_bp", "state", "amount_minor", "shown_at",
    "done_at", of="community", because=MONEY,
)  # fmt: skip
book(
    "funding.Pledge", "project_id", "reward__name", "state", "amount_minor", "back_minor",
    "reserved_at", "paid_at", "ended_at", "delivered_at", of="community", because=MONEY,
)  # fmt: skip
stays("it is owed by this instance’s shop, for money held here", "funding.Reward")
stays("a reason that its backer gave about money held here", "funding.Objection")
