"""How words become what both databases can look up. Pure."""

from __future__ import annotations

import re
import unicodedata

PAGE = 20
EACH = 6  # of each kind on the page of everything
MOST_WORDS = 8
LONGEST = 100
LOG_DAYS = 90
SUGGESTIONS = 8

ALL, POSTS, PRODUCTS, PEOPLE, PLACES = "all", "posts", "products", "people", "places"
_PLAIN = re.compile(r"[^0-9a-z]+")


def code(word: str) -> str:
    """A word in ASCII: accents fall away, every other sign becomes `u` and its number.

    So it is one word to any parser under any locale, and what a word begins with, its code begins
    with: 团购 is u56e2u8d2d.
    """
    flat = unicodedata.normalize("NFKD", word.lower())
    out = []
    for sign in flat:
        if sign.isascii():
            out.append(sign)
        elif unicodedata.category(sign)[0] in "LN":
            out.append(f"u{ord(sign):04x}")
    return _PLAIN.sub(" ", "".join(out)).strip()


def flat(text: str) -> str:
    """Without accents, so that the cutter takes Café for one word."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in parts if unicodedata.category(sign) != "Mn")


def coded(cut: str) -> str:
    """Words cut by core.text.search_words, each in its code."""
    return " ".join(filter(None, (code(word) for word in cut.split())))


def terms(cut: str) -> list[str]:
    """The codes to look for, each once, at most eight; very short Latin ones only as they are."""
    return list(dict.fromkeys(coded(cut).split()))[:MOST_WORDS]


def typed(text: str) -> str:
    """What somebody typed, made even: one space between words, at most a hundred signs."""
    return " ".join(text.split())[:LONGEST]
