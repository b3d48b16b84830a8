"""What makes a text worth a look, and what trust is counted from. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from . import script

# Why a text is held. Each can be switched off by a community.
LINKS, DOMAINS, PICTURES, YOUNG, ALIKE, RATE, WORDS, SEED = (
    "links", "domains", "pictures", "young", "alike", "rate", "words", "seed",
)  # fmt: skip
REASONS = {
    LINKS: _("It holds links"),
    DOMAINS: _("It leads to places that were never named here"),
    PICTURES: _("A newcomer’s pictures"),
    YOUNG: _("The account is new"),
    ALIKE: _("It is almost the same as another recent text"),
    RATE: _("Many texts within a few minutes"),
    WORDS: _("It uses words of this community’s list"),
    SEED: _("It uses words that advertising often uses"),
}
POINTS = {
    LINKS: _("1 point; 2 from three links on"),
    DOMAINS: _("2 points; 3 from two such places on"),
    PICTURES: _("1 point"),
    YOUNG: _("2 points on its first day, 1 in its first week"),
    ALIKE: _("2 points; 3 when somebody else wrote it or it came three times"),
    RATE: _("2 points from six texts in ten minutes on, 3 from twelve"),
    WORDS: _("6 points: one word is enough"),
    SEED: _("3 points; 5 for two and more"),
}

THRESHOLD, LEAST_THRESHOLD, MOST_THRESHOLD = 6, 3, 12
MOST_WORDS, WORD_LENGTH = 200, 40
ALIKE_HOURS, ALIKE_READ, ALIKE_FROM, ALIKE_WEIGHT = 24, 60, 0.7, 24
ALIKE_MOST = 3  # points
RATE_SECONDS, RATE_SOME, RATE_MANY = 600, 6, 12
RATE_MOST = 3  # points
UNDO_SECONDS = 24 * 3600
FALSE_DAYS = 30
KEPT_DAYS = 180
FEW = 30  # under so many there are counts, no shares

SEED_WORDS = (
    "casino", "betting tips", "viagra", "crypto giveaway", "double your money", "guaranteed profit",
    "guaranteed returns", "make money fast", "work from home and earn", "passive income",
    "click here to claim", "claim your prize", "free followers", "buy followers", "payday loan",
    "instant loan", "whatsapp me", "dm me to earn", "replica watches", "essay writing service",
    "investment opportunity", "forex signals", "adult dating",
    "加微信", "加我微信", "加薇信", "代开发票", "刷单", "兼职日结", "日赚", "博彩", "赌场",
    "贷款秒批", "无抵押贷款", "私聊领取", "免费领红包", "扫码领", "高仿", "一比一复刻",
    "稳赚不赔", "包赢", "办证", "代考", "代写论文", "裸聊", "涨粉", "内幕消息", "荐股", "套现",
)  # fmt: skip

WAITING, PASSED, REFUSED = "waiting", "passed", "refused"
STATES = [
    (WAITING, _("Waits for a look")),
    (PASSED, _("Let through")),
    (REFUSED, _("Refused")),
]
MOVES = {WAITING: (PASSED, REFUSED), PASSED: (WAITING,), REFUSED: (WAITING, PASSED)}

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>()\[\]{}\"'`\\^|，。；！？、]+|"
    r"(?<![\w@./-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|net|org|cn|io|shop|xyz|top|club|vip|info|ru)"
    r"(?![\w.-]*@)(?:/[^\s<>]*)?",
    re.IGNORECASE,
)


def links_in(text: str) -> list[str]:
    """The web addresses of a text, also those without http before them."""
    return [one.rstrip(".,;:!?*_~") for one in _LINK.findall(script.flat(text))]


def domain_of(link: str) -> str:
    """The host of a link, without www; "" when it has none."""
    try:
        host = urlsplit(link if "://" in link else f"http://{link}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")[:120] if "." in host else ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a text and its author. `own` and `others`: recent texts like it."""

    links: int = 0
    new_domains: Sequence[str] = ()
    photos: int = 0
    age: timedelta = timedelta(days=1000)
    own: int = 0
    others: int = 0
    lately: int = 0  # texts within ten minutes, this one among them
    words: Sequence[str] = ()
    seed: Sequence[str] = ()
    level: int = 0


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for a look, what it counts, and what was found."""

    rule: str
    points: int
    found: tuple[str, ...] = ()


def weigh(facts: Facts, *, off: Sequence[str] = ()) -> list[Reason]:
    """Why a text may need a look. From level 1 on links and pictures speak for none."""
    day, week = timedelta(days=1), timedelta(days=7)
    points = {
        WORDS: 6 if facts.words else 0,
        SEED: 0 if not facts.seed else 3 if len(facts.seed) == 1 else 5,
        ALIKE: _alike(facts),
        RATE: RATE_MOST if facts.lately >= RATE_MANY else 2 if facts.lately >= RATE_SOME else 0,
        YOUNG: 2 if facts.age < day else 1 if facts.age < week else 0,
    }
    if facts.level < READER:
        points |= {
            DOMAINS: 0 if not facts.new_domains else 2 if len(facts.new_domains) == 1 else 3,
            LINKS: 0 if not facts.links else 1 if facts.links < 3 else 2,
            PICTURES: 1 if facts.photos else 0,
        }
    found = {WORDS: facts.words, SEED: facts.seed, DOMAINS: facts.new_domains}
    return [
        Reason(rule, given, tuple(found.get(rule, ()))[:5])
        for rule, given in points.items()
        if given and rule not in off
    ]


def _alike(facts: Facts) -> int:
    if facts.others or facts.own >= 2:
        return 3
    return 2 if facts.own else 0


def could_need_a_look(
    reasons: Sequence[Reason], threshold: int, *, off: Sequence[str], unknown: Sequence[str]
) -> bool:
    """Whether these reasons and all that is still `unknown` (of RATE and ALIKE) reach so far."""
    most = {RATE: RATE_MOST, ALIKE: ALIKE_MOST}
    more = sum(most[rule] for rule in unknown if rule not in off)
    return sum(one.points for one in reasons) + more >= threshold


def needs_a_look(reasons: Sequence[Reason], threshold: int) -> bool:
    """Whether it is held. A new account alone, or pictures alone, never are."""
    telling = [one for one in reasons if one.rule not in (YOUNG, PICTURES)]
    return bool(telling) and sum(one.points for one in reasons) >= threshold


# Trust: how much somebody reads, and with how many people they give and take.
NEWCOMER, READER, NEIGHBOUR, KEEPER = 0, 1, 2, 3
LEVELS = [
    (NEWCOMER, _("Newcomer")),
    (READER, _("Reader")),
    (NEIGHBOUR, _("Neighbour")),
    (KEEPER, _("Keeper")),
]
GIVES = {
    NEWCOMER: _("You write and read like everybody. Some texts wait for a look first."),
    READER: _("Your links and pictures are shown at once."),
    NEIGHBOUR: _("Nothing you write waits for a look."),
    KEEPER: _("As a neighbour; and those who run this place know you as somebody who keeps it."),
}
SPAN_DAYS = 100  # only what lies so far back is counted

DAYS, OPENED, GAVE, GOT, SINCE = "days", "opened", "gave", "got", "since"
COUNTS = {
    DAYS: _("Days you read here, of the last 100"),
    OPENED: _("Conversations you read"),
    GAVE: _("People you answered or thanked"),
    GOT: _("People who answered or thanked you"),
    SINCE: _("Days since you joined"),
}
COUNTS_OF = {
    DAYS: _("Days they read here, of the last 100"),
    OPENED: _("Conversations read"),
    GAVE: _("Different people answered or thanked"),
    GOT: _("Different people who answered or thanked them"),
    SINCE: _("Days since joining"),
}
NEEDS: dict[int, dict[str, int]] = {
    READER: {DAYS: 3, OPENED: 10},
    NEIGHBOUR: {DAYS: 10, OPENED: 25, GAVE: 3, GOT: 3},
    KEEPER: {DAYS: 50, OPENED: 100, GAVE: 10, GOT: 10, SINCE: 60},
}


def needs_of(own: Mapping[str, Mapping[str, int]]) -> dict[int, dict[str, int]]:
    """The needs of each level: the usual ones, with a community's own in their place."""
    return {
        level: {key: int(own.get(str(level), {}).get(key, usual)) for key, usual in needs.items()}
        for level, needs in NEEDS.items()
    }


def level_of(
    counts: Mapping[str, int], needs: Mapping[int, Mapping[str, int]], *, most: int = KEEPER
) -> int:
    """The highest level whose needs, and those of all below it, are met; at most `most`."""
    level = NEWCOMER
    for step in (READER, NEIGHBOUR, KEEPER):
        if step > most or any(counts.get(key, 0) < need for key, need in needs[step].items()):
            break
        level = step
    return level
