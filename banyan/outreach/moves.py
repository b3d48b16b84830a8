"""What of these tables leaves with a community."""

from banyan.core.moving import stays

stays("a person’s own", "outreach.Notice", "outreach.Switch", "outreach.Habits", "outreach.Device")
