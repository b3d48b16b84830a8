"""What of these tables leaves with a community."""

from banyan.core.moving import goes

from . import rules

goes(
    "gatherings.Gathering", "organiser", "title", "text", "lang", "place", "link", "starts_at",
    "ends_at", "zone", "capacity", "going_count", "state", "reason", "version", "planned_at",
    "changed_at", "told_at",
    limits={"text": rules.TEXT_LENGTH},
)  # fmt: skip
goes(
    "gatherings.Rsvp", "gathering", "member", "answer", "waiting_since", "answered_at",
    given={"wants_reminder": False},
)  # fmt: skip
