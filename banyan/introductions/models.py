from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.people.rules import INTERESTS

from . import rules


class Willing(Scoped):
    """A member’s own switch: to be introduced here, since when; None: off."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    member = models.OneToOneField(Member, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(null=True, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True, help_text="last in a pair, shown or not")
    introduced_at = models.DateTimeField(null=True, blank=True, help_text="last shown somebody")

    privacy_name = _("Whether you want to be introduced")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "since", "drawn_at", "introduced_at"),
        on_erase="delete",
        keeps="as long as you have an account",
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["community"], name="willing_here", condition=Q(since__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.since}"


class Introduction(Scoped, Stateful):
    """Two members who named the same interest, shown to each other or left to chance.

    `has_tie` is written once, on day 30. Why an introduction is over is kept nowhere.
    """

    MOVES = rules.MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    pair = models.CharField(max_length=44, help_text="two memberships, the smaller key first")
    state = models.CharField(max_length=10, choices=rules.STATES, default=rules.INTRODUCED)
    drawn_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    has_tie = models.BooleanField(null=True)

    privacy = Privacy(
        person=None, exports="none", on_erase="keep", keeps="as long as the community",
        why="a pair, without names; each person’s side of it is theirs (introductions.side)",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "pair"], name="introduction_once"),
        ]
        indexes = [
            models.Index(
                fields=["drawn_at"], name="introduction_due", condition=Q(settled_at=None)
            ),
            models.Index(
                fields=["closes_at"], name="introduction_open", condition=Q(state="introduced")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pair} {self.state}"


class Side(Scoped):
    """One of the two: what of theirs was named, and what they said. The other never reads it."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="sides")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    interest = models.CharField(max_length=20, choices=INTERESTS)
    said = models.CharField(max_length=8, choices=rules.SAID, blank=True)
    said_at = models.DateTimeField(null=True, blank=True)
    drawn_at = models.DateTimeField()

    privacy_name = _("Introductions, and what you said to them")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "introduction_id", "interest", "said", "said_at", "drawn_at"),
        on_erase="delete",
        keeps="as long as you have an account",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["introduction", "member"], name="side_once"),
        ]
        indexes = [models.Index(fields=["member", "-id"], name="side_member")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.introduction_id}"

    @property
    def interest_label(self) -> str:
        return str(self.get_interest_display())  # type: ignore[attr-defined]
