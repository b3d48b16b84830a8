"""Reads across tables, each a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import Http404

from banyan.catalog.models import Product
from banyan.communities.places import url
from banyan.core.db.prepared import Prepared
from banyan.core.text import plain
from banyan.moderation import rules as verdicts
from banyan.moderation.objects import Shown
from banyan.orders import queries as orders
from banyan.orders import rules as order_rules
from banyan.orders.models import OrderLine
from banyan.people.models import Person

from . import rules
from .models import Helpful, Review

HELPFUL, NEWEST, LOWEST = "helpful", "new", "low"
ORDERS: dict[str, tuple[str, ...]] = {
    HELPFUL: ("-helpful_count", "-pk"),
    NEWEST: ("-pk",),
    LOWEST: ("stars", "-pk"),
}
_CAME = Q(order__state__in=(order_rules.RECEIVED, order_rules.COMPLETED)) | Q(
    order__state=order_rules.FULFILLING, order__shipped_at__isnull=False
)


def lines_bought(person: Person) -> Any:
    """What this person bought and was sent, also as a guest with the address they now use."""
    return OrderLine.objects.filter(_CAME, order__in=orders.of_person(person).values("pk"))


def line_bought(product: Product, person: Person) -> OrderLine | None:
    """The latest line of theirs with this product that was sent to them."""
    rows = lines_bought(person).filter(variant__product=product)
    found: OrderLine | None = rows.order_by("-pk").first()
    return found


def with_all(rows: Any) -> Any:
    return rows.select_related(
        "author__person__picture", "line", "answered_by__person"
    ).prefetch_related("photos__picture")


def shown_of(product: Product) -> Any:
    """What stands below a product: also the stars of somebody who erased their account."""
    return Review.objects.filter(product=product, state__in=(rules.PUBLISHED, rules.ERASED))


_first = Prepared(
    lambda product: (
        Review.objects.filter(product=product, state=rules.PUBLISHED)
        .select_related("author__person__picture", "line", "answered_by__person", "cover")
        .order_by(*ORDERS[HELPFUL])[: rules.SHOWN_FIRST]
    ),
    0,
)


def first_of(product: Product) -> list[Review]:
    """The most helpful, for below the product; no statement while nobody has written."""
    if not (product.rating.number or product.staff_reviews):
        return []
    return list(_first(product.pk))


def list_of(product: Product, *, stars: int, order: str, photos: bool, page: Any) -> Page[Review]:
    rows = with_all(shown_of(product))
    if stars in rules.STARS:
        rows = rows.filter(stars=stars)
    if photos:
        rows = rows.filter(photos__isnull=False).distinct()
    ordered = rows.order_by(*ORDERS.get(order, ORDERS[HELPFUL]))
    return Paginator(ordered, rules.PER_PAGE).get_page(page)


def helped(member: Any, reviews: Iterable[Review]) -> set[int]:
    """The keys of those that this member found helpful."""
    if member is None or not member.is_in:
        return set()
    keys = [one.pk for one in reviews]
    return set(
        Helpful.objects.filter(member=member, review__in=keys).values_list("review", flat=True)
    )


def at(community: Any, public_id: UUID) -> Review:
    """404 for another community's."""
    rows = Review.objects.of(community).select_related(
        "product", "author__person", "line", "community"
    )
    found: Review | None = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def mine(product: Product, member: Any) -> Review | None:
    rows = Review.objects.filter(product=product, author=member).exclude(state=rules.ERASED)
    found: Review | None = rows.select_related("line").first()
    return found


def of_order(order: Any, member: Any) -> list[tuple[Product, Review | None]]:
    """The products of an order that came, each with what its buyer has said about it."""
    products = list(
        Product.objects.filter(
            variants__in=[line.variant_id for line in order.rows if line.variant_id]
        ).distinct()
    )
    known = {
        review.product_id: review
        for review in Review.objects.filter(author=member, product__in=products)
        if review.state != rules.DELETED
    }
    return [(product, known.get(product.pk)) for product in products]


def in_studio(community: Any, *, narrow: str, page: Any) -> Page[Review]:
    rows = with_all(Review.objects.of(community).filter(state=rules.PUBLISHED))
    rows = rows.select_related("product")
    if narrow == "unanswered":
        rows = rows.filter(answered_at=None)
    elif narrow == "low":
        rows = rows.filter(stars__lte=2)
    return Paginator(rows.order_by("-pk"), rules.PER_PAGE).get_page(page)


def counts(community: Any) -> dict[str, int]:
    rows = Review.objects.of(community).filter(state=rules.PUBLISHED)
    return {
        "all": rows.count(),
        "unanswered": rows.filter(answered_at=None).count(),
        "low": rows.filter(stars__lte=2).count(),
    }


# For moderators

_STATES = {rules.PUBLISHED: verdicts.SHOWN, rules.HIDDEN: verdicts.HIDDEN}
_NAMES = {shown: own for own, shown in _STATES.items()}


def _judged(community: Any) -> Any:
    return Review.objects.of(community).select_related("author__person__picture", "product")


def _shown(community: Any, review: Review) -> Shown:
    return Shown(
        kind="review",
        object_id=review.pk,
        oid=review.oid,
        title=f"{'★' * review.stars} {review.product.here_title}",
        text=plain(review.body, 280),
        lang=review.lang or review.product.lang,
        url=url(community, "reviews", slug=review.product.slug) + f"#r-{review.oid}",
        author=review.author.person,
        subject=review.author.person.pseudonym,
        author_id=review.author_id,
        state=_STATES.get(review.state, review.state),
        at=review.written_at,
    )


def find(community: Any, public_id: UUID) -> Shown | None:
    found = _judged(community).filter(public_id=public_id).first()
    return _shown(community, found) if found else None


def load(community: Any, ids: Iterable[int]) -> list[Shown]:
    rows = _judged(community).filter(pk__in=list(ids), state__in=list(_STATES))
    return [_shown(community, one) for one in rows]


def again(community: Any, ids: Iterable[int]) -> list[Shown]:
    return [_shown(community, one) for one in _judged(community).filter(pk__in=list(ids))]


def latest(community: Any, state: str, before: datetime | None, limit: int) -> list[Shown]:
    rows = _judged(community).filter(state=_NAMES[state])
    if before is not None:
        rows = rows.filter(written_at__lt=before)
    return [_shown(community, one) for one in rows.order_by("-written_at", "-pk")[:limit]]
