"""Why things are reported, and what may be decided about them. Pure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

UNKIND, SPAM, MISPLACED, MISLEADING, PRIVATE, OTHER = (
    "unkind", "spam", "misplaced", "misleading", "private", "other",
)  # fmt: skip
REASONS = [
    (UNKIND, _("Unkind or hateful")),
    (SPAM, _("Advertising or spam")),
    (MISPLACED, _("Does not belong here")),
    (MISLEADING, _("Misleading or unsafe")),
    (PRIVATE, _("Shows somebody’s private life")),
    (OTHER, _("Something else")),
]

HIDE, RESTORE, DISMISS, REMOVE = "hide", "restore", "dismiss", "remove"
VERDICTS = [
    (HIDE, _("Hidden")),
    (RESTORE, _("Shown again")),
    (DISMISS, _("Left as it is")),
    (REMOVE, _("Removed for good")),
]

# What a thing under moderation can be to a moderator, whatever its own states are called.
SHOWN, HIDDEN = "shown", "hidden"

# So many accounts against one member's things within so long are a wave: shown, never acted upon.
WAVE_ACCOUNTS, WAVE_SECONDS, WAVE_READ, YOUNG_DAYS = 12, 3600, 2000, 7

NOTE_LENGTH = 300
REPORTS_PER_WINDOW = 20
WINDOW_SECONDS = 600


def is_too_many(count: int) -> bool:
    """Whether a member who made `count` reports within the window has to wait."""
    return count >= REPORTS_PER_WINDOW


def most_named(reasons: list[str]) -> str:
    """The reason given most often, the earlier one of two equals; OTHER when nobody gave one."""
    return max(dict.fromkeys(reasons), key=reasons.count) if reasons else OTHER
