"""What of these tables leaves with a community."""

from banyan.core.moving import stays

stays("a merchant of record is named anew where it sells; its currency goes", "sellers.Book")
