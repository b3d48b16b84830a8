from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import member_only
from banyan.communities.places import url
from banyan.core.ids import read_id
from banyan.core.ui.toasts import toast

from .. import rules
from ..actions import comment as actions
from ..forms import CommentForm
from ..models import Comment
from ..queries import thread
from .post import page


def _place(request: Any, comment: Comment) -> str:
    address = url(request.community, "post", id=comment.post.public_id)
    return address + thread.place_of(comment)


@member_only
@require_POST
def new(request: Any, id: UUID) -> HttpResponse:
    form = CommentForm(request.POST)
    if not form.is_valid():
        post = thread.post(request.community, id, request.member)
        return page(request, post, form, status=422)
    post = thread.to_answer(request.community, id, request.member)
    parent = None
    if oid := request.POST.get("parent", ""):
        try:
            rows = Comment.objects.filter(post=post, public_id=read_id(oid))
            parent = rows.select_related("author__person").first()
        except ValueError:
            parent = None
        if parent is None:
            raise Http404
    made = actions.comment(
        post=post,
        author=request.member,
        body=form.cleaned_data["body"].strip(),
        parent=parent,
        now=timezone.now(),
    )
    made.post = post
    return redirect(_place(request, made))


@member_only
def edit(request: Any, id: UUID) -> HttpResponse:
    comment = thread.own(Comment, request.community, id, request.member)
    if comment.state == rules.DELETED:
        raise Http404
    form = CommentForm(request.POST or None, initial={"body": comment.body})
    if request.method == "POST" and form.is_valid():
        actions.edit(
            comment=comment,
            by=request.member,
            body=form.cleaned_data["body"].strip(),
            now=timezone.now(),
        )
        toast(request, _("Changed."))
        return redirect(_place(request, comment))
    context = {"form": form, "comment": comment, "back": _place(request, comment)}
    status = 422 if request.method == "POST" else 200
    return render(request, "content/comment_edit.html", context, status=status)


@member_only
@require_POST
def delete(request: Any, id: UUID) -> HttpResponse:
    comment = thread.own(Comment, request.community, id, request.member)
    actions.delete(comment=comment, by=request.member, now=timezone.now())
    undo = url(request.community, "comment-undelete", id=id)
    toast(request, _("Your comment is deleted."), undo=undo)
    return redirect(url(request.community, "post", id=comment.post.public_id) + "#comments")


@member_only
@require_POST
def undelete(request: Any, id: UUID) -> HttpResponse:
    comment = thread.own(Comment, request.community, id, request.member)
    actions.undelete(comment=comment, by=request.member, now=timezone.now())
    toast(request, _("Your comment is back."))
    return redirect(_place(request, comment))
