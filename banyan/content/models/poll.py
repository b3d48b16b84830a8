"""A question with choices, below a post."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy

from .. import rules
from .written import Post


class Poll(Scoped):
    """What a post asks. `closes_at` is when voting ends; `closed_at` when that was said."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    post = models.OneToOneField(Post, on_delete=models.PROTECT, related_name="poll")
    is_many = models.BooleanField(default=False, help_text="several choices may be taken")
    shows = models.CharField(max_length=8, choices=rules.SHOWS, default=rules.VOTED)
    closes_at = models.DateTimeField()
    zone = models.CharField(max_length=50, default="UTC", help_text="where its author set the time")
    closed_at = models.DateTimeField(null=True, blank=True)
    voter_count = models.PositiveIntegerField(default=0)

    privacy_name = _("Your polls")
    privacy = Privacy(
        person="post__author__person",
        exports=("post_id", "is_many", "shows", "closes_at", "voter_count"),
        on_erase="keep",
        keeps="without its words, so that the votes of others stay counted",
    )

    class Meta:
        indexes = [models.Index(fields=["closed_at", "closes_at"], name="poll_due")]

    def __str__(self) -> str:
        return f"poll {self.oid}"

    def is_open(self, now: datetime) -> bool:
        return self.closed_at is None and now < self.closes_at


class Choice(Scoped):
    """One answer of a poll, at its place."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="choices")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=rules.CHOICE_LENGTH, blank=True)
    lang = models.CharField(max_length=12, blank=True)
    vote_count = models.PositiveIntegerField(default=0)

    privacy_name = _("Choices of your polls")
    privacy = Privacy(
        person="poll__post__author__person",
        exports=("poll_id", "position", "text", "lang", "vote_count"),
        on_erase="blank",
        blanks=("text",),
        keeps="an empty place, so that the votes of others stay counted",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "position"], name="choice_once"),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return self.text


class Ballot(Scoped):
    """What one member voted; one a poll, changed until it closes."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    choices = models.JSONField(default=list, help_text="positions of the choices taken")
    voted_at = models.DateTimeField()

    privacy_name = _("Your votes")
    privacy = Privacy(
        person="member__person",
        exports=("poll_id", "choices", "voted_at"),
        on_erase="keep",
        keeps="with the nameless tombstone, so that counts stay true",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "member"], name="ballot_once")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.choices}"
