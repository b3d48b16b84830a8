"""Links, channels, what each channel asks for, and what a commission comes to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PRODUCT, TEAM, POST, COMMUNITY = "product", "team", "post", "community"
KINDS = [
    (PRODUCT, _("Product")),
    (TEAM, _("Group")),
    (POST, _("Post")),
    (COMMUNITY, _("Community")),
]

LINK, POSTER, WECHAT, EMAIL, DEVICE = "link", "poster", "wechat", "email", "device"
CHANNELS = [
    (LINK, _("Link, copied")),
    (POSTER, _("Poster")),
    (WECHAT, _("WeChat")),
    (EMAIL, _("E-mail")),
    (DEVICE, _("Another app on this device")),
]
CHANNEL_WORDS: dict[str, Any] = dict(CHANNELS)

CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that are mistaken for another
CODE_LENGTH = 10  # 49 bits
EXPIRES_DAYS = 180
WINDOW_DAYS, LONGEST_WINDOW_DAYS = 7, 90
TOUCHES_CARRIED = 8  # that a browser remembers, the newest first


def expires_at(now: datetime) -> datetime:
    return now + timedelta(days=EXPIRES_DAYS)


def in_window(touched_at: datetime, *, now: datetime, days: int) -> bool:
    return touched_at <= now < touched_at + timedelta(days=days)


# What people are not to be pressed with. WeChat closes links that do it.
FORCING = (
    "转发领", "分享领", "分享得", "转发得", "分享后", "转发后", "集赞", "不转不是", "分享到群",
    "share to get", "share to win", "share to unlock", "must share", "share before",
)  # fmt: skip


def forcing_words(text: str) -> list[str]:
    lowered = text.lower()
    return [word for word in FORCING if word in lowered]


_ADVICE: dict[str, Any] = {
    LINK: _("Put it where it answers something; the same link in many places reads as spam."),
    POSTER: _("Hang or post it as it is: whoever scans it sees first what it is and what it costs"),
    WECHAT: _(
        "WeChat closes links whose words promise something for sharing. Say what it is and why you "
        "like it."
    ),
    EMAIL: _("Only to people you know, one by one, and not again when they do not answer."),
    DEVICE: _("Keep to the rules of the app that you choose."),
}


def advice(channel: str) -> Any:
    return _ADVICE[channel]


# Commission
LEVELS_MOST = 2
BP_MOST = 5000
HOLD_DAYS, LONGEST_HOLD_DAYS = 14, 120

HELD, CLEARED, REVERSED = "held", "cleared", "reversed"
COMMISSION_STATES = [
    (HELD, pgettext_lazy("money", "Held")),
    (CLEARED, pgettext_lazy("money", "Cleared")),
    (REVERSED, pgettext_lazy("money", "Taken back")),
]
COMMISSION_MOVES = {HELD: (CLEARED, REVERSED), CLEARED: (REVERSED,), REVERSED: (HELD,)}

# An order by a link may be doubted: then what it earned stays held until a person has looked.
OPEN, APPEALED, COUNTS, VOID = "open", "appealed", "counts", "void"
DOUBTED = (OPEN, APPEALED)
DOUBT_STATES = [
    (OPEN, pgettext_lazy("doubt", "Waits for a look")),
    (APPEALED, pgettext_lazy("doubt", "Waits for an answer")),
    (COUNTS, pgettext_lazy("doubt", "Counts")),
    (VOID, pgettext_lazy("doubt", "Does not count")),
]
DOUBT_MOVES = {
    OPEN: (APPEALED, COUNTS, VOID),
    APPEALED: (COUNTS, VOID),
    COUNTS: (VOID,),
    VOID: (APPEALED,),
}

ASKED, DONE, BACK = "asked", "done", "back"
PAYOUT_STATES = [
    (ASKED, pgettext_lazy("payout", "On its way")),
    (DONE, pgettext_lazy("payout", "Paid out")),
    (BACK, pgettext_lazy("payout", "Came back")),
]
PAYOUT_MOVES = {ASKED: (DONE, BACK)}


def commission_of(base_minor: int, *, rates_bp: Sequence[int], cap_minor: int | None) -> list[int]:
    """What each level gets of `base_minor`, rounded down; together never above the cap.

    Where the cap bites, its minor units go by the rates, largest remainder first.
    """
    parts = [base_minor * bp // 10_000 for bp in rates_bp]
    if cap_minor is None or sum(parts) <= cap_minor:
        return parts
    whole = sum(rates_bp)
    parts = [cap_minor * bp // whole for bp in rates_bp]
    rests = sorted(range(len(parts)), key=lambda n: -(cap_minor * rates_bp[n] % whole))
    for n in rests[: cap_minor - sum(parts)]:
        parts[n] += 1
    return parts


def to_reverse(*, accrued: int, target: int, reversed_before: int) -> int:
    """How much more is taken back so that the commission comes to `target`; never below zero."""
    return max(accrued - target - reversed_before, 0)
