"""Feeds: a window of rows by an index, put in order, then cards. Two or three queries each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from django.core.cache import cache
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.fields import BigIntegerField, BooleanField, CharField
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from banyan.core.cards import cards
from banyan.core.hub.models import Lane
from banyan.core.ui.drawings import icon
from banyan.core.ui.formats import compact
from banyan.sellers.models import Book

from .. import rules
from ..models import Follow, Like, Post, PostTag, Topic

PAGE = 16
WINDOW = 64  # posts whose order for one member is found together; a multiple of PAGE
LATELY = 200  # likes that say whom and what a member is close to
CLOSE_SECONDS = 60

# Where each page puts what differs: counts that move, and what this viewer likes.
_PLACE = re.compile("\ue000([a-z]+)(\\d+)\ue000")
COLUMNS = (
    "pk", "score", "published_at", "author_id", "topic_id", "version", "like_count",
    "comment_count", "liked", "author__person__name", "author__person__picture_id",
    "lead__version", "lead__state",
)  # fmt: skip


_PICTURE = ("file", "width", "height", "widths")
_CARD_COLUMNS = (
    "public_id", "title", "body", "lang", "kind",
    *(f"cover__{name}" for name in _PICTURE),
    *(f"author__person__picture__{name}" for name in _PICTURE),
    *(f"author__person__{name}" for name in ("public_id", "name", "lang")),
    *(f"lead__{name}" for name in (
        "slug", "state", "title", "lang", "second_title", "second_lang", "price_from_minor",
        "community_id",
    )),
    *(f"community__{name}" for name in (
        "public_id", "slug", "domain", "name", "lang", "second_name", "second_lang", "brand_h",
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """Rows to show, and where the next page begins ("" when there is none)."""

    rows: list[dict[str, Any]]
    after: str = ""


def with_liked(rows: Any, members: Any) -> Any:
    """Whether one of `members` (the viewer's memberships) likes each post, as `liked`."""
    if not members:
        return rows.annotate(liked=Value(False, output_field=BooleanField()))
    mine = Like.objects.filter(member__in=members, post=OuterRef("pk"))
    return rows.annotate(liked=Exists(mine))


def warm(
    posts: Any, members: Sequence[Any], after: str = "", pins: Sequence[int] = (), lane: str = ""
) -> Page:
    """A page of `posts` in the order for one viewer: see rules.for_you.

    The order is found within windows of 64 posts of the common order, so that pages neither
    repeat nor leave out a post, whatever the viewer likes meanwhile.
    """
    offset = 0
    if pins:
        posts = posts.exclude(pk__in=pins)
    if found := re.fullmatch(r"(-?\d{1,15})\.(\d{1,18})\.(\d{1,3})", after):
        score, pk, offset = (int(part) for part in found.groups())
        posts = posts.filter(score__lte=score).exclude(score=score, pk__gt=pk)
    order = ("-score", "-pk")
    on_top, rows = _read(posts, members, order, WINDOW + 1, pins if not after else (), lane)
    window = {row["pk"]: row for row in rows[:WINDOW]}
    candidates = [
        rules.Candidate(row["pk"], row["score"], row["author_id"], row["topic_id"])
        for row in window.values()
    ]
    authors, topics = close_to(members)
    ordered = [
        window[one.post_id] for one in rules.for_you(candidates, authors=authors, topics=topics)
    ]
    following = ""
    if offset + PAGE < len(ordered):
        following = f"{rows[0]['score']}.{rows[0]['pk']}.{offset + PAGE}"
    elif len(rows) > WINDOW:
        following = f"{rows[WINDOW]['score']}.{rows[WINDOW]['pk']}.0"
    return Page([*on_top, *ordered[offset : offset + PAGE]], following)


def followed(posts: Any, member: Any) -> Any:
    """Those of `posts` that a member follows: by person, topic, #word or thread."""
    mine = Follow.objects.filter(member=member)
    tagged = PostTag.objects.filter(
        community=member.community_id, tag__in=mine.filter(tag__isnull=False).values("tag")
    )
    return posts.filter(
        Q(author__in=mine.filter(followed__isnull=False).values("followed"))
        | Q(topic__in=mine.filter(topic__isnull=False).values("topic"))
        | Q(pk__in=mine.filter(post__isnull=False).values("post"))
        | Q(pk__in=tagged.values("post"))
    )


def newest(
    posts: Any,
    members: Sequence[Any],
    after: str = "",
    size: int = PAGE,
    pins: Sequence[int] = (),
) -> Page:
    """A page of `posts`, the latest first; before all others those that are pinned."""
    if pins:
        posts = posts.exclude(pk__in=pins)
    if found := re.fullmatch(r"(\d{1,17})\.(\d{1,18})", after):
        micros, pk = (int(part) for part in found.groups())
        at = _moment(micros)
        if at is not None:
            posts = posts.filter(published_at__lte=at).exclude(published_at=at, pk__gt=pk)
    order = ("-published_at", "-pk")
    on_top, rows = _read(posts, members, order, size + 1, pins if not after else ())
    following = ""
    if len(rows) > size:
        following = (
            f"{round(rows[size]['published_at'].timestamp() * 1_000_000)}.{rows[size]['pk']}"
        )
    return Page([*on_top, *rows[:size]], following)


def _read(
    posts: Any,
    members: Sequence[Any],
    order: tuple[str, str],
    most: int,
    pins: Sequence[int],
    lane: str = "",
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The pinned rows in the order of `pins`, and the first rows of `posts`: one query."""
    if not pins:
        rows = as_rows(posts, members, lane).order_by(*order)
        return [], list(rows[:most])
    window = posts.order_by(*order).values("pk")[:most]
    rest = as_rows(Post.objects.filter(pk__in=window), members, lane)
    pinned = as_rows(Post.objects.published().filter(pk__in=pins), members, lane)
    by_pk = {row["pk"]: row for row in rest.order_by().union(pinned.order_by(), all=True)}
    on_top = [by_pk.pop(pk) | {"is_pinned": True} for pk in pins if pk in by_pk]
    first = order[0].removeprefix("-")
    return on_top, sorted(by_pk.values(), key=lambda row: (row[first], row["pk"]), reverse=True)


def rows_of(ids: Sequence[int], members: Sequence[Any]) -> dict[int, dict[str, Any]]:
    """The rows of these posts, by key."""
    rows = with_liked(Post.objects.published().filter(pk__in=ids), members)
    return {row["pk"]: row for row in rows.values(*COLUMNS)}


def as_rows(posts: Any, members: Sequence[Any], lane: str = "") -> Any:
    """With `head`, how far `lane` had counted when the rows were read: no query of its own."""
    rows = with_liked(posts, members)
    if not lane:
        return rows.values(*COLUMNS)
    head = Subquery(Lane.objects.filter(name=lane).values("last")[:1])
    return rows.annotate(head=head).values(*COLUMNS, "head")


def warmest(posts: Any, size: int) -> list[dict[str, Any]]:
    """The first rows of `posts` in the common order, for strangers."""
    return list(with_liked(posts, []).order_by("-score", "-pk").values(*COLUMNS)[:size])


def _moment(micros: int) -> datetime | None:
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    except OverflowError:
        return None


def close_to(members: Sequence[Any]) -> tuple[Counter[int], Counter[int]]:
    """Likes given lately, by author and by topic; at most a minute old."""
    if not members:
        return Counter(), Counter()
    key = f"close-to:{','.join(str(member.pk) for member in members)}"
    pairs = cache.get(key)
    if pairs is None:
        given = (
            Like.objects.filter(member__in=members, post__isnull=False)
            .order_by("-pk")
            .values_list("post__author_id", "post__topic_id")[:LATELY]
        )
        pairs = list(given)
        cache.set(key, pairs, CLOSE_SECONDS)
    return Counter(a for a, _ in pairs), Counter(t for _, t in pairs if t is not None)


def card_list(rows: Sequence[dict[str, Any]], *, with_community: bool = False) -> list[SafeString]:
    """The cards of these rows, with this viewer's likes and the counts of this moment.

    The cached part holds none of them, so a like makes no card anew. Its key holds what a card
    shows of others: the author's name and picture, the product's version.
    """
    kind = "post-of" if with_community else "post"
    found = cards(
        kind,
        [(row["pk"], _looks(row)) for row in rows],
        load=_load,
        template="content/card.html",
        name="post",
        context={"with_community": with_community},
    )
    fill = filling({row["pk"]: row for row in rows})
    return [mark_safe(_PLACE.sub(fill, html)) for html in found]


def mark_of(name: str, pk: int) -> str:
    """What stands in a cached card in place of `name` of post `pk`."""
    return f"\ue000{name}{pk}\ue000"


def filling(by_pk: dict[int, dict[str, Any]]) -> Callable[[re.Match[str]], str]:
    """What stands in place of each mark."""

    def fill(found: re.Match[str]) -> str:
        name, row = found[1], by_pk.get(int(found[2]))
        if row is None:
            return ""
        if name == "pressed":
            return "true" if row["liked"] else "false"
        if name == "next":
            return "0" if row["liked"] else "1"
        if name == "pinned":
            return _pin_chip() if row.get("is_pinned") else ""
        return compact(row["like_count"] if name == "likes" else row["comment_count"])

    return fill


def _pin_chip() -> SafeString:
    return format_html(
        '<span class="chip pin">{}{}</span>', icon("pin"), pgettext("on top of the feed", "Pinned")
    )


def _looks(row: dict[str, Any]) -> str:
    others = (
        row["author__person__name"], row["author__person__picture_id"], row["lead__version"],
        row["lead__state"],
    )  # fmt: skip
    return f"{row['version']}-{crc32(repr(others).encode()):x}"


def _load(ids: list[int]) -> list[Post]:
    currency = Book.objects.filter(community_id=OuterRef("community_id")).values("currency")[:1]
    posts = list(
        Post.objects.filter(pk__in=ids)
        .select_related("author__person__picture", "community", "cover", "lead")
        .only(*_CARD_COLUMNS)
        .annotate(book_currency=Subquery(currency))
    )
    for post in posts:
        if post.lead is not None:
            post.lead.book_currency = post.book_currency  # type: ignore[attr-defined]
    return posts


@dataclass(frozen=True)
class Head:
    """What stands above a feed: its topics in their order, and (post, topic) of what is pinned."""

    topics: list[Topic]
    pins: list[tuple[int, int | None]]


_TOPIC = ("public_id", "slug", "name", "lang", "second_name", "second_lang", "who_posts",
          "archived_at", "position")  # fmt: skip


def head_of(community: Any) -> Head:
    """Topics and pins in one query; at most a minute old in another process."""
    key = head_key(community.pk)
    found = cache.get(key)
    if found is None:
        rows = Topic.objects.of(community).annotate(
            of=Value(None, output_field=BigIntegerField())
        ).values_list("pk", "of", *_TOPIC)  # fmt: skip
        pinned = Post.objects.of(community).published().filter(pinned_at__isnull=False)
        blank = Value("", output_field=CharField())
        pins = pinned.annotate(
            of=F("topic_id"), slug=blank, name=blank, second_name=blank, second_lang=blank,
            who_posts=blank, archived_at=F("pinned_at"), position=Value(0),
        ).values_list("pk", "of", *_TOPIC)  # fmt: skip
        topics, on_top = [], []
        for pk, of, *values in rows.union(pins, all=True):
            said = dict(zip(_TOPIC, values, strict=True))
            if said["slug"]:
                topics.append(Topic(pk=pk, community_id=community.pk, **said))
            else:
                on_top.append((said["archived_at"], pk, of))
        topics.sort(key=lambda topic: (topic.position, topic.pk))
        found = Head(topics, [(pk, of) for _at, pk, of in sorted(on_top, reverse=True)])
        cache.set(key, found, CLOSE_SECONDS)
    return found


def head_key(community_id: int) -> str:
    return f"feed-head:{community_id}"
