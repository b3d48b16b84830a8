from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q

from banyan.communities.models import Community
from banyan.communities.rules import JOINED

from .. import kept
from ..models import Ritual, Turn, Volunteer
from . import rules

PART = "rituals"


def candidates(ritual: Ritual) -> list[rules.Candidate]:
    """Volunteers still here, with how often and when they last hosted this ritual."""
    held = {
        row["host_id"]: row
        for row in Turn.objects.filter(ritual=ritual, state=rules.OPENED, host__isnull=False)
        .order_by()
        .values("host_id")
        .annotate(times=Count("pk"), last=Max("at"))
    }
    rows = Volunteer.objects.filter(ritual=ritual, member__state=JOINED)
    return [
        rules.Candidate(
            member_id,
            held[member_id]["times"] if member_id in held else 0,
            held[member_id]["last"] if member_id in held else None,
            since,
        )
        for member_id, since in rows.values_list("member_id", "since")
    ]


def next_turn(ritual: Ritual) -> Turn | None:
    return (
        Turn.objects.filter(ritual=ritual, state=rules.PLANNED)
        .select_related("host__person")
        .order_by("at")
        .first()
    )


def keep(community_id: int) -> None:
    body = []
    for ritual in Ritual.objects.of(community_id).filter(state=rules.ON)[:3]:
        turn = next_turn(ritual)
        if turn is not None:
            host = turn.host.person if turn.host else None
            body.append(
                {
                    "pk": ritual.pk, "oid": ritual.oid, "title": ritual.title, "lang": ritual.lang,
                    "second_title": ritual.second_title, "second_lang": ritual.second_lang,
                    "public_id": str(ritual.public_id), "at": turn.at.isoformat(),
                    "host": host.name if host else "", "host_lang": host.lang if host else "",
                }
            )  # fmt: skip
    kept.put(PART, body or None, community_id=community_id)


def on_home(request: Any, *, now: datetime) -> list[dict[str, Any]]:
    ours, _mine = kept.read(request)
    found = []
    for body in ours.get(PART) or []:
        at = kept.moment(body["at"])
        if at >= now:
            names = ("title", "lang", "second_title", "second_lang", "pk")
            face = {name: body[name] for name in names}
            face["public_id"] = UUID(body["public_id"])
            found.append({"ritual": Ritual(**face), "at": at, "host": body["host"],
                          "host_lang": body["host_lang"]})  # fmt: skip
    return found


def list_of(community: Community) -> list[Ritual]:
    rows = list(
        Ritual.objects.of(community).annotate(
            held=Count("turns", filter=Q(turns__state=rules.OPENED)),
        )
    )
    ahead: dict[int, Turn] = {}
    planned = Turn.objects.of(community).filter(state=rules.PLANNED)
    for turn in planned.select_related("host__person").order_by("at"):
        ahead.setdefault(turn.ritual_id, turn)
    for row in rows:
        row.next = ahead.get(row.pk)
    return rows
