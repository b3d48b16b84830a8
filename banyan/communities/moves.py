"""What of these tables leaves with a community."""

from banyan.core.moving import apart, goes, record, records, stays

apart("in community.json, with the currency of its book", "communities.Community")
apart("as a person without an account, with a keyed hash of the address", "communities.Member")
goes("communities.Interest", "key")
goes(
    "communities.EntryPolicy", "answer_hours", "probation_days", "questions", "automatic",
    shapes={"questions": records(3, 400), "automatic": record(20, 40)},
)  # fmt: skip
stays("a signed link of this instance, and whom it was mailed to", "communities.Invitation")
stays(
    "what people said on their way in was said to those who decided here", "communities.EntryStep"
)
stays("counted over tags and a log that stay", "communities.Segment")
