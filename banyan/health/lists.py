"""The people and posts behind a figure, by the key that stands in its link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import IntegerField, OuterRef, Q, Subquery, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.communities import rules as communities
from banyan.communities.models import Member
from banyan.content import rules as content
from banyan.content.models import Comment

from . import rules
from .models import Board, Journey, MemberDay, Thread
from .queries import Span, ripe
from .sweep import evidence, journeys
from .sweep.sources import starts, zone_of

type Words = str | Promise


@dataclass(frozen=True)
class Asked:
    """A list that is asked for: of which board and span, and of which cohort's week."""

    board: Board
    span: Span
    cohort: date | None = None
    week: int | None = None

    @property
    def came(self) -> Any:
        """Who joined in the span."""
        return self.all.filter(joined_on__range=self.span.range)

    @property
    def all(self) -> Any:
        return Journey.objects.of(self.board.pk)

    @property
    def did(self) -> Any:
        return MemberDay.objects.of(self.board.pk).filter(day__range=self.span.range)

    @property
    def today(self) -> date:
        return self.span.last + timedelta(days=1)


@dataclass(frozen=True)
class People:
    """`find` narrows journeys; `counts` is a column whose sum in the span stands beside each."""

    label: Words
    find: Callable[[Asked], Any]
    counts: str = ""


def _who(rows: Any, name: str = "member") -> Any:
    return rows.values(name)


def _doing(key: str) -> Callable[[Asked], Any]:
    return lambda a: a.all.filter(member__in=_who(a.did.filter(**{f"{key}__gt": 0})))


def _step(name: str) -> Callable[[Asked], Any]:
    return lambda a: a.came.exclude(**{name: None})


def _cohort(asked: Asked) -> Any:
    rows = asked.all.filter(joined_week=asked.cohort)
    if asked.week is None:
        return rows
    did = MemberDay.objects.of(asked.board.pk).filter(cohort=asked.cohort, week=asked.week)
    return rows.filter(member__in=_who(did))


def _top(asked: Asked) -> Any:
    """The most active tenth of authors, rounded up; of equals the earlier members."""
    rows = (
        asked.did.filter(posts__gt=0).values("member").annotate(n=Sum("posts"))
        .order_by("-n", "member").values_list("member", flat=True)
    )  # fmt: skip
    members = list(rows)
    return asked.all.filter(member__in=members[: -(-len(members) // 10)])


def _gone(is_gone: bool) -> Callable[[Asked], Any]:
    return lambda a: a.came.alias(gone=journeys.is_gone(a.today)).filter(gone=is_gone)


def _of_persons(asked: Asked, persons: Any) -> Any:
    members = Member.objects.filter(community=asked.board.pk, person__in=persons)
    return asked.all.filter(member__in=members)


def _last_week(asked: Asked) -> Any:
    week = (asked.today - timedelta(days=7), asked.span.last)
    return asked.all.filter(
        member__in=_who(MemberDay.objects.of(asked.board.pk).filter(day__range=week))
    )


def _repliers(asked: Asked) -> Any:
    community = asked.board.community
    rows = evidence.replies(community, zone_of(community), asked.today)
    return asked.all.filter(member__in=rows.values("author")).exclude(
        member__role=communities.OWNER
    )


# Who bought: also for these one needs the right to see orders.
OF_ORDERS = ("customers", "buyers", "repeat")
PEOPLE: dict[str, People] = {
    "members": People(_("Members now"), lambda a: a.all.filter(left_on=None)),
    "joined": People(_("Joined"), lambda a: a.came),
    "left": People(_("Left"), lambda a: a.all.filter(left_on__range=a.span.range)),
    "active": People(_("Active"), lambda a: a.all.filter(member__in=_who(a.did))),
    "posters": People(_("Wrote posts"), _doing("posts"), "posts"),
    "commenters": People(_("Wrote comments"), _doing("comments"), "comments"),
    "reacters": People(_("Reacted"), _doing("reactions"), "reactions"),
    "chatters": People(_("Wrote in chat rooms"), _doing("messages"), "messages"),
    "customers": People(_("Bought"), _doing("orders"), "orders"),
    "doers": People(_("Voted, followed, answered, checked in"), _doing("deeds"), "deeds"),
    "top": People(_("The most active tenth of authors"), _top, "posts"),
    "visited": People(_("Newcomers who did something"), _step("visited_on")),
    "quiet": People(
        _("Newcomers who have done nothing yet"), lambda a: a.came.filter(visited_on=None)
    ),
    "reacted": People(_("Newcomers who reacted"), _step("reacted_on")),
    "posted": People(_("Newcomers who posted"), _step("posted_on")),
    "answered": People(_("Newcomers who were answered"), _step("answered_at")),
    "back": People(_("Newcomers who came back"), _step("back_on")),
    "still": People(_("Joined and still active"), _gone(False)),
    "gone": People(_("Joined and gone or silent"), _gone(True)),
    "cohort": People(_("Joined in one week"), _cohort),
    "acted": People(
        _("Newcomers who acted within 7 days"),
        lambda a: a.all.filter(
            member__in=evidence.newcomers_rows(a.board.community, a.board.upto)[1]
        ),
    ),
    "day30": People(
        _("Back around day 30"),
        lambda a: a.all.filter(member__in=evidence.day30_rows(a.board.community, a.board.upto)[1]),
    ),
    "weekly": People(_("Active in the last week"), _last_week),
    "contributors": People(
        _("Members who write"),
        lambda a: a.all.filter(member__in=evidence.contributors(a.board.community, a.board.upto)),
    ),
    "repliers": People(_("Members who answer others"), _repliers),
    "buyers": People(
        _("Buyers"),
        lambda a: _of_persons(a, evidence.paid(a.board.community).values("person")),
    ),
    "repeat": People(
        _("Bought again within 60 days"),
        lambda a: _of_persons(a, evidence.repeaters(a.board.community, a.board.swept_at)),
    ),
    "circle": People(
        _("A group that keeps to itself"),
        lambda a: a.all.filter(circle=a.board.circles.get("key", -1)),
    ),
}


def people(key: str, asked: Asked) -> Any:
    """Journeys with their people, most of what is counted first, else the latest to join."""
    kind = PEOPLE[key]
    rows = kind.find(asked).select_related("member__person__picture")
    if not kind.counts:
        return rows.order_by("-joined_at", "-pk")
    sums = (
        asked.did.filter(member=OuterRef("member")).values("member")
        .annotate(n=Sum(kind.counts)).values("n")
    )  # fmt: skip
    return rows.annotate(number=Subquery(sums, output_field=IntegerField())).order_by(
        "-number", "pk"
    )


@dataclass(frozen=True)
class Posts:
    label: Words
    find: Callable[[Asked], Any]


def _threads(asked: Asked) -> Any:
    return Thread.objects.of(asked.board.pk)


def _naming_products(asked: Asked) -> Any:
    community = asked.board.community
    named = evidence.mentions(community, zone_of(community), asked.board.upto or asked.today)
    return _threads(asked).filter(post__in=named.values("post"))


POSTS: dict[str, Posts] = {
    "posts": Posts(_("Posts"), lambda a: _threads(a).filter(day__range=a.span.range)),
    "all": Posts(_("All posts"), _threads),
    "unanswered": Posts(
        _("Posts without an answer"), lambda a: ripe(a.board, a.span).filter(seconds=None)
    ),
    "waited": Posts(_("Posts a day old"), lambda a: ripe(a.board, a.span)),
    "soon": Posts(
        _("Posts answered within a day"),
        lambda a: ripe(a.board, a.span).filter(seconds__lte=rules.REPLY_SECONDS),
    ),
    "late": Posts(
        _("Posts answered later than a day, or not"),
        lambda a: ripe(a.board, a.span).filter(
            Q(seconds=None) | Q(seconds__gt=rules.REPLY_SECONDS)
        ),
    ),
    "month": Posts(
        _("Posts of the last 28 days"),
        lambda a: evidence.ripe(a.board.community, a.today - timedelta(days=28), a.board.swept_at),
    ),
    "products": Posts(_("Posts that name products"), _naming_products),
}


def posts(key: str, asked: Asked) -> Any:
    """Threads with post and author: what waits longest first, else the latest."""
    rows = POSTS[key].find(asked).select_related("post", "author__person__picture")
    if key in ("unanswered", "late"):
        return rows.order_by("published_at", "pk")
    return rows.order_by("-published_at", "-pk")


def comments(asked: Asked) -> Any:
    community = asked.board.community
    zone = zone_of(community)
    return (
        Comment.objects.of(community)
        .filter(
            state=content.PUBLISHED,
            published_at__gte=starts(asked.span.first, zone),
            published_at__lt=starts(asked.today, zone),
        )
        .select_related("post", "author__person__picture")
        .order_by("-published_at", "-pk")
    )
