"""One post: reading, liking, deleting it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.catalog.cards import product_cards
from banyan.communities import rules as places
from banyan.communities.doors import member_only, reader
from banyan.communities.places import full_url, url
from banyan.core.idempotency import keyless
from banyan.core.refusals import NotAllowed
from banyan.core.ui.toasts import toast, toast_now
from banyan.moderation.queries import last_decision
from banyan.people.doors import ask_to_sign_in

from .. import rules
from ..actions import like as likes
from ..actions import post as actions
from ..actions import preview as previews
from ..forms import CommentForm
from ..models import Comment, Like, Post
from ..queries import poll as polls
from ..queries import thread
from ..queries.words import html_of
from ..syndication import absolute
from .comment_cards import draw_comments


@reader
def post(request: Any, id: UUID) -> HttpResponse:
    found = thread.post(request.community, id, request.member)
    return page(request, found, CommentForm())


def page(
    request: Any, found: Post, form: CommentForm, *, status: int = 200, poll_error: str = ""
) -> HttpResponse:
    """The post with its comments; `form` may be one that has to be mended."""
    member = request.member if request.member and request.member.is_in else None
    start = request.GET.get("after", "")[:40]
    comments, after = thread.comments(found, member, start)
    thread.reactions(found if found.is_published else None, comments)
    place = {
        "request": request,
        "community": request.community,
        "post": found,
        "from": start,
    }
    draw_comments(comments, member, place)
    reply_to = request.POST.get("parent") or request.GET.get("reply", "")
    context = {
        "post": found,
        "share": _share(request, found),
        "html": html_of(found, request.community),
        "photos": [row.picture for row in found.photos.select_related("picture")]
        if found.cover_id
        else [],
        "products": product_cards(
            thread.products_of(found), community=request.community, member=member
        )
        if found.lead_id
        else [],
        "preview": getattr(found, "preview", None),
        "poll": polls.shown(
            found, member, now=timezone.now(), is_changing=bool(poll_error) or "vote" in request.GET
        )
        if hasattr(found, "poll") and found.state != rules.ERASED
        else None,
        "poll_error": poll_error,
        "comments": comments,
        "after": after,
        "from": start,
        "form": form,
        "parent": thread.answerable(found, comments, reply_to),
        "is_in": member is not None,
        "is_mine": member is not None and found.author_id == member.pk,
        "decision": last_decision("post", found.pk) if found.state == rules.HIDDEN else None,
        "can_pin": bool(member and member.may("content.edit")),
        "can_moderate": bool(member and member.may("content.moderate")),
    }
    return render(request, "content/post.html", context, status=status)


def _share(request: Any, found: Post) -> dict[str, str] | None:
    """How the post looks where its address is shared; None where not everybody may read it."""
    place = request.community
    if place.visibility != places.PUBLIC or not found.is_published:
        return None
    return {
        "kind": "article",
        "title": found.heading or place.here_name,
        "text": found.excerpt or place.here_purpose,
        "url": full_url(place, "post", id=found.public_id),
        "site": place.here_name,
        "picture": absolute(found.cover.sized(1280)) if found.cover else "",
    }


@member_only
@require_POST
def delete(request: Any, id: UUID) -> HttpResponse:
    found = thread.own(Post, request.community, id, request.member)
    actions.delete(post=found, by=request.member, now=timezone.now())
    undo = url(request.community, "post-undelete", id=id)
    toast(request, _("Your post is deleted."), undo=undo)
    return redirect(url(request.community, "community"))


@member_only
@require_POST
def undelete(request: Any, id: UUID) -> HttpResponse:
    found = thread.own(Post, request.community, id, request.member)
    actions.undelete(post=found, by=request.member, now=timezone.now())
    if found.is_scheduled:
        toast(request, _("It waits for its time again."))
        return redirect(url(request.community, "scheduled"))
    toast(request, _("Your post is back."))
    return redirect(url(request.community, "post", id=id))


@member_only
@require_POST
def take_preview_out(request: Any, id: UUID) -> HttpResponse:
    found = thread.own(Post, request.community, id, request.member)
    previews.take_out(post=found, by=request.member)
    toast(request, _("The preview is taken out; the link stays."))
    return redirect(url(request.community, "post", id=id))


@keyless
@reader
@require_POST
def like(request: Any, id: UUID) -> HttpResponse:
    return _like(request, Post, id)


@keyless
@reader
@require_POST
def like_comment(request: Any, id: UUID) -> HttpResponse:
    return _like(request, Comment, id)


def _like(request: Any, model: Any, id: UUID) -> HttpResponse:
    """React or take it back, as the form says; it may be sent again without harm.

    Cards send `like` alone; the page of a post sends `kind`, and gets all its reactions back.
    """
    if not request.user.is_authenticated:
        return ask_to_sign_in(request)
    member = request.member
    if member is None or not member.is_in:
        sentence = _("Join first: likes and comments are among members.")
        if not request.htmx:
            raise NotAllowed(sentence)
        return toast_now(HttpResponse(status=403), sentence, bad=True)
    thing = _thing(request, model, id)
    is_liked = request.POST.get("like") != "0"
    kind = request.POST.get("kind", "")
    if is_liked:
        likes.like(thing=thing, member=member, now=timezone.now(), kind=kind or rules.LIKE)
    else:
        likes.unlike(thing=thing, member=member, now=timezone.now())
    if not request.htmx:
        return redirect(_back(request, thing))
    thing.refresh_from_db(fields=["like_count"])
    name = "post-like" if model is Post else "comment-like"
    context = {"thing": thing, "like_url": url(request.community, name, id=id)}
    if not kind:
        thing.liked = is_liked
        return render(request, "content/like.html", context)
    thing.mine = kind if is_liked else ""
    thread.reactions(*((thing, []) if model is Post else (None, [thing])))
    return render(request, "content/reactions.html", context)


def _thing(request: Any, model: Any, id: UUID) -> Any:
    rows = model.objects.of(request.community).select_related("author__person")
    thing = rows.filter(public_id=id).first()
    if thing is None or not thread.may_see(thing, request.member):
        raise Http404
    return thing


@member_only
def react(request: Any, id: UUID) -> HttpResponse:
    """The kinds of reactions to a comment: alone for htmx, else a small page."""
    comment = _thing(request, Comment, id)
    mine = Like.objects.filter(member=request.member, comment=comment)
    comment.mine = mine.values_list("kind", flat=True).first() or ""
    thread.reactions(None, [comment])
    context = {
        "thing": comment,
        "like_url": url(request.community, "comment-like", id=id),
        "back": url(request.community, "comment", id=id),
        "is_picker": True,
        "is_plain": not request.htmx,
    }
    template = "content/reactions.html" if request.htmx else "content/react.html"
    return render(request, template, context)


def _back(request: Any, thing: Any) -> str:
    """Where the button was pressed, for those without scripts."""
    came = request.headers.get("Referer", "")
    mark = f"#{'post' if isinstance(thing, Post) else 'comment'}-{thing.oid}"
    if url_has_allowed_host_and_scheme(came, {request.get_host()}) and "/react" not in came:
        return came.split("#")[0] + mark
    if isinstance(thing, Comment):
        return url(request.community, "comment", id=thing.public_id)
    return url(request.community, "post", id=thing.public_id) + mark
