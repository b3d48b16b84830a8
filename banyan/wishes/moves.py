"""What of these tables leaves with a community."""

from banyan.core.moving import stays

stays("each person’s own, and none of the shop’s records", "wishes.Wish", "wishes.Wait")
