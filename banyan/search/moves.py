"""What of these tables leaves with a community."""

from banyan.core.moving import stays

stays("cut anew from what it was cut from", "search.Words")
stays("searches of this instance, by nobody", "search.Asked")
