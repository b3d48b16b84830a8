"""Which events make a line of history, what it says, and what it links to.

Events of floors above are known by their names only: the log is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member

from ..models import Amendment, Charter, Goal, Page, Ritual

TEAM = "team"
MILESTONES = (10, 50, 100, 250, 500, 1000, 2500, 5000, 10000)

SENTENCES: dict[str, str | Promise] = {
    "founded": _("The community was founded"),
    "members": _("Member number %(n)s joined"),
    "charter": _("Version %(n)s of the charter came to stand"),
    "voted": _("The members adopted version %(n)s of the charter"),
    "goal": _("A goal was reached: %(title)s"),
    "ritual": _("A ritual began: %(title)s"),
    "sale": _("The first thing was sold"),
    "challenge": _("A challenge began: %(title)s"),
    "challenge-over": _("A challenge came to its end: %(title)s. %(n)s of %(total)s did it"),
    "post": _("The first post was written"),
}
ICONS = {
    "founded": "sprout", "members": "users", "charter": "scroll-text", "voted": "scale",
    "goal": "flag", "ritual": "repeat", "sale": "shopping-bag", "challenge": "calendar-check",
    "challenge-over": "calendar-check", "post": "message-square", TEAM: "pen-line",
}  # fmt: skip


def _page(row: Any, kind: str, key: str, *, place: str = "", args: dict[str, Any] | None = None,
          **facts: Any) -> Page:  # fmt: skip
    return Page(
        community_id=row.community_id, kind=kind, key=key, at=row.at, facts=facts, place=place,
        place_args=args or {},
    )  # fmt: skip


def _worded(thing: Any) -> dict[str, str]:
    return {name: getattr(thing, name) for name in ("title", "lang", "second_title", "second_lang")}


def _founded(row: Any) -> list[Page]:
    return [_page(row, "founded", "founded", place="charter-version", args={"version": 1})]


def _joined(row: Any) -> list[Page]:
    n = Member.objects.filter(pk=row.object_id).values_list("number", flat=True).first()
    return [_page(row, "members", f"members-{n}", place="members", n=n)] if n in MILESTONES else []


def _charter(row: Any) -> list[Page]:
    n = row.props.get("version", 1)
    if n == 1 or Amendment.objects.filter(charter_id=row.object_id).exists():
        return []  # founding says the first; an adopted one has its own line
    args = {"version": n}
    return [_page(row, "charter", f"charter-{n}", place="charter-version", args=args, n=n)]


def _adopted(row: Any) -> list[Page]:
    found = Amendment.objects.filter(pk=row.object_id).first()
    n = row.props["version"]
    if found is None or not Charter.objects.filter(pk=found.charter_id).exists():
        return []
    return [
        _page(row, "voted", f"charter-{n}", place="amendment", args={"id": str(found.public_id)},
              n=n)
    ]  # fmt: skip


def _goal(row: Any) -> list[Page]:
    found = Goal.objects.filter(pk=row.object_id).first()
    return (
        [_page(row, "goal", f"goal-{found.pk}", place="goals", **_worded(found))] if found else []
    )


def _ritual(row: Any) -> list[Page]:
    found = Ritual.objects.filter(pk=row.object_id).first()
    if found is None:
        return []
    args = {"id": str(found.public_id)}
    return [_page(row, "ritual", f"ritual-{found.pk}", place="ritual", args=args,
                  **_worded(found))]  # fmt: skip


def _sale(row: Any) -> list[Page]:
    return [_page(row, "sale", "first-sale", place="shop")]


def _post(row: Any) -> list[Page]:
    return [_page(row, "post", "first-post", place="community")]


def _challenge(kind: str) -> Callable[[Any], list[Page]]:
    def read(row: Any) -> list[Page]:
        found = apps.get_model("challenges", "Challenge").objects.filter(pk=row.object_id).first()
        if found is None:
            return []
        facts = _worded(found)
        if kind == "challenge-over":
            facts |= {"n": row.props.get("finished", 0), "total": row.props.get("joined", 0)}
        args = {"slug": found.slug}
        return [_page(row, kind, f"{kind}-{found.pk}", place="challenge", args=args, **facts)]

    return read


READERS: dict[str, Callable[[Any], list[Page]]] = {
    "CommunityFounded": _founded,
    "MemberJoined": _joined,
    "CharterPublished": _charter,
    "CharterAdopted": _adopted,
    "GoalReached": _goal,
    "RitualBegun": _ritual,
    "OrderPaid": _sale,
    "PostPublished": _post,
    "ChallengeStarted": _challenge("challenge"),
    "ChallengeEnded": _challenge("challenge-over"),
}
