"""Looking for words in what the viewer may see, with a fixed number of statements.

The index names candidates; whether each is shown is read from the thing itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from banyan.catalog.models import Product
from banyan.catalog.queries import matching
from banyan.communities import rules as communities
from banyan.communities.models import Community, Member
from banyan.communities.places import url
from banyan.content import rules as content
from banyan.content.models import Comment, Post
from banyan.core.text import plain, search_words

from . import engine, rules
from .models import Asked


@dataclass(frozen=True)
class Eyes:
    """Which communities a viewer can look into. `own` they are in, `shut` they are banned from."""

    own: list[int] = field(default_factory=list)
    shut: list[int] = field(default_factory=list)

    def inside(self, path: str = "community") -> Q:
        """Rows inside communities whose pages the viewer may read."""
        public = Q(**{f"{path}__visibility": communities.PUBLIC, f"{path}__closed_at": None})
        return (public & ~Q(**{f"{path}__in": self.shut})) | Q(**{f"{path}__in": self.own})


def eyes_of(person: Any) -> Eyes:
    """One query, none for strangers."""
    if not person.is_authenticated:
        return Eyes()
    rows = Member.objects.filter(
        person=person, state__in=[communities.JOINED, communities.BANNED], community__closed_at=None
    ).values_list("community", "state")
    found = list(rows)
    return Eyes(
        [pk for pk, state in found if state == communities.JOINED],
        [pk for pk, state in found if state == communities.BANNED],
    )


@dataclass(frozen=True)
class Hit:
    """One thing found, as the page shows it."""

    kind: str
    title: str
    lang: str
    url: str
    text: str = ""
    community: Any = None
    person: Any = None
    photo: str = ""
    price: Any = None


@dataclass
class Found:
    posts: list[Hit] = field(default_factory=list)
    products: list[Hit] = field(default_factory=list)
    people: list[Hit] = field(default_factory=list)
    places: list[Hit] = field(default_factory=list)
    has_more: bool = False

    @property
    def count(self) -> int:
        return len(self.posts) + len(self.products) + len(self.people) + len(self.places)


def search(
    text: str, *, eyes: Eyes, community: Any = None, only: str = rules.ALL, page: int = 1
) -> Found:
    """What matches, by kind. At most six statements, however much there is."""
    found = Found()
    words = rules.typed(text)
    if not words:
        return found
    size = rules.EACH if only == rules.ALL else rules.PAGE
    at = 0 if only == rules.ALL else (page - 1) * rules.PAGE
    parts = {
        rules.POSTS: _posts, rules.PRODUCTS: _products, rules.PEOPLE: _people,
        rules.PLACES: _places,
    }  # fmt: skip
    for name, part in parts.items():
        if only in (rules.ALL, name) and not (name == rules.PLACES and community):
            rows = part(words, eyes, community, size + 1, at)
            found.has_more = found.has_more or len(rows) > size
            setattr(found, name, rows[:size])
    return found


def _posts(words: str, eyes: Eyes, community: Any, size: int, at: int) -> list[Hit]:
    """Posts and comments together, the best first. Three statements."""
    keys = engine.look(
        rules.terms(search_words(rules.flat(words))),
        public_but=eyes.shut,
        own=eyes.own,
        community=community.pk if community else None,
        limit=size,
        offset=at,
    )
    ids = {kind: [pk for k, pk in keys if k == kind] for kind in ("post", "comment")}
    shown = eyes.inside()
    posts = {
        row.pk: row
        for row in Post.objects.filter(shown, pk__in=ids["post"], state=content.PUBLISHED)
        .select_related("author__person__picture", "community", "cover")
    }  # fmt: skip
    comments = {
        row.pk: row
        for row in Comment.objects.filter(
            shown, pk__in=ids["comment"], state=content.PUBLISHED, post__state=content.PUBLISHED
        ).select_related("author__person__picture", "community", "post")
    }
    hits = []
    for kind, pk in keys:
        if kind == "post" and pk in posts:
            post = posts[pk]
            hits.append(
                Hit(
                    "post", post.heading, post.lang,
                    url(post.community, "post", id=post.public_id), post.excerpt,
                    post.community, post.author.person,
                    post.cover.sized(320) if post.cover else "",
                )
            )  # fmt: skip
        elif kind == "comment" and pk in comments:
            comment = comments[pk]
            place = url(comment.community, "post", id=comment.post.public_id)
            hits.append(
                Hit(
                    "comment", plain(comment.body, 120), comment.lang,
                    f"{place}#comment-{comment.oid}", "", comment.community,
                    comment.author.person,
                )
            )  # fmt: skip
    return hits


def _products(words: str, eyes: Eyes, community: Any, size: int, at: int) -> list[Hit]:
    rows = Product.objects.on_shelf().with_currency().filter(eyes.inside())
    if community:
        rows = rows.filter(community=community)
    rows = matching(rows, words).select_related("cover", "community")
    return [
        Hit(
            "product", row.here_title, row.here_lang, url(row.community, "product", slug=row.slug),
            "", row.community, None, row.cover.sized(320) if row.cover else "",
        )
        for row in rows.order_by("-sold_count", "-pk")[at : at + size]
    ]  # fmt: skip


def _people(words: str, eyes: Eyes, community: Any, size: int, at: int) -> list[Hit]:
    """Members of communities that the viewer may look into, each person once."""
    rows = Member.objects.filter(
        eyes.inside(), state=communities.JOINED, person__name__icontains=words
    )
    if community:
        rows = rows.filter(community=community)
    ids = (
        rows.order_by().values("person").annotate(places=Count("pk")).order_by("-places", "person")
    )
    wanted = [row["person"] for row in ids[at : at + size]]
    by_person: dict[int, Hit] = {}
    for row in rows.filter(person__in=wanted).select_related("person__picture", "community"):
        by_person.setdefault(
            row.person_id,
            Hit(
                "person", row.person.name, row.person.lang,
                f"{url(row.community, 'members')}?q={row.person.name}", row.person.bio,
                row.community, row.person,
            ),
        )  # fmt: skip
    return [by_person[pk] for pk in wanted if pk in by_person]


def _places(words: str, eyes: Eyes, community: Any, size: int, at: int) -> list[Hit]:
    """Communities that the directory shows, and one's own."""
    named = Q()
    for name in ("name", "second_name", "purpose", "second_purpose"):
        named |= Q(**{f"{name}__icontains": words})
    seen = Q(visibility__in=[communities.PUBLIC, communities.MEMBERS_ONLY]) | Q(pk__in=eyes.own)
    rows = Community.objects.filter(named, seen, closed_at=None).order_by("-member_count", "pk")
    return [
        Hit("community", row.here_name, row.here_lang, row.url, row.here_purpose, row)
        for row in rows[at : at + size]
    ]


def suggest(text: str, *, eyes: Eyes, community: Any = None) -> list[str]:
    """Titles and names that begin like what is typed, and words within them. Four statements."""
    words = rules.typed(text)
    if len(words) < 2 and not any(ord(sign) > 0x2E7F for sign in words):
        return []
    found = search(words, eyes=eyes, community=community)
    titles = [
        hit.title for hit in (*found.places, *found.products, *found.posts, *found.people)
        if hit.kind != "comment"
    ]  # fmt: skip
    begin = [title for title in titles if title.lower().startswith(words.lower())]
    return list(dict.fromkeys([*begin, *titles]))[: rules.SUGGESTIONS]


def most_asked(community: Any, *, nothing: bool) -> list[dict[str, Any]]:
    """What was looked for in 90 days, most often first; `nothing`: only what found nothing."""
    rows = Asked.objects.filter(community=community)
    rows = rows.filter(found=0) if nothing else rows.filter(found__gt=0)
    return list(
        rows.values("words", "lang").annotate(times=Count("pk")).order_by("-times", "words")[:50]
    )
