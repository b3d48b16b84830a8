"""The community's history: read from the log, and what its team adds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from banyan.communities.models import Community, Member
from banyan.core.events import announce
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, WrongMoment

from ..events import PageSteered
from ..models import Bookmark, Page
from . import kinds

RIGHT = "culture.run"
BATCH = 2000
_LAG = timedelta(seconds=30)  # rows with smaller ids may still be on their way to being committed


def read_log(*, now: datetime, lag: timedelta = _LAG) -> int:
    """Write down what the log tells since the last time. The same line is never written twice."""
    written = 0
    while True:
        with transaction.atomic():
            mark, _new = Bookmark.objects.select_for_update().get_or_create(name="log")
            rows = list(
                Activity.objects.filter(
                    pk__gt=mark.activity_id, verb__in=list(kinds.READERS), at__lte=now - lag
                ).order_by("pk")[:BATCH]
            )
            if not rows:
                return written
            pages = [page for row in rows for page in kinds.READERS[row.verb](row)]
            known = set(
                Page.objects.filter(key__in={page.key for page in pages}).values_list(
                    "community_id", "key"
                )
            )
            fresh = {}
            for page in pages:
                if (page.community_id, page.key) not in known:
                    fresh.setdefault((page.community_id, page.key), page)
            Page.objects.bulk_create(fresh.values(), ignore_conflicts=True)
            written += len(fresh)
            Bookmark.objects.filter(pk="log").update(activity_id=rows[-1].pk)


@transaction.atomic
@transaction.atomic
def add(*, community: Community, by: Member, now: datetime, title: str, at: datetime,
        second_title: str = "") -> Page:  # fmt: skip
    """A line of the team's own."""
    if by.community_id != community.pk or not by.may(RIGHT):
        raise NotAllowed
    page = Page(
        community=community, kind=kinds.TEAM, at=at, title=title, lang=community.lang,
        second_title=second_title, by=by,
        second_lang=community.second_lang if second_title else "",
    )  # fmt: skip
    page.key = f"team-{page.oid}"
    page.save()
    _say(page, "add", by=by, now=now)
    return page


@transaction.atomic
def hide(*, page: Page, by: Member, now: datetime) -> None:
    """Leave a line out; `show` brings it back."""
    _may(page, by)
    if not Page.objects.filter(pk=page.pk, hidden_at=None).update(hidden_at=now):
        raise WrongMoment
    _say(page, "hide", by=by, now=now)


@transaction.atomic
def show(*, page: Page, by: Member, now: datetime) -> None:
    _may(page, by)
    if not Page.objects.filter(pk=page.pk, hidden_at__isnull=False).update(hidden_at=None):
        raise WrongMoment
    _say(page, "show", by=by, now=now)


def _say(page: Page, what: str, *, by: Member, now: datetime) -> None:
    announce(
        PageSteered(
            community_id=page.community_id, object_id=page.pk, actor=by.person.pseudonym,
            what=what, now=now,
        )
    )  # fmt: skip


def _may(page: Page, by: Any) -> None:
    if by.community_id != page.community_id or not by.may(RIGHT):
        raise NotAllowed
