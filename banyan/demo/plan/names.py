"""Names, words about themselves and homes of the demo people, from `texts/people.txt`."""

from __future__ import annotations

from . import texts

ZONES_ZH = ["Asia/Shanghai"] * 9 + ["Asia/Hong_Kong", "Asia/Singapore", "America/Vancouver"]
WORLD_ZONES = [
    ("Europe/London", "GB"), ("Europe/Lisbon", "PT"), ("Europe/Berlin", "DE"),
    ("Europe/Stockholm", "SE"), ("Europe/Helsinki", "FI"), ("America/New_York", "US"),
    ("Asia/Tokyo", "JP"), ("Asia/Singapore", "SG"), ("Australia/Sydney", "AU"),
    ("Europe/Paris", "FR"), ("Africa/Nairobi", "KE"), ("Asia/Kolkata", "IN"),
]  # fmt: skip


def _lines(section: str) -> list[str]:
    return texts.sections("people.txt")[section]


def chinese() -> list[tuple[str, str]]:
    """Names with a handle in Latin letters."""
    pairs = [pair.split(":") for line in _lines("chinese") for pair in line.split()]
    return [(name, handle) for name, handle in pairs]


def world() -> list[str]:
    return [name.strip() for line in _lines("world") for name in line.split("|")]


def bios(lang: str) -> list[str]:
    return list(_lines("bios-zh" if lang.startswith("zh") else "bios-en"))


def cities_zh() -> list[list[str]]:
    """City and street."""
    return texts.table("people.txt", "cities-zh")


def cities_world() -> list[list[str]]:
    """Country, city, postcode and street."""
    return texts.table("people.txt", "cities-world")


def cast() -> list[list[str]]:
    """Key, name, first language, languages written, bio, zone, what they sign in as."""
    return texts.table("people.txt", "cast")
