"""Founding, joining, leaving, roles. Accepting the charter is culture's (culture.actions.join)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.people.models import Person

from . import rules
from .events import (
    CommunityFounded,
    MemberApplied,
    MemberBanned,
    MemberJoined,
    MemberLeft,
    MemberRefused,
    RoleGiven,
    SettingsChanged,
)
from .models import Community, Interest, Member


class SlugTaken(Refusal):
    sentence = _("This address is taken or reserved. Choose another one.")


class DomainTaken(Refusal):
    sentence = _("Another community has this domain.")


class LastOwner(Refusal):
    sentence = _("A community needs an owner. Make somebody else owner first.")


@transaction.atomic
def found(*, founder: Person, slug: str, currency: str, now: datetime,
          interests: Iterable[str] = (), **fields: Any) -> Community:  # fmt: skip
    """Create a community with its first member, the founder, as owner.

    Call culture.actions.found instead, which writes the first charter too.
    """
    if not rules.is_good_slug(slug):
        raise SlugTaken
    if "brand_c" in fields:
        fields["brand_c"] = rules.clamp_chroma(fields["brand_c"], fields.get("brand_h", 158))
    try:
        with transaction.atomic():
            community = Community.objects.create(slug=slug, founded_at=now, **fields)
    except IntegrityError as taken:
        raise SlugTaken from taken
    _set_interests(community, interests)
    announce(
        CommunityFounded(
            community_id=community.pk,
            object_id=community.pk,
            actor=founder.pseudonym,
            currency=currency,
            lang=community.lang,
            now=now,
        )
    )
    member = Member.objects.create(
        community=community, person=founder, role=rules.OWNER, state=rules.APPLIED, asked_at=now
    )
    _let_in(member, by=founder, now=now)
    community.refresh_from_db(fields=["member_count", "last_number"])
    return community


@transaction.atomic
def join(
    *, community: Community, person: Person, now: datetime, note: str = "", lang: str = ""
) -> Member:
    """Join an open community, or ask to join one that admits by approval. Twice changes nothing.

    NotAllowed when banned. Call culture.actions.join instead, which records the charter's version.
    """
    member, is_new = Member.objects.get_or_create(
        community=community,
        person=person,
        defaults={"asked_at": now, "note": note, "lang": lang, "state": rules.APPLIED},
    )
    member.community, member.person = community, person
    if member.state == rules.BANNED:
        raise NotAllowed
    if member.is_in:
        return member
    if not is_new and member.state != rules.APPLIED:
        member.move(rules.APPLIED, asked_at=now, note=note, lang=lang)
        is_new = True
    if community.join_policy == rules.OPEN:
        _let_in(member, by=person, now=now)
    elif is_new:
        _say(MemberApplied, member, by=person, now=now)
    return member


@transaction.atomic
def admit(*, member: Member, by: Person, now: datetime) -> None:
    """Let an applicant in. WrongMoment when somebody decided already."""
    if member.state != rules.APPLIED:
        raise WrongMoment
    _let_in(member, by=by, now=now)


@transaction.atomic
def refuse(*, member: Member, by: Person, now: datetime, reason: str = "") -> None:
    """Do not admit an applicant; `reason` is for the applicant to read."""
    if member.state != rules.APPLIED:
        raise WrongMoment
    member.move(rules.REFUSED, answer=reason)
    _say(MemberRefused, member, by=by, now=now)


@transaction.atomic
def leave(*, member: Member, now: datetime) -> None:
    """Leave of one's own will. The last owner must name another one first."""
    _keep_an_owner(member)
    member.move(rules.LEFT, only_from=(rules.JOINED,), left_at=now, role=rules.MEMBER)
    _count(member.community_id, -1)
    _say(MemberLeft, member, by=member.person, now=now)


@transaction.atomic
def withdraw(*, member: Member, now: datetime) -> None:
    """Take back one's own wish to join."""
    member.move(rules.LEFT, only_from=(rules.APPLIED,), left_at=now, note="")


@transaction.atomic
def ban(*, member: Member, by: Member, now: datetime) -> None:
    """Put a member out for good. Only those who outrank the member may."""
    if not by.outranks(member):
        raise NotAllowed
    was_in = member.is_in
    member.move(rules.BANNED, left_at=now, role=rules.MEMBER)
    if was_in:
        _count(member.community_id, -1)
    _say(MemberBanned, member, by=by.person, now=now)


@transaction.atomic
def unban(*, member: Member, by: Member, now: datetime) -> None:
    """Lift a ban: the person may join again."""
    member.move(rules.LEFT, only_from=(rules.BANNED,))
    _say(MemberLeft, member, by=by.person, now=now)


@transaction.atomic
def give_role(*, member: Member, role: str, by: Member, now: datetime) -> None:
    """Make a member owner, operator, moderator or plain member. Only owners may."""
    if by.role != rules.OWNER or role not in rules.RANK:
        raise NotAllowed
    if member.role == rules.OWNER and role != rules.OWNER:
        _keep_an_owner(member)
    changed = Member.objects.filter(pk=member.pk, state=rules.JOINED, role=member.role).update(
        role=role
    )
    if not changed:
        raise WrongMoment
    member.role = role
    announce(
        RoleGiven(
            community_id=member.community_id,
            object_id=member.pk,
            subject=member.person.pseudonym,
            actor=by.person.pseudonym,
            role=role,
            now=now,
        )
    )


@transaction.atomic
def change_settings(*, community: Community, by: Person, now: datetime,
                    interests: Iterable[str] | None = None, **fields: Any) -> bool:  # fmt: skip
    """Change how a community looks, reads and admits. The slug is for ever. False: all was so."""
    if "brand_c" in fields or "brand_h" in fields:
        fields["brand_c"] = rules.clamp_chroma(
            fields.get("brand_c", community.brand_c), fields.get("brand_h", community.brand_h)
        )
    changed = {name: value for name, value in fields.items() if getattr(community, name) != value}
    turned = interests is not None and set(interests) != set(community.interests)
    if not changed and not turned:
        return False
    if changed:
        try:
            with transaction.atomic():
                Community.objects.filter(pk=community.pk).update(**changed)
        except IntegrityError as taken:
            raise DomainTaken from taken
    if turned and interests is not None:
        _set_interests(community, interests)
    for name, value in changed.items():
        setattr(community, name, value)
    announce(
        SettingsChanged(
            community_id=community.pk,
            object_id=community.pk,
            actor=by.pseudonym,
            fields=sorted([*changed, *(["interests"] if turned else [])]),
            now=now,
        )
    )
    return True


def _set_interests(community: Community, keys: Iterable[str]) -> None:
    wanted = [key for key in dict.fromkeys(keys) if key in rules.INTEREST_NAMES]
    Interest.objects.filter(community=community).exclude(key__in=wanted).delete()
    Interest.objects.bulk_create(
        [Interest(community=community, key=key) for key in wanted], ignore_conflicts=True
    )


def _let_in(member: Member, *, by: Person, now: datetime) -> None:
    number = member.number
    if number is None:
        Community.objects.filter(pk=member.community_id).update(
            member_count=F("member_count") + 1, last_number=F("last_number") + 1
        )
        number = Community.objects.values_list("last_number", flat=True).get(pk=member.community_id)
    else:
        _count(member.community_id, 1)
    member.move(rules.JOINED, number=number, joined_at=now, left_at=None)
    _say(MemberJoined, member, by=by, now=now)


def _count(community_id: int, step: int) -> None:
    Community.objects.filter(pk=community_id).update(member_count=F("member_count") + step)


def _keep_an_owner(member: Member) -> None:
    """Refuse to lose the last owner. Takes the community's row, so that two cannot both go."""
    if member.role != rules.OWNER:
        return
    Community.objects.filter(pk=member.community_id).update(member_count=F("member_count"))
    others = Member.objects.filter(
        community_id=member.community_id, role=rules.OWNER, state=rules.JOINED
    ).exclude(pk=member.pk)
    if not others.exists():
        raise LastOwner


def _say(kind: type, member: Member, *, by: Person, now: datetime) -> None:
    announce(
        kind(
            community_id=member.community_id,
            object_id=member.pk,
            subject=member.person.pseudonym,
            actor=by.pseudonym,
            now=now,
        )
    )
