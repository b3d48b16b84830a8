"""What a file holds and what is wrong with it, as people read it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import rules

NAMES: dict[str, Any] = {
    "communities.member": gettext_lazy("People"),
    "content.post": gettext_lazy("Posts"),
    "content.comment": gettext_lazy("Comments"),
    "chat.message": gettext_lazy("Lines in chat rooms"),
    "core.picture": gettext_lazy("Pictures"),
    "catalog.product": gettext_lazy("Products"),
    "gatherings.gathering": gettext_lazy("Events"),
    "challenges.challenge": gettext_lazy("Challenges"),
    "culture.charter": gettext_lazy("Charter versions"),
    "content.topic": gettext_lazy("Topics"),
}


def held(counts: dict[str, int]) -> list[tuple[str, int]]:
    """(name, number) of what people look for, and all other rows together."""
    shown = [(str(name), counts.get(label, 0)) for label, name in NAMES.items()]
    other = sum(n for label, n in counts.items() if label not in NAMES)
    return [row for row in shown if row[1]] + ([(_("Other rows"), other)] if other else [])


def problems(report: dict[str, Any]) -> list[dict[str, str]]:
    """Place and sentence of each fault."""
    found = []
    for code, file, line, what in report.get("problems", []):
        place = f"{file}:{line}" if line else file
        if what:
            place = f"{place} ({what})" if place else what
        found.append({"place": place, "sentence": str(rules.PROBLEMS.get(code, code))})
    return found
