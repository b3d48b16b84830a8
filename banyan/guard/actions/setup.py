"""What is looked at first in a community, and what its levels need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import transaction

from banyan.communities.models import Member
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed

from .. import queries, rules
from ..events import GuardChanged
from ..models import Policy


@transaction.atomic
def choose(
    *,
    by: Member,
    now: datetime,
    is_on: bool,
    threshold: int,
    off: Sequence[str],
    words: Sequence[str],
    needs: Mapping[str, Mapping[str, int]],
) -> Policy:
    """Keep what this community wants. What waits already goes on waiting."""
    if not by.may("settings.edit"):
        raise NotAllowed
    made, _new = Policy.objects.update_or_create(
        community_id=by.community_id,
        defaults={
            "is_on": is_on,
            "threshold": min(max(threshold, rules.LEAST_THRESHOLD), rules.MOST_THRESHOLD),
            "off": [rule for rule in rules.REASONS if rule in off],
            "words": list(dict.fromkeys(words))[: rules.MOST_WORDS],
            "needs": {level: dict(asked) for level, asked in needs.items()},
        },
    )
    announce(
        GuardChanged(
            community_id=by.community_id, object_id=by.community_id, actor=by.person.pseudonym,
            threshold=made.threshold, is_on=is_on, now=now,
        )
    )  # fmt: skip
    key: Any = queries.policy_key(by.community_id)
    cache.delete(key)
    transaction.on_commit(lambda: cache.delete(key))  # what was read meanwhile is older
    return made
