"""What each criterion of the stages measures now. Read by the sweep, never by a page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Min, Q

from banyan.communities import rules as communities
from banyan.communities.models import Community, Member
from banyan.content import rules as content
from banyan.content.models import Comment, Post, PostProduct
from banyan.culture.models import Charter
from banyan.orders.models import Order
from banyan.sellers.models import Book

from .. import rules
from ..models import Day, Journey, MemberDay, Thread
from .sources import SOURCES, starts

WEEKS = 9
_PAID = next(source.only for source in SOURCES if source.key == "orders")


def gather(community: Community, *, zone: Any, today: date, now: datetime) -> dict[str, Any]:
    weeks = weekly(community, today)
    return {
        "charter": _charter(community),
        "seed_members": {"value": community.member_count},
        "seed_posts": {
            "value": Post.objects.of(community).filter(state=content.PUBLISHED).count()
        },
        "members": {"value": community.member_count},
        "newcomers": _share(*newcomers(community, today)),
        "day30": _share(*day30(community, today)),
        "weekly": _weekly(weeks[:4]),
        "contributors": {"value": contributors(community, today).count()},
        "reply_hours": _median(community, today, now),
        "others": _others(community, zone, today),
        "mentions": {"value": mentions(community, zone, today).count()},
        "payments": {
            "value": int(
                bool(settings.PAYMENT_PROVIDERS)
                and Book.objects.filter(community=community).exists()
            )
        },
        **_trade(community, now),
        "weeks": weeks,
    }  # fmt: skip


def _share(part: int, whole: int) -> dict[str, Any]:
    share = rules.Share(part, whole)
    return {
        "value": share.percent, "part": part, "n": whole, "enough": share.is_told,
        "low": share.low, "high": share.high,
    }  # fmt: skip


def _charter(community: Community) -> dict[str, Any]:
    charter = Charter.objects.of(community).first()
    is_whole = charter is not None and charter.goal and charter.values
    return {"value": len(charter.conventions) if charter and is_whole else 0}


def _acted(first_age: int, last_age: int, community: Community, span: tuple[date, date]) -> Any:
    """Members who joined in a span, and those of them who did something at that age."""
    came = Journey.objects.of(community).filter(joined_on__range=span)
    did = MemberDay.objects.of(community).filter(
        member__in=came.values("member"), age__range=(first_age, last_age)
    )
    return came, did.values("member").distinct()


def newcomers_rows(community: Community, today: date) -> Any:
    return _acted(0, 6, community, (today - timedelta(days=97), today - timedelta(days=7)))


def day30_rows(community: Community, today: date) -> Any:
    return _acted(30, 36, community, (today - timedelta(days=127), today - timedelta(days=37)))


def newcomers(community: Community, today: date) -> tuple[int, int]:
    came, did = newcomers_rows(community, today)
    return did.count(), came.count()


def day30(community: Community, today: date) -> tuple[int, int]:
    came, did = day30_rows(community, today)
    return did.count(), came.count()


def weekly(community: Community, today: date) -> list[list[int]]:
    """[active, members at its end] of the last nine whole weeks up to yesterday, latest first."""
    found = []
    sizes = dict(Day.objects.of(community).filter(
        day__in=[today - timedelta(days=7 * n + 1) for n in range(WEEKS)]
    ).values_list("day", "members"))  # fmt: skip
    for n in range(WEEKS):
        last = today - timedelta(days=7 * n + 1)
        first = last - timedelta(days=6)
        if last not in sizes:
            break
        active = MemberDay.objects.of(community).filter(day__range=(first, last))
        found.append([active.values("member").distinct().count(), sizes[last]])
    return found


def _weekly(weeks: list[list[int]]) -> dict[str, Any]:
    if len(weeks) < 4:
        return {"value": None, "part": None, "n": 0, "enough": False}
    shares = [rules.Share(active, members) for active, members in weeks]
    worst = min(shares, key=lambda s: s.part / s.whole if s.whole else 0)
    return _share(worst.part, worst.whole)


def contributors(community: Community, today: date) -> Any:
    return (
        MemberDay.objects.of(community)
        .filter(day__range=(today - timedelta(days=28), today))
        .filter(Q(posts__gt=0) | Q(comments__gt=0))
        .values("member").distinct()
    )  # fmt: skip


def median_seconds(rows: Any) -> tuple[int | None, int]:
    """Of all posts, those without an answer slower than any: None when they are the half.

    Also how many posts there are. Two queries.
    """
    n = rows.count()
    if not n:
        return None, 0
    answered = rows.filter(seconds__isnull=False).order_by("seconds")
    found = list(answered.values_list("seconds", flat=True)[(n - 1) // 2 : n // 2 + 1])
    both = 1 if n % 2 else 2
    return (sum(found) // both if len(found) == both else None), n


def ripe(community: Community, first: date, now: datetime) -> Any:
    """Posts since a day that are a day old: time enough for an answer."""
    return Thread.objects.of(community).filter(
        day__gte=first, published_at__lte=now - timedelta(seconds=rules.REPLY_SECONDS)
    )


def _median(community: Community, today: date, now: datetime) -> dict[str, Any]:
    rows = ripe(community, today - timedelta(days=28), now)
    seconds, n = median_seconds(rows)
    return {
        "value": None if seconds is None else -(-seconds // 3600), "n": n,
        "seconds": seconds, "enough": n >= rules.FEW_POSTS,
    }  # fmt: skip


def replies(community: Community, zone: Any, today: date) -> Any:
    return (
        Comment.objects.of(community)
        .filter(state=content.PUBLISHED, published_at__gte=starts(today - timedelta(days=28), zone))
        .exclude(author=F("post__author"))
    )


def _others(community: Community, zone: Any, today: date) -> dict[str, Any]:
    rows = replies(community, zone, today)
    owners = Member.objects.filter(community=community, role=communities.OWNER)
    n = rows.count()
    return _share(n - rows.filter(author__in=owners).count(), n)


def mentions(community: Community, zone: Any, today: date) -> Any:
    return PostProduct.objects.filter(
        post__community=community, post__state=content.PUBLISHED,
        post__published_at__gte=starts(today - timedelta(days=30), zone),
    )  # fmt: skip


def paid(community: Community) -> Any:
    return Order.objects.of(community).filter(paid_at__isnull=False, **_PAID)


def first_orders(community: Community, now: datetime) -> Any:
    """Buyers whose first order is 60 days old, with the moment of it."""
    return (
        paid(community).filter(person__isnull=False).values("person")
        .annotate(first=Min("paid_at")).filter(first__lte=now - timedelta(days=60)).order_by()
    )  # fmt: skip


def repeaters(community: Community, now: datetime) -> set[int]:
    """Who of them bought again within 60 days."""
    firsts = dict(first_orders(community, now).values_list("person", "first"))
    rows = paid(community).filter(person__isnull=False).values_list("person", "paid_at")
    return {
        person for person, at in rows
        if person in firsts and firsts[person] < at <= firsts[person] + timedelta(days=60)
    }  # fmt: skip


def refund_counts(community: Community, since: datetime, until: datetime) -> tuple[int, int]:
    rows = Order.objects.of(community).filter(paid_at__gte=since, paid_at__lt=until)
    given_back = Q(refunded_minor__gt=F("lowered_minor"))  # a price that fell is no refund
    found = rows.aggregate(n=Count("pk"), back=Count("pk", filter=given_back))
    return found["back"], found["n"]


def _trade(community: Community, now: datetime) -> dict[str, Any]:
    month, earlier = now - timedelta(days=28), now - timedelta(days=84)
    return {
        "buyers": {
            "value": paid(community).filter(person__isnull=False)
            .values("person").distinct().count()
        },
        "repeat": _share(
            len(repeaters(community, now)), first_orders(community, now).count()
        ),
        "refunds": _share(*refund_counts(community, now - timedelta(days=90), now)),
        "refunds_now": list(refund_counts(community, month, now)),
        "refunds_before": list(refund_counts(community, earlier, month)),
    }  # fmt: skip
