"""Founding with a first charter, publishing versions, signing, joining by signing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from banyan.communities import actions as communities
from banyan.communities.models import Community, Invitation, Member
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.people.models import Person

from . import queries
from .amendments import rules as amending
from .events import CharterPublished, CharterSigned
from .models import Acceptance, Charter, CharterPolicy


class CharterChanged(Refusal):
    status = 409
    sentence = _("The charter has changed since you read it. Read the new one, then decide.")


@transaction.atomic
def found(*, founder: Person, slug: str, currency: str, now: datetime, goal: str = "",
          values: Sequence[str] = (), conventions: Sequence[str] = (), second_goal: str = "",
          second_values: Sequence[str] = (), second_conventions: Sequence[str] = (),
          interests: Sequence[str] = (), **fields: Any) -> Community:  # fmt: skip
    """Create a community, its owner, its first charter and the owner's signature. SlugTaken."""
    community = communities.found(
        founder=founder, slug=slug, currency=currency, now=now, interests=interests, **fields
    )
    charter = publish(
        community=community,
        by=founder,
        now=now,
        goal=goal or community.purpose,
        values=values,
        conventions=conventions,
        second_goal=second_goal or community.second_purpose,
        second_values=second_values,
        second_conventions=second_conventions,
    )
    member = Member.objects.get(community=community, person=founder)
    sign(charter=charter, member=member, now=now)
    return community


@transaction.atomic
def publish(*, community: Community, by: Person, now: datetime, goal: str, values: Sequence[str],
            conventions: Sequence[str], second_goal: str = "", second_values: Sequence[str] = (),
            second_conventions: Sequence[str] = (),
            after_version: int | None = None) -> Charter:  # fmt: skip
    """Publish the next version. CharterChanged when it is no longer `after_version` that stands."""
    # Takes the community's row, so that two publishers stand in line.
    Community.objects.filter(pk=community.pk).update(last_number=F("last_number"))
    latest = Charter.objects.of(community).first()
    standing = latest.version if latest else 0
    if after_version is not None and after_version != standing:
        raise CharterChanged
    has_second = bool(second_goal or second_values or second_conventions)
    charter = Charter(
        community=community,
        version=standing + 1,
        goal=goal,
        values=list(values),
        conventions=list(conventions),
        lang=community.lang,
        second_goal=second_goal,
        second_values=list(second_values),
        second_conventions=list(second_conventions),
        second_lang=community.second_lang if has_second else "",
        published_at=now,
        published_by=by.pseudonym,
    )
    if latest and _words(latest) == _words(charter):
        return latest  # nothing was changed
    _name_clauses(charter, latest)
    if latest is not None:
        policy = CharterPolicy.objects.filter(community=community).first() or CharterPolicy()
        charter.grace_until = now + timedelta(days=policy.grace_days)
    charter.save()
    announce(
        CharterPublished(
            community_id=community.pk,
            object_id=charter.pk,
            actor=by.pseudonym,
            version=charter.version,
            lang=charter.lang,
            now=now,
        )
    )
    queries.keep_card(community.pk)
    return charter


def _name_clauses(charter: Charter, latest: Charter | None) -> None:
    """Clauses that only changed their words keep their ids; an id is never given again."""
    last = latest.last_clause if latest else 0
    for lines, ids in (("values", "value_ids"), ("conventions", "convention_ids")):
        old = zip(getattr(latest, ids), getattr(latest, lines), strict=False) if latest else ()
        given, last = amending.carry_ids(list(old), getattr(charter, lines), prefix="c", last=last)
        setattr(charter, ids, given)
    charter.last_clause = last


def _words(charter: Charter) -> tuple[object, ...]:
    said = charter.second
    return (
        charter.goal, charter.values, charter.conventions,
        said.goal, said.values, said.conventions,
    )  # fmt: skip


@transaction.atomic
def sign(*, charter: Charter, member: Member, now: datetime) -> None:
    """A member accepts a version. Twice changes nothing; only members, only the latest version."""
    if not member.is_in or member.community_id != charter.community_id:
        raise NotAllowed
    if Charter.objects.of(charter.community_id).filter(version__gt=charter.version).exists():
        raise CharterChanged
    _accept(charter, member, now)


def _accept(charter: Charter, member: Member, now: datetime) -> None:
    try:
        with transaction.atomic():
            Acceptance.objects.create(
                community_id=charter.community_id, charter=charter, member=member, at=now
            )
    except IntegrityError:
        return
    announce(
        CharterSigned(
            community_id=charter.community_id,
            object_id=charter.pk,
            actor=member.person.pseudonym,
            version=charter.version,
            now=now,
        )
    )
    queries.keep_card(charter.community_id)


@transaction.atomic
def join(*, community: Community, person: Person, version: int, now: datetime, note: str = "",
         lang: str = "", answers: Sequence[dict[str, str]] = (),
         invitation: Invitation | None = None) -> Member:  # fmt: skip
    """Join (or ask to) by accepting the charter's `version`, which must be the standing one.

    Twice changes nothing. NotAllowed for the banned, CharterChanged for an old version.
    """
    charter = Charter.objects.of(community).first()
    if charter is None:
        raise WrongMoment
    if charter.version != version:
        raise CharterChanged
    member = communities.join(
        community=community, person=person, now=now, note=note, lang=lang, answers=answers,
        invitation=invitation,
    )  # fmt: skip
    _accept(charter, member, now)
    return member
