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
MUTE, UNMUTE, STRIKE, LIFT, BAN, UNBAN = "mute", "unmute", "strike", "lift", "ban", "unban"
ABOUT_THINGS = (HIDE, RESTORE, DISMISS, REMOVE)
VERDICTS = [
    (HIDE, _("Hidden")),
    (RESTORE, _("Shown again")),
    (DISMISS, _("Left as it is")),
    (REMOVE, _("Removed for good")),
    (MUTE, _("Muted")),
    (UNMUTE, _("No longer muted")),
    (STRIKE, _("A strike")),
    (LIFT, _("Strike lifted")),
    (BAN, _("Banned")),
    (UNBAN, _("Ban lifted")),
]
PERSON = "member"  # the kind of decisions about a person; the object is the membership
# What each verdict asks of who gives it, beyond seeing the queue.
RIGHTS = {
    HIDE: "content.hide", RESTORE: "content.hide", REMOVE: "content.hide",
    DISMISS: "content.moderate", MUTE: "members.mute", UNMUTE: "members.mute",
    STRIKE: "members.strike", LIFT: "members.strike", BAN: "members.ban", UNBAN: "members.ban",
}  # fmt: skip

# How long one may be muted, in hours.
MUTE_HOURS = [(1, _("An hour")), (24, _("A day")), (168, _("Seven days")), (720, _("Thirty days"))]
ON, ENDED, OVER = "on", "ended", "over"
MUTE_MOVES = {ON: (ENDED, OVER)}
MUTE_STATES = [(ON, _("Muted")), (ENDED, _("Ended early")), (OVER, _("Over"))]

# A strike stands for so many days; so many standing ones suggest, and never do, anything.
STRIKE_DAYS, STRIKE_DAYS_MOST, STRIKES_MANY = 90, 730, 3
STANDING, LIFTED = "standing", "lifted"
STRIKE_MOVES = {STANDING: (LIFTED, OVER)}
STRIKE_STATES = [(STANDING, _("Stands")), (LIFTED, _("Lifted")), (OVER, _("Over"))]

# An appeal: once, within so many days; an answer is promised within so many hours.
APPEALABLE = (HIDE, REMOVE, MUTE, STRIKE, BAN)
APPEAL_DAYS, APPEAL_HOURS, APPEAL_LENGTH = 14, 72, 1000
WAITING, UPHELD, OVERTURNED = "waiting", "upheld", "overturned"
APPEAL_MOVES = {WAITING: (UPHELD, OVERTURNED)}
APPEAL_STATES = [
    (WAITING, _("Waits for an answer")),
    (UPHELD, _("The decision stands")),
    (OVERTURNED, _("The decision is overturned")),
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
