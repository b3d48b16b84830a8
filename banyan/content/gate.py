"""Before words are shown, a floor above may want somebody to look at them first. It asks here.

`first_look` gives a `Keep` when somebody should look, else None. What is written down is then in
state rules.HELD: its author sees it, and whoever looks; to all others it does not exist yet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from banyan.communities.models import Member
from banyan.core import activity
from banyan.core.events import announce, is_quiet

from .events import CommentHeld, PostHeld
from .models import Comment, Post


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody wants to show. `thing` is what stands already when it is being changed."""

    kind: str
    author: Member
    title: str = ""
    body: str
    photos: int = 0
    thing: Any = None


def post_said(author: Member, title: str, body: str, photos: int, thing: Any = None) -> Said:
    return Said(kind="post", author=author, title=title, body=body, photos=photos, thing=thing)


# Told of the stored thing, in the transaction that holds it.
Keep = Callable[[Any, datetime], None]
Ask = Callable[[Said, datetime], Keep | None]
_asks: list[Ask] = []


def looks_first(ask: Ask) -> Ask:
    """Register who may want to look first."""
    if ask not in _asks:
        _asks.append(ask)
    return ask


def first_look(said: Said, *, now: datetime) -> Keep | None:
    """Whoever wants it held keeps it. A past that is written down was looked at already."""
    if is_quiet():
        return None
    return next((keep for ask in _asks if (keep := ask(said, now)) is not None), None)


def hold(thing: Post | Comment, keep: Keep, *, now: datetime) -> None:
    """Hand a thing that has come into state HELD to whoever wanted to look, and say so."""
    keep(thing, now)
    say_held(thing, now=now)


def say_held(thing: Post | Comment, *, now: datetime) -> None:
    """It waits for a look."""
    said: dict[str, Any] = {
        "community_id": thing.community_id,
        "object_id": thing.pk,
        "actor": thing.author.person.pseudonym,
        "lang": thing.lang,
        "now": now,
    }
    if isinstance(thing, Post):
        announce(PostHeld(parent_id=activity.find("post", thing.pk, "PostPublished"), **said))
    else:
        parent = activity.find("post", thing.post_id, "PostPublished")
        announce(CommentHeld(parent_id=parent, post_id=thing.post_id, **said))
