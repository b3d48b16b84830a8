"""What of these tables leaves with a community."""

from banyan.core.moving import stays

stays(
    "whom somebody met, and whether they want to, is theirs and was said to this place",
    "introductions.Willing", "introductions.Introduction", "introductions.Side",
)  # fmt: skip
