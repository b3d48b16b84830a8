from __future__ import annotations

from django.db import models
from django.db.models import Q

from banyan.communities.models import Community, Member
from banyan.core.privacy import Privacy


class Kept(models.Model):
    """A part of what pages show of a community's culture, kept so that all cost one statement.

    Rows with a member are that member's own. Whoever changes the truth writes them anew; they can
    be thrown away and made again.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, null=True, on_delete=models.CASCADE, related_name="+")
    part = models.CharField(max_length=20)
    body = models.JSONField(default=dict)

    privacy = Privacy(
        person="member__person", exports="none", on_erase="delete",
        keeps="as long as what it repeats", why="a copy of what other tables export",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "part"], condition=Q(member=None), name="kept_once"
            ),
            models.UniqueConstraint(
                fields=["member", "part"], condition=Q(member__isnull=False), name="kept_mine_once"
            ),
        ]
        indexes = [models.Index(fields=["community", "member"], name="kept_of")]

    def __str__(self) -> str:
        return self.part
