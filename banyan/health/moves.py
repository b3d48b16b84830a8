"""What of these tables leaves with a community."""

from banyan.core.moving import stays

stays(
    "counted anew from what has come",
    "health.Board", "health.Day", "health.MemberDay", "health.Journey",
    "health.Thread", "health.Change",
)  # fmt: skip
