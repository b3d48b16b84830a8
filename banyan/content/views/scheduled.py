"""My posts that wait for their time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import member_only
from banyan.communities.places import url
from banyan.core.ui.toasts import toast

from .. import rules
from ..actions import post as actions
from ..models import Post
from ..queries import thread


@member_only
def scheduled(request: Any) -> HttpResponse:
    """Each with its moment; changed by hand, published now or cancelled."""
    mine = Post.objects.of(request.community).filter(author=request.member, state=rules.SCHEDULED)
    context = {
        "posts": mine.select_related("cover", "topic").order_by("publish_at", "pk"),
        "zone": timezone.get_current_timezone_name(),
    }
    return render(request, "content/scheduled.html", context)


@member_only
@require_POST
def publish_now(request: Any, id: UUID) -> HttpResponse:
    post = thread.own(Post, request.community, id, request.member)
    actions.publish_now(post=post, by=request.member, now=timezone.now())
    is_held = post.state == rules.HELD
    toast(request, _("It waits for a look before others see it.") if is_held else _("Posted."))
    return redirect(url(request.community, "post", id=id))


@member_only
@require_POST
def cancel(request: Any, id: UUID) -> HttpResponse:
    post = thread.own(Post, request.community, id, request.member)
    actions.cancel(post=post, by=request.member, now=timezone.now())
    toast(
        request, _("It will not be published."), undo=url(request.community, "post-undelete", id=id)
    )
    return redirect(url(request.community, "scheduled"))
