"""The feed of a community, and the home of a person."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from banyan.communities import context as where
from banyan.communities.doors import reader
from banyan.communities.places import url
from banyan.core import hub
from banyan.core.doors import public
from banyan.core.ids import read_id, write_id

from ..lanes import lane_of as feed_lane
from ..models import Post
from ..queries import feed as queries
from ..queries import home as home_queries

FOR_YOU, NEW = "for-you", "new"
MOST_COUNTED = 80


def _members(request: Any) -> list[Any]:
    member = request.member
    return [member] if member is not None and member.is_in else []


def _shown(request: Any) -> dict[str, Any]:
    """The feed that the address asks for: tab or topic, and where the page begins."""
    community, members = request.community, _members(request)
    topics = queries.topics_of(community)
    topic = next((t for t in topics if t.slug == request.GET.get("topic")), None)
    after = request.GET.get("after", "")[:60]
    lane = feed_lane(community)
    posts = queries.with_head(Post.objects.of(community).published(), lane)
    if topic is not None:
        page = queries.newest(posts.filter(topic=topic), members, after)
        asked = f"topic={topic.slug}"
    elif request.GET.get("feed") == NEW:
        page, asked = queries.newest(posts, members, after), f"feed={NEW}"
    else:
        page, asked = queries.warm(posts, members, after), f"feed={FOR_YOU}"
    more = f"{url(community, 'feed')}?{asked}&after={page.after}" if page.after else ""
    return {
        "cards": queries.card_list(page.rows),
        "more": more,
        "topics": topics,
        "topic": topic,
        "tab": "topic" if topic else asked.removeprefix("feed="),
        "can_write": bool(members),
        "is_first": not after,
        "community": community,
        "fresh": f"{url(community, 'feed')}?{asked}",
        "lane": "" if after else lane,
        "lane_after": page.rows[0]["head"] or 0 if page.rows else hub.head(lane),
    }


def feed_part(request: Any, **context: Any) -> str:
    """Composer, tabs and cards, for the community's home."""
    return render_to_string("content/feed.html", _shown(request), request)


@reader
def feed(request: Any) -> HttpResponse:
    """A later page of the feed: alone for htmx, a whole page for everybody else."""
    shown = _shown(request)
    template = "content/cards.html" if request.htmx else "content/feed_page.html"
    response = render(request, template, shown)
    response["Vary"] = "HX-Request"
    return response


@reader
def counts(request: Any) -> JsonResponse:
    """Likes and comments of posts on a page that was away for a while."""
    ids = []
    for text in request.GET.getlist("id")[:MOST_COUNTED]:
        with suppress(ValueError):
            ids.append(read_id(text))
    posts = Post.objects.of(request.community).published().filter(public_id__in=ids)
    rows = posts.values_list("public_id", "like_count", "comment_count")
    found = [{"id": write_id(i), "likes": likes, "comments": said} for i, likes, said in rows]
    return JsonResponse(found, safe=False)


@public
def home(request: Any) -> HttpResponse:
    """What changed in my communities; for strangers, what this place is."""
    if not request.user.is_authenticated:
        return render(request, "content/landing.html", home_queries.landing())
    members = where.memberships(request)
    after = request.GET.get("after", "")[:60]
    posts = Post.objects.published().filter(community__in=[m.community_id for m in members])
    page = queries.warm(posts, members, after) if members else queries.Page([])
    shown = {
        "cards": queries.card_list(page.rows, with_community=True),
        "more": f"?after={page.after}" if page.after else "",
        "members": members,
        "is_first": not after,
    }
    if request.htmx:
        response = render(request, "content/cards.html", shown)
    else:
        shown["suggestion"] = home_queries.suggestion(members)
        response = render(request, "content/home.html", shown)
    response["Vary"] = "HX-Request, Cookie"
    return response
