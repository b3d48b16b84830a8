"""What of these tables leaves with a community."""

from banyan.core.moving import stays

stays(
    "names people by this instance’s pseudonyms; what was hidden stays hidden where it goes",
    "moderation.Decision", "moderation.Explanation",
)  # fmt: skip
stays("who reported whom was said to the moderators here only", "moderation.Report")
stays(
    "what somebody may not do for a time was decided by people here, for here",
    "moderation.StrikeRule", "moderation.Mute", "moderation.Strike", "moderation.Appeal",
)  # fmt: skip
