from __future__ import annotations

from typing import Any

from banyan.communities.models import Community

from .. import kept, things
from .. import queries as charters
from ..models import Example
from . import rules

PART = "examples"
MOST = 200


def thing_of(example: Example) -> Any:
    name = (example.kind, example.object_id)
    return things.load(example.community, [name]).get(name)


def keep(community_id: int) -> None:
    """Keep, thing by thing, which clauses it is an example of."""
    rows = Example.objects.of(community_id).filter(state=rules.ACCEPTED)[:MOST]
    body: dict[str, list[str]] = {}
    for kind, pk, clause in rows.values_list("kind", "object_id", "clause"):
        body.setdefault(f"{kind}:{pk}", []).append(clause)
    kept.put(PART, body or None, community_id=community_id)


def clauses_of(request: Any, kind: str, pk: int) -> list[str]:
    ours, _mine = kept.read(request)
    return list((ours.get(PART) or {}).get(f"{kind}:{pk}", []))


def by_clause(community: Community, per_clause: int = 3) -> dict[str, list[tuple[Example, Any]]]:
    """Accepted examples whose things are still to be seen, newest first, clause by clause."""
    rows = list(
        Example.objects.of(community).filter(state=rules.ACCEPTED).select_related("by__person")[:60]
    )
    found = things.load(community, [(row.kind, row.object_id) for row in rows]) if rows else {}
    shown: dict[str, list[tuple[Example, Any]]] = {}
    for row in rows:
        thing = found.get((row.kind, row.object_id))
        here = shown.setdefault(row.clause, [])
        if thing is not None and len(here) < per_clause:
            here.append((row, thing))
    return {clause: rows for clause, rows in shown.items() if rows}


def for_charter(request: Any) -> dict[str, list[tuple[Example, Any]]]:
    """The same where something is known to be there; else nothing is asked of the database."""
    ours, _mine = kept.read(request)
    return by_clause(request.community) if ours.get(PART) else {}


def waiting(community: Community) -> list[tuple[Example, Any, Any]]:
    """Nominations to decide on: each with its thing and its clause."""
    rows = list(
        Example.objects.of(community)
        .filter(state=rules.NOMINATED)
        .select_related("by__person")
        .order_by("at")[:50]
    )
    found = things.load(community, [(row.kind, row.object_id) for row in rows]) if rows else {}
    known = {clause.id: clause for clause in charters.clauses(community)}
    return [
        (row, found[row.kind, row.object_id], known.get(row.clause))
        for row in rows
        if (row.kind, row.object_id) in found
    ]
