"""Who may read a community, asked away from a request."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from banyan.core.ids import read_id

from . import rules
from .models import Community, Member


def may_read(person: Any, oid: str) -> bool:
    """Whether `person` (None: a stranger) may read inside the community with this public id."""
    try:
        here = Community.objects.filter(public_id=read_id(oid), closed_at=None)
    except ValueError:
        return False
    public = Q(visibility=rules.PUBLIC)
    if person is None:
        return here.filter(public).exists()
    mine = Member.objects.filter(person=person, community__in=here.values("pk"))
    state = mine.values_list("state", flat=True).first()
    if state == rules.JOINED:
        return True
    return state != rules.BANNED and here.filter(public).exists()
