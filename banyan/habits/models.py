from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core.models import NamedTwice, Scoped
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.leaves.models import LeafLot

from . import rules


class Named(NamedTwice, Scoped):
    """Something an operator gave a name, in one language or two."""

    name = models.CharField(max_length=rules.TITLE_LENGTH)
    lang = models.CharField(max_length=12, blank=True)
    second_name = models.CharField(max_length=rules.TITLE_LENGTH, blank=True)
    second_lang = models.CharField(max_length=12, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.here_name


class Terms(Scoped):
    """What a day gives here, and what money spent and kept counts. `before` stood there before."""

    community = models.OneToOneField(Community, on_delete=models.PROTECT, related_name="+")
    is_on = models.BooleanField(default=False, help_text="members can check in")
    day_minor = models.PositiveIntegerField(default=0, help_text="leaves for a day")
    week_minor = models.PositiveIntegerField(default=0, help_text="more on every 7th in a row")
    month_minor = models.PositiveIntegerField(default=0, help_text="more on every 30th in a row")
    day_points = models.PositiveIntegerField(default=0)
    point_minor = models.PositiveBigIntegerField(
        default=0, help_text="one point for each so much that was spent and kept; 0: none"
    )
    changed_at = models.DateTimeField()
    before = models.JSONField(null=True)

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="while it lives")

    def __str__(self) -> str:
        return "on" if self.is_on else "off"


class Level(Named):
    """A name for so many points."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    from_points = models.PositiveBigIntegerField()

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="while it lives")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "from_points"], name="level_once"),
        ]
        ordering = ["from_points"]


class Habit(Scoped):
    """One member's days and standing. The clock their days are counted by is never changed."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    member = models.OneToOneField(Member, on_delete=models.PROTECT, related_name="+")
    zone = models.CharField(max_length=50, blank=True, help_text="of the first day, for good")
    last_on = models.DateField(null=True)
    days = models.PositiveIntegerField(default=0, help_text="in a row, up to last_on")
    longest = models.PositiveIntegerField(default=0)
    grace = models.PositiveSmallIntegerField(default=0)
    points = models.PositiveBigIntegerField(default=0, help_text="counted from what stands")
    level = models.ForeignKey(Level, null=True, on_delete=models.SET_NULL, related_name="+")
    hides_level = models.BooleanField(default=False)

    privacy_name = _("Your days and your standing")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "zone", "last_on", "days", "longest", "grace", "points",
                 "hides_level"),
        on_erase="delete",
        keeps="while the member is one",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(grace__lte=rules.GRACE_MOST), name="habit_grace_is_little"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.days} days"

    @property
    def row(self) -> rules.Row:
        return rules.Row(self.days, self.grace, self.last_on)


class CheckIn(Scoped):
    """A day somebody was here: one row for each member and local day."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()
    days = models.PositiveIntegerField(help_text="in a row, with this one")
    mended = models.PositiveSmallIntegerField(default=0, help_text="missed days that grace mended")

    privacy_name = _("Days you checked in")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "day", "at", "days", "mended"),
        on_erase="delete",
        keeps="while the member is one",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "day"], name="checked_in_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.day}"


class Quest(Named, Stateful):
    """So many acts of one kind, once or each week, and what they give."""

    MOVES = rules.QUEST_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=10, choices=rules.ACTS)
    number = models.PositiveIntegerField()
    period = models.CharField(max_length=6, choices=rules.PERIODS)
    minor = models.PositiveIntegerField(default=0, help_text="leaves")
    points = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=3, choices=rules.QUEST_STATES, default=rules.ON)
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(help_text="acts count from here")

    privacy_name = _("Quests you put up")
    privacy = Privacy(
        person="made_by__person",
        exports=("community_id", "name", "act", "number", "period", "begun_at"),
        on_erase="keep",
        keeps="as the community’s own words, under the nameless member",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__gt=0), name="quest_of_something"),
            models.CheckConstraint(
                condition=Q(minor__gt=0) | Q(points__gt=0), name="quest_for_something"
            ),
        ]
        indexes = [models.Index(fields=["community", "state"], name="quests_here")]

    @property
    def is_on(self) -> bool:
        return self.state == rules.ON


class Gift(Scoped, Stateful):
    """What a day or a quest gave: once for each. Its leaves are the lot, as long as it stands.

    `minor` is what was promised; without a lot this month's leaves did not reach for it.
    """

    MOVES = rules.GIFT_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    quest = models.ForeignKey(Quest, null=True, on_delete=models.PROTECT, related_name="+")
    period_on = models.DateField(null=True, help_text="Monday of the week, or when it was put up")
    zone = models.CharField(max_length=50, blank=True, help_text="whose clock the week went by")
    day = models.DateField(null=True, help_text="that somebody checked in")
    state = models.CharField(max_length=5, choices=rules.GIFT_STATES, default=rules.GIVEN)
    minor = models.PositiveIntegerField(default=0)
    lot = models.OneToOneField(LeafLot, null=True, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=rules.REASON_LENGTH, blank=True)
    taken_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")

    privacy_name = _("What days and quests gave you")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "day", "quest_id", "period_on", "state", "minor", "points", "at",
                 "ended_at", "reason"),
        on_erase="blank",
        blanks=("reason",),
        keeps="with the leaves it gave, under the nameless member",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "day"], condition=Q(day__isnull=False), name="gift_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["member", "quest", "period_on"], condition=Q(quest__isnull=False),
                name="gift_once_a_period",
            ),
            models.CheckConstraint(
                condition=Q(day__isnull=False, quest=None)
                | Q(day=None, quest__isnull=False, period_on__isnull=False),
                name="gift_for_a_day_or_a_quest",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["community", "-at"], name="gifts_here"),
            models.Index(fields=["member", "-at"], name="gifts_of"),
        ]

    def __str__(self) -> str:
        return f"{self.minor} and {self.points} for {self.day or self.quest_id}"

    @property
    def is_given(self) -> bool:
        return self.state == rules.GIVEN

    worth: Any = None
