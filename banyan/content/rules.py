"""States, limits, and how a feed is ordered. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2

from django.utils.translation import gettext_lazy as _

PUBLISHED, HIDDEN, DELETED, REMOVED, ERASED, SCHEDULED, HELD = (
    "published", "hidden", "deleted", "removed", "erased", "scheduled", "held",
)  # fmt: skip
STATES = [
    (PUBLISHED, _("Published")),
    (HIDDEN, _("Hidden by a moderator")),
    (DELETED, _("Deleted by its author")),
    (REMOVED, _("Removed by a moderator")),
    (ERASED, _("Erased with its author’s account")),
    (SCHEDULED, _("Waits for its time")),
    (HELD, _("Waits for a look")),
]
MOVES = {
    PUBLISHED: (HIDDEN, DELETED, REMOVED, ERASED, HELD),
    HIDDEN: (PUBLISHED, DELETED, REMOVED, ERASED, HELD),
    SCHEDULED: (PUBLISHED, DELETED, REMOVED, ERASED, HELD),
    HELD: (PUBLISHED, HIDDEN, DELETED, ERASED),
    DELETED: (PUBLISHED, SCHEDULED, HIDDEN, HELD, ERASED),
    REMOVED: (PUBLISHED, ERASED),  # by an appeal only
    ERASED: (),
}

CHANGEABLE = (PUBLISHED, HIDDEN, HELD)  # by their author

POST, POLL = "post", "poll"
KINDS = [(POST, _("Post")), (POLL, _("Poll"))]

# When the results of a poll are seen.
VOTED, CLOSED = "voted", "closed"
SHOWS = [
    (VOTED, _("By everybody who has voted, and by all once it has closed")),
    (CLOSED, _("Only once it has closed")),
]
LEAST_CHOICES, MOST_CHOICES = 2, 8
CHOICE_LENGTH = 80
POLL_DAYS = 7
LONGEST_POLL_DAYS = 180
FEW = 30  # under so many people there are counts, no shares

TITLE_LENGTH = 120
BODY_LENGTH = 20_000
COMMENT_LENGTH = 4_000
ALT_LENGTH = 300
TAG_LENGTH = 30
MOST_PHOTOS = 6
MOST_PRODUCTS = 6
MOST_TOPICS = 12
MOST_PINS = 3
MOST_SCHEDULED = 20
LATEST_DAYS = 365  # how far ahead a post may wait

# Who may post under a topic.
MEMBERS, TEAM = "members", "team"
WHO_POSTS = [(MEMBERS, _("Every member")), (TEAM, _("Only those who run this place"))]

# What one can feel about a post or a comment; each with its picture (Lucide).
LIKE = "like"
REACTIONS = [
    (LIKE, _("Like")),
    ("thanks", _("Thank you")),
    ("beautiful", _("Beautiful")),
    ("smile", _("Made me smile")),
    ("with-you", _("I am with you")),
]
REACTION_ICONS = {
    LIKE: "heart",
    "thanks": "hand-heart",
    "beautiful": "sparkles",
    "smile": "smile",
    "with-you": "heart-handshake",
}

# The preview of a link.
WAITING, READY, FAILED, TAKEN_OUT = "waiting", "ready", "failed", "out"
PREVIEWS = [
    (WAITING, _("Being fetched")),
    (READY, _("Shown")),
    (FAILED, _("Could not be fetched")),
    (TAKEN_OUT, _("Taken out by its author")),
]
ADDRESS_LENGTH = 500

PERSON, TOPIC, TAG, THREAD = "person", "topic", "tag", "thread"

MOST_MENTIONS = 10
MOST_TAGS = 10
NAME_LENGTH = 60

WINDOW_SECONDS = 600
POSTS_PER_WINDOW = 10
COMMENTS_PER_WINDOW = 30
UNDO_SECONDS = 3600

SAY, THANKS, PLAIN = "say", "thanks", ""
SHORT = 160
_THANKS = ("thank", "thanks", "谢谢", "感谢", "多谢", "鸣谢")

HOUR = 3600
DOUBLING_SECONDS = 8 * HOUR
AUTHOR_SECONDS = 18 * HOUR
TOPIC_SECONDS = 9 * HOUR
HALF_KNOWN = 3


def is_too_many(count: int, most: int) -> bool:
    """Whether a member who wrote `count` things within the window has to wait."""
    return count >= most


def heat(*, published_seconds: int, likes: int, comments: int) -> int:
    """Where a post stands in the common order, in seconds: the larger, the higher.

    A post begins with the second it was published (since 1970), so a newer one stands above an
    older one and nothing has to be counted again as time passes. Every doubling of what it moved,
    1 + likes + 2 x comments, is worth eight hours: 7 likes lift a post as if it were a day newer.
    """
    return published_seconds + round(
        DOUBLING_SECONDS * log2(1 + max(likes, 0) + 2 * max(comments, 0))
    )


@dataclass(frozen=True, slots=True)
class Question:
    """What a poll asks: `shows` is VOTED or CLOSED, `zone` where its author set the time."""

    choices: tuple[str, ...]
    closes_at: datetime
    is_many: bool = False
    shows: str = VOTED
    zone: str = "UTC"


def is_good_question(question: Question, *, now: datetime) -> bool:
    """Two to eight different choices, closing within half a year from `now`."""
    words = [text.strip().casefold() for text in question.choices]
    return (
        LEAST_CHOICES <= len(words) <= MOST_CHOICES
        and all(words)
        and len(set(words)) == len(words)
        and max(map(len, question.choices)) <= CHOICE_LENGTH
        and question.shows in dict(SHOWS)
        and now < question.closes_at <= now + timedelta(days=LONGEST_POLL_DAYS)
    )


def percent(count: int, of: int) -> int | None:
    """A share in whole percent; None under 30 people."""
    return round(100 * count / of) if of >= FEW else None


_AT = re.compile(r"(?<![\w@./+-])@(?=\S)")
_NUMBER = re.compile(r"#(\d{1,9})(?!\w)")
_TAG = re.compile(r"(?<![\w#&/@])#(?:([^\s#]{2,30})#(?!#)|(\w{2,30}))")


def beginnings(text: str) -> list[str]:
    """Every name that may stand after an @ of the text: what follows it, cut at each length."""
    found: dict[str, None] = {}
    for at in list(_AT.finditer(text))[:MOST_MENTIONS]:
        after = text[at.end() : at.end() + NAME_LENGTH].split("\n")[0]
        for length in range(1, len(after) + 1):
            found[after[:length].rstrip()] = None
    return list(found)


def named_in(text: str, people: Mapping[str, Mapping[int, str]]) -> list[tuple[str, str]]:
    """Whom a text names: (the words after the @, the key of the member), each member once.

    `people`: name -> {member number: key}. The longest name wins; a name that several bear needs
    the number behind it (@Lan#12), else nobody is meant.
    """
    found: dict[str, str] = {}
    for at in list(_AT.finditer(text))[:MOST_MENTIONS]:
        after = text[at.end() : at.end() + NAME_LENGTH + 11]
        for name in sorted(people, key=len, reverse=True):
            if not after.lower().startswith(name.lower()) or _goes_on(after, len(name)):
                continue
            said, bearers = after[: len(name)], people[name]
            number = _NUMBER.match(after, len(name))
            if number and int(number[1]) in bearers:
                found.setdefault(bearers[int(number[1])], said + number[0])
            elif len(bearers) == 1:
                found.setdefault(next(iter(bearers.values())), said)
            break
    return [(said, key) for key, said in found.items()]


def _goes_on(text: str, end: int) -> bool:
    """Whether a Latin word is cut at `end`."""
    both = text[end - 1 : end + 1]
    return len(both) == 2 and all(sign.isascii() and sign.isalnum() for sign in both)


def tags_in(text: str) -> list[str]:
    """The #words of a text in small letters, each once; a number alone is none."""
    found: dict[str, None] = {}
    for one in _TAG.finditer(text):
        word = (one[1] or one[2]).lower()
        if not word.isdecimal():
            found[word] = None
    return list(found)[:MOST_TAGS]


_LINK = re.compile(r"(?<![\w\"'=])https?://[^\s<>()\[\]{}\"'`\\^|]+")


def first_link(text: str) -> str:
    """The first web address of a text; "" when it has none, or none that is short enough."""
    found = _LINK.search(text)
    address = found[0].rstrip(".,;:!?*_~。，；：！？、）") if found else ""
    return address if "." in address[8:] and len(address) <= ADDRESS_LENGTH else ""


def linked_words(text: str, said: Sequence[str]) -> list[tuple[str, str, str]]:
    """A plain text cut where it names people or #words: (words, "person"|"tag"|"", key)."""
    ends = {
        name: r"(?![0-9A-Za-z])" if _goes_on(name + name[-1], len(name)) else "" for name in said
    }
    names = "|".join(re.escape(n) + ends[n] for n in sorted(said, key=len, reverse=True))
    people = rf"(?<![\w@./+-])@({names})" if names else r"(?!)()"
    cuts, at = [], 0
    for one in re.finditer(f"{people}|{_TAG.pattern}", text):
        word = one[2] or one[3]
        if one[1] is None and word.isdecimal():
            continue
        cuts.append((text[at : one.start()], "", ""))
        cuts.append((one[0], TAG if word else PERSON, word.lower() if word else one[1]))
        at = one.end()
    return [cut for cut in [*cuts, (text[at:], "", "")] if cut[0]]


def closeness(likes_given: int) -> float:
    """How close an author or a topic is to a member: 0 with no likes given, towards 1 with many.

    Three likes make it one half.
    """
    return likes_given / (likes_given + HALF_KNOWN) if likes_given > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the order of a feed looks at. `heat` is the post's common place, in seconds."""

    post_id: int
    heat: int
    author_id: int
    topic_id: int | None


def for_you(
    candidates: Sequence[Candidate], *, authors: Mapping[int, int], topics: Mapping[int, int]
) -> list[Candidate]:
    """The candidates in the order in which one member sees them.

    To the common heat come at most 18 hours for an author and 9 hours for a topic whose posts the
    member liked (`authors`, `topics`: id -> likes given lately), by `closeness`. Nothing else
    counts: not what was bought, not who pays. Without likes given it is the common order.
    """

    def place(one: Candidate) -> tuple[float, int]:
        near = AUTHOR_SECONDS * closeness(authors.get(one.author_id, 0))
        if one.topic_id is not None:
            near += TOPIC_SECONDS * closeness(topics.get(one.topic_id, 0))
        return (-(one.heat + near), -one.post_id)

    return sorted(candidates, key=place)


def tone(*, title: str, text: str, has_photo: bool) -> str:
    """How a card looks: short words without a photo get colour, a thank-you its own."""
    if has_photo or len(title) + len(text) > SHORT:
        return PLAIN
    return THANKS if title.lower().startswith(_THANKS) else SAY
