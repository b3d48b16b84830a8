"""What a browser remembers of the links it came by: a signed cookie, and nothing on our side.

Opening a link writes no row: pages that are read write nothing (docs/adr/0014). The cookie holds
the last touches, newest first. A touch is written to the log by the page's own note that it was
looked at, or with the order or the joining that it leads to.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core import signing

from . import rules, traces

COOKIE = "came_by"
SALT = "sharing.came_by"
KEPT_SECONDS = rules.LONGEST_WINDOW_DAYS * 24 * 3600


@dataclass(frozen=True)
class Seen:
    """A link was opened: which, when, in which community; `visit` is random."""

    community_id: int
    link_id: int
    visit: str
    at: datetime


def read(request: Any) -> list[Seen]:
    """The touches that a request brings, the newest first; none of a forged cookie."""
    text = request.COOKIES.get(COOKIE, "")
    if not text:
        return []
    try:
        rows = signing.loads(text, salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return []
    return [Seen(c, link, visit, datetime.fromtimestamp(at, UTC)) for c, link, visit, at in rows]


def of(request: Any, community_id: int) -> Seen | None:
    """The last touch in a community; one look for each request."""
    if not hasattr(request, "_touches"):
        request._touches = read(request)
    return next((seen for seen in request._touches if seen.community_id == community_id), None)


def remember(
    request: Any, response: Any, *, community_id: int, link_id: int, now: datetime
) -> None:
    kept = [seen for seen in read(request) if seen.link_id != link_id]
    seen = Seen(community_id, link_id, secrets.token_hex(8), now)
    rows = [[s.community_id, s.link_id, s.visit, int(s.at.timestamp())] for s in [seen, *kept]]
    response.set_cookie(
        COOKIE, signing.dumps(rows[: rules.TOUCHES_CARRIED], salt=SALT), max_age=KEPT_SECONDS,
        httponly=True, samesite="Lax", secure=request.is_secure(),
    )  # fmt: skip


@dataclass(frozen=True)
class Carried:
    """The touches of whoever sends the request that is being answered."""

    seen: tuple[Seen, ...]
    pseudonym: UUID | None
    marks: traces.Marks = ()

    def touches(self, community_id: int, *, of: UUID | None) -> list[Seen]:
        """Those of the very person who acts; what an operator opened counts for nobody else."""
        if of != self.pseudonym:
            return []
        return [one for one in self.seen if one.community_id == community_id]


_carried: ContextVar[Callable[[], Carried] | None] = ContextVar("came_by", default=None)


def carried() -> Carried | None:
    make = _carried.get()
    return make() if make is not None else None


@contextmanager
def carrying(make: Callable[[], Carried]) -> Iterator[None]:
    """Inside, orders and joinings of that person are theirs who shared."""
    token = _carried.set(make)
    try:
        yield
    finally:
        _carried.reset(token)


def middleware(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Writes of a browser with a touch carry it along; all other requests pass as they are."""

    def answer(request: Any) -> Any:
        if request.method != "POST" or COOKIE not in request.COOKIES:
            return get_response(request)

        def make() -> Carried:
            user = request.user
            whose = user.pseudonym if user.is_authenticated else None
            return Carried(tuple(read(request)), whose, traces.marks_of(request))

        with carrying(make):
            return get_response(request)

    return answer
