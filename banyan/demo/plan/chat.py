"""Conversations in rooms and between a few, from `texts/chat.txt`, and who wants to be introduced.

Lines were written by hand for somebody; where it does not matter who speaks, a letter stands.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from . import texts
from .crowd import Crowd
from .shapes import EN, ZH, CommunityPlan, SaidPlan, TalkPlan, WillingPlan

# Rooms by community: the first is the one a community begins with, under its own name.
ROOMS = {
    "kiln": {"main": ("Tea table", "茶桌"), "firing": ("Firing day", "烧窑日")},
    "four": {"main": ("Four o’clock", "四点钟")},
    "wax": {"main": ("Lights out", "熄灯以后")},
}
# What people like, in the middle of a sentence.
LIKES = {
    "ceramics": ("pots", "陶器"), "tea": ("tea", "喝茶"), "home": ("home", "家里的小东西"),
    "food": ("cooking", "做饭"), "candles": ("candles", "蜡烛"), "coffee": ("coffee", "咖啡"),
    "plants": ("plants", "养花"), "books": ("books", "看书"),
    "photography": ("photographs", "摄影"), "wood": ("wood", "木工"),
}  # fmt: skip
MORE_LIKES = ("coffee", "plants", "books", "photography", "wood")
WILLING_SHARE = 0.22


def talks(rng: Random, crowd: Crowd, places: list[CommunityPlan], now: datetime) -> list[TalkPlan]:
    zones = {place.slug: place.zone for place in places}
    found = []
    for n, (words, written) in enumerate(texts.conversations()):
        if words[0] == "hello":
            continue
        slug, where, ago, hour, lang, *name = words
        zone = ZoneInfo(zones.get(slug, "Asia/Shanghai"))
        begin = _moment(now, int(ago), hour, zone)
        pace = [rng.randrange(25, 210) for _ in written]
        moments = [begin + timedelta(seconds=sum(pace[: i + 1])) for i in range(len(written))]
        if slug in zones:
            who = _speakers(rng, crowd, slug, lang, written, begin, moments[-1])
            talk = TalkPlan(key=f"talk-{n}", community=slug, room=where, lines=[])
        else:
            people = tuple(where.split(","))
            who = {one: one for one in people}
            talk = TalkPlan(key=f"talk-{n}", people=people, name=" ".join(name), lines=[])
        talk.lines = [
            SaidPlan(author=who[by], at=at, body=body, lang=lang)
            for (by, body), at in zip(written, moments, strict=True) if by in who
        ]  # fmt: skip
        found.append(talk)
    return found


def _moment(now: datetime, days_ago: int, hour: str, zone: ZoneInfo) -> datetime:
    hours, minutes = hour.split(":")
    day = now.astimezone(zone) - timedelta(days=days_ago)
    return day.replace(
        hour=int(hours), minute=int(minutes), second=0, microsecond=0
    ).astimezone(UTC)  # fmt: skip


def _speakers(
    rng: Random, crowd: Crowd, slug: str, lang: str, written: list[tuple[str, str]],
    begin: datetime, end: datetime,
) -> dict[str, str]:  # fmt: skip
    """Who says what: those named who are here, and for each letter somebody who stays so long."""
    who = {by: by for by, _ in written if len(by) > 1 and crowd.here(by, slug, begin)}
    named = {*who, "rafe", "robin"}
    for letter in dict.fromkeys(by for by, _ in written if len(by) == 1):
        for _attempt in range(20):
            one = crowd.writer(rng, slug, lang, begin, without={*named, *who.values()})
            if one and crowd.here(one, slug, end):
                who[letter] = one
                break
    return who


def willing(
    rng: Random, crowd: Crowd, places: list[CommunityPlan], now: datetime
) -> list[WillingPlan]:
    """Some of each place, by what its members share and something of their own."""
    likes: dict[str, set[str]] = {}
    found = []
    for place in places:
        for seat in sorted(crowd.members(place.slug), key=lambda s: (s.at, s.person.key)):
            key = seat.person.key
            is_known = seat.person.can_sign_in
            if not is_known and rng.random() > WILLING_SHARE:
                continue
            at = max(seat.at, place.founded_at + timedelta(days=15))
            at += timedelta(hours=rng.uniform(3, 90))
            if at >= (seat.until or now):
                continue
            mine = likes.setdefault(key, {rng.choice(MORE_LIKES)})
            mine |= set(rng.sample([one for one in place.interests if one in LIKES], 1))
            found.append(
                WillingPlan(person=key, community=place.slug, at=at, likes=tuple(sorted(mine)))
            )
    return sorted(found, key=lambda one: (one.at, one.person, one.community))


@cache
def hello(lang: str) -> dict[str, list[str]]:
    """Halves of first words (a, b) and of answers (r, b)."""
    said: dict[str, list[str]] = {"a": [], "b": [], "r": []}
    for words, lines in texts.lines_of("chat.txt"):
        if words == ["hello", lang]:
            for line in lines:
                said[line[0]].append(line[2:])
    return said


def greetings(rng: Random, lang: str, *, answer: bool) -> list[str]:
    """Every way to put two halves together, shuffled."""
    halves, space = hello(lang), "" if lang == ZH else " "
    firsts = halves["r" if answer else "a"]
    made = [f"{one}{space}{other}" for one in firsts for other in halves["b"]]
    rng.shuffle(made)
    return made


def liked(key: str, lang: str) -> str:
    return LIKES[key][0 if lang == EN else 1]
