"""What of these tables leaves with a community."""

from banyan.core.moving import goes, records, stays, texts

_KEYS = texts(40, 60)

goes(
    "matching.Profile", "value", "aesthetic", "personality", "status", "career", "rhythm", "price",
    "sample_week",
    shapes={
        "value": _KEYS, "aesthetic": _KEYS, "personality": _KEYS, "status": _KEYS, "career": _KEYS,
        "sample_week": records(7, 600),
    },
)  # fmt: skip
stays("how a person fits is between them and this place", "matching.Arrival", "matching.Echo")
