"""Operators' page for the feed's topics."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.refusals import Refusal
from banyan.core.ui.toasts import toast

from .actions import topic as actions
from .forms import TopicForm
from .models import Topic


def _topics(request: Any) -> list[Topic]:
    return list(Topic.objects.of(request.community).order_by("position", "pk"))


def _topic(request: Any, id: UUID) -> Topic:
    found = Topic.objects.of(request.community).filter(public_id=id).first()
    if found is None:
        raise Http404
    return found


@operator("content.edit")
def topics(request: Any) -> HttpResponse:
    """The headings of the feed, and a form for one more."""
    form = TopicForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add(community=request.community, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            toast(request, _("The topic stands in the feed."))
            return redirect(url(request.community, "studio-topics"))
    context = {"topics": _topics(request), "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "content/topics.html", context, status=status)


@operator("content.edit")
@require_POST
def rename_topic(request: Any, id: UUID) -> HttpResponse:
    topic = _topic(request, id)
    form = TopicForm(request.POST)
    if not form.is_valid():
        context = {
            "topics": _topics(request),
            "form": TopicForm(),
            "bad": topic.oid,
            "bad_form": form,
        }
        return render(request, "content/topics.html", context, status=422)
    actions.rename(topic=topic, **form.cleaned_data)
    toast(request, _("Renamed."))
    return redirect(url(request.community, "studio-topics"))


@operator("content.edit")
@require_POST
def remove_topic(request: Any, id: UUID) -> HttpResponse:
    actions.remove(topic=_topic(request, id))
    toast(request, _("The topic is gone; its posts stay in the feed."))
    return redirect(url(request.community, "studio-topics"))
