"""Comments as cards: drawn once for every reader of a language to whom they look the same.

How long ago each was written is put in anew for every page; one's own, with their forms, are drawn
each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from banyan.communities.models import Member
from banyan.core.cards import drawn_once
from banyan.core.ui.tags.numbers import when

from .. import acts
from ..models import Comment
from ..queries.words import html_of

WHEN = f"--{uuid4().hex}--"  # nobody can write it


def draw_comments(
    comments: Sequence[Comment], member: Member | None, place: dict[str, Any]
) -> None:
    """Give each comment its `card`; `place` holds community, post, and `from` of the page."""
    shared = {**place, "member": member, "is_in": member is not None}
    shared["more_acts"] = acts.here(place["community"]) if member is not None else []
    for comment in comments:
        if member is not None and comment.author_id == member.pk:
            html = _drawn(comment, {**shared, "when": when(comment.published_at)})
        else:
            html = _shared(comment, {**shared, "when": WHEN})
            html = html.replace(WHEN, str(when(comment.published_at)), 1)
        comment.card = mark_safe(html)  # type: ignore[attr-defined]


def _drawn(comment: Comment, context: dict[str, Any]) -> str:
    comment.html = html_of(comment, context["community"])  # type: ignore[attr-defined]
    return str(render_to_string("content/comment.html", {**context, "c": comment}))


def _shared(comment: Comment, context: dict[str, Any]) -> str:
    community, to = context["community"], comment.answers
    names = [
        (str(person), person.lang, person.picture_id)
        for person in (comment.author.person, *([to.author.person] if to else []))
    ]
    said = [(one.kind, one.count, one.is_mine) for one in comment.reactions]  # type: ignore[attr-defined]
    key = (
        comment.pk, comment.version, comment.state, bool(comment.edited_at), names, said,
        community.slug, community.domain, context["is_in"], context["from"],
        [(act.name, act.label) for act in context["more_acts"]],
    )  # fmt: skip
    return drawn_once(f"comment:{key!r}", lambda: _drawn(comment, context))
