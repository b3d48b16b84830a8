"""What may be shown of a group of people without showing a person. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.translation import gettext_lazy as _

FEWEST = 5
STEP = 5  # counts are rounded to it
REMEMBERED = 40  # groups asked for lately, which a new one is compared with
REMEMBERED_SECONDS = 24 * 3600

# Why a count is not shown, in words.
WHY_NOT = {
    "few": _("Fewer than five people: that would point at persons. Widen the rule."),
    "apart": _(
        "It differs from a group you looked at by fewer than five people, "
        "which would point at them. Change the rule more."
    ),
}

# What people do, in words; keys are names of events in the activity log.
VERBS = [
    ("PostPublished", _("Published a post")),
    ("Commented", _("Wrote a comment")),
    ("Liked", _("Liked something")),
    ("OrderPlaced", _("Placed an order")),
    ("CharterSigned", _("Signed the charter")),
    ("InvitationMade", _("Made an invitation")),
]
CARE_PREFIX = "care"  # keys of tags that operators give


def rounded(count: int) -> int:
    return STEP * round(count / STEP)


def singles_out(one: Collection[int], other: Collection[int]) -> bool:
    """Whether the difference of two groups, either way, is fewer than five people but somebody."""
    mine, theirs = set(one), set(other)
    return any(0 < len(part) < FEWEST for part in (mine - theirs, theirs - mine))


def may_show(
    group: Collection[int], *, everybody: Collection[int], others: Iterable[Collection[int]]
) -> str:
    """ "" when a group may be counted, else why not: few, or apart (a difference singles out)."""
    if len(group) < FEWEST:
        return "few"
    if singles_out(group, everybody) or any(singles_out(group, other) for other in others):
        return "apart"
    return ""
