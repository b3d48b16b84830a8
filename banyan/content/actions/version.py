"""Keeping what was said before it is changed."""

from __future__ import annotations

from datetime import datetime

from ..models import Comment, Post, Version


def keep(thing: Post | Comment, *, title: str, body: str, now: datetime) -> None:
    """Note down how the stored row reads, if the coming `title` and `body` differ from it."""
    row = type(thing)._base_manager.get(pk=thing.pk)
    before = getattr(row, "title", "")
    if (before, row.body) == (title, body):
        return
    Version.objects.create(
        community_id=row.community_id,
        author_id=row.author_id,
        post=thing if isinstance(thing, Post) else None,
        comment=thing if isinstance(thing, Comment) else None,
        title=before,
        body=row.body,
        lang=row.lang,
        written_at=row.edited_at or row.published_at,
        replaced_at=now,
    )
