"""What of these tables leaves with a community."""

from banyan.core.moving import goes

goes(
    "challenges.Challenge", "slug", "state", "title", "about", "lang", "second_title",
    "second_about", "second_lang", "reward", "second_reward", "paid_by", "second_paid_by",
    "starts_on", "days", "needed_days", "makeup_days", "zone", "made_by", "made_at", "started_at",
    "ended_at",
)  # fmt: skip
goes("challenges.Team", "challenge", "name", "position")
goes(
    "challenges.Entry", "challenge", "member", "team", "zone", "joined_at", "left_at", "done",
    "made_up", "last_on",
    given={"wants_reminders": False},
)  # fmt: skip
goes("challenges.CheckIn", "challenge", "member", "day", "at", "is_made_up", "post")
