"""What an experiment can hold back from one half, and the measure that judges each kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community

from ..goals import rules as goal_rules
from ..models import Goal, Ritual
from ..rituals import rules as ritual_rules
from . import rules


@dataclass(frozen=True, kw_only=True)
class Subject:
    """`things(community)` gives (id, name) of what can be tried out; `what` is held back.

    `by_author` divides by who wrote what is shown, not by who sees it.
    """

    key: str
    label: str | Promise
    what: str | Promise
    outcome: str
    things: Callable[[Community], list[tuple[int, str]]]
    by_author: bool = False


_subjects: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    _subjects[subject.key] = subject


def get(key: str) -> Subject | None:
    return _subjects.get(key)


def all_of_them() -> list[Subject]:
    return list(_subjects.values())


def _goals(community: Community) -> list[tuple[int, str]]:
    rows = Goal.objects.of(community).filter(state=goal_rules.RUNNING)
    return [(row.pk, row.here_title) for row in rows]


def _rituals(community: Community) -> list[tuple[int, str]]:
    rows = Ritual.objects.of(community).filter(state=ritual_rules.ON)
    return [(row.pk, row.here_title) for row in rows]


def _one_for_all(community: Community) -> list[tuple[int, Any]]:
    return [(0, "")]


register(
    Subject(
        key="goal", label=_("Goal"), what=_("Its bar on the home page"), outcome=rules.WROTE,
        things=_goals,
    )
)  # fmt: skip
register(
    Subject(
        key="ritual", label=_("Ritual"), what=_("Its card on the home page"),
        outcome=rules.WROTE, things=_rituals,
    )
)  # fmt: skip
register(
    Subject(
        key="nomination", label=_("Nominating examples"),
        what=_("The way to nominate, beside each post"), outcome=rules.WROTE, things=_one_for_all,
    )
)  # fmt: skip
register(
    Subject(
        key="first-reply", label=_("The first reply"),
        what=_("The card that asks members to answer a newcomer’s first post"),
        outcome=rules.WROTE, things=_one_for_all, by_author=True,
    )
)  # fmt: skip
