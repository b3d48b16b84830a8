"""How a post or a comment read before, and the way to one comment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from banyan.communities.doors import reader
from banyan.communities.places import url

from .. import rules
from ..models import Comment
from ..queries import thread, words


def _comment(request: Any, id: UUID) -> Comment:
    """A comment that this viewer can see, below a post that they can see; else 404."""
    found = (
        Comment.objects.of(request.community)
        .filter(public_id=id)
        .select_related("author__person__picture", "post__author")
        .first()
    )
    if found is None or not all(thread.may_see(t, request.member) for t in (found, found.post)):
        raise Http404
    return found


@reader
def one_comment(request: Any, id: UUID) -> HttpResponse:
    """The lasting address of a comment: on to the page of its thread that shows it."""
    found = _comment(request, id)
    address = url(request.community, "post", id=found.post.public_id)
    return redirect(address + thread.place_of(found))


@reader
def post_history(request: Any, id: UUID) -> HttpResponse:
    found = thread.post(request.community, id, request.member)
    return _history(request, found, url(request.community, "post", id=id))


@reader
def comment_history(request: Any, id: UUID) -> HttpResponse:
    found = _comment(request, id)
    return _history(request, found, url(request.community, "comment", id=id))


def _history(request: Any, thing: Any, back: str) -> HttpResponse:
    """Each change, the latest first. Moderators also see by whom and when to the minute."""
    if thing.state == rules.ERASED:
        raise Http404
    versions = thread.versions(thing)
    following = [*versions[1:], thing] if versions else []
    changes = [
        {
            "at": before.replaced_at,
            "lang": after.lang,
            "title": words.difference(before.title, getattr(after, "title", ""))
            if before.title or getattr(after, "title", "")
            else [],
            "body": words.difference(before.body, after.body),
        }
        for before, after in zip(versions, following, strict=True)
    ]
    context = {
        "thing": thing,
        "changes": changes[::-1],
        "first": versions[0] if versions else None,
        "back": back,
        "can_moderate": bool(request.member and request.member.may("content.moderate")),
    }
    return render(request, "content/history.html", context)
