"""What of these tables leaves with a community."""

from banyan.core.moving import stays

stays("holding is switched on anew where the community goes", "guard.Policy", "guard.SeenDomain")
stays(
    "whom people here trust, and what waits for a look, is for people here to say",
    "guard.Hold", "guard.Standing", "guard.StandingChange",
)  # fmt: skip
stays("a person’s own", "guard.Day")
