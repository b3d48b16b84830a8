"""Telling people that something happened which matters to them. Keeping and sending is outreach's.

A module says once which topics it has, in its `panels.py`:

    topic("reply", label=_("Answers to me"), one=_("%(who)s answered you"),
          many=_("%(n)s people answered you"), icon="message-square", order=10)

and tells people from an `@after` listener:

    tell(Telling(topic="reply", key=f"comment:{pk}", …), to=[person.pk], now=…)

The same key again changes nothing, so a listener may run twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from .events import is_quiet

PAGE, MAIL, PUSH = "page", "mail", "push"

Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class Topic:
    """`one` says who (`%(who)s`), `many` how many (`%(n)s`); what it is about stands beside it.

    `is_sent_anyway`: its letter goes out without a switch, because it belongs to a contract or to
    something the person asked for; the module that owns the matter sends it.
    """

    key: str
    label: Words
    one: Words
    many: Words
    icon: str
    order: int
    hint: Words = ""
    channels: tuple[str, ...] = (PAGE, MAIL, PUSH)
    is_sent_anyway: bool = False
    is_for_staff: bool = False
    under: str = ""  # the topic whose switches it obeys; it has none of its own


@dataclass(frozen=True, kw_only=True)
class Telling:
    """`thing` is what happened (a comment), `about` what it is gathered under (its post).

    `title` and `lang` are the words of what it is about; `url` where to look; `actor_id` the
    person who did it; `activity_id` the line of the log it came from.
    """

    topic: str
    key: str
    thing: tuple[str, int]
    about: tuple[str, int]
    url: str
    title: str = ""
    lang: str = ""
    community_id: int | None = None
    actor_id: int | None = None
    activity_id: int | None = None


type Keeper = Callable[[Telling, Iterable[int], datetime], int]

_topics: dict[str, Topic] = {}
_keepers: list[Keeper] = []


def topic(key: str, **said: object) -> None:
    """Give people something to be told of. ValueError for a key that another module has."""
    if key in _topics:
        raise ValueError(f"the topic {key!r} is told of by another module already")
    _topics[key] = Topic(key=key, **said)  # type: ignore[arg-type]


def topics() -> list[Topic]:
    return sorted(_topics.values(), key=lambda one: (one.order, one.key))


def topic_of(key: str) -> Topic | None:
    return _topics.get(key)


def kept_by(keeper: Keeper) -> None:
    """Said once by the module that keeps what people are told."""
    _keepers[:] = [keeper]


def tell(telling: Telling, *, to: Iterable[int], now: datetime) -> int:
    """Tell these persons (their keys); gives how many are told for the first time.

    Of a past that is written down and not lived, nobody is told.
    """
    if is_quiet():
        return 0
    return sum(keeper(telling, to, now) for keeper in _keepers)
