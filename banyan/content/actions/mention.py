"""Whom a text names, and the telling of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models.functions import Lower

from banyan.communities import rules as membership
from banyan.communities.models import Member
from banyan.core.events import announce_many
from banyan.core.ids import write_id

from .. import rules
from ..events import MemberMentioned
from ..models import Comment, Post


def mentions_in(text: str, community_id: int) -> tuple[list[list[str]], list[Member]]:
    """What stands after each @ with the member's oid, as it is stored; and these members."""
    beginnings = rules.beginnings(text)
    if not beginnings:
        return [], []
    rows = (
        Member.objects.of(community_id)
        .filter(state=membership.JOINED)
        .annotate(small=Lower("person__name"))
        .filter(small__in={name.lower() for name in beginnings} - {""})
        .select_related("person")
    )
    people: dict[str, dict[int, str]] = defaultdict(dict)
    members = {}
    for member in rows:
        people[member.person.name][member.number or 0] = member.oid
        members[member.oid] = member
    said = rules.named_in(text, people)
    return [[words, oid] for words, oid in said], [members[oid] for _words, oid in said]


def tell(
    thing: Post | Comment, members: Sequence[Member], *, by: Member, parent_id: int | None,
    now: datetime,
) -> None:  # fmt: skip
    """Announce that `members` were named in `thing`; naming oneself tells nobody."""
    is_post = isinstance(thing, Post)
    announce_many(
        [
            MemberMentioned(
                community_id=thing.community_id,
                object_id=member.pk,
                actor=by.person.pseudonym,
                parent_id=parent_id,
                thing_kind="post" if is_post else "comment",
                thing_id=thing.pk,
                post_id=thing.pk if is_post else thing.post_id,
                subject=member.person.pseudonym,
                lang=thing.lang,
                now=now,
            )
            for member in members
            if member.pk != by.pk
        ]
    )


def newly(before: list[Any], members: Sequence[Member]) -> list[Member]:
    """Those whom the words of `before` did not name yet."""
    known = {oid for _words, oid in before}
    return [member for member in members if write_id(member.public_id) not in known]
