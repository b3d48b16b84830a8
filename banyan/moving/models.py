from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Invitation, Member
from banyan.core.models import Scoped, Thing
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.people.models import Person

from . import rules


class Package(Scoped, Stateful):
    """An owner's wish for the whole community in one file, and the file while it stands."""

    MOVES = rules.PACKAGE_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, default=rules.ASKED)
    done = models.PositiveIntegerField(default=0, help_text="rows written so far")
    counts = models.JSONField(default=dict, help_text="rows of each table")
    size = models.BigIntegerField(default=0, help_text="bytes")
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    privacy_name = _("Files of communities you asked for")
    privacy = Privacy(
        person="by", exports=("community_id", "state", "asked_at", "ready_at", "expires_at"),
        on_erase="blank", blanks=("by",), keeps="the file for 7 days, the line with the community",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community"], condition=Q(state=rules.ASKED), name="package_one_at_a_time"
            )
        ]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"package {self.oid}"

    @property
    def file_name(self) -> str:
        """Its name in the private storage."""
        return f"packages/{self.oid}.zip"

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


class Unpacking(Thing, Stateful):
    """A file of a community that somebody brings in: looked at first, then planted."""

    MOVES = rules.UNPACKING_MOVES

    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, default=rules.READING)
    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=300, blank=True, help_text="in the private storage")
    report = models.JSONField(default=dict)
    package = models.CharField(max_length=26, blank=True, help_text="oid of what was brought in")
    salt = models.CharField(max_length=32, blank=True, help_text="keys the hashes of addresses")
    slug = models.CharField(max_length=40, blank=True)
    community = models.ForeignKey(Community, null=True, on_delete=models.SET_NULL, related_name="+")
    done = models.PositiveIntegerField(default=0, help_text="rows brought in so far")
    last_activity = models.BigIntegerField(default=0, help_text="of the log, when it was done")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    privacy_name = _("Communities you brought in")
    privacy = Privacy(
        person="by", exports=("file_name", "state", "created_at", "done_at"),
        on_erase="blank", blanks=("by",), keeps="the file until it is brought in, at most 7 days",
    )  # fmt: skip

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def rows(self) -> int:
        return sum(self.report.get("counts", {}).values())


class Moved(models.Model):
    """Which row of ours an old one became, so that nothing comes in twice."""

    unpacking = models.ForeignKey(Unpacking, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=60)
    old = models.BigIntegerField()
    new = models.BigIntegerField()
    old_oid = models.CharField(max_length=26, blank=True)
    new_oid = models.CharField(max_length=26, blank=True)

    privacy = Privacy(
        person=None, exports="none", on_erase="keep", keeps="as long as the community",
        why="old keys and new ones",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unpacking", "label", "old"], name="moved_once"),
        ]
        indexes = [models.Index(fields=["unpacking", "old_oid"], name="moved_oid")]

    def __str__(self) -> str:
        return f"{self.label} {self.old} -> {self.new}"


class Unclaimed(Thing):
    """A member from elsewhere without an account, until somebody with their address says yes."""

    unpacking = models.ForeignKey(Unpacking, on_delete=models.CASCADE, related_name="+")
    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=64, blank=True, help_text="keyed hash of the address")
    role = models.CharField(max_length=10, blank=True, help_text="what they were elsewhere")
    claimed_by = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    claimed_at = models.DateTimeField(null=True)

    privacy_name = _("Histories you took back")
    privacy = Privacy(
        person="claimed_by", exports=("role", "claimed_at"), on_erase="delete",
        keeps="the hash until it is claimed; that it was, as long as you have an account",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(
                fields=["unpacking", "address"], condition=~Q(address=""), name="unclaimed_address"
            )
        ]

    def __str__(self) -> str:
        return f"unclaimed {self.member_id}"


class InviteList(Scoped, Stateful):
    """People from a CSV file: looked at, then invited by mail as many a day as one may."""

    MOVES = rules.LIST_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default=rules.LISTED)
    file_name = models.CharField(max_length=200)
    waiting = models.JSONField(default=list, help_text="addresses no mail has gone to yet")
    problems = models.JSONField(default=list, help_text="[row, why] of what is not used")
    lang = models.CharField(max_length=12, blank=True)
    sent = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    privacy_name = _("Lists of people you invited")
    privacy = Privacy(
        person="by__person", exports=("file_name", "sent", "made_at"), on_erase="blank",
        blanks=("waiting", "problems"),
        keeps="each address until its mail has gone, at most 7 days",
    )  # fmt: skip

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name


class Listed(models.Model):
    """An invitation that a list made."""

    of = models.ForeignKey(InviteList, on_delete=models.CASCADE, related_name="made")
    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="+")

    privacy = Privacy(
        person=None, exports="none", on_erase="keep", keeps="with the list", why="two keys"
    )

    def __str__(self) -> str:
        return f"{self.of_id}: {self.invitation_id}"


__all__: list[Any] = ["InviteList", "Listed", "Moved", "Package", "Unclaimed", "Unpacking"]
