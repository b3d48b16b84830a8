from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.core.models import Picture, Thing
from banyan.core.privacy import Privacy

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
