"""What every table of ours stands on."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from banyan.core.db.inserting import Inserts
from banyan.core.ids import uuid7, write_id


class Thing(Inserts):
    """A row that people may point at: an inner key, and an opaque public id for addresses."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)

    class Meta:
        abstract = True

    @property
    def oid(self) -> str:
        return write_id(self.public_id)


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows owned by communities. Reads go through `of(community)`; the rest is not ours to see."""

    def of(self, community: Any) -> Self:
        return self.filter(community_id=getattr(community, "pk", community))


class Scoped(Thing):
    """A thing owned by one community. The subclass declares the `community` foreign key."""

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True
