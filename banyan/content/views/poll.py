from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import member_only
from banyan.communities.places import url
from banyan.core.idempotency import keyless
from banyan.core.ui.toasts import toast

from ..actions import poll as actions
from ..queries import thread
from .post import CommentForm, page


@keyless
@member_only
@require_POST
def vote(request: Any, id: UUID) -> HttpResponse:
    """Cast or change my vote; it may be sent again without harm."""
    post = thread.post(request.community, id, request.member)
    if not hasattr(post, "poll"):
        raise Http404
    given = [int(n) for n in request.POST.getlist("choice") if n.isdecimal() and len(n) < 3]
    try:
        actions.vote(poll=post.poll, member=request.member, choices=given, now=timezone.now())
    except (actions.NothingChosen, actions.OneOnly) as refusal:
        sentence = str(refusal.sentence)
        return page(request, post, CommentForm(), status=422, poll_error=sentence)
    toast(request, _("Your vote counts."))
    return redirect(url(request.community, "post", id=id) + "#poll")
