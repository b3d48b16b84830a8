"""A member as others see them here, and names while somebody types."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render

from banyan.communities import rules as membership
from banyan.communities.doors import member_only, reader
from banyan.communities.models import Member
from banyan.communities.places import url

from ..models import Follow, Post
from ..queries import feed as queries

NAMES = 6


@reader
def member(request: Any, id: UUID) -> HttpResponse:
    """Who somebody is here, and what they showed and said."""
    viewer = request.member if request.member and request.member.is_in else None
    rows = Member.objects.of(request.community).filter(
        public_id=id, state__in=[membership.JOINED, membership.LEFT], person__erased_at=None
    )
    if viewer is not None:
        mine = Follow.objects.filter(member=viewer, followed=OuterRef("pk"))
        rows = rows.annotate(is_followed=Exists(mine))
    found = rows.select_related("person__picture").prefetch_related("person__tags").first()
    if found is None:
        raise Http404
    after = request.GET.get("after", "")[:60]
    posts = Post.objects.of(request.community).published().filter(author=found)
    page = queries.newest(posts, [viewer] if viewer else [], after)
    address = url(request.community, "member", id=id)
    context = {
        "one": found,
        "cards": queries.card_list(page.rows),
        "more": f"{address}?after={page.after}" if page.after else "",
        "can_follow": viewer is not None and viewer.pk != found.pk and found.is_in,
        "is_mine": viewer is not None and viewer.pk == found.pk,
        "follow_url": url(request.community, "member-follow", id=id),
    }
    response = render(
        request, "content/cards.html" if request.htmx else "content/member.html", context
    )
    response["Vary"] = "HX-Request"
    return response


@member_only
def names(request: Any) -> HttpResponse:
    """Members whose name begins as typed; what to write stands in `said`."""
    words = request.GET.get("q", "").strip()[:60]
    found: list[Member] = []
    if words:
        inside = Member.objects.of(request.community).filter(state=membership.JOINED)
        found = list(
            inside.filter(person__name__istartswith=words)
            .exclude(pk=request.member.pk)
            .select_related("person")
            .order_by("person__name", "number")[: NAMES + 1]
        )
    bearers = Counter(one.person.name.lower() for one in found)
    shown = [
        {
            "name": one.person.name,
            "said": f"{one.person.name}#{one.number}"
            if bearers[one.person.name.lower()] > 1
            else one.person.name,
            "number": one.number,
        }
        for one in found[:NAMES]
    ]
    return JsonResponse({"names": shown})
