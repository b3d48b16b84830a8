"""What of these tables leaves with a community."""

from banyan.core.moving import apart, stays

apart("as part of communities.member: a name and a keyed hash, no account", "people.Person")
stays("a person’s own, under a consent given to this instance", "people.Tag", "people.Consent")
stays("a person’s own", "people.Export")
