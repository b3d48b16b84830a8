from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan.core.models import Picture, Scoped, Thing
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.people.models import Person

from . import rules
from .entry import rules as ways


class CommunityQuerySet(models.QuerySet["Community"]):
    def listed(self) -> CommunityQuerySet:
        """Those the directory shows."""
        return self.filter(visibility__in=[rules.PUBLIC, rules.MEMBERS_ONLY], closed_at=None)


class Community(Thing):
    """People around an interest, in one place with its own colour, charter and shop."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=200)
    lang = models.CharField(max_length=12, default="en", help_text="language of name and purpose")
    second_name = models.CharField(max_length=60, blank=True)
    second_purpose = models.CharField(max_length=200, blank=True)
    second_lang = models.CharField(max_length=12, blank=True)
    cover = models.ForeignKey(
        Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    brand_h = models.PositiveSmallIntegerField(default=158, help_text="OKLCH hue, degrees")
    brand_c = models.FloatField(default=0.075, help_text="OKLCH chroma, at most 0.20")
    visibility = models.CharField(max_length=8, choices=rules.VISIBILITIES, default=rules.PUBLIC)
    join_policy = models.CharField(max_length=8, choices=rules.JOIN_POLICIES, default=rules.OPEN)
    zone = models.CharField(max_length=50, default="UTC")
    stage = models.CharField(max_length=8, default="seed")
    switches = models.JSONField(default=dict, help_text="features turned on or off here")
    domain = models.CharField(max_length=200, unique=True, null=True, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True, help_text="None: no limit")
    member_count = models.PositiveIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0, help_text="last member number given")
    founded_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CommunityQuerySet.as_manager()

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="while it lives")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(brand_c__gte=0, brand_c__lte=0.2), name="community_chroma"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def said(self, field: str, language: str | None = None) -> str:
        """`name` or `purpose` in the reader's language when the community wrote it so."""
        language = (language or get_language() or "en").lower()
        second = getattr(self, f"second_{field}")
        if second and self.second_lang[:2].lower() == language[:2] != self.lang[:2].lower():
            return str(second)
        return str(getattr(self, field))

    @property
    def here_name(self) -> str:
        return self.said("name")

    @property
    def here_purpose(self) -> str:
        return self.said("purpose")

    @property
    def here_lang(self) -> str:
        """The language that `here_name` is in."""
        return self.lang if self.here_name == self.name else self.second_lang

    @property
    def initial(self) -> str:
        return self.here_name[:1]

    @property
    def other_name(self) -> str:
        """The name in the language that `here_name` is not in; "" when there is none."""
        return self.second_name if self.here_name == self.name else self.name

    @property
    def other_lang(self) -> str:
        return self.second_lang if self.here_name == self.name else self.lang

    @property
    def interests(self) -> list[str]:
        return [row.key for row in self.interest_rows.all()]

    @property
    def hue(self) -> int:
        return self.public_id.int % 24

    @property
    def picture_url(self) -> str | None:
        """Communities wear their first character; the cover is for the hero and for cards."""
        return None

    @property
    def url(self) -> str:
        from .places import url

        return url(self, "community")

    @property
    def studio_url(self) -> str:
        from .places import url

        return url(self, "studio-today")

    @property
    def brand_css_url(self) -> str:
        kwargs = {"hue": self.brand_h, "chroma": round(self.brand_c * 1000)}
        return reverse("brand-css", kwargs=kwargs)

    @property
    def is_full(self) -> bool:
        return self.capacity is not None and self.member_count >= self.capacity

    def has(self, switch: str, default: bool = True) -> bool:
        """Whether a feature is switched on here."""
        return bool(self.switches.get(switch, default))


class Interest(models.Model):
    """What a community is about: one key of people.rules.INTERESTS."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="interest_rows")
    key = models.CharField(max_length=20, choices=rules.INTERESTS)

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="while it lives")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "key"], name="community_interest_once")
        ]
        indexes = [models.Index(fields=["key", "community"], name="community_interest")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.key

    @property
    def label(self) -> str:
        return str(rules.INTEREST_NAMES.get(self.key, self.key))


class Member(Scoped, Stateful):
    """A person in a community. The row stays after leaving: number and history are kept."""

    MOVES = rules.MEMBER_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=rules.ROLES, default=rules.MEMBER)
    state = models.CharField(max_length=8, choices=rules.STATES, default=rules.APPLIED)
    source = models.CharField(max_length=10, choices=ways.SOURCES, blank=True)
    invitation = models.ForeignKey(
        "Invitation", null=True, blank=True, on_delete=models.SET_NULL, related_name="came"
    )
    number = models.PositiveIntegerField(null=True, help_text="earned by joining, never reused")
    note = models.CharField(max_length=300, blank=True, help_text="what the person wrote on asking")
    answers = models.JSONField(default=list, help_text="question and answer, as asked")
    answer = models.CharField(max_length=300, blank=True, help_text="why not admitted")
    appeal = models.CharField(max_length=600, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="an answer is promised by then")
    waiting_since = models.DateTimeField(null=True, blank=True)
    probation_until = models.DateTimeField(null=True, blank=True)
    host = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="greets"
    )
    lang = models.CharField(max_length=12, blank=True)
    acts = models.JSONField(default=list, help_text="a moderator of these acts only: rules.ACTS")
    section = models.BigIntegerField(null=True, blank=True, help_text="and of this topic only")
    acts_until = models.DateTimeField(null=True, blank=True, help_text="set: acts count, till then")
    muted_until = models.DateTimeField(null=True, blank=True, help_text="reads, but says nothing")
    asked_at = models.DateTimeField(default=timezone.now)
    joined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(
        person="person",
        exports=(
            "community_id",
            "role",
            "state",
            "number",
            "source",
            "note",
            "answers",
            "answer",
            "appeal",
            "appealed_at",
            "waiting_since",
            "probation_until",
            "acts",
            "acts_until",
            "muted_until",
            "asked_at",
            "joined_at",
            "left_at",
        ),
        on_erase="blank",
        blanks=("note", "answers", "answer", "appeal"),
        keeps="number and dates stay with the tombstone",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "person"], name="member_once"),
        ]
        indexes = [
            models.Index(fields=["person", "state"], name="member_person_state"),
            models.Index(fields=["community", "state", "-joined_at"], name="member_here"),
            models.Index(fields=["state", "waiting_since"], name="member_waiting"),
            models.Index(fields=["probation_until"], name="member_probation"),
            models.Index(fields=["acts_until"], name="member_acts"),
            models.Index(fields=["muted_until"], name="member_muted"),
        ]

    def __str__(self) -> str:
        return f"{self.person} @ {self.community_id}"

    @property
    def is_in(self) -> bool:
        return self.state == rules.JOINED

    def is_new_here(self, now: datetime) -> bool:
        """On probation: welcomed by a host, not yet inviting others."""
        return self.probation_until is not None and self.probation_until > now

    def may(self, right: str) -> bool:
        if self.acts_until is None:
            return self.is_in and rules.may(self.role, right)
        return self.is_in and self.is_delegate and rules.may_within(right, self.acts)

    @property
    def is_delegate(self) -> bool:
        """A moderator of some acts only, whose time is not over."""
        is_moderator = self.role == rules.MODERATOR and self.acts_until is not None
        return is_moderator and self.acts_until > timezone.now()  # type: ignore[operator]

    def judges_in(self, section: int | None) -> bool:
        """Whether their acts reach a thing of this topic (None: of none)."""
        return self.acts_until is None or self.section is None or self.section == section

    @property
    def act_words(self) -> list[Any]:
        return [words for key, words, _rights in rules.ACTS if key in self.acts]

    @property
    def is_muted(self) -> bool:
        return self.muted_until is not None and self.muted_until > timezone.now()

    def outranks(self, other: Any) -> bool:
        return rules.RANK[self.role] > rules.RANK[other.role]


class EntryPolicy(models.Model):
    """How people come in here: questions, rules, the clock, who greets."""

    community = models.OneToOneField(
        Community, on_delete=models.CASCADE, related_name="entry", primary_key=True
    )
    answer_hours = models.PositiveSmallIntegerField(default=ways.ANSWER_HOURS)
    probation_days = models.PositiveSmallIntegerField(default=0)
    host = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    questions = models.JSONField(default=list, help_text="text and second, at most three")
    automatic = models.JSONField(default=dict, help_text="rule: needed or enough")

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="while it lives")

    def __str__(self) -> str:
        return f"entry of {self.community_id}"


class Invitation(Scoped, Stateful):
    """A signed link that lets people ask or come in; so many times, until a day, or revoked."""

    MOVES = ways.INVITATION_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="invitations")
    state = models.CharField(max_length=8, choices=ways.INVITATION_STATES, default=ways.STANDING)
    is_pass = models.BooleanField(default=False, help_text="an operator's: whoever has it is in")
    email = models.EmailField(blank=True, help_text="whom it was mailed to")
    note = models.CharField(max_length=300, blank=True)
    lang = models.CharField(max_length=12, blank=True)
    uses_most = models.PositiveSmallIntegerField(default=1)
    used = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    privacy_name = _("Invitations you made")
    privacy = Privacy(
        person="by__person",
        exports=("community_id", "state", "note", "uses_most", "used", "made_at", "expires_at"),
        on_erase="blank",
        blanks=("note", "email"),
        keeps="the address it was mailed to goes when it is used, revoked or over",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used__lte=models.F("uses_most")), name="invitation_uses"
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="invitation_here"),
            models.Index(fields=["state", "expires_at"], name="invitation_over"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.oid}"

    @property
    def left(self) -> int:
        return self.uses_most - self.used

    def stands(self, now: datetime) -> bool:
        return self.state == ways.STANDING and self.left > 0 and now < self.expires_at


class EntryStep(Scoped):
    """One step of somebody's way in: what, who took it (nobody: a rule), when and why."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=ways.STEPS)
    by = models.UUIDField(null=True, help_text="pseudonym of who took it")
    reasons = models.JSONField(default=list, help_text="keys of entry.rules.REASONS")
    words = models.CharField(max_length=600, blank=True)
    lang = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField()

    privacy_name = _("Your ways into communities")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "kind", "reasons", "words", "at"),
        on_erase="blank",
        blanks=("words",),
        keeps="as long as the community, without the words",
    )

    class Meta:
        indexes = [models.Index(fields=["member", "id"], name="entrystep_member")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.member_id}"

    @property
    def said_reasons(self) -> list[Any]:
        return [ways.REASONS[key] for key in self.reasons if key in ways.REASONS]


class Segment(Scoped):
    """A named rule over tags and behaviour; whom it holds is counted anew each time."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    lang = models.CharField(max_length=12, blank=True)
    rule = models.JSONField(default=dict)
    made_by = models.UUIDField(null=True, help_text="pseudonym")
    made_at = models.DateTimeField()

    privacy_name = _("Segments you made")
    privacy = Privacy(
        person="made_by",
        exports=("community_id", "name", "rule", "made_at"),
        on_erase="blank",
        blanks=("made_by",),
        keeps="until somebody who runs the community removes it",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "name"], name="segment_name_once")
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
