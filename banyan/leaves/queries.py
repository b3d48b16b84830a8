"""Reading leaves: what gives them, whose they are, what is left of a month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Case, F, Min, Q, QuerySet, Sum, When

from banyan.campaigns.models import Seat
from banyan.communities import rules as communities
from banyan.communities.models import Community, Member
from banyan.communities.places import url
from banyan.content.models import Comment, Post
from banyan.core.money import Money
from banyan.core.zones import zone_of
from banyan.health.models import MemberDay
from banyan.people.models import Person
from banyan.pricing.models import Saving
from banyan.sellers.models import Book
from banyan.sharing.models import Commission

from . import books, rules
from .models import Exchange, LeafLot, Month, Reward, Terms, Thanks

KEPT_SECONDS = 60


def _terms_key(community_id: int) -> str:
    return f"leaf-terms:{community_id}"


def _forget(key: str) -> None:
    """Now, and again once others can see what changed."""
    cache.delete(key)
    transaction.on_commit(lambda: cache.delete(key))


def forget_terms(community_id: int) -> None:
    _forget(_terms_key(community_id))


def terms_of(community_id: int) -> Terms | None:
    """What gives leaves here, None when nothing does; kept for a minute."""
    key = _terms_key(community_id)
    found: list[Terms] | None = cache.get(key)
    if found is None:
        found = list(Terms.objects.filter(community_id=community_id, month_minor__gt=0))
        cache.set(key, found, KEPT_SECONDS)
    return found[0] if found else None


def month_now(community: Community, *, now: datetime) -> Month | None:
    first_on = rules.month_of(now, community.zone)
    return Month.objects.filter(community=community, first_on=first_on).first()


@dataclass(frozen=True)
class Purse:
    """What one member has in one book; `next_at` is when the next of `pending` can be used."""

    community: Community
    available: Money
    pending: Money
    owed: Money
    next_at: datetime | None
    lapses_at: datetime | None

    @property
    def is_empty(self) -> bool:
        return not (self.available or self.pending or self.owed)

    @property
    def url(self) -> str:
        return url(self.community, "leaves")


def purses(person: Person, *, now: datetime) -> list[Purse]:
    """One for each community where the person was ever given leaves; three queries."""
    pending, available = Q(state=rules.PENDING), Q(state=rules.AVAILABLE)
    current = available & (Q(expires_at=None) | Q(expires_at__gt=now))
    rows = (
        LeafLot.objects.filter(member__person=person)
        .values("community_id", "book_id", "payee")
        .annotate(
            pending=Sum("left_minor", filter=pending),
            available=Sum("left_minor", filter=current),
            next_at=Min("available_at", filter=pending),
            lapses_at=Min("expires_at", filter=current),
        )
        .order_by("community_id")
    )
    found = list(rows)
    shops = Book.objects.select_related("community").in_bulk([row["book_id"] for row in found])
    made = []
    for row in found:
        book = shops[row["book_id"]]
        community = book.community
        assert community is not None
        made.append(
            Purse(
                community=community,
                available=Money(row["available"] or 0, book.currency),
                pending=Money(row["pending"] or 0, book.currency),
                owed=Money(books.owed_by(book, row["payee"]), book.currency),
                next_at=row["next_at"],
                lapses_at=row["lapses_at"],
            )
        )
    return made


def purse_of(member: Member, *, now: datetime) -> Purse | None:
    found = purses(member.person, now=now)
    return next((one for one in found if one.community.pk == member.community_id), None)


def lots_of(member: Member) -> QuerySet[LeafLot]:
    return _whole(LeafLot.objects.filter(member=member))


def lots_here(community: Community) -> QuerySet[LeafLot]:
    return _whole(LeafLot.objects.of(community))


def _whole(rows: Any) -> QuerySet[LeafLot]:
    found: QuerySet[LeafLot] = rows.select_related(
        "book", "order", "member__person__picture", "thanks__giver__person"
    ).order_by("-earned_at", "-pk")
    return found


@dataclass(frozen=True)
class Thing:
    """What somebody was thanked for: a post, or a comment by the post it stands below."""

    kind: str
    oid: str
    title: str
    lang: str
    url: str
    author: Member
    text: str = ""


def thing_of(community: Community, kind: str, public_id: Any) -> Post | Comment | None:
    """A published post or comment of this community."""
    model: Any = Post if kind == rules.POST else Comment
    rows = model.objects.of(community).select_related("author__person__picture", "community")
    found: Post | Comment | None = rows.filter(public_id=public_id).first()
    return found if found is not None and found.is_published else None


def told(thing: Post | Comment) -> Thing:
    post = thing if isinstance(thing, Post) else thing.post
    name = "post" if isinstance(thing, Post) else "comment"
    return Thing(
        kind=name, oid=thing.oid, title=post.heading, lang=post.lang,
        url=url(thing.community, name, id=thing.public_id), author=thing.author,
    )  # fmt: skip


def with_things(rows: Iterable[LeafLot]) -> list[LeafLot]:
    """Lots, each thank-you with what it was for while that can be seen; two queries."""
    lots = list(rows)
    wanted: dict[str, list[int]] = {rules.POST: [], rules.COMMENT: []}
    for lot in lots:
        if lot.why == rules.THANKS:
            wanted[lot.thanks.kind].append(lot.thanks.thing_id)  # type: ignore[attr-defined]
    posts = Post.objects.published().select_related("community", "author").filter(
        pk__in=wanted[rules.POST]
    )  # fmt: skip
    comments = Comment.objects.published().select_related("community", "author", "post").filter(
        pk__in=wanted[rules.COMMENT]
    )  # fmt: skip
    found = {(rules.POST, one.pk): told(one) for one in posts} | {
        (rules.COMMENT, one.pk): told(one) for one in comments
    }
    for lot in lots:
        if lot.why == rules.THANKS:
            thanks = lot.thanks  # type: ignore[attr-defined]
            thanks.thing = found.get((thanks.kind, thanks.thing_id))
    return lots


@dataclass(frozen=True)
class ThankedFor:
    """How many members thanked for one thing, and the leaves they gave together."""

    members: int
    leaves: Money


def _thanked_key(kind: str, thing_id: int) -> str:
    return f"leaves-thanked:{kind}:{thing_id}"


def forget_thanked(kind: str, thing_id: int) -> None:
    """A thank-you was given or undone: the next page counts anew."""
    _forget(_thanked_key(kind, thing_id))


def thanked_for(kind: str, thing_id: int) -> ThankedFor | None:
    """What a post or comment was thanked with; at most a minute old in another process."""
    key = _thanked_key(kind, thing_id)
    rows: list[tuple[int, str]] | None = cache.get(key)
    if rows is None:
        found = Thanks.objects.filter(kind=kind, thing_id=thing_id, undone_at=None)
        rows = list(found.values_list("lot__amount_minor", "lot__book__currency"))
        cache.set(key, rows, KEPT_SECONDS)
    if not rows:
        return None
    return ThankedFor(len(rows), Money(sum(minor for minor, _c in rows), rows[0][1]))


def thanks_left(member: Member, terms: Terms, *, now: datetime) -> int:
    first_on = rules.month_of(now, member.community.zone)
    given = Thanks.objects.filter(
        giver=member, undone_at=None, lot__month__first_on=first_on
    ).count()  # fmt: skip
    return max(terms.thanks_a_month - given, 0)


@dataclass(frozen=True)
class Gain:
    """How many of the members active in the last 90 days gained something by it."""

    active: int
    gained: int

    @property
    def percent(self) -> int:
        return round(100 * self.gained / self.active) if self.active else 0


def gain(community: Community, *, now: datetime) -> Gain:
    """Gained: leaves or commission that were not wholly taken back, the difference of a group buy
    or a discount on an order that was not wholly given back; five queries."""
    since = now - timedelta(days=rules.ACTIVE_DAYS)
    days = MemberDay.objects.of(community).filter(
        day__gte=since.astimezone(zone_of(community.zone)).date(),
        member__state=communities.JOINED,
    )
    active = set(days.values_list("member_id", flat=True).distinct())
    kept = {"reversed_minor__lt": F("amount_minor")}
    got = set(
        LeafLot.objects.of(community).filter(earned_at__gte=since, **kept)
        .values_list("member_id", flat=True)
    ) | set(
        Commission.objects.of(community)
        .filter(accrued_at__gte=since, reversed_minor__lt=F("accrued_minor"))
        .values_list("member_id", flat=True)
    )  # fmt: skip
    got |= _paid_less(community, since)
    return Gain(active=len(active), gained=len(active & got))


def _paid_less(community: Community, since: datetime) -> set[int]:
    """Members who paid less for something they kept: in a group that grew, or by a discount."""
    kept = {
        "order__paid_at__gte": since, "order__refunded_minor__lt": F("order__total_minor"),
    }  # fmt: skip
    seats = Seat.objects.of(community).filter(back_minor__gt=0, **kept)
    saved = Saving.objects.filter(order__community=community, **kept).values("order__person_id")
    members = Member.objects.of(community).filter(person_id__in=saved)
    return set(seats.values_list("member_id", flat=True)) | set(
        members.values_list("pk", flat=True)
    )  # fmt: skip


@dataclass(frozen=True)
class Liability:
    """What the shop owes its members as leaves: `total` is what the books say."""

    total: Money
    available: Money
    pending: Money
    holders: int


def liability(community: Community, book: Book) -> Liability:
    rows = (
        LeafLot.objects.of(community).filter(left_minor__gt=0)
        .values("member_id", "state").annotate(sum=Sum("left_minor"))
    )  # fmt: skip
    sums = {rules.PENDING: 0, rules.AVAILABLE: 0}
    holders = set()
    for row in rows:
        sums[row["state"]] += int(row["sum"])
        holders.add(row["member_id"])
    return Liability(
        total=Money(sum(sums.values()), book.currency),
        available=Money(sums[rules.AVAILABLE], book.currency),
        pending=Money(sums[rules.PENDING], book.currency),
        holders=len(holders),
    )


def rewards_here(community: Community) -> QuerySet[Reward]:
    """All of them, those on offer first, the cheapest first."""
    rows: QuerySet[Reward] = Reward.objects.of(community).select_related("book")
    return rows.order_by("-state", "price_minor", "pk")


def exchanges_here(community: Community) -> QuerySet[Exchange]:
    """To be handed over first, the longest wait first; then the rest, the newest first."""
    rows: QuerySet[Exchange] = Exchange.objects.of(community)
    waiting = Case(When(state=rules.ASKED, then=0), default=1)
    return rows.select_related("reward__book", "member__person__picture").order_by(waiting, "-at")


def exchanges_of(member: Member) -> QuerySet[Exchange]:
    rows: QuerySet[Exchange] = Exchange.objects.filter(member=member)
    return rows.select_related("reward__book", "member__person").order_by("-at", "-pk")


def has_rewards(community: Community) -> bool:
    return Reward.objects.of(community).filter(state=rules.ON).exists()
