"""What of these tables leaves with a community."""

from banyan.core.moving import book, stays

book(
    "reviews.Review", "product__title", "stars", "body", "lang", "state", "is_staff",
    "written_at", "edited_at", "helpful_count", "answer", "answered_at",
    of="community",
    because="it stands on an order, and orders go as records: not brought in elsewhere",
)  # fmt: skip
stays("goes with its review, which is a record", "reviews.ReviewPhoto", "reviews.Helpful")
