"""One post with everything around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.fields import BooleanField
from django.db.models.functions import Coalesce
from django.http import Http404

from banyan.catalog.models import Product
from banyan.core.db.prepared import Prepared

from .. import rules
from ..models import Comment, Like, Post, PostProduct
from .feed import COLUMNS, with_liked

COMMENTS = 60


def may_see(thing: Post | Comment, member: Any) -> bool:
    """Published things are for every reader; a hidden one for its author and the moderators."""
    if thing.state in (rules.PUBLISHED, rules.ERASED):
        return True
    if thing.state != rules.HIDDEN or member is None:
        return False
    return thing.author_id == member.pk or member.may("content.moderate")


def post(community: Any, public_id: UUID, member: Any) -> Post:
    """The post for this viewer; 404 when it is not theirs to see."""
    rows = Post.objects.of(community).select_related("author__person__picture", "topic", "cover")
    found = with_liked(rows, [member] if member else []).filter(public_id=public_id).first()
    if found is None or not may_see(found, member):
        raise Http404
    found.community = community
    return found


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


def comments(post: Post, member: Any, after: str = "") -> tuple[list[Comment], str]:
    """Threads in the order they began, each with its answers; and where the next page begins.

    What is gone keeps its place while answers to it stand.
    """
    answers = Comment.objects.filter(parent=OuterRef("pk"), state=rules.PUBLISHED)
    rows = (
        Comment.objects.filter(post=post)
        .select_related("author__person__picture")
        .annotate(thread=Coalesce("parent_id", "pk"), has_answers=Exists(answers))
    )
    if member is None:
        rows = rows.annotate(liked=Value(False, output_field=BooleanField()))
    else:
        mine = Like.objects.filter(member=member, comment=OuterRef("pk"))
        rows = rows.annotate(liked=Exists(mine))
    shown = Q(state=rules.PUBLISHED) | Q(parent=None, has_answers=True)
    if member is not None:
        shown |= Q(state=rules.HIDDEN, author=member)
    rows = rows.filter(shown)
    if found := re.fullmatch(r"(\d{1,18})\.(\d{1,18})", after):
        thread, pk = (int(part) for part in found.groups())
        rows = rows.filter(Q(thread__gt=thread) | Q(thread=thread, pk__gte=pk))
    page = list(rows.order_by("thread", "pk")[: COMMENTS + 1])
    following = f"{page[COMMENTS].thread}.{page[COMMENTS].pk}" if len(page) > COMMENTS else ""
    return page[:COMMENTS], following


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
