"""Parts of pages kept as rows, all read in one statement and cached for a minute.

The home page shows charter, goal, ritual and challenge beside the feed; each asking for itself
would cost a statement. Whoever changes one of them puts its part anew, in the same transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Q

from .models import Kept

SECONDS = 60

type Parts = dict[str, Any]


def put(part: str, body: Any, *, community_id: int, member_id: int | None = None) -> None:
    """Keep a part; None forgets it."""
    rows = Kept.objects.filter(community_id=community_id, member_id=member_id, part=part)
    if body is None:
        rows.delete()
    elif not rows.update(body=body):
        try:
            with transaction.atomic():
                Kept.objects.create(
                    community_id=community_id, member_id=member_id, part=part, body=body
                )
        except IntegrityError:  # somebody was faster
            rows.update(body=body)
    key = _key(community_id, member_id)
    cache.delete(key)  # for the rest of this transaction; and for the others:
    transaction.on_commit(lambda: cache.delete(key))


def drop_of_all(part: str, *, community_id: int) -> None:
    """Forget every member's own part of this name. Their pages know it within a minute."""
    Kept.objects.filter(community_id=community_id, part=part, member__isnull=False).delete()


def read(request: Any) -> tuple[Parts, Parts]:
    """The community's parts, and the reader's own. At most one statement a request."""
    known = getattr(request, "kept_parts", None)
    if known is None:
        member = request.member if request.member is not None and request.member.is_in else None
        known = request.kept_parts = _read(request.community.pk, member.pk if member else None)
    return known


def _read(community_id: int, member_id: int | None) -> tuple[Parts, Parts]:
    keys = [_key(community_id, None)]
    if member_id is not None:
        keys.append(_key(community_id, member_id))
    found = cache.get_many(keys)
    if len(found) < len(keys):
        whose = Q(member=None) if member_id is None else Q(member=None) | Q(member=member_id)
        fresh: dict[str, Parts] = {key: {} for key in keys}
        rows = Kept.objects.filter(whose, community=community_id)
        for owner, part, body in rows.values_list("member_id", "part", "body"):
            fresh[_key(community_id, owner)][part] = body
        cache.set_many(fresh, SECONDS)
        found = fresh
    ours = found[keys[0]]
    return ours, found[keys[1]] if len(keys) > 1 else {}


def _key(community_id: int, member_id: int | None) -> str:
    return f"culture-kept:{community_id}:{member_id or ''}"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
