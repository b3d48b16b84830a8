from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community
from banyan.core.models import Thing
from banyan.core.privacy import Privacy
from banyan.people.models import Person

from . import rules


class Notice(Thing):
    """One thing one person is told. `mail_at` and `push_at` are set where they agreed to it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=30)
    key = models.CharField(max_length=80, help_text="the same key is told once")
    community = models.ForeignKey(
        Community, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    actor = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    thing_kind = models.CharField(max_length=40)
    thing_id = models.BigIntegerField()
    about_kind = models.CharField(max_length=40)
    about_id = models.BigIntegerField()
    title = models.CharField(max_length=120, blank=True)
    lang = models.CharField(max_length=12, blank=True)
    url = models.CharField(max_length=400)
    activity_id = models.BigIntegerField(null=True)
    is_on_page = models.BooleanField(default=True)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mail_at = models.DateTimeField(null=True, blank=True, help_text="not before")
    mailed_at = models.DateTimeField(null=True, blank=True)
    push_at = models.DateTimeField(null=True, blank=True, help_text="not before")
    pushed_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("What you were told")
    privacy = Privacy(
        person="person",
        exports=("topic", "title", "lang", "url", "told_at", "read_at", "mailed_at", "pushed_at"),
        on_erase="delete",
        keeps="90 days",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="notice_once"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_latest"),
            models.Index(
                fields=["person"], name="notice_unread", condition=Q(read_at=None, is_on_page=True)
            ),
            models.Index(
                fields=["mail_at"],
                name="notice_to_mail",
                condition=Q(mailed_at=None, mail_at__isnull=False, read_at=None),
            ),
            models.Index(
                fields=["push_at"],
                name="notice_to_push",
                condition=Q(pushed_at=None, push_at__isnull=False, read_at=None),
            ),
            models.Index(fields=["thing_kind", "thing_id"], name="notice_thing"),
            models.Index(fields=["about_kind", "about_id"], name="notice_about"),
            models.Index(fields=["told_at"], name="notice_told"),
            models.Index(fields=["key"], name="notice_key"),
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.title}"


class Switch(Thing):
    """What a person said about one topic on one channel; what nobody said is in rules.DEFAULTS."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=30)
    channel = models.CharField(max_length=4, choices=rules.CHANNELS)
    is_on = models.BooleanField()
    said_at = models.DateTimeField()

    privacy_name = _("What you want to be told")
    privacy = Privacy(
        person="person",
        exports=("topic", "channel", "is_on", "said_at"),
        on_erase="delete",
        keeps="while you have an account",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "topic", "channel"], name="switch_once"),
        ]
        indexes = [models.Index(fields=["topic", "channel", "is_on"], name="switch_topic")]

    def __str__(self) -> str:
        return f"{self.topic} {self.channel} {self.is_on}"


class Habits(Thing):
    """A person's quiet hours, and which weekly letter they had last."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    quiet_from = models.PositiveSmallIntegerField(default=rules.QUIET_FROM)
    quiet_until = models.PositiveSmallIntegerField(default=rules.QUIET_UNTIL)
    digest_week = models.CharField(max_length=8, blank=True)

    privacy_name = _("Your quiet hours")
    privacy = Privacy(
        person="person",
        exports=("quiet_from", "quiet_until", "digest_week"),
        on_erase="delete",
        keeps="while you have an account",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__lte=23, quiet_until__lte=23), name="habits_hours"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiet_from} to {self.quiet_until}"


class Device(Thing):
    """A browser that may be woken: what its push service and its keys are."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=1000)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the endpoint")
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    label = models.CharField(max_length=60, blank=True)
    added_at = models.DateTimeField()
    reached_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("Devices that may be woken")
    privacy = Privacy(
        person="person",
        exports=("label", "endpoint", "added_at", "reached_at"),
        on_erase="delete",
        keeps="until you remove it, or the device is gone",
    )

    class Meta:
        indexes = [models.Index(fields=["person"], name="device_person")]

    def __str__(self) -> str:
        return self.label or self.oid
