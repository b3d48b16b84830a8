"""Members as a table: out, with what each allows, and addresses in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import pgettext_lazy

from banyan.communities import rules as membership
from banyan.communities.models import Community, Member
from banyan.communities.queries import roll
from banyan.core.events import announce
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed
from banyan.people.models import Consent, Tag
from banyan.people.rules import ADDRESS, CARE, FIND_PEOPLE

from . import rules
from .events import MembersTaken

BOM = "\ufeff"

_COLUMNS = [
    pgettext_lazy("column", "number"), pgettext_lazy("column", "name"),
    pgettext_lazy("column", "email"), pgettext_lazy("column", "role"),
    pgettext_lazy("column", "state"), pgettext_lazy("column", "joined"),
    pgettext_lazy("column", "last active"), pgettext_lazy("column", "likes"),
    pgettext_lazy("column", "tags"), pgettext_lazy("column", "yes to being noted about since"),
    pgettext_lazy("column", "yes to giving the address since"),
    pgettext_lazy("column", "days new until"),
]  # fmt: skip


@transaction.atomic
def note_taken(*, by: Member, now: datetime) -> None:
    """Write down that the list was downloaded, and of how many people."""
    if not by.may("members.admit"):
        raise NotAllowed
    announce(
        MembersTaken(
            community_id=by.community_id, object_id=by.community_id, now=now,
            actor=by.person.pseudonym, rows=roll(by.community).count(),
        )
    )  # fmt: skip


def members_csv(community: Community, *, with_mark: bool) -> Iterator[str]:
    """The table in pieces. An address only of who said yes to that; tags as operators see them."""
    header = _line(_COLUMNS)
    yield (BOM if with_mark else "") + header
    after = 0
    rows = Member.objects.of(community).exclude(state=membership.INVITED)
    while batch := list(
        rows.filter(pk__gt=after).select_related("person").order_by("pk")[: rules.BATCH]
    ):
        after = batch[-1].pk
        yield "".join(_rows(community, batch))


def _rows(community: Community, batch: list[Member]) -> Iterator[str]:
    people = [member.person_id for member in batch]
    yes = {
        (person, purpose): at
        for person, purpose, at in Consent.objects.filter(
            person__in=people, community_id=community.pk, ended_at=None
        ).values_list("person", "purpose", "given_at")
    }
    seen = dict(
        Activity.objects.filter(
            community_id=community.pk, actor__in=[m.person.pseudonym for m in batch]
        )
        .order_by()
        .values("actor")
        .annotate(at=Max("at"))
        .values_list("actor", "at")
    )
    tags: dict[tuple[int, str], list[str]] = {}
    for tag in Tag.objects.filter(person__in=people).order_by("key"):
        if tag.purpose == FIND_PEOPLE or (tag.purpose == CARE and tag.community_id == community.pk):
            tags.setdefault((tag.person_id, tag.purpose), []).append(tag.label)
    roles, states = dict(membership.ROLES), dict(membership.STATES)
    for member in batch:
        key, here = member.person_id, member.state == membership.JOINED
        may_write = here and (key, ADDRESS) in yes
        yield _line(
            [
                member.number, member.person.name, member.person.email if may_write else "",
                roles[member.role], states[member.state], _day(member.joined_at),
                _day(seen.get(member.person.pseudonym)),
                ", ".join(tags.get((key, FIND_PEOPLE), [])) if here else "",
                ", ".join(tags.get((key, CARE), [])) if (key, CARE) in yes else "",
                _day(yes.get((key, CARE))), _day(yes.get((key, ADDRESS))),
                _day(member.probation_until),
            ]
        )  # fmt: skip


def _day(at: datetime | None) -> str:
    return at.date().isoformat() if at else ""


def _line(cells: list[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([rules.safe_cell(cell) for cell in cells])
    return out.getvalue()


_NAMES = {"email", "e-mail", "mail", "address", "邮箱", "电子邮箱", "邮件", "e-mail address",
          "email address"}  # fmt: skip


def addresses_in(content: bytes) -> list[tuple[int, str]] | None:
    """(row, address) of every row that holds anything; None when there is no such column."""
    from banyan.catalog.imports.read import decode, separator_of

    decoded = decode(content)
    if decoded is None or "\0" in decoded[0] or not decoded[0].strip():
        return None
    text = decoded[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text), strict=True)
    try:
        rows = list(enumerate(reader, start=1))
    except csv.Error:
        return None
    names = [re.sub(r"\s+", " ", cell).strip().lower() for cell in rows[0][1]]
    column = next((n for n, name in enumerate(names) if name in _NAMES), None)
    if column is None:
        return None
    return [
        (number, cells[column].strip().lstrip("'") if column < len(cells) else "")
        for number, cells in rows[1:]
        if any(cell.strip() for cell in cells)
    ]
