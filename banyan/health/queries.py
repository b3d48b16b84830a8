"""What the board says: a fixed number of queries, however large the community."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from babel.dates import format_skeleton
from django.db.models import Count, Q, Sum

from banyan.communities.models import Community
from banyan.core.ui.formats import here

from . import rules
from .models import Board, Change, Day, Journey, MemberDay
from .sweep import evidence, journeys


def short_day(day: date) -> str:
    """25 Aug, 8月25日."""
    return str(format_skeleton("MMMd", day, locale=here()))


@dataclass(frozen=True)
class Span:
    """Whole local days, the last of them the day before the last sweep."""

    days: int
    first: date
    last: date

    @property
    def range(self) -> tuple[date, date]:
        return self.first, self.last


def span_of(board: Board, days: int) -> Span | None:
    if board.upto is None:
        return None
    last = board.upto - timedelta(days=1)
    return Span(days, last - timedelta(days=days - 1), last)


def board_of(community: Community) -> Board:
    return Board.objects.filter(community=community).first() or Board(community=community)


@dataclass
class Growth:
    """Members at the end of each day, who came and who went."""

    days: list[Day]

    @property
    def now(self) -> int:
        return self.days[-1].members if self.days else 0

    @property
    def joined(self) -> int:
        return sum(day.joined for day in self.days)

    @property
    def left(self) -> int:
        return sum(day.left for day in self.days)

    @property
    def change(self) -> int:
        return self.joined - self.left

    @property
    def fewer(self) -> int:
        return -self.change

    @property
    def points(self) -> list[tuple[str, int]]:
        return [(short_day(day.day), day.members) for day in self.days]


@dataclass
class Volume:
    """Posts, comments, messages, reactions and orders, by day or (over long spans) by week."""

    days: list[Day]
    is_weekly: bool

    def of(self, key: str) -> int:
        return sum(getattr(day, key) for day in self.days)

    @property
    def sums(self) -> dict[str, int]:
        return {key: self.of(key) for key in rules.COUNTS}

    @property
    def whole(self) -> int:
        return sum(self.of(key) for key in ("posts", "comments", "messages", "orders"))

    @property
    def points(self) -> list[tuple[str, int]]:
        """Posts, comments, messages and orders together; the first week may be short."""
        heaps: dict[date, int] = {}
        for day in self.days:
            at = rules.monday(day.day) if self.is_weekly else day.day
            heaps[at] = heaps.get(at, 0) + day.posts + day.comments + day.messages + day.orders
        return [(short_day(at), n) for at, n in heaps.items()]


@dataclass
class Cohort:
    """Who joined in one week, and how many of them did something in each week since."""

    week: date
    size: int
    cells: list[rules.Share | None] = field(default_factory=list)  # None: not lived through yet

    @property
    def key(self) -> str:
        return self.week.isoformat()


@dataclass
class Survival:
    curve: list[rules.Living]
    n: int
    gone: int
    longest: int

    @property
    def is_told(self) -> bool:
        return self.n >= rules.FEW

    @property
    def still(self) -> int:
        return self.n - self.gone


@dataclass
class Replies:
    """First answers to posts that are a day old."""

    answered: rules.Share
    soon: rules.Share
    median_seconds: int | None

    @property
    def unanswered(self) -> rules.Share:
        return rules.Share(self.answered.whole - self.answered.part, self.answered.whole)

    @property
    def late(self) -> int:
        return self.soon.whole - self.soon.part

    @property
    def hours(self) -> float | None:
        return None if self.median_seconds is None else round(self.median_seconds / 3600, 1)

    @property
    def minutes(self) -> int:
        return round((self.median_seconds or 0) / 60)

    @property
    def is_told(self) -> bool:
        return self.answered.whole >= rules.FEW_POSTS


@dataclass
class Concentration:
    top: rules.Share
    authors: int
    gini: float


STEPS = ("joined", "visited", "reacted", "posted", "answered", "back")


@dataclass
class Health:
    span: Span
    growth: Growth
    volume: Volume
    active: int
    cohorts: list[Cohort]
    survival: Survival
    replies: Replies
    concentration: Concentration
    steps: list[tuple[str, rules.Share]]


def health(board: Board, span: Span) -> Health:
    """All figures of a span: nine queries."""
    days = list(Day.objects.filter(community=board.pk, day__range=span.range).order_by("day"))
    did = MemberDay.objects.of(board.pk).filter(day__range=span.range)
    return Health(
        span=span,
        growth=Growth(days),
        volume=Volume(days, span.days > 30),
        active=did.values("member").distinct().count(),
        cohorts=cohorts(board, span),
        survival=survived(board, span),
        replies=_replies(board, span),
        concentration=_concentration(did),
        steps=_steps(board, span),
    )


def cohorts(board: Board, span: Span) -> list[Cohort]:
    """By the week of joining, latest first, weeks 0 to 8 of each member's own time."""
    came = Journey.objects.of(board.pk).filter(
        joined_week__gte=rules.monday(span.first), joined_on__lte=span.last
    )
    sizes = came.values("joined_week").annotate(n=Count("pk")).order_by("-joined_week")[:26]
    found = {week: Cohort(week, n) for week, n in sizes.values_list("joined_week", "n")}
    if not found:
        return []
    rows = (
        MemberDay.objects.of(board.pk)
        .filter(cohort__in=list(found), week__range=(0, rules.COHORT_WEEKS - 1))
        .values("cohort", "week").annotate(n=Count("member", distinct=True)).order_by()
    )  # fmt: skip
    did = {(row["cohort"], row["week"]): row["n"] for row in rows}
    for cohort in found.values():
        for nth in range(rules.COHORT_WEEKS):
            lived = cohort.week + timedelta(days=6 + 7 * nth + 6) <= span.last
            share = rules.Share(did.get((cohort.week, nth), 0), cohort.size)
            cohort.cells.append(share if lived else None)
    return list(found.values())


def survived(board: Board, span: Span) -> Survival:
    """Of those who joined in the span: gone are who left, or were silent for four weeks."""
    came = Journey.objects.of(board.pk).filter(joined_on__range=span.range)
    rows = (
        came.annotate(is_gone=journeys.is_gone(span.last + timedelta(days=1)))
        .values("lived_days", "is_gone").annotate(n=Count("pk")).order_by()
        .values_list("lived_days", "is_gone", "n")
    )  # fmt: skip
    lives = list(rows)
    return Survival(
        rules.survival(lives),
        sum(n for _days, _gone, n in lives),
        sum(n for _days, is_gone, n in lives if is_gone),
        max((days for days, _gone, _n in lives), default=0),
    )


def ripe(board: Board, span: Span) -> Any:
    """Posts of the span that were a day old when they were last looked at."""
    return evidence.ripe(board.community, span.first, board.swept_at).filter(day__lte=span.last)


def _replies(board: Board, span: Span) -> Replies:
    rows = ripe(board, span)
    found = rows.aggregate(
        answered=Count("pk", filter=Q(seconds__isnull=False)),
        soon=Count("pk", filter=Q(seconds__lte=rules.REPLY_SECONDS)),
    )
    seconds, n = evidence.median_seconds(rows)
    return Replies(rules.Share(found["answered"], n), rules.Share(found["soon"], n), seconds)


def _concentration(did: Any) -> Concentration:
    numbers = list(
        did.filter(posts__gt=0).values("member").annotate(n=Sum("posts")).order_by()
        .values_list("n", flat=True)
    )  # fmt: skip
    return Concentration(rules.top_share(numbers), len(numbers), rules.gini(numbers))


def _steps(board: Board, span: Span) -> list[tuple[str, rules.Share]]:
    """Of those who joined in the span, who ever took each step since; not each the one before."""
    found = (
        Journey.objects.of(board.pk)
        .filter(joined_on__range=span.range)
        .aggregate(
            joined=Count("pk"), visited=Count("visited_on"), reacted=Count("reacted_on"),
            posted=Count("posted_on"), answered=Count("answered_at"), back=Count("back_on"),
        )
    )  # fmt: skip
    return [(key, rules.Share(found[key], found["joined"])) for key in STEPS]


def changes(community: Community) -> list[Change]:
    return list(Change.objects.of(community).order_by("-pk")[:50])
