"""Saving and following: small switches that may be sent again without harm, and their pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities import rules as membership
from banyan.communities.doors import member_only
from banyan.communities.models import Member
from banyan.communities.places import url
from banyan.core.idempotency import keyless
from banyan.core.refusals import WrongMoment
from banyan.people.doors import person

from .. import rules
from ..actions import keep as actions
from ..models import Topic
from ..queries import feed, kept, thread


@keyless
@member_only
@require_POST
def save(request: Any, id: UUID) -> HttpResponse:
    post = thread.post(request.community, id, request.member)
    if not post.is_published:
        raise WrongMoment
    return _switch(
        request,
        kind="save",
        address=url(request.community, "post-save", id=id),
        on=lambda: actions.save(post=post, member=request.member, now=timezone.now()),
        off=lambda: actions.unsave(post=post, member=request.member),
    )


@keyless
@member_only
@require_POST
def follow_thread(request: Any, id: UUID) -> HttpResponse:
    post = thread.post(request.community, id, request.member)
    if not post.is_published:
        raise WrongMoment
    return _switch(
        request,
        kind=rules.THREAD,
        address=url(request.community, "post-follow", id=id),
        on=lambda: actions.follow_thread(post=post, member=request.member, now=timezone.now()),
        off=lambda: actions.unfollow(member=request.member, post=post),
    )


@keyless
@member_only
@require_POST
def follow_person(request: Any, id: UUID) -> HttpResponse:
    found = (
        Member.objects.of(request.community)
        .filter(public_id=id, state__in=[membership.JOINED, membership.LEFT])
        .select_related("person")
        .first()
    )
    if found is None:
        raise Http404
    return _switch(
        request,
        kind=rules.PERSON,
        address=url(request.community, "member-follow", id=id),
        on=lambda: actions.follow_person(followed=found, member=request.member, now=timezone.now()),
        off=lambda: actions.unfollow(member=request.member, followed=found),
    )


@keyless
@member_only
@require_POST
def follow_topic(request: Any, id: UUID) -> HttpResponse:
    topic = Topic.objects.of(request.community).filter(public_id=id).first()
    if topic is None:
        raise Http404
    return _switch(
        request,
        kind=rules.TOPIC,
        address=url(request.community, "topic-follow", id=id),
        on=lambda: actions.follow_topic(topic=topic, member=request.member, now=timezone.now()),
        off=lambda: actions.unfollow(member=request.member, topic=topic),
    )


@keyless
@member_only
@require_POST
def follow_tag(request: Any, tag: str) -> HttpResponse:
    return _switch(
        request,
        kind=rules.TAG,
        address=url(request.community, "tag-follow", tag=tag),
        on=lambda: actions.follow_tag(tag=tag, member=request.member, now=timezone.now()),
        off=lambda: actions.unfollow(member=request.member, tag=tag.lower()),
    )


def _switch(
    request: Any, *, kind: str, address: str, on: Callable[[], None], off: Callable[[], None]
) -> HttpResponse:
    """On or off, as the form says; the answer is the switch as it stands now."""
    is_on = request.POST.get("on") != "0"
    (on if is_on else off)()
    if not request.htmx:
        came = request.headers.get("Referer", "")
        allowed = url_has_allowed_host_and_scheme(came, {request.get_host()})
        return redirect(came if allowed else url(request.community, "community"))
    context = {"kind": kind, "address": address, "is_on": is_on}
    return render(request, "content/switch.html", context)


@person
def saved(request: Any) -> HttpResponse:
    """What I saved, in all my communities."""
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else None
    rows, following = kept.saved(request.user, before)
    context = {
        "cards": feed.card_list(rows, with_community=True),
        "more": f"?before={following}" if following else "",
    }
    if request.htmx:
        return render(request, "content/cards.html", context)
    return render(request, "content/saved.html", context)


@person
def following(request: Any) -> HttpResponse:
    """Whom and what I follow; each can be ended here."""
    shown = []
    for one in kept.followed(request.user):
        place = one.community
        if one.kind == rules.PERSON:
            who = one.followed.person
            entry = {
                "who": who, "label": str(who), "lang": who.lang,
                "url": url(place, "member", id=one.followed.public_id),
                "address": url(place, "member-follow", id=one.followed.public_id),
            }  # fmt: skip
        elif one.kind == rules.TOPIC:
            entry = {
                "label": one.topic.here_name, "lang": one.topic.here_lang,
                "url": f"{place.url}?topic={one.topic.slug}",
                "address": url(place, "topic-follow", id=one.topic.public_id),
            }  # fmt: skip
        elif one.kind == rules.THREAD:
            entry = {
                "label": one.post.heading or _("Post"), "lang": one.post.lang,
                "url": url(place, "post", id=one.post.public_id),
                "address": url(place, "post-follow", id=one.post.public_id),
            }  # fmt: skip
        else:
            entry = {
                "label": f"#{one.tag}", "lang": "", "url": f"{place.url}?tag={one.tag}",
                "address": url(place, "tag-follow", tag=one.tag),
            }  # fmt: skip
        shown.append({"kind": one.kind, "community": place, **entry})
    return render(request, "content/following.html", {"shown": shown})
