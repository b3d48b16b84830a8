"""Operators' pages for the feed: its topics, what waits for its time, what is on top."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.refusals import Refusal
from banyan.core.ui.toasts import toast

from . import rules
from .actions import pin as pins
from .actions import post as posts
from .actions import topic as actions
from .forms import MomentForm, TopicForm
from .models import Post, Topic

MOST_WAITING = 200


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
            with transaction.atomic():
                made = actions.add(
                    community=request.community, now=timezone.now(), **form.cleaned_data
                )
                _say(request, made, "add")
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            toast(request, _("The topic stands in the feed."))
            return redirect(url(request.community, "studio-topics"))
    context = {"topics": _topics(request), "form": form, "who_posts": rules.WHO_POSTS}
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
            "who_posts": rules.WHO_POSTS,
            "form": TopicForm(),
            "bad": topic.oid,
            "bad_form": form,
        }
        return render(request, "content/topics.html", context, status=422)
    with transaction.atomic():
        actions.rename(topic=topic, **form.cleaned_data)
        _say(request, topic, "rename")
    toast(request, _("Renamed."))
    return redirect(url(request.community, "studio-topics"))


@operator("content.edit")
@require_POST
def remove_topic(request: Any, id: UUID) -> HttpResponse:
    topic = _topic(request, id)
    with transaction.atomic():
        _say(request, topic, "remove")
        actions.remove(topic=topic)
    toast(request, _("The topic is gone; its posts stay in the feed."))
    return redirect(url(request.community, "studio-topics"))


def _say(request: Any, topic: Topic, what: str) -> None:
    actions.say(topic=topic, what=what, by=request.user, now=timezone.now())


@operator("content.edit")
@require_POST
@transaction.atomic
def steer_topic(request: Any, id: UUID, do: str) -> HttpResponse:
    """Move it, archive it, bring it back, or say who posts there."""
    topic = _topic(request, id)
    if do in ("earlier", "later"):
        actions.shift(topic=topic, step=-1 if do == "earlier" else 1)
    elif do == "archive":
        actions.archive(topic=topic, now=timezone.now())
        again = url(request.community, "studio-topic-steer", id=id, do="reopen")
        toast(request, _("Archived. What stands there can still be read."), undo=again)
    elif do == "reopen":
        actions.reopen(topic=topic)
        toast(request, _("The topic stands in the feed."))
    elif do == "who":
        actions.let_post(topic=topic, who=request.POST.get("who", rules.MEMBERS))
        toast(request, _("Saved."))
    else:
        raise Http404
    _say(request, topic, do)
    return redirect(url(request.community, "studio-topics"))


def _waiting(request: Any) -> Any:
    rows = Post.objects.of(request.community).filter(state=rules.SCHEDULED)
    return rows.select_related("author__person__picture", "topic").order_by("publish_at", "pk")


def _one_waiting(request: Any, id: UUID) -> Post:
    found = _waiting(request).filter(public_id=id).first()
    if found is None:
        raise Http404
    return found


@operator("content.edit")
def scheduled(request: Any) -> HttpResponse:
    """Every post that waits for its time."""
    return _scheduled(request, None, None)


def _scheduled(request: Any, bad: Any, form: Any) -> HttpResponse:
    context = {
        "posts": _waiting(request)[:MOST_WAITING],
        "zone": timezone.get_current_timezone_name(),
        "bad": bad,
        "bad_form": form,
    }
    return render(request, "content/studio_scheduled.html", context, status=422 if form else 200)


@operator("content.edit")
@require_POST
def steer_scheduled(request: Any, id: UUID, do: str) -> HttpResponse:
    """Another moment for a waiting post, at once, or never."""
    post, now = _one_waiting(request, id), timezone.now()
    if do == "move":
        form = MomentForm(request.POST)
        if form.is_valid():
            try:
                posts.reschedule(post=post, by=request.member, at=form.cleaned_data["at"], now=now)
            except posts.NotThatLate as refusal:
                form.add_error("at", str(refusal.sentence))
        if form.errors:
            return _scheduled(request, post.oid, form)
        toast(request, _("It waits for its time."))
    elif do == "publish":
        posts.publish_now(post=post, by=request.member, now=now)
        toast(request, _("Posted."))
    elif do == "cancel":
        posts.cancel(post=post, by=request.member, now=now)
        toast(request, _("It will not be published."))
    else:
        raise Http404
    return redirect(url(request.community, "studio-scheduled"))


@operator("content.edit")
@require_POST
def pin(request: Any, id: UUID) -> HttpResponse:
    """Hold a post on top of the feed, or let it go."""
    post = Post.objects.of(request.community).published().filter(public_id=id).first()
    if post is None:
        raise Http404
    is_on = request.POST.get("on") != "0"
    (pins.pin if is_on else pins.unpin)(post=post, by=request.member, now=timezone.now())
    toast(request, _("It stands on top of the feed.") if is_on else _("No longer on top."))
    return redirect(url(request.community, "post", id=id))
