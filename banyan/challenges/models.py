from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.content.models import Post
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful

from . import rules


class Challenge(Scoped, Stateful):
    """Something small that members do each day for some days, together."""

    MOVES = rules.MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=60)
    state = models.CharField(max_length=10, choices=rules.STATES, default=rules.SCHEDULED)
    title = models.CharField(max_length=80)
    about = models.CharField(max_length=400, blank=True)
    lang = models.CharField(max_length=12, default="en")
    second_title = models.CharField(max_length=80, blank=True)
    second_about = models.CharField(max_length=400, blank=True)
    second_lang = models.CharField(max_length=12, blank=True)
    reward = models.CharField(max_length=160, blank=True)
    second_reward = models.CharField(max_length=160, blank=True)
    paid_by = models.CharField(max_length=80, blank=True, help_text="who pays the reward")
    second_paid_by = models.CharField(max_length=80, blank=True)
    starts_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    needed_days = models.PositiveSmallIntegerField(help_text="days that make it done")
    makeup_days = models.PositiveSmallIntegerField(default=1)
    zone = models.CharField(max_length=50, default="UTC", help_text="where its first day begins")
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(
        person="made_by__person", exports=("community_id", "title", "starts_on", "days"),
        on_erase="keep", keeps="as long as the community, under the nameless member",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "slug"], name="challenge_slug_once"),
            models.CheckConstraint(
                condition=Q(needed_days__gte=1) & Q(needed_days__lte=models.F("days")),
                name="challenge_needed_days",
            ),
        ]
        indexes = [models.Index(fields=["state", "starts_on"], name="challenge_due")]
        ordering = ["-starts_on", "-pk"]

    def __str__(self) -> str:
        return self.title

    def said(self, field: str) -> str:
        """A text in the reader's language where it was written so."""
        return str(getattr(self, f"second_{field}" if self._is_second(field) else field))

    def _is_second(self, field: str) -> bool:
        reader = (get_language() or "en")[:2]
        return bool(getattr(self, f"second_{field}")) and (
            self.second_lang[:2] == reader != self.lang[:2]
        )

    def said_lang(self, field: str) -> str:
        return self.second_lang if self._is_second(field) else self.lang

    @property
    def here_title(self) -> str:
        return self.said("title")

    @property
    def here_lang(self) -> str:
        return self.said_lang("title")

    @property
    def ends_on(self) -> date:
        return rules.last_day(self.starts_on, self.days)

    @property
    def is_open(self) -> bool:
        return self.state in (rules.SCHEDULED, rules.RUNNING)


class Team(Scoped):
    """Members of a challenge whose days are added up together."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="with its challenge")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["challenge", "name"], name="challenge_team_once"),
        ]
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Entry(Scoped):
    """A member in a challenge. Their zone is kept from the day they joined it."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="entries")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="entries")
    zone = models.CharField(max_length=50, help_text="a change of zone gains no day")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveSmallIntegerField(default=0)
    made_up = models.PositiveSmallIntegerField(default=0)
    last_on = models.DateField(null=True, blank=True)
    wants_reminders = models.BooleanField(default=False)
    reminded_on = models.DateField(null=True, blank=True)

    privacy_name = _("Challenges you took part in")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "challenge_id", "zone", "joined_at", "left_at", "done"),
        on_erase="blank",
        blanks=("zone",),
        keeps="as long as the challenge, under the nameless member",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["challenge", "member"], name="challenge_entry_once"),
        ]
        indexes = [models.Index(fields=["challenge", "-done"], name="challenge_far")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.challenge_id}"


class CheckIn(Scoped):
    """One day of one member: there is never a second one for the same day."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="check_ins")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()
    is_made_up = models.BooleanField(default=False)
    post = models.ForeignKey(Post, null=True, on_delete=models.SET_NULL, related_name="+")

    privacy_name = _("Your days in challenges")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "challenge_id", "day", "at", "is_made_up"),
        on_erase="keep",
        keeps="as long as the challenge, under the nameless member",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["challenge", "member", "day"], name="challenge_day_once"
            ),
        ]
        indexes = [models.Index(fields=["challenge", "-at"], name="challenge_latest")]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.day}"
