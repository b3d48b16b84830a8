from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from banyan.communities.models import Community, Member
from banyan.communities.rules import JOINED

from .. import kept
from ..models import Amendment, Ballot, Charter, CharterPolicy, Said
from . import rules

OPEN_PART = "amendment"


def policy(community: Community) -> CharterPolicy:
    found = CharterPolicy.objects.filter(community=community).first()
    return found or CharterPolicy(community=community)


POLICY_PART = "policy"


def policy_here(request: Any) -> CharterPolicy:
    """The same from what is kept."""
    ours, _mine = kept.read(request)
    return CharterPolicy(community=request.community, **ours.get(POLICY_PART, {}))


def open_here(request: Any) -> Amendment | None:
    """The change that is open for votes, from what is kept: its id, reason and end."""
    ours, _mine = kept.read(request)
    body = ours.get(OPEN_PART)
    if not body:
        return None
    return Amendment(
        public_id=UUID(body["id"]), closes_at=kept.moment(body["closes_at"]), why=body["why"],
        why_lang=body["lang"],
    )  # fmt: skip


def may_propose(member: Member, policy: CharterPolicy, now: datetime) -> bool:
    if member.may("charter.edit"):
        return True
    return (
        member.is_in
        and policy.proposers == rules.BY_MEMBERS
        and rules.may_vote(
            joined_at=member.joined_at, opened_at=now, tenure_days=policy.tenure_days
        )
    )


def voters(community: Community, *, opened_at: datetime, tenure_days: int) -> Any:
    """Members still here who were here long enough when the vote was opened."""
    return Member.objects.filter(
        community=community, state=JOINED, joined_at__lte=opened_at - timedelta(days=tenure_days)
    )


def electorate(community: Community, *, opened_at: datetime, tenure_days: int) -> int:
    return int(voters(community, opened_at=opened_at, tenure_days=tenure_days).count())


def count(amendment: Amendment) -> tuple[int, int]:
    """Yes and no of members who are still here. Only for the counting: it is a secret till then."""
    found = Ballot.objects.filter(amendment=amendment, member__state=JOINED).aggregate(
        yes=Count("pk", filter=Q(choice=rules.YES)), no=Count("pk", filter=Q(choice=rules.NO))
    )
    return found["yes"], found["no"]


def standing_open(community: Community) -> Amendment | None:
    return (
        Amendment.objects.of(community)
        .filter(state=rules.OPEN)
        .select_related("by__person")
        .first()
    )


def keep_open(community_id: int) -> None:
    """Keep for the home page that a change is open for votes."""
    found = Amendment.objects.of(community_id).filter(state=rules.OPEN).first()
    body = found and {
        "oid": found.oid, "id": str(found.public_id), "closes_at": found.closes_at.isoformat(),
        "why": found.why, "lang": found.why_lang,
    }  # fmt: skip
    kept.put(OPEN_PART, body or None, community_id=community_id)


def differences(amendment: Amendment, before: Charter | None) -> list[tuple[str, list[Any]]]:
    """(language, changes of every clause) for each language of the proposal or of what stood."""
    after = Charter(
        **{
            name: getattr(amendment, name)
            for name in ("goal", "values", "conventions", "lang", "second_goal",
                         "second_values", "second_conventions", "second_lang")
        }
    )  # fmt: skip
    last = before.last_clause if before else 0
    for lines, ids in (("values", "value_ids"), ("conventions", "convention_ids")):
        old = (
            list(zip(getattr(before, ids), getattr(before, lines), strict=False)) if before else []
        )
        given, last = rules.carry_ids(old, getattr(after, lines), prefix="c", last=last)
        setattr(after, ids, given)
    return between(before, after)


def between(before: Charter | None, after: Charter) -> list[tuple[str, list[Any]]]:
    """The changes from one version to another, language by language."""
    nothing = Said("", "", [], [])
    found = []
    for name in ("first", "second"):
        old: Said = getattr(before, name) if before else nothing
        new: Said = getattr(after, name)
        if new.lang or old.lang:
            old_rows = before.rows(old) if before else []
            found.append((new.lang or old.lang, rules.changes(old_rows, after.rows(new))))
    return found
