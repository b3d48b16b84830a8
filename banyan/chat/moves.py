"""What of these tables leaves with a community."""

from banyan.core.moving import stays

stays(
    "what is said in a room or between people is said to those who are there; it is their own, "
    "in each person’s own export",
    "chat.Room", "chat.Seat", "chat.Message", "chat.Mention", "chat.Block",
)  # fmt: skip
