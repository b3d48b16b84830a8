from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful

from .. import rules, scoring
from .links import Attribution


class Trace(models.Model):
    """A browser or a network, as a keyed hash: of a sharer, or of an order that came by a link."""

    member = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    attribution = models.ForeignKey(
        Attribution, null=True, blank=True, on_delete=models.CASCADE, related_name="traces"
    )
    kind = models.CharField(max_length=8)
    mark = models.CharField(max_length=32)
    at = models.DateTimeField()

    privacy_name = _("Codes of networks and devices you shared from")
    privacy = Privacy(
        person="member__person",
        exports=("kind", "mark", "at"),
        on_erase="delete",
        keeps="90 days",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "mark"], condition=Q(member__isnull=False),
                name="trace_of_member_once",
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=False, attribution__isnull=True)
                | Q(member__isnull=True, attribution__isnull=False),
                name="trace_of_one",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["at"], name="traces_to_forget")]

    def __str__(self) -> str:
        return f"{self.kind} {self.mark[:6]}"


class Doubt(Scoped, Stateful):
    """An order that came by sharing waits for a look, with the reasons that its sharer reads too.

    One for each order. Who shared may say once why it is real.
    """

    MOVES = rules.DOUBT_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    attribution = models.OneToOneField(Attribution, on_delete=models.PROTECT, related_name="doubt")
    state = models.CharField(max_length=8, choices=rules.DOUBT_STATES, default=rules.OPEN)
    reasons = models.JSONField(default=list, help_text="[key, points, how many]")
    score = models.PositiveSmallIntegerField(default=0)
    raised_at = models.DateTimeField()
    appeal = models.CharField(max_length=500, blank=True)
    lang = models.CharField(max_length=12, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("Doubts about orders that came by your sharing")
    privacy = Privacy(
        person="attribution__member__person",
        exports=("community_id", "state", "reasons", "score", "raised_at", "appeal", "appealed_at",
                 "answered_at"),
        on_erase="blank",
        blanks=("appeal",),
        keeps="as long as the order; what was written goes",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(
                fields=["community", "raised_at"], condition=Q(state__in=rules.DOUBTED),
                name="doubts_to_settle",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.score} against {self.attribution_id}"

    @property
    def why(self) -> list[scoring.Reason]:
        return [scoring.Reason(*row) for row in self.reasons if row[0] in scoring.WORDS]

    @property
    def stands(self) -> bool:
        return self.state in rules.DOUBTED

    @property
    def may_be_appealed(self) -> Any:
        return self.appealed_at is None and self.state in (rules.OPEN, rules.VOID)
