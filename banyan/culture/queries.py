from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from banyan.communities.models import Community, Member
from banyan.communities.places import url
from banyan.communities.rules import JOINED
from banyan.core.db.prepared import Prepared

from . import kept
from .models import Acceptance, Charter


def standing(community: Community | int) -> Charter | None:
    """The charter that stands, with `signed`: how many present members signed it. One query."""
    return (
        Charter.objects.of(community)
        .annotate(
            signed=Count("acceptances", filter=Q(acceptances__member__state=JOINED), distinct=True)
        )
        .order_by("-version")
        .first()
    )


CARD = "charter"
_WORDS = ("version", "goal", "values", "conventions", "lang", "second_goal", "second_values",
          "second_conventions", "second_lang", "value_ids", "convention_ids")  # fmt: skip


def standing_for_card(request: Any) -> Charter | None:
    """The same for the home page, from what is kept."""
    ours, _mine = kept.read(request)
    if CARD not in ours:
        return standing(request.community)
    body = dict(ours[CARD])
    signed = body.pop("signed")
    charter = Charter(community_id=request.community.pk, **body)
    charter.signed = signed
    return charter


def keep_card(community_id: int) -> None:
    """Keep what the home page says of the charter."""
    charter = standing(community_id)
    if charter is not None:
        body = {name: getattr(charter, name) for name in _WORDS} | {"signed": charter.signed}
        kept.put(CARD, body, community_id=community_id)


@dataclass(frozen=True)
class Clause:
    """A sentence of the standing charter that others may cite by its id."""

    id: str
    kind: str
    text: str
    lang: str
    second: str
    second_lang: str
    url: str


def clauses(community: Community) -> list[Clause]:
    """Goal, values and conventions as they stand, each with an id that outlives rewording."""
    charter = Charter.objects.of(community).first()
    return clauses_of(charter, community) if charter else []


def clauses_of(charter: Charter, community: Community) -> list[Clause]:
    second = {ident: text for ident, _kind, text in charter.rows(charter.second)}
    page = url(community, "charter")
    return [
        Clause(ident, kind, text, charter.lang, second.get(ident, ""), charter.second_lang,
               f"{page}#clause-{ident}")
        for ident, kind, text in charter.rows(charter.first)
    ]  # fmt: skip


def clause(community: Community, ident: str) -> Clause | None:
    """One clause as it stands, or as it last stood when a later version took it out."""
    for charter in Charter.objects.of(community):
        for one in clauses_of(charter, community):
            if one.id == ident:
                return one
    return None


_stands = Prepared(
    lambda community: (
        Charter.objects.filter(community=community)
        .order_by("-version")
        .values("pk", "grace_until")[:1]
    ),
    0,
)


def must_accept(member: Member, now: datetime) -> Charter | None:
    """The charter a member has to accept before writing again; None when they may write."""
    stands = _stands.first(member.community_id)
    if stands is None or stands["grace_until"] is None or now < stands["grace_until"]:
        return None
    charter = Charter.objects.get(pk=stands["pk"])
    has_signed = Acceptance.objects.filter(charter=charter, member=member).exists()
    is_newer = member.joined_at is not None and member.joined_at >= charter.published_at
    return None if has_signed or is_newer else charter


def history(community: Community) -> list[Charter]:
    """Every version, newest first, with `accepted`: by how many it ever was."""
    return list(Charter.objects.of(community).annotate(accepted=Count("acceptances"))[:100])


def signed_version(member: Member) -> int:
    """The newest version a member has signed; 0 for none."""
    newest = (
        Acceptance.objects.filter(member=member)
        .order_by("-charter__version")
        .values_list("charter__version", flat=True)
        .first()
    )
    return newest or 0
