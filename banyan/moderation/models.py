from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful

from . import rules


class Decision(Scoped):
    """Who decided what about which thing, and when. Never changed, never deleted.

    Names people by pseudonym; the words to the author stand in Explanation, which can be erased.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    subject = models.UUIDField(null=True, help_text="pseudonym of whose thing it is")
    by = models.UUIDField(null=True, help_text="pseudonym of who decided")
    verdict = models.CharField(max_length=8, choices=rules.VERDICTS)
    reason = models.CharField(max_length=12, choices=rules.REASONS, blank=True)
    clause = models.CharField(
        max_length=12, blank=True, help_text="id of the charter's clause it rests on"
    )
    clause_words = models.CharField(
        max_length=300, blank=True, help_text="the clause as it stood, in the charter's language"
    )
    clause_lang = models.CharField(max_length=12, blank=True)
    reports = models.PositiveIntegerField(default=0, help_text="how many reports it settled")
    decided_at = models.DateTimeField()

    privacy_name = _("Decisions about what you wrote")
    privacy = Privacy(
        person="subject",
        exports=(
            "community_id",
            "kind",
            "object_id",
            "verdict",
            "reason",
            "clause_words",
            "decided_at",
        ),
        on_erase="keep",
        keeps="for ever, under pseudonyms that erasure cuts from the people",
    )

    class Meta:
        indexes = [
            models.Index(fields=["kind", "object_id", "-id"], name="decision_object"),
            models.Index(fields=["community", "-id"], name="decision_here"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.kind} {self.object_id}"


class Explanation(Scoped):
    """What the moderator wrote to the author beside the reason."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="explanation")
    words = models.CharField(max_length=rules.NOTE_LENGTH)
    lang = models.CharField(max_length=12, blank=True)

    privacy_name = _("Words of moderators to you")
    privacy = Privacy(
        person="decision__subject",
        exports=("words", "lang"),
        on_erase="delete",
        keeps="while its reader has an account",
    )

    def __str__(self) -> str:
        return self.words


class Report(Scoped):
    """One member asking the moderators to look at one thing. Open until a decision settles it."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    reporter = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=rules.REASONS)
    note = models.CharField(max_length=rules.NOTE_LENGTH, blank=True)
    lang = models.CharField(max_length=12, blank=True)
    reported_at = models.DateTimeField(default=timezone.now)
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    privacy_name = _("What you reported")
    privacy = Privacy(
        person="reporter__person",
        exports=("community_id", "kind", "object_id", "reason", "note", "reported_at"),
        on_erase="blank",
        blanks=("note",),
        keeps="the reason and the day stay, so that the count of reports stays true",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reporter", "kind", "object_id"], name="report_once"),
        ]
        indexes = [
            models.Index(
                fields=["community", "-reported_at"], name="report_open", condition=Q(decision=None)
            ),
            models.Index(fields=["kind", "object_id"], name="report_object"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.kind} {self.object_id}"


class StrikeRule(models.Model):
    """How many days a strike stands in a community. Without a row: rules.STRIKE_DAYS."""

    community = models.OneToOneField(
        Community, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    days = models.PositiveSmallIntegerField(default=rules.STRIKE_DAYS)

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="while it lives")

    def __str__(self) -> str:
        return str(self.days)


class Mute(Scoped, Stateful):
    """A member reads but says nothing until then. `Member.muted_until` says it to every page."""

    MOVES = rules.MUTE_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="mute")
    state = models.CharField(max_length=8, choices=rules.MUTE_STATES, default=rules.ON)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    privacy_name = _("When you were muted")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "state", "from_at", "until_at"),
        on_erase="delete",
        keeps="while the account stands",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(state=rules.ON), name="muted_once"
            ),
        ]
        indexes = [models.Index(fields=["state", "until_at"], name="mute_until")]

    def __str__(self) -> str:
        return f"{self.state} {self.until_at}"

    def holds(self, now: datetime) -> bool:
        return self.state == rules.ON and self.until_at > now


class Strike(Scoped, Stateful):
    """A mark against a member that a decision carried. It expires by itself."""

    MOVES = rules.STRIKE_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="strike")
    state = models.CharField(max_length=8, choices=rules.STRIKE_STATES, default=rules.STANDING)
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    privacy_name = _("Strikes against you")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "state", "given_at", "expires_at"),
        on_erase="delete",
        keeps="while the account stands",
    )

    class Meta:
        indexes = [
            models.Index(fields=["member", "state", "expires_at"], name="strike_member"),
            models.Index(fields=["state", "expires_at"], name="strike_over"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.expires_at}"

    def holds(self, now: datetime) -> bool:
        return self.state == rules.STANDING and self.expires_at > now


class Appeal(Scoped, Stateful):
    """One asks that somebody else looks at a decision about them. Once a decision."""

    MOVES = rules.APPEAL_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    state = models.CharField(max_length=10, choices=rules.APPEAL_STATES, default=rules.WAITING)
    words = models.TextField(max_length=rules.APPEAL_LENGTH)
    lang = models.CharField(max_length=12, blank=True)
    appealed_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="an answer is promised by then")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.UUIDField(null=True, blank=True, help_text="pseudonym")
    answer = models.CharField(max_length=rules.NOTE_LENGTH, blank=True)
    answer_lang = models.CharField(max_length=12, blank=True)

    privacy_name = _("Your appeals")
    privacy = Privacy(
        person="decision__subject",
        exports=("community_id", "state", "words", "appealed_at", "answered_at", "answer"),
        on_erase="blank",
        blanks=("words", "answer"),
        keeps="that it was asked and how it was answered stays, so that the figures stay true",
    )

    class Meta:
        indexes = [models.Index(fields=["community", "state", "due_at"], name="appeal_here")]

    def __str__(self) -> str:
        return f"{self.state} {self.appealed_at}"

    def is_late(self, now: datetime) -> bool:
        return self.state == rules.WAITING and self.due_at <= now
