"""Real acts, counted from what stands now: what is removed or refunded no longer counts.

Each count is one query over a window of time, for one member or for all of a community.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Sum

from banyan.communities import rules as communities
from banyan.communities.models import Member
from banyan.content.models import Comment, Post
from banyan.gatherings import rules as gatherings
from banyan.gatherings.models import Rsvp
from banyan.leaves import rules as leaves
from banyan.leaves.models import Thanks
from banyan.orders import rules as orders
from banyan.orders.models import OrderLine
from banyan.reviews import rules as reviews
from banyan.reviews.models import Review
from banyan.sharing.actions.earning import base_of

from . import rules

type Counts = dict[int, int]


def count(
    act: str, *, community_id: int, since: datetime, until: datetime, member_id: int | None = None
) -> Counts:
    """How often each member did it in that time; members who did not are left out."""
    return _COUNTS[act](community_id, since, until, member_id)


def _by(rows: Any, column: str, member_id: int | None, of: str = "pk") -> Counts:
    if member_id is not None:
        rows = rows.filter(**{column: member_id})
    found = rows.order_by().values(column).annotate(n=Count(of, distinct=True))
    return {row[column]: row["n"] for row in found}


def _posts(community_id: int, since: datetime, until: datetime, member_id: int | None) -> Counts:
    rows = Post.objects.of(community_id).published()
    return _by(rows.filter(published_at__gte=since, published_at__lt=until), "author_id", member_id)


def _thanked(community_id: int, since: datetime, until: datetime, member_id: int | None) -> Counts:
    """Answers that somebody thanked for: each once, as long as it can be seen."""
    seen = Comment.objects.of(community_id).published()
    rows = Thanks.objects.of(community_id).filter(
        kind=leaves.COMMENT, undone_at=None, at__gte=since, at__lt=until,
        thing_id__in=seen.values("pk"),
    )  # fmt: skip
    return _by(rows, "receiver_id", member_id, of="thing_id")


def _welcomes(community_id: int, since: datetime, until: datetime, member_id: int | None) -> Counts:
    """Answers to posts of members who had come within 30 days: each newcomer once."""
    rows = (
        Comment.objects.of(community_id)
        .published()
        .filter(published_at__gte=since, published_at__lt=until)
        .filter(
            post__author__joined_at__gte=F("published_at") - timedelta(days=rules.NEWCOMER_DAYS)
        )
        .exclude(post__author_id=F("author_id"))
    )
    return _by(rows, "author_id", member_id, of="post__author_id")


def _profile(community_id: int, since: datetime, until: datetime, member_id: int | None) -> Counts:
    """Whoever has a name, a picture and a few words now, whenever they wrote them."""
    rows = Member.objects.of(community_id).filter(
        state=communities.JOINED, person__picture__isnull=False, person__erased_at=None
    )
    return _by(rows.exclude(person__name="").exclude(person__bio=""), "pk", member_id)


def _reviews(community_id: int, since: datetime, until: datetime, member_id: int | None) -> Counts:
    rows = Review.objects.of(community_id).filter(
        state=reviews.PUBLISHED, is_staff=False, written_at__gte=since, written_at__lt=until
    )
    return _by(rows, "author_id", member_id)


def _gatherings(
    community_id: int, since: datetime, until: datetime, member_id: int | None
) -> Counts:  # fmt: skip
    """Said to come, and it took place: it is over and was not called off."""
    rows = Rsvp.objects.of(community_id).filter(
        answer=gatherings.GOING, gathering__state=gatherings.PLANNED,
        gathering__ends_at__gte=since, gathering__ends_at__lt=until,
    )  # fmt: skip
    return _by(rows, "member_id", member_id)


def _orders(community_id: int, since: datetime, until: datetime, member_id: int | None) -> Counts:
    """Completed, and something of it kept."""
    lines = _lines(community_id, member_id).filter(
        order__completed_at__gte=since, order__completed_at__lt=until
    )
    kept = lines.values("order__person_id", "order_id").annotate(
        left=Sum(F("total_minor") - F("refunded_minor"))
    )
    found: dict[int, int] = {}
    for row in kept.filter(left__gt=0):
        found[row["order__person_id"]] = found.get(row["order__person_id"], 0) + 1
    return _as_members(community_id, found)


def _lines(community_id: int, member_id: int | None) -> Any:
    rows = OrderLine.objects.filter(
        order__community_id=community_id, order__state=orders.COMPLETED,
        order__person__isnull=False,
    )  # fmt: skip
    if member_id is not None:
        person = Member.objects.filter(pk=member_id).values("person_id")
        rows = rows.filter(order__person__in=person)
    return rows.order_by()


def _as_members(community_id: int, by_person: dict[int, int]) -> Counts:
    rows = Member.objects.of(community_id).filter(person_id__in=by_person)
    return {pk: by_person[person] for pk, person in rows.values_list("pk", "person_id")}


def spent(community_id: int, *, member_id: int | None = None) -> Counts:
    """What each member paid for goods of completed orders and kept, without tax and post."""
    found: dict[int, int] = {}
    for line in _lines(community_id, member_id).select_related("order"):
        person = line.order.person_id
        found[person] = found.get(person, 0) + base_of([line])
    return _as_members(community_id, found)


_COUNTS: dict[str, Callable[[int, datetime, datetime, int | None], Counts]] = {
    rules.POSTS: _posts,
    rules.THANKED: _thanked,
    rules.WELCOMES: _welcomes,
    rules.PROFILE: _profile,
    rules.REVIEWS: _reviews,
    rules.GATHERINGS: _gatherings,
    rules.ORDERS: _orders,
}
