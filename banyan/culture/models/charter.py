from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import get_language

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy

GOAL, VALUE, CONVENTION = "goal", "value", "convention"
GOAL_ID = "goal"


@dataclass(frozen=True)
class Said:
    """A charter in one language."""

    lang: str
    goal: str
    values: list[str]
    conventions: list[str]


class Charter(Scoped):
    """One version of what a community holds to. Never changed: a change is the next version."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="charters")
    version = models.PositiveIntegerField()
    goal = models.CharField(max_length=300)
    values = models.JSONField(default=list, help_text="sentences")
    conventions = models.JSONField(default=list, help_text="sentences")
    lang = models.CharField(max_length=12, default="en")
    second_goal = models.CharField(max_length=300, blank=True)
    second_values = models.JSONField(default=list)
    second_conventions = models.JSONField(default=list)
    second_lang = models.CharField(max_length=12, blank=True)
    published_at = models.DateTimeField()
    published_by = models.UUIDField(null=True, help_text="pseudonym of who published it")
    value_ids = models.JSONField(default=list, help_text="stable ids beside the values")
    convention_ids = models.JSONField(default=list, help_text="stable ids beside the conventions")
    last_clause = models.PositiveIntegerField(default=0, help_text="last number given to a clause")
    grace_until = models.DateTimeField(
        null=True, help_text="until then members write without having accepted it"
    )

    privacy = Privacy(
        person="published_by",
        exports=("community_id", "version", "goal", "values", "conventions", "published_at"),
        on_erase="blank",
        blanks=("published_by",),
        keeps="as long as the community, without who wrote it",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "version"], name="charter_version_once")
        ]
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"charter {self.version}"

    @property
    def said(self) -> Said:
        """In the reader's language where it was written so, else in its own."""
        reader = (get_language() or "en")[:2]
        if self.second_goal and self.second_lang[:2] == reader != self.lang[:2]:
            return self.second
        return Said(self.lang, self.goal, self.values, self.conventions)

    @property
    def second(self) -> Said:
        return Said(self.second_lang, self.second_goal, self.second_values, self.second_conventions)

    @property
    def first(self) -> Said:
        return Said(self.lang, self.goal, self.values, self.conventions)

    def rows(self, said: Said) -> list[tuple[str, str, str]]:
        """(id, kind, sentence) of every clause in one of its languages."""
        found = [(GOAL_ID, GOAL, said.goal)] if said.goal else []
        for kind, ids, lines in (
            (VALUE, self.value_ids, said.values),
            (CONVENTION, self.convention_ids, said.conventions),
        ):
            # A second language with more lines than the first has clauses nobody can cite.
            found += [(ident, kind, line) for ident, line in zip(ids, lines, strict=False)]
        return found


class Acceptance(Scoped):
    """A member's signature under one version."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="acceptances")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    privacy = Privacy(
        person="member__person",
        exports=("community_id", "charter_id", "at"),
        on_erase="keep",
        keeps="as long as the community, under the nameless member",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["charter", "member"], name="acceptance_once")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} signed {self.charter_id}"
