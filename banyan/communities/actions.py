"""Founding, joining, leaving, roles. Accepting the charter is culture's (culture.actions.join)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.people.models import Person

from . import rules
from .entry import deciding, inviting, letting
from .entry import rules as ways
from .events import (
    CommunityFounded,
    MemberApplied,
    MemberBanned,
    MemberLeft,
    MemberRefused,
    RoleGiven,
    SettingsChanged,
    StageReached,
)
from .models import Community, EntryPolicy, Interest, Invitation, Member

# A member without a role, and without acts of a moderator.
PLAIN: dict[str, Any] = {"role": rules.MEMBER, "acts": [], "section": None, "acts_until": None}


class SlugTaken(Refusal):
    sentence = _("This address is taken or reserved. Choose another one.")


class DomainTaken(Refusal):
    sentence = _("Another community has this domain.")


class ByInvitationOnly(Refusal):
    status = 403
    sentence = _("People come in here by invitation only. Ask somebody who is in.")


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
    member.person = founder
    letting.enter(member, by=founder, now=now)
    community.refresh_from_db(fields=["member_count", "last_number"])
    return community


@transaction.atomic
def join(
    *, community: Community, person: Person, now: datetime, note: str = "", lang: str = "",
    answers: Sequence[dict[str, str]] = (), invitation: Invitation | None = None,
) -> Member:  # fmt: skip
    """Come in, or begin the way in, as this community's policy says. Twice changes nothing.

    In at once where it is open, for holders of an operator's invitation, and where an automatic
    rule is enough; else a person decides; and the waiting list when every place is taken.
    NotAllowed when banned, ByInvitationOnly, InvitationNoLongerStands. Call culture.actions.join
    instead, which records the charter's version.
    """
    member, is_new = Member.objects.get_or_create(
        community=community,
        person=person,
        defaults={"asked_at": now, "state": rules.APPLIED},
    )
    member.community, member.person = community, person
    if member.state == rules.BANNED:
        raise NotAllowed
    if member.is_in:
        return member
    has_pass = invitation is not None and invitation.is_pass
    waits = not is_new and member.state in (*rules.TO_DECIDE, rules.WAITING)
    if waits and not (has_pass and member.state in rules.TO_DECIDE):
        return member
    is_granted = member.state == rules.INVITED
    if invitation is None and is_granted and member.source != ways.PURCHASED:
        invitation, has_pass = member.invitation, True
    if community.join_policy == rules.INVITE and invitation is None and not is_granted:
        raise ByInvitationOnly
    parent_id = inviting.use(invitation, now=now) if invitation is not None else None
    source = _source(member, invitation, has_pass)
    given = {
        "asked_at": now, "note": note, "lang": lang, "answers": list(answers), "source": source,
        "invitation": invitation, "appeal": "", "appealed_at": None, "answer": "",
    }  # fmt: skip
    if is_new or waits:
        Member.objects.filter(pk=member.pk).update(**given)
        for name, value in given.items():
            setattr(member, name, value)
    else:
        member.move(rules.APPLIED, **given)
    policy = letting.policy_of(community)
    verdict = _verdict(member, policy, has_pass, invitation is not None)
    if verdict.what == ways.ADMIT:
        letting.enter(
            member, by=person, now=now, reasons=verdict.reasons, policy=policy, parent_id=parent_id
        )
        return member
    due = now + timedelta(hours=policy.answer_hours)
    Member.objects.filter(pk=member.pk).update(due_at=due)
    member.due_at = due
    letting.note(member, "held", now=now, reasons=verdict.reasons)
    letting.say(MemberApplied, member, by=person, now=now, parent_id=parent_id)
    return member


def _source(member: Member, invitation: Invitation | None, has_pass: bool) -> str:
    if invitation is not None:
        return ways.BY_INVITATION if has_pass else ways.REFERRED
    if member.state == rules.INVITED and member.source == ways.PURCHASED:
        return ways.PURCHASED
    return ways.WALKED if member.community.join_policy == rules.OPEN else ways.ASKED


def _verdict(
    member: Member, policy: EntryPolicy, has_pass: bool, invited: bool
) -> ways.Verdict:  # fmt: skip
    """What the policy says of somebody who asks. Rules are looked at only where there are any."""
    if has_pass:
        return ways.Verdict(ways.ADMIT, ("pass",))
    if member.source == ways.PURCHASED:
        return ways.Verdict(ways.ADMIT, ("bought",))
    automatic = policy.automatic
    facts = deciding.facts_of(member, referred=invited) if automatic else {}
    by_itself = member.community.join_policy == rules.OPEN
    return ways.verdict(by_itself=by_itself, automatic=automatic, facts=facts)


@transaction.atomic
def admit(*, member: Member, by: Person, now: datetime) -> None:
    """Let an applicant in (or on the waiting list). WrongMoment when somebody decided already.

    AnotherDecides on an appeal against one's own refusal.
    """
    if member.state not in rules.TO_DECIDE:
        raise WrongMoment
    deciding.check_decider(member, by)
    appealed = member.state == rules.APPEALED
    letting.enter(member, by=by, now=now, reasons=["another" if appealed else "person"])


@transaction.atomic
def refuse(*, member: Member, by: Person, now: datetime, reason: str = "") -> None:
    """Do not admit an applicant; `reason` is for the applicant to read. After an appeal, final."""
    if member.state not in rules.TO_DECIDE:
        raise WrongMoment
    deciding.check_decider(member, by)
    member.move(rules.REFUSED, answer=reason, due_at=None)
    letting.note(member, "refused", now=now, by=by, words=reason, lang=member.community.lang)
    letting.say(MemberRefused, member, by=by, now=now)


@transaction.atomic
def leave(*, member: Member, now: datetime) -> None:
    """Leave of one's own will. The last owner must name another one first."""
    _keep_an_owner(member)
    member.move(rules.LEFT, only_from=(rules.JOINED,), left_at=now, probation_until=None, **PLAIN)
    _count(member.community_id, -1)
    letting.say(MemberLeft, member, by=member.person, now=now)


@transaction.atomic
def withdraw(*, member: Member, now: datetime) -> None:
    """Take back one's own wish to join, wherever on the way it stands; decline an invitation."""
    was = member.state
    member.move(
        rules.LEFT, only_from=rules.UNDER_WAY, left_at=now, note="", answers=[], appeal="",
        due_at=None, waiting_since=None,
    )  # fmt: skip
    if was != rules.APPLIED:
        letting.note(member, "withdrawn", now=now, by=member.person)


@transaction.atomic
def ban(*, member: Member, by: Member, now: datetime) -> None:
    """Put a member out for good. Only those who outrank the member may."""
    if not by.outranks(member):
        raise NotAllowed
    was_in = member.is_in
    member.move(rules.BANNED, left_at=now, probation_until=None, **PLAIN)
    if was_in:
        _count(member.community_id, -1)
    letting.say(MemberBanned, member, by=by.person, now=now)


@transaction.atomic
def unban(*, member: Member, by: Member, now: datetime) -> None:
    """Lift a ban: the person may join again."""
    member.move(rules.LEFT, only_from=(rules.BANNED,))
    letting.say(MemberLeft, member, by=by.person, now=now)


@transaction.atomic
def give_role(*, member: Member, role: str, by: Member, now: datetime) -> None:
    """Make a member owner, operator, moderator or plain member. Only owners may."""
    if by.role != rules.OWNER or role not in rules.RANK:
        raise NotAllowed
    if member.role == rules.OWNER and role != rules.OWNER:
        _keep_an_owner(member)
    changed = Member.objects.filter(pk=member.pk, state=rules.JOINED, role=member.role).update(
        **{**PLAIN, "role": role}
    )
    if not changed:
        raise WrongMoment
    for name, value in {**PLAIN, "role": role}.items():
        setattr(member, name, value)
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


@transaction.atomic
def keep_fact(*, community_id: int, key: str, value: int | None) -> None:
    """A number of a module that pages read with the community itself, beside its switches."""
    rows = Community.objects.select_for_update(no_key=True)
    before = rows.values_list("switches", flat=True).get(pk=community_id)
    after = {name: kept for name, kept in before.items() if name != key}
    if value is not None:
        after[key] = value
    if after != before:
        Community.objects.filter(pk=community_id).update(switches=after)


@transaction.atomic
def move_stage(*, community: Community, stage: str, now: datetime) -> None:
    """The community has grown into a stage. What that rests on is kept by whoever measures it."""
    if stage not in rules.STAGES:
        raise ValueError(stage)
    before = community.stage
    moved = Community.objects.filter(pk=community.pk, stage=before).update(stage=stage)
    if not moved:
        raise WrongMoment
    community.stage = stage
    announce(
        StageReached(
            community_id=community.pk, object_id=community.pk, stage=stage, before=before, now=now
        )
    )


def _set_interests(community: Community, keys: Iterable[str]) -> None:
    wanted = [key for key in dict.fromkeys(keys) if key in rules.INTEREST_NAMES]
    Interest.objects.filter(community=community).exclude(key__in=wanted).delete()
    Interest.objects.bulk_create(
        [Interest(community=community, key=key) for key in wanted], ignore_conflicts=True
    )


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
