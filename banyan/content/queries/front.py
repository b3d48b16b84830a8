"""The first page of a community's feed, which most people look at.

Its order is kept for half a minute, or until somebody posts; what stands on it is of this moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.core.cache import cache

from banyan.core.db.prepared import Prepared

from ..models import Post
from .feed import Page, as_rows, warm

_KEPT_SECONDS = 30


def _rows(posts: Sequence[int], members: Sequence[int], lane: str) -> Any:
    return as_rows(Post.objects.published().filter(pk__in=posts), members, lane)


_rows_for_strangers = Prepared(lambda posts, lane: _rows(posts, [], lane), [0], "")
_rows_for_members = Prepared(_rows, [0], [0], "")


def front(community: Any, members: Sequence[Any], pins: Sequence[int] = (), lane: str = "") -> Page:
    """What `warm` gives first; one light query when it was asked within half a minute."""
    who = [member.pk for member in members]
    stamp_key = _stamp_key(community.pk)
    key = f"front:{community.pk}:{','.join(map(str, who))}"
    found = cache.get_many([key, stamp_key])
    stamp = (found.get(stamp_key), *pins)
    if key not in found or found[key][0] != stamp:
        page = warm(Post.objects.of(community).published(), members, pins=pins, lane=lane)
        order = [row["pk"] for row in page.rows]
        cache.set(key, (stamp, order, page.after), _KEPT_SECONDS)
        return page
    _, order, after = found[key]
    now = _rows_for_members(order, who, lane) if who else _rows_for_strangers(order, lane)
    rows = {row["pk"]: row | {"is_pinned": row["pk"] in pins} for row in now}
    return Page([rows[pk] for pk in order if pk in rows], after)


def begin_anew(community_id: int) -> None:
    """Somebody posted: the orders found before are over, for every reader."""
    cache.set(_stamp_key(community_id), uuid4().hex, 2 * _KEPT_SECONDS)


def _stamp_key(community_id: int) -> str:
    return f"front-stamp:{community_id}"
