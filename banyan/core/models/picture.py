from __future__ import annotations

from django.db import models

from banyan.core.privacy import Privacy

from .base import Scoped


class Picture(Scoped):
    """An image we re-encoded ourselves: no metadata, known size, smaller copies beside it."""

    community_id = models.BigIntegerField(null=True)
    owner = models.UUIDField(null=True, help_text="pseudonym of who gave it")
    file = models.ImageField(upload_to="pictures/%Y/%m", width_field="width", height_field="height")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    widths = models.JSONField(default=list, help_text="widths of the copies that exist, ascending")
    tint = models.CharField(max_length=7, blank=True, help_text="mean colour, #rrggbb")
    alt = models.CharField(max_length=300, blank=True)
    lang = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField()

    privacy = Privacy(
        person="owner", exports="all", on_erase="delete", keeps="while what shows it stands"
    )

    @property
    def url(self) -> str:
        return self.file.url

    def sized(self, width: int) -> str:
        """The address of the smallest copy at least `width` wide."""
        for have in self.widths:
            if have >= width:
                return self.file.url.rsplit(".", 1)[0] + f".w{have}.jpg"
        return self.file.url

    @property
    def srcset(self) -> str:
        """For <img srcset>: every copy with its width."""
        stem = self.file.url.rsplit(".", 1)[0]
        copies = [f"{stem}.w{w}.jpg {w}w" for w in self.widths]
        return ", ".join([*copies, f"{self.file.url} {self.width}w"])
