"""One post with everything around it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.fields import BooleanField, CharField
from django.db.models.functions import Coalesce
from django.http import Http404

from banyan.catalog.models import Product
from banyan.core.db.prepared import Prepared
from banyan.core.ids import read_id

from .. import rules
from ..models import Comment, Follow, Like, Post, PostProduct, Saved, Version
from .feed import COLUMNS, with_liked

COMMENTS = 20
VERSIONS = 100


def may_see(thing: Post | Comment, member: Any) -> bool:
    """Published things are for every reader; a hidden or held one for its author and the
    moderators."""
    if thing.state in (rules.PUBLISHED, rules.ERASED):
        return True
    if thing.state == rules.SCHEDULED and member is not None:
        return thing.author_id == member.pk or member.may("content.edit")
    if thing.state not in (rules.HIDDEN, rules.HELD) or member is None:
        return False
    return thing.author_id == member.pk or member.may("content.moderate")


def _post(community: int, public_id: UUID, member: Any = None) -> Any:
    rows = Post.objects.filter(community=community, public_id=public_id).select_related(
        "author__person__picture", "topic", "cover", "poll", "preview__picture"
    )
    return with_mine(rows, member)[:1]


_post_of_a_guest = Prepared(_post, 0, UUID(int=0))
_post_of_a_member = Prepared(_post, 0, UUID(int=0), 0)


def _seen(found: Post | None, community: Any, member: Any) -> Post:
    if found is None or not may_see(found, member):
        raise Http404
    found.community = community
    return found


def post(community: Any, public_id: UUID, member: Any) -> Post:
    """The post for this viewer; 404 when it is not theirs to see."""
    if member is None:
        found = _post_of_a_guest.first(community.pk, public_id)
    else:
        found = _post_of_a_member.first(community.pk, public_id, member.pk)
    return _seen(found, community, member)


_to_answer = Prepared(
    lambda community, public_id: Post.objects.filter(
        community=community, public_id=public_id
    ).select_related("author__person")[:1],
    0, UUID(int=0),
)  # fmt: skip


def to_answer(community: Any, public_id: UUID, member: Any) -> Post:
    """The same post without what a page shows around it."""
    return _seen(_to_answer.first(community.pk, public_id), community, member)


def with_mine(posts: Any, member: Any) -> Any:
    """What the viewer did with each post, in the same query: `mine` is the kind of reaction."""
    if member is None:
        nothing = Value(False, output_field=BooleanField())
        return posts.annotate(
            mine=Value("", output_field=CharField()),
            is_saved=nothing,
            is_followed=nothing,
            is_author_followed=nothing,
        )
    given = Like.objects.filter(member=member, post=OuterRef("pk")).values("kind")[:1]
    follows = Follow.objects.filter(member=member)
    return posts.annotate(
        mine=Coalesce(Subquery(given), Value(""), output_field=CharField()),
        is_saved=Exists(Saved.objects.filter(member=member, post=OuterRef("pk"))),
        is_followed=Exists(follows.filter(post=OuterRef("pk"))),
        is_author_followed=Exists(follows.filter(followed=OuterRef("author"))),
    )


def reactions(post: Post | None, comments: Sequence[Comment]) -> None:
    """Give each thing its `reactions`: (kind, label, icon, count, mine). One query, or none."""
    things: list[Any] = [*([post] if post else []), *comments]
    counts: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    if any(thing.like_count for thing in things):
        asked = Q(comment__in=[c.pk for c in comments if c.like_count])
        if post is not None and post.like_count:
            asked |= Q(post=post)
        rows = Like.objects.filter(asked).values_list("post_id", "comment_id", "kind")
        for post_id, comment_id, kind, number in rows.annotate(number=Count("pk")).order_by():
            counts["post" if post_id else "comment", post_id or comment_id][kind] = number
    for thing in things:
        known = counts["post" if isinstance(thing, Post) else "comment", thing.pk]
        thing.reactions = [
            Reaction(
                kind, label, rules.REACTION_ICONS[kind], known.get(kind, 0), thing.mine == kind
            )
            for kind, label in rules.REACTIONS
        ]


class Reaction(NamedTuple):
    kind: str
    label: Any
    icon: str
    count: int
    is_mine: bool


def own(model: Any, community: Any, public_id: UUID, member: Any) -> Any:
    """One's own post or comment, also when it is hidden or just deleted; 404 for all others."""
    rows = model.objects.of(community).filter(public_id=public_id, author=member)
    found = rows.exclude(state__in=[rules.REMOVED, rules.ERASED]).first()
    if found is None:
        raise Http404
    return found


def products_of(post: Post) -> list[Product]:
    """The tagged products that members can see, in the author's order."""
    tags = PostProduct.objects.filter(post=post, product=OuterRef("pk"))
    rows = Product.objects.of(post.community_id).on_shelf().with_currency()
    place = Subquery(tags.values("position")[:1])
    tagged = rows.annotate(place=place).filter(place__isnull=False)
    return list(tagged.select_related("cover").order_by("place"))


def _comments(post: int, member: int | None = None) -> Any:
    answers = Comment.objects.filter(parent=OuterRef("pk"), state=rules.PUBLISHED)
    rows = (
        Comment.objects.filter(post=post)
        .select_related("author__person__picture", "answers__author__person")
        .annotate(thread=Coalesce("parent_id", "pk"), has_answers=Exists(answers))
    )
    if member is None:
        rows = rows.annotate(mine=Value("", output_field=CharField()))
    else:
        given = Like.objects.filter(member=member, comment=OuterRef("pk")).values("kind")[:1]
        rows = rows.annotate(mine=Coalesce(Subquery(given), Value(""), output_field=CharField()))
    shown = Q(state=rules.PUBLISHED) | Q(parent=None, has_answers=True)
    if member is not None:
        shown |= Q(state__in=[rules.HIDDEN, rules.HELD], author=member)
    return rows.filter(shown).order_by("thread", "pk")


_first_for_guests = Prepared(lambda post: _comments(post)[: COMMENTS + 1], 0)
_first_for_members = Prepared(lambda post, member: _comments(post, member)[: COMMENTS + 1], 0, 0)


def comments(post: Post, member: Any, after: str = "") -> tuple[list[Comment], str]:
    """Threads in the order they began, each with its answers; and where the next page begins.

    What is gone keeps its place while answers to it stand.
    """
    found = re.fullmatch(r"(\d{1,18})\.(\d{1,18})", after)
    if found:
        thread, pk = (int(part) for part in found.groups())
        rows = _comments(post.pk, member and member.pk)
        rows = rows.filter(Q(thread__gt=thread) | Q(pk__gte=pk), thread__gte=thread)
        page = list(rows[: COMMENTS + 1])
    elif member is None:
        page = _first_for_guests(post.pk)
    else:
        page = _first_for_members(post.pk, member.pk)
    following = f"{page[COMMENTS].thread}.{page[COMMENTS].pk}" if len(page) > COMMENTS else ""
    return page[:COMMENTS], following


def answerable(post: Post, shown: Sequence[Comment], oid: str) -> Comment | None:
    """The comment named by `oid` that one may answer: on the page, or elsewhere in its thread."""
    if not oid:
        return None
    found = next((one for one in shown if one.oid == oid), None)
    if found is None:
        try:
            rows = Comment.objects.filter(post=post, public_id=read_id(oid))
        except ValueError:
            return None
        found = rows.select_related("author__person").first()
    return found if found is not None and found.is_published else None


def _before(post: int, where: Q) -> Any:
    """A page of those before, however many there are."""
    rows = Comment.objects.filter(post=post).annotate(thread=Coalesce("parent_id", "pk"))
    return rows.filter(where).order_by("thread", "pk").values_list("pk", flat=True)[:COMMENTS]


_before_all = Prepared(
    lambda post, thread, pk: _before(
        post, Q(thread__lte=thread) & (Q(thread__lt=thread) | Q(pk__lt=pk))
    ),
    0, 0, 0,
)  # fmt: skip
_before_within = Prepared(
    lambda post, thread, pk: _before(post, Q(thread=thread, pk__lt=pk)), 0, 0, 0
)


def place_of(comment: Comment) -> str:
    """What to add to the post's address so that its page shows this comment."""
    root = comment.parent_id or comment.pk
    page = ""
    if len(_before_all(comment.post_id, root, comment.pk)) == COMMENTS:
        within = len(_before_within(comment.post_id, root, comment.pk))
        start = root if within < COMMENTS else comment.pk
        page = f"?after={root}.{start}"
    return f"{page}#comment-{comment.oid}"


def versions(thing: Post | Comment) -> list[Version]:
    """How it read before, the earliest first."""
    return list(
        Version.objects.filter(
            **{"post" if isinstance(thing, Post) else "comment": thing}
        ).order_by("replaced_at", "pk")[:VERSIONS]
    )


VOICES = 6


def _about(product: int, community: int, members: Sequence[int]) -> Any:
    posts = Post.objects.published().filter(products__product=product, community=community)
    return with_liked(posts, members).order_by("-published_at", "-pk").values(*COLUMNS)[:VOICES]


_about_for_strangers = Prepared(lambda product, community: _about(product, community, []), 0, 0)
_about_for_members = Prepared(_about, 0, 0, [0])


def about(product: Product, members: Sequence[Any]) -> list[dict[str, Any]]:
    """The latest posts that tag a product, as rows for cards."""
    if not members:
        return _about_for_strangers(product.pk, product.community_id)
    return _about_for_members(product.pk, product.community_id, [m.pk for m in members])
