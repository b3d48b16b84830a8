from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.core.models import Picture, Thing
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful

from . import rules

HUES = 24  # leaf avatars come in this many colours


class PersonQuerySet(models.QuerySet["Person"]):
    def here(self) -> PersonQuerySet:
        """Those who have not left the instance."""
        return self.filter(erased_at__isnull=True)


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, email: str) -> Person:
        return self.get(email=email.lower())


class Person(Thing, AbstractBaseUser):
    """Somebody who signs in. After erasure the row stays as a nameless tombstone."""

    AGE_BANDS = [
        ("", _("Not said")),
        ("child", _("Under 14")),
        ("teen", _("14 to 17")),
        ("adult", _("18 or older")),
    ]
    THEMES = [("system", _("Like my device")), ("light", _("Light")), ("dark", _("Dark"))]

    email = models.EmailField(unique=True, null=True)
    name = models.CharField(max_length=60, blank=True)
    bio = models.CharField(max_length=300, blank=True)
    lang = models.CharField(max_length=12, blank=True, help_text="language of name and bio")
    picture = models.ForeignKey(
        Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    language = models.CharField(max_length=12, blank=True, help_text="language of the pages")
    theme = models.CharField(max_length=6, choices=THEMES, default="system")
    zone = models.CharField(max_length=50, blank=True)
    region = models.CharField(max_length=2, blank=True, help_text="ISO 3166 country")
    age_band = models.CharField(max_length=5, choices=AGE_BANDS, blank=True)
    pseudonym = models.UUIDField(
        default=uuid.uuid4, unique=True, null=True, help_text="names the person in append-only rows"
    )
    unread = models.PositiveIntegerField(
        default=0, help_text="notices not read yet; counted by outreach, read with the person"
    )
    is_active = models.BooleanField(default=True)
    is_host = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = PersonManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    privacy = Privacy(
        person="self",
        exports=(
            "email",
            "name",
            "bio",
            "language",
            "theme",
            "zone",
            "region",
            "age_band",
            "joined_at",
        ),
        on_erase="keep",
        keeps="as a nameless tombstone, so that books and threads stay whole",
    )

    def __str__(self) -> str:
        return self.name or str(_("Somebody"))

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def hue(self) -> int:
        """0 to 23, steady for a person."""
        return self.public_id.int % HUES

    @property
    def picture_url(self) -> str | None:
        return self.picture.sized(320) if self.picture_id and self.picture else None

    @property
    def said_name(self) -> str:
        """The name as a header shows it: the part before @ until a name is given."""
        return self.name or str(_("You"))


class Tag(Thing):
    """Something known of a person: where it comes from, what for, the person's consent, until when.

    Without all of these it cannot be stored; its owner sees it and may remove it. One given by an
    operator belongs to that community, and names who gave it and why.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tags")
    key = models.CharField(max_length=40)
    source = models.CharField(max_length=10, choices=rules.TAG_SOURCES)
    purpose = models.CharField(max_length=40, choices=rules.TAG_PURPOSES)
    consented_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="gone by then, unless it is chosen again")
    lang = models.CharField(max_length=12, help_text="language it was said or given in")
    community_id = models.BigIntegerField(null=True, help_text="of tags given by operators")
    given_by = models.UUIDField(null=True, help_text="pseudonym of the operator")
    why = models.CharField(max_length=200, blank=True)

    privacy = Privacy(
        person="person",
        exports=("key", "source", "purpose", "consented_at", "expires_at", "lang", "why"),
        on_erase="delete",
        keeps="until you remove it or it runs out",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "key", "purpose"],
                condition=models.Q(community_id=None),
                name="tag_once",
            ),
            models.UniqueConstraint(
                fields=["person", "key", "community_id"],
                condition=models.Q(community_id__isnull=False),
                name="tag_once_here",
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=[s for s, _name in rules.TAG_SOURCES])
                & models.Q(purpose__in=[p for p, _name in rules.TAG_PURPOSES])
                & ~models.Q(key="")
                & ~models.Q(lang="")
                & models.Q(expires_at__gt=models.F("consented_at")),
                name="tag_lawful",
            ),
            models.CheckConstraint(
                condition=~models.Q(source="operator")
                | (
                    models.Q(community_id__isnull=False, given_by__isnull=False) & ~models.Q(why="")
                ),
                name="tag_given_with_who_and_why",
            ),
        ]
        indexes = [models.Index(fields=["key", "purpose"], name="tag_key")]

    giver = ""  # the name of who gave it, filled in for the privacy page

    def __str__(self) -> str:
        return self.key

    @property
    def label(self) -> str:
        return rules.tag_label(self.key)


class Consent(Thing):
    """A person's yes to tags of one kind or to giving their address, and until when it holds.

    No means no row, or an end.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=40, choices=rules.CONSENTS)
    community_id = models.BigIntegerField(null=True, help_text="the community it is given to")
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(
        person="person",
        exports=("purpose", "community_id", "given_at", "ended_at"),
        on_erase="delete",
        keeps="as long as you have an account",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose", "community_id"],
                condition=models.Q(ended_at=None),
                name="consent_once",
            )
        ]

    def __str__(self) -> str:
        return self.purpose


class Export(Thing, Stateful):
    """A person's wish for all their data in one file, and the file while it stands."""

    MOVES = rules.EXPORT_MOVES

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, default=rules.ASKED)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    size = models.BigIntegerField(default=0, help_text="bytes")

    privacy = Privacy(
        person="person",
        exports=("state", "asked_at", "ready_at", "expires_at"),
        on_erase="delete",
        keeps="the file for 7 days",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(state="asked"), name="export_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"export {self.oid}"

    @property
    def file_name(self) -> str:
        """Its name in the private storage."""
        return f"exports/{self.oid}.zip"
