"""States, limits, and how a feed is ordered. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2

from django.utils.translation import gettext_lazy as _

PUBLISHED, HIDDEN, DELETED, REMOVED, ERASED = (
    "published", "hidden", "deleted", "removed", "erased",
)  # fmt: skip
STATES = [
    (PUBLISHED, _("Published")),
    (HIDDEN, _("Hidden by a moderator")),
    (DELETED, _("Deleted by its author")),
    (REMOVED, _("Removed by a moderator")),
    (ERASED, _("Erased with its author’s account")),
]
MOVES = {
    PUBLISHED: (HIDDEN, DELETED, REMOVED, ERASED),
    HIDDEN: (PUBLISHED, DELETED, REMOVED, ERASED),
    DELETED: (PUBLISHED, ERASED),
    REMOVED: (ERASED,),
    ERASED: (),
}

POST = "post"
KINDS = [(POST, _("Post"))]

TITLE_LENGTH = 120
BODY_LENGTH = 20_000
COMMENT_LENGTH = 4_000
ALT_LENGTH = 300
MOST_PHOTOS = 6
MOST_PRODUCTS = 6
MOST_TOPICS = 12

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
