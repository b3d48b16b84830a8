"""What a goal can count: real events of the activity log, never a number somebody typed.

A floor above registers what only it can count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.core.models import Activity

NEW_DAYS = 30  # a newcomer is new for so long
REPLY_HOURS = 24


@dataclass(frozen=True, kw_only=True)
class Measure:
    """`count(community_id, start, end)` counts what happened from start up to end.

    `place` is the URL name of the page where it can be seen.
    """

    key: str
    label: str | Promise
    count: Callable[[int, datetime, datetime], int]
    place: str = "community"


_measures: dict[str, Measure] = {}


def register(measure: Measure) -> None:
    _measures[measure.key] = measure


def get(key: str) -> Measure | None:
    return _measures.get(key)


def choices() -> list[tuple[str, str | Promise]]:
    return [(measure.key, measure.label) for measure in _measures.values()]


def _said(community_id: int, verb: str, start: datetime, end: datetime) -> Any:
    return Activity.objects.filter(
        community_id=community_id, verb=verb, at__gte=start, at__lt=end
    ).order_by()


def _undone(community_id: int, verb: str, start: datetime) -> Any:
    """Objects that an event of `verb` has taken away since."""
    rows = Activity.objects.filter(community_id=community_id, verb=verb, at__gte=start)
    return rows.values("object_id")


def posts(community_id: int, start: datetime, end: datetime) -> int:
    """Posts published, without those whose authors deleted them (and did not bring back)."""
    gone: set[int] = set()
    deletions = Activity.objects.filter(
        community_id=community_id, verb="PostDeleted", at__gte=start
    ).order_by("pk")
    for object_id, props in deletions.values_list("object_id", "props"):
        if props.get("is_undone"):
            gone.discard(object_id)
        else:
            gone.add(object_id)
    rows = _said(community_id, "PostPublished", start, end)
    return int(rows.exclude(object_id__in=gone).values("object_id").distinct().count())


def first_replies(community_id: int, start: datetime, end: datetime) -> int:
    """Posts that somebody else than their author answered."""
    asked = Activity.objects.filter(
        pk=OuterRef("parent_id"), verb="PostPublished", at__gte=start
    ).values("actor")
    answers = (
        _said(community_id, "Commented", start, end)
        .annotate(author=Subquery(asked[:1]))
        .filter(author__isnull=False, actor__isnull=False)
        .exclude(actor=F("author"))
    )
    return int(answers.values("parent_id").distinct().count())


def newcomers_answered(community_id: int, start: datetime, end: datetime) -> int:
    """First posts of newcomers that somebody else answered within a day."""
    firsts = first_posts(community_id, start, end)
    return sum(1 for row in firsts if row.is_answered_in_time)


@dataclass
class FirstPost:
    activity_id: int
    post_id: int
    actor: Any
    at: datetime
    answered_at: datetime | None = None

    @property
    def is_answered_in_time(self) -> bool:
        return self.answered_at is not None and self.answered_at <= self.at + timedelta(
            hours=REPLY_HOURS
        )


def first_posts(community_id: int, start: datetime, end: datetime) -> list[FirstPost]:
    """The first post of each member who joined at most a month before, with its first answer."""
    joined: dict[str, datetime] = {}
    rows = _said(community_id, "MemberJoined", start - timedelta(days=NEW_DAYS), end)
    for props, at in rows.order_by("pk").values_list("props", "at"):
        joined.setdefault(str(props.get("subject")), at)
    earlier = set(
        _said(community_id, "PostPublished", start - timedelta(days=NEW_DAYS), start).values_list(
            "actor", flat=True
        )
    )
    firsts: dict[Any, FirstPost] = {}
    rows = _said(community_id, "PostPublished", start, end).order_by("at", "pk")
    for pk, object_id, actor, at in rows.values_list("pk", "object_id", "actor", "at"):
        if str(actor) in joined and actor not in earlier and actor not in firsts:
            firsts[actor] = FirstPost(pk, object_id, actor, at)
    by_activity = {row.activity_id: row for row in firsts.values()}
    answers = Activity.objects.filter(
        community_id=community_id, verb="Commented", parent_id__in=list(by_activity)
    ).order_by("at", "pk")
    for parent_id, actor, at in answers.values_list("parent_id", "actor", "at"):
        row = by_activity[parent_id]
        if actor != row.actor and row.answered_at is None:
            row.answered_at = at
    return list(firsts.values())


def rituals(community_id: int, start: datetime, end: datetime) -> int:
    return int(_said(community_id, "RitualOpened", start, end).count())


def orders(community_id: int, start: datetime, end: datetime) -> int:
    """Orders paid, without those cancelled or paid back since."""
    paid = _said(community_id, "OrderPaid", start, end)
    for verb in ("OrderCancelled", "OrderRefunded"):
        paid = paid.exclude(object_id__in=_undone(community_id, verb, start))
    return int(paid.values("object_id").distinct().count())


def check_ins(community_id: int, start: datetime, end: datetime) -> int:
    done = _said(community_id, "CheckedIn", start, end).count()
    return max(0, int(done) - int(_said(community_id, "CheckInUndone", start, end).count()))


def joined(community_id: int, start: datetime, end: datetime) -> int:
    """Members who came and have not left or been sent away since."""
    rows = _said(community_id, "MemberJoined", start, end)
    for verb in ("MemberLeft", "MemberBanned"):
        rows = rows.exclude(object_id__in=_undone(community_id, verb, start))
    return int(rows.values("object_id").distinct().count())


for _key, _label, _count, _place in (
    ("posts", pgettext_lazy("a number of", "Posts"), posts, "community"),
    ("first-replies", _("Posts that got an answer"), first_replies, "community"),
    (
        "newcomers-answered", _("First posts answered within a day"), newcomers_answered,
        "community",
    ),
    ("rituals", _("Rituals held"), rituals, "rituals"),
    ("check-ins", _("Days done in challenges"), check_ins, "challenges"),
    ("joined", _("New members who stayed"), joined, "members"),
    ("orders", _("Orders paid and kept"), orders, "shop"),
):  # fmt: skip
    register(Measure(key=_key, label=_label, count=_count, place=_place))
