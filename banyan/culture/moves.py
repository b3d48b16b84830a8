"""What of these tables leaves with a community."""

from django.db.models import Q

from banyan.core.moving import goes, stays, texts

from .amendments import rules as amending
from .examples import rules as examples
from .goals import rules as goals

_LINES = texts(60, 1000)
_IDS = texts(60, 20)

goes(
    "culture.Charter", "version", "goal", "values", "conventions", "lang", "second_goal",
    "second_values", "second_conventions", "second_lang", "published_at", "value_ids",
    "convention_ids", "last_clause", "grace_until",
    shapes={
        "values": _LINES, "conventions": _LINES, "second_values": _LINES,
        "second_conventions": _LINES, "value_ids": _IDS, "convention_ids": _IDS,
    },
)  # fmt: skip
stays("a signature is given anew by whoever takes their place again", "culture.Acceptance")
goes(
    "culture.CharterPolicy", "proposers", "quorum_percent", "threshold_percent", "tenure_days",
    "vote_days", "grace_days",
)  # fmt: skip
goes(
    "culture.Amendment", "state", "by", "why", "why_lang", "after_version", "goal", "values",
    "conventions", "lang", "second_goal", "second_values", "second_conventions", "second_lang",
    "opened_at", "closes_at", "quorum_percent", "threshold_percent", "tenure_days", "closed_at",
    "electorate", "yes", "no", "charter",
    where=~Q(state=amending.OPEN),
    shapes={
        "values": _LINES, "conventions": _LINES, "second_values": _LINES,
        "second_conventions": _LINES,
    },
)  # fmt: skip
stays("a vote is its voter’s own; the counts go with the change voted on", "culture.Ballot")
goes(
    "culture.AmendmentComment", "amendment", "member", "body", "lang", "at",
    where=Q(removed_at=None) & ~Q(amendment__state=amending.OPEN),
)  # fmt: skip
goes(
    "culture.Page", "kind", "key", "at", "title", "lang", "second_title", "second_lang", "by",
    "hidden_at",
    where=Q(kind="team"), given={"facts": {}, "place": "", "place_args": {}},
)  # fmt: skip
goes(
    "culture.Example", "state", "clause", "kind", "object_id", "by", "why", "lang", "at",
    "decided_at", "decided_by",
    where=Q(state__in=examples.LIVE, kind__in=["post", "comment"]),
    kinds={"object_id": ("kind", {"post": "content.post", "comment": "content.comment"})},
)  # fmt: skip
goes(
    "culture.Goal", "state", "title", "second_title", "lang", "second_lang", "measure", "target",
    "progress", "starts_at", "ends_at", "made_by", "made_at", "closed_at",
    where=~Q(state=goals.RUNNING),
)  # fmt: skip
goes(
    "culture.Ritual", "state", "title", "words", "lang", "second_title", "second_words",
    "second_lang", "rhythm", "weekday", "month_day", "hour", "zone", "made_by", "made_at",
)  # fmt: skip
stays("a promise a person makes where they are", "culture.Volunteer")
stays("planned anew from the rituals", "culture.Turn")
stays("answers without names, given to those who ran it then", "culture.PulseAnswer")
stays("when a person was asked is between them and this place", "culture.PulseAsked")
stays("judged over the log of this instance", "culture.Experiment")
stays("a copy, made again from the rest", "culture.Kept")
stays("about this instance, not about a community", "culture.Bookmark")
