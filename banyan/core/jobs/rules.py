"""When a failed job is tried again, and what of an error may be kept."""

import re

FIRST_DELAY_SECONDS = 10
LONGEST_DELAY_SECONDS = 6 * 3600
LONGEST_ERROR = 2000

# What may hold a secret: credentials in an address, its query, named values, long opaque strings.
_HIDDEN = [
    (re.compile(r"(?<=://)[^/\s@]+@"), "…@"),
    (re.compile(r"(https?://[^\s?]+)\?\S+"), r"\1?…"),
    (
        re.compile(
            r"(?i)\b(authorization|bearer|cookie|key|passw(?:or)?d|secret|session|sign(?:ature)?|token)"
            r"(['\"]?\s*[:=]\s*|\s+)(?:(?:bearer|basic)\s+)?\S+"
        ),
        r"\1\2…",
    ),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "…@…"),
    (re.compile(r"[A-Za-z0-9+/_=-]{24,}"), "…"),
]


def delay_seconds(*, tries: int, chance: float) -> float:
    """How long to wait after `tries` failures: 10 s, 30 s, 90 s … 6 h, a quarter more or less.

    `chance` is a random number from 0 to 1, so that jobs which failed together do not come back
    together.
    """
    plain = FIRST_DELAY_SECONDS * 3 ** min(tries - 1, 12)
    return min(plain, LONGEST_DELAY_SECONDS) * (0.75 + 0.5 * chance)


def without_secrets(text: str) -> str:
    """`text` with everything that looks like a credential or an address of a person left out."""
    for pattern, instead in _HIDDEN:
        text = pattern.sub(instead, text)
    return text[:LONGEST_ERROR]
