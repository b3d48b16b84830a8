"""What leaves through feeds and maps for search engines: only what everybody may read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import QuerySet
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.html import format_html

from banyan.catalog.models import Product
from banyan.communities import rules as places
from banyan.communities.models import Community
from banyan.communities.places import full_url

from .models import Post, Topic
from .queries.words import html_of

ITEMS = 30
PAGE = 5_000
KINDS = ("communities", "posts", "products")


def absolute(address: str) -> str:
    return address if "://" in address else f"{settings.SITE_URL}{address}"


def feed_of(community: Community, topic: Topic | None, *, is_atom: bool) -> str:
    """The latest posts of a public community, or of one topic of it."""
    home = full_url(community, "community")
    name = community.name if topic is None else f"{community.name}: {topic.name}"
    own = full_url(community, "feed-atom" if is_atom else "feed-rss")
    if topic is not None:
        home, own = (f"{address}?topic={quote(topic.slug)}" for address in (home, own))
    kind = Atom1Feed if is_atom else Rss201rev2Feed
    out = kind(
        title=name, link=home, description=community.purpose, language=community.lang, feed_url=own
    )
    posts = Post.objects.of(community).published()
    if topic is not None:
        posts = posts.filter(topic=topic)
    rows = posts.select_related("author__person", "cover", "topic")
    for post in rows.order_by("-published_at", "-pk")[:ITEMS]:
        address = full_url(community, "post", id=post.public_id)
        out.add_item(
            title=post.heading or name,
            link=address,
            description=_body(post, community),
            unique_id=address,
            unique_id_is_permalink=True,
            author_name=post.author.person.name,
            pubdate=post.published_at,
            updateddate=post.edited_at or post.published_at,
            categories=[post.topic.name] if post.topic else [],
        )
    return str(out.writeString("utf-8"))


def _body(post: Post, community: Community) -> str:
    html = html_of(post, community).replace('href="/', f'href="{settings.SITE_URL}/')
    if post.cover is None:
        return html
    picture = absolute(post.cover.sized(1280))
    return format_html('<p><img src="{}" alt="{}"></p>', picture, post.cover.alt) + html


# Maps for search engines


def _here(host_slug: str | None) -> QuerySet[Any]:
    """Public communities of this host: those without their own, or the one whose it is."""
    rows = Community.objects.filter(visibility=places.PUBLIC, closed_at=None)
    return rows.filter(slug=host_slug) if host_slug else rows.filter(domain=None)


def _rows(kind: str, host_slug: str | None) -> Any:
    here = _here(host_slug)
    if kind == "communities":
        return here.order_by("pk")
    if kind == "posts":
        return Post.objects.published().filter(community__in=here).order_by("pk")
    return Product.objects.on_shelf().filter(community__in=here).order_by("pk")


def pages(kind: str, host_slug: str | None) -> int:
    return -(-_rows(kind, host_slug).count() // PAGE)


def map_of(kind: str, page: int, host_slug: str | None) -> str:
    """One page of the map: addresses with when they last changed; "" when there is no such page."""
    rows = _rows(kind, host_slug)[(page - 1) * PAGE : page * PAGE]
    lines = "".join(
        f"<url><loc>{escape(address)}</loc>{_changed(at)}</url>"
        for address, at in _entries(kind, rows)
    )
    if not lines:
        return ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{lines}</urlset>\n'
    )


def _changed(at: datetime | None) -> str:
    return f"<lastmod>{at:%Y-%m-%d}</lastmod>" if at else ""


def _entries(kind: str, rows: Any) -> Iterator[tuple[str, datetime | None]]:
    if kind == "communities":
        for community in rows:
            yield full_url(community, "community"), None
        return
    columns = ("community__slug", "community__domain")
    if kind == "posts":
        for slug, domain, public_id, at, edited in rows.values_list(
            *columns, "public_id", "published_at", "edited_at"
        ):
            place = Community(slug=slug, domain=domain)
            yield full_url(place, "post", id=public_id), edited or at
        return
    for slug, domain, name, at in rows.values_list(*columns, "slug", "published_at"):
        yield full_url(Community(slug=slug, domain=domain), "product", slug=name), at


def index_of(addresses: Iterable[str]) -> str:
    lines = "".join(f"<sitemap><loc>{escape(one)}</loc></sitemap>" for one in addresses)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{lines}</sitemapindex>\n'
    )
