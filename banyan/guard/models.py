from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful

from . import rules


class Policy(models.Model):
    """What a community wants looked at first, and what its levels of trust need."""

    community = models.OneToOneField(
        Community, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    is_on = models.BooleanField(default=True)
    threshold = models.PositiveSmallIntegerField(default=rules.THRESHOLD)
    off = models.JSONField(default=list, help_text="reasons that do not count here")
    words = models.JSONField(default=list, help_text="words of this community's own list")
    needs = models.JSONField(default=dict, help_text="level: what it needs here")

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="while it lives")

    def __str__(self) -> str:
        return f"guard of {self.community_id}"


class Hold(Scoped, Stateful):
    """A text that waits, or waited, for a look: why, and what came of it."""

    MOVES = rules.MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    object_id = models.BigIntegerField()
    author = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=rules.STATES, default=rules.WAITING)
    reasons = models.JSONField(default=list, help_text="[rule, points, [what was found]]")
    score = models.PositiveSmallIntegerField(default=0)
    held_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.UUIDField(null=True, help_text="pseudonym of who looked")

    privacy_name = _("What you wrote that waited for a look")
    privacy = Privacy(
        person="author__person",
        exports=(
            "community_id", "kind", "object_id", "state", "reasons", "score", "held_at",
            "reviewed_at",
        ),
        on_erase="delete",
        keeps="180 days after somebody looked",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                condition=Q(state=rules.WAITING),
                name="hold_waits_once",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "state", "-held_at"], name="hold_here"),
            models.Index(fields=["kind", "object_id", "-id"], name="hold_object"),
            models.Index(fields=["author", "state"], name="hold_author"),
            models.Index(fields=["reviewed_at"], name="hold_reviewed"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.kind} {self.object_id}"

    @property
    def why(self) -> list[dict[str, Any]]:
        """The reasons in words."""
        return [
            {"label": rules.REASONS[rule], "points": points, "found": found}
            for rule, points, found in self.reasons
            if rule in rules.REASONS
        ]


class SeenDomain(models.Model):
    """A place on the web that somebody trusted has named here."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    domain = models.CharField(max_length=120)
    seen_at = models.DateTimeField()

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="while it lives")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "domain"], name="seen_domain_once")
        ]

    def __str__(self) -> str:
        return self.domain


class Day(models.Model):
    """That a member was here on a day, and how many conversations they read: which ones is not
    written down."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    opened = models.PositiveSmallIntegerField(default=0)

    privacy_name = _("Days you came, and how much you read")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "on", "opened"),
        on_erase="delete",
        keeps="100 days",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "on"], name="day_once")]
        indexes = [models.Index(fields=["community", "on"], name="day_here")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.on}"


class Standing(models.Model):
    """How far a member is trusted here, and what that was counted from."""

    member = models.OneToOneField(
        Member, on_delete=models.CASCADE, related_name="standing", primary_key=True
    )
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField(choices=rules.LEVELS, default=rules.NEWCOMER)
    is_locked = models.BooleanField(default=False, help_text="set by hand; counting leaves it")
    reason = models.CharField(max_length=200, blank=True, help_text="why it was set by hand")
    lang = models.CharField(max_length=12, blank=True)
    counts = models.JSONField(default=dict)
    counted_on = models.DateField(null=True)

    privacy_name = _("How far you are trusted")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "level", "is_locked", "reason", "counts", "counted_on"),
        on_erase="delete",
        keeps="while the membership stands",
    )

    class Meta:
        indexes = [models.Index(fields=["community", "-level"], name="standing_here")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.level}"


class StandingChange(Scoped):
    """A level that changed: by counting, or by whose hand and why."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    by = models.UUIDField(null=True, help_text="pseudonym of who set it; nobody: it was counted")
    before = models.PositiveSmallIntegerField(choices=rules.LEVELS)
    after = models.PositiveSmallIntegerField(choices=rules.LEVELS)
    was_locked = models.BooleanField(default=False)
    is_locked = models.BooleanField(default=False)
    was_reason = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    lang = models.CharField(max_length=12, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()

    privacy_name = _("How your level of trust changed")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "before", "after", "is_locked", "reason", "at"),
        on_erase="blank",
        blanks=("reason", "was_reason"),
        keeps="as long as the community, without the words",
    )

    class Meta:
        indexes = [models.Index(fields=["member", "-id"], name="standing_change_of")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.before} to {self.after}"
