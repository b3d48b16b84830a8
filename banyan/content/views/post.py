"""One post: reading, liking, deleting it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.catalog.cards import product_cards
from banyan.communities.doors import member_only, reader
from banyan.communities.places import url
from banyan.core.idempotency import keyless
from banyan.core.refusals import NotAllowed
from banyan.core.text import render_markdown
from banyan.core.ui.toasts import toast, toast_now
from banyan.moderation.queries import last_decision
from banyan.people.doors import ask_to_sign_in

from .. import rules
from ..actions import like as likes
from ..actions import post as actions
from ..forms import CommentForm
from ..models import Comment, Post
from ..queries import thread


@reader
def post(request: Any, id: UUID) -> HttpResponse:
    found = thread.post(request.community, id, request.member)
    return page(request, found, CommentForm())


def page(request: Any, found: Post, form: CommentForm, *, status: int = 200) -> HttpResponse:
    """The post with its comments; `form` may be one that has to be mended."""
    member = request.member if request.member and request.member.is_in else None
    comments, after = thread.comments(found, member, request.GET.get("after", "")[:40])
    for comment in comments:
        comment.html = mark_safe(render_markdown(comment.body)) if comment.body else ""
    reply_to = request.POST.get("parent") or request.GET.get("reply", "")
    context = {
        "post": found,
        "html": render_markdown(found.body),
        "photos": [row.picture for row in found.photos.select_related("picture")]
        if found.cover_id
        else [],
        "products": product_cards(
            thread.products_of(found), community=request.community, member=member
        )
        if found.lead_id
        else [],
        "comments": comments,
        "after": after,
        "form": form,
        "parent": next((c for c in comments if c.oid == reply_to and c.is_published), None),
        "is_in": member is not None,
        "is_mine": member is not None and found.author_id == member.pk,
        "decision": last_decision("post", found.pk) if found.state == rules.HIDDEN else None,
        "can_moderate": bool(member and member.may("content.moderate")),
    }
    return render(request, "content/post.html", context, status=status)


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
    toast(request, _("Your post is back."))
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
    """Like or unlike, as the form says; it may be sent again without harm."""
    if not request.user.is_authenticated:
        return ask_to_sign_in(request)
    member = request.member
    if member is None or not member.is_in:
        sentence = _("Join first: likes and comments are among members.")
        if not request.htmx:
            raise NotAllowed(sentence)
        return toast_now(HttpResponse(status=403), sentence, bad=True)
    thing = model.objects.of(request.community).filter(public_id=id).first()
    if thing is None or not thread.may_see(thing, member):
        from django.http import Http404

        raise Http404
    is_liked = request.POST.get("like") != "0"
    act = likes.like if is_liked else likes.unlike
    act(thing=thing, member=member, now=timezone.now())
    if not request.htmx:
        return redirect(_back(request, thing))
    thing.refresh_from_db(fields=["like_count"])
    thing.liked = is_liked
    name = "post-like" if model is Post else "comment-like"
    context = {"thing": thing, "like_url": url(request.community, name, id=id)}
    return render(request, "content/like.html", context)


def _back(request: Any, thing: Any) -> str:
    """Where the button was pressed, for those without scripts."""
    came = request.headers.get("Referer", "")
    mark = f"#{'post' if isinstance(thing, Post) else 'comment'}-{thing.oid}"
    if url_has_allowed_host_and_scheme(came, {request.get_host()}):
        return came.split("#")[0] + mark
    post_id = thing.public_id if isinstance(thing, Post) else thing.post.public_id
    return url(request.community, "post", id=post_id) + mark
