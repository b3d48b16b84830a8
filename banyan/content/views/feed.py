"""The feed of a community, and the home of a person."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from banyan.communities import context as where
from banyan.communities.doors import reader
from banyan.communities.places import url
from banyan.core import hub
from banyan.core.doors import public
from banyan.core.ids import read_id, write_id

from .. import rules
from ..lanes import lane_of as feed_lane
from ..models import Follow, Post, PostTag
from ..queries import feed as queries
from ..queries import home as home_queries
from ..queries.front import front

FOR_YOU, NEW, FOLLOWING = "for-you", "new", "following"
MOST_COUNTED = 80


def _members(request: Any) -> list[Any]:
    member = request.member
    return [member] if member is not None and member.is_in else []


def _shown(request: Any) -> dict[str, Any]:
    """The feed that the address asks for: tab or topic, and where the page begins."""
    community, members = request.community, _members(request)
    head = queries.head_of(community)
    topics = head.topics
    pins = [pk for pk, _topic in head.pins]
    topic = next((t for t in topics if t.slug == request.GET.get("topic")), None)
    after = request.GET.get("after", "")[:60]
    lane = feed_lane(community)
    posts = Post.objects.of(community).published()
    tag = request.GET.get("tag", "").lower()[: rules.TAG_LENGTH]
    if tag and rules.tags_in(f"#{tag}#") == [tag]:
        tagged = PostTag.objects.of(community).filter(tag=tag).values("post")
        page = queries.newest(posts.filter(pk__in=tagged), members, after)
        topic, asked = None, f"tag={quote(tag)}"
    elif request.GET.get("feed") == FOLLOWING and members:
        page = queries.newest(queries.followed(posts, members[0]), members, after)
        topic, asked = None, f"feed={FOLLOWING}"
    elif topic is not None:
        here = [pk for pk, of in head.pins if of == topic.pk]
        page = queries.newest(posts.filter(topic=topic), members, after, pins=here)
        asked = f"topic={topic.slug}"
    elif request.GET.get("feed") == NEW:
        page, asked = queries.newest(posts, members, after, pins=pins), f"feed={NEW}"
    elif after:
        page, asked = queries.warm(posts, members, after, pins), f"feed={FOR_YOU}"
    else:
        page, asked = front(community, members, pins, lane), f"feed={FOR_YOU}"
    more = f"{url(community, 'feed')}?{asked}&after={page.after}" if page.after else ""
    return {
        "cards": queries.card_list(page.rows),
        "more": more,
        "topics": [one for one in topics if one.archived_at is None or one == topic],
        "topic": topic,
        "tab": "topic" if topic else asked.removeprefix("feed="),
        "tag": tag if asked.startswith("tag=") else "",
        **_followed_here(members, topic, tag if asked.startswith("tag=") else ""),
        "can_write": bool(members),
        "is_first": not after,
        "community": community,
        "fresh": f"{url(community, 'feed')}?{asked}",
        "lane": "" if after else lane,
        "lane_after": _heard(page.rows, lane),
    }


def _heard(rows: list[dict[str, Any]], lane: str) -> int:
    """How far the lane had counted when the page was read."""
    known = rows[0].get("head") if rows else None
    return known if known is not None else hub.head(lane)


def _followed_here(members: list[Any], topic: Any, tag: str) -> dict[str, Any]:
    """The switch to follow the topic or #word that is shown; one query, and only there."""
    if not members or not (topic or tag):
        return {}
    target: dict[str, Any] = {"topic": topic} if topic else {"tag": tag}
    place = members[0].community
    return {
        "follow_url": url(place, "topic-follow", id=topic.public_id)
        if topic
        else url(place, "tag-follow", tag=tag),
        "is_followed": Follow.objects.filter(member=members[0], **target).exists(),
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
