"""Feeds for readers and maps for search engines. Public, cached, the same for everybody."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response

from banyan.communities import rules as places
from banyan.communities.doors import threshold
from banyan.core.doors import public

from .. import syndication
from ..models import Topic

FEED_SECONDS = 60
MAP_SECONDS = 3600


@threshold
def rss(request: Any) -> HttpResponse:
    return _feed(request, is_atom=False)


@threshold
def atom(request: Any) -> HttpResponse:
    return _feed(request, is_atom=True)


def _feed(request: Any, *, is_atom: bool) -> HttpResponse:
    """Only public communities have one; a topic's by `?topic=`."""
    community = request.community
    if community.visibility != places.PUBLIC:
        raise Http404
    topic, slug = None, request.GET.get("topic", "")
    if slug:
        topic = Topic.objects.of(community).filter(slug=slug[:40]).first()
        if topic is None:
            raise Http404
    kind = "atom" if is_atom else "rss"
    key = f"feed:{kind}:{community.pk}:{topic.pk if topic else ''}"
    text = _kept(key, FEED_SECONDS, lambda: syndication.feed_of(community, topic, is_atom=is_atom))
    return _answer(request, text, f"application/{kind}+xml", FEED_SECONDS)


@public
def sitemap_index(request: Any) -> HttpResponse:
    slug = getattr(request, "domain_slug", None)

    def make() -> str:
        return syndication.index_of(
            request.build_absolute_uri(f"/sitemap/{kind}-{page}.xml")
            for kind in syndication.KINDS
            for page in range(1, syndication.pages(kind, slug) + 1)
        )

    text = _kept(f"sitemap:{request.get_host()}", MAP_SECONDS, make)
    return _answer(request, text, "application/xml", MAP_SECONDS)


@public
def sitemap(request: Any, kind: str, page: int) -> HttpResponse:
    if kind not in syndication.KINDS or not 0 < page < 100_000:
        raise Http404
    slug = getattr(request, "domain_slug", None)
    text = _kept(
        f"sitemap:{request.get_host()}:{kind}:{page}",
        MAP_SECONDS,
        lambda: syndication.map_of(kind, page, slug),
    )
    if not text:
        raise Http404
    return _answer(request, text, "application/xml", MAP_SECONDS)


@public
def robots(request: Any) -> HttpResponse:
    closed = ("/studio/", "/accounts/", "/me", "/cart", "/checkout/", "/orders", "/wallet")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap-index'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _kept(key: str, seconds: int, make: Callable[[], str]) -> str:
    text: str | None = cache.get(key)
    if text is None:
        text = make()
        cache.set(key, text, seconds)
    return text


def _answer(request: Any, text: str, kind: str, seconds: int) -> HttpResponse:
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={seconds}"
    return get_conditional_response(request, etag=etag, response=response) or response
