from __future__ import annotations

from django.db import models
from django.db.models import Q

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful

from ..amendments import rules
from .charter import Charter, Said


class CharterPolicy(models.Model):
    """How a community changes its charter. One that has no row keeps to the rules' figures."""

    community = models.OneToOneField(Community, on_delete=models.CASCADE, related_name="+")
    proposers = models.CharField(max_length=10, choices=rules.PROPOSERS, default=rules.BY_OPERATORS)
    quorum_percent = models.PositiveSmallIntegerField(default=rules.QUORUM_PERCENT)
    threshold_percent = models.PositiveSmallIntegerField(default=rules.THRESHOLD_PERCENT)
    tenure_days = models.PositiveSmallIntegerField(default=rules.TENURE_DAYS)
    vote_days = models.PositiveSmallIntegerField(default=rules.VOTE_DAYS)
    grace_days = models.PositiveSmallIntegerField(default=rules.GRACE_DAYS)

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="while it lives")

    def __str__(self) -> str:
        return f"{self.quorum_percent} %, {self.threshold_percent} %"


class Amendment(Scoped, Stateful):
    """A charter proposed to stand next, on which the members vote. Its words never change."""

    MOVES = rules.MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=rules.STATES, default=rules.OPEN)
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=rules.LONGEST_WHY)
    why_lang = models.CharField(max_length=12, blank=True)
    after_version = models.PositiveIntegerField()
    goal = models.CharField(max_length=300)
    values = models.JSONField(default=list)
    conventions = models.JSONField(default=list)
    lang = models.CharField(max_length=12, default="en")
    second_goal = models.CharField(max_length=300, blank=True)
    second_values = models.JSONField(default=list)
    second_conventions = models.JSONField(default=list)
    second_lang = models.CharField(max_length=12, blank=True)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    # The rules as they stood when it was opened.
    quorum_percent = models.PositiveSmallIntegerField()
    threshold_percent = models.PositiveSmallIntegerField()
    tenure_days = models.PositiveSmallIntegerField()
    closed_at = models.DateTimeField(null=True, blank=True)
    electorate = models.PositiveIntegerField(null=True, help_text="who could vote, at the closing")
    yes = models.PositiveIntegerField(null=True)
    no = models.PositiveIntegerField(null=True)
    charter = models.ForeignKey(Charter, null=True, on_delete=models.PROTECT, related_name="+")

    privacy = Privacy(
        person="by__person",
        exports=("community_id", "why", "goal", "values", "conventions", "opened_at", "state"),
        on_erase="blank",
        blanks=("why",),
        keeps="as long as the community, under the nameless member",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community"], condition=Q(state=rules.OPEN), name="amendment_one_open"
            ),
        ]
        indexes = [models.Index(fields=["state", "closes_at"], name="amendment_due")]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"amendment of {self.after_version}"

    @property
    def is_open(self) -> bool:
        return self.state == rules.OPEN

    @property
    def first(self) -> Said:
        return Said(self.lang, self.goal, self.values, self.conventions)

    @property
    def second(self) -> Said:
        return Said(self.second_lang, self.second_goal, self.second_values, self.second_conventions)


class Ballot(models.Model):
    """One member's vote. What was chosen is blanked once the votes are counted."""

    amendment = models.ForeignKey(Amendment, on_delete=models.CASCADE, related_name="ballots")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    choice = models.CharField(max_length=3, blank=True, choices=rules.CHOICES)

    privacy = Privacy(
        person="member__person",
        exports=("amendment_id", "choice"),
        on_erase="blank",
        blanks=("choice",),
        keeps="that one voted: as long as the community; what: until the votes are counted",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["amendment", "member"], name="charter_ballot_once"),
        ]

    def __str__(self) -> str:
        return f"ballot on {self.amendment_id}"


class AmendmentComment(Scoped):
    """What a member says about a proposed charter."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    amendment = models.ForeignKey(Amendment, on_delete=models.CASCADE, related_name="comments")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    body = models.CharField(max_length=rules.LONGEST_COMMENT)
    lang = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")

    privacy = Privacy(
        person="member__person",
        exports=("community_id", "amendment_id", "body", "at"),
        on_erase="blank",
        blanks=("body",),
        keeps="an empty place in the talk",
    )

    class Meta:
        indexes = [models.Index(fields=["amendment", "at"], name="amendment_talk")]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.body[:40]
