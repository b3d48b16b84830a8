"""Invitations: signed links with a number of uses and an end, revocable, by link, QR or mail."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from banyan.core.activity import find
from banyan.core.events import announce
from banyan.core.ids import read_id
from banyan.core.refusals import NotAllowed, Refusal, TooMany
from banyan.people.models import Person

from .. import rules
from ..events import InvitationMade, InvitationRevoked, MemberInvited
from ..models import Community, Invitation, Member
from ..places import full_url
from . import rules as ways
from .letting import note, say

_signer = signing.Signer(salt="banyan.invitation", sep=".")


class InvitationsOff(Refusal):
    status = 403
    sentence = _("Members do not invite others here.")


class InvitationNoLongerStands(Refusal):
    status = 409
    sentence = _("This invitation is used up, over or revoked. Ask for a new one.")


def token_of(invitation: Invitation) -> str:
    return _signer.sign(invitation.oid)


def address_of(invitation: Invitation) -> str:
    """The link to give away, with scheme and host."""
    return f"{full_url(invitation.community, 'join')}?invitation={token_of(invitation)}"


def read(token: str, community: Community) -> Invitation | None:
    """The invitation of a link, whatever its state; None when the signature is not ours."""
    try:
        public_id = read_id(_signer.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return (
        Invitation.objects.of(community)
        .filter(public_id=public_id)
        .select_related("by__person__picture", "community")
        .first()
    )


@transaction.atomic
def invite(*, by: Member, now: datetime, uses: int = 1, days: int = ways.INVITATION_DAYS,
           email: str = "", note_text: str = "", lang: str = "") -> Invitation:  # fmt: skip
    """Make an invitation. An operator's opens the door; a member's lets one ask, and is a referral.

    NotAllowed on probation, InvitationsOff where members do not invite; by mail only operators,
    TooMany after the fiftieth of a day.
    """
    is_pass = by.may("members.admit")
    if not by.is_in or by.is_new_here(now):
        raise NotAllowed
    if not is_pass:
        if not by.community.has("invitations"):
            raise InvitationsOff
        if email:
            raise NotAllowed
    uses = (
        1 if email else min(uses, ways.INVITATION_USES_MOST if is_pass else ways.MEMBER_USES_MOST)
    )
    if email:
        day = Invitation.objects.of(by.community).exclude(email="")
        if day.filter(made_at__gt=now - timedelta(days=1)).count() >= ways.MAILED_A_DAY:
            raise TooMany
    invitation = Invitation.objects.create(
        community=by.community, by=by, is_pass=is_pass, email=email.lower(), note=note_text,
        lang=lang, uses_most=max(uses, 1), made_at=now,
        expires_at=now + timedelta(days=min(max(days, 1), ways.INVITATION_DAYS_MOST)),
    )  # fmt: skip
    announce(
        InvitationMade(
            community_id=by.community_id, object_id=invitation.pk, actor=by.person.pseudonym,
            is_pass=is_pass, is_mailed=bool(email), lang=lang, now=now,
        )
    )  # fmt: skip
    if email:
        _make_out(invitation, now)
    return invitation


def _make_out(invitation: Invitation, now: datetime) -> None:
    """Whom we know by this verified address sees the invitation without the link, too."""
    person = Person.objects.here().filter(
        emailaddress__email__iexact=invitation.email, emailaddress__verified=True
    ).first()  # fmt: skip
    if person is None:
        return
    member, is_new = Member.objects.get_or_create(
        community=invitation.community,
        person=person,
        defaults={"state": rules.INVITED, "asked_at": now, "invitation": invitation},
    )
    if not is_new:
        if member.state not in (rules.LEFT, rules.REFUSED):
            return
        member.move(rules.INVITED, invitation=invitation, source="")
    member.person = person
    note(member, "invited", now=now, by=invitation.by.person)
    say(MemberInvited, member, by=invitation.by.person, now=now)


@transaction.atomic
def revoke(*, invitation: Invitation, by: Member, now: datetime) -> None:
    """The link opens nothing any more; who came by it stays. One's own, or any for operators."""
    if by.pk != invitation.by_id and not by.may("members.admit"):
        raise NotAllowed
    invitation.move(ways.REVOKED, email="")
    withdraw_made_out(invitation, now)
    announce(
        InvitationRevoked(
            community_id=invitation.community_id, object_id=invitation.pk,
            actor=by.person.pseudonym, now=now,
        )
    )  # fmt: skip


def withdraw_made_out(invitation: Invitation, now: datetime) -> None:
    Member.objects.filter(invitation=invitation, state=rules.INVITED).update(
        state=rules.LEFT, left_at=now
    )


def use(invitation: Invitation, *, now: datetime) -> int | None:
    """Take one use; of two for the last use one gets it. Gives the activity to name as parent."""
    took = Invitation.objects.filter(
        pk=invitation.pk, state=ways.STANDING, used__lt=F("uses_most"), expires_at__gt=now
    ).update(used=F("used") + 1)
    if not took:
        raise InvitationNoLongerStands
    invitation.refresh_from_db(fields=["used", "state"])
    if invitation.used == invitation.uses_most:
        invitation.move(ways.SPENT, email="")
    return find("invitation", invitation.pk, "InvitationMade")


@transaction.atomic
def close_over(now: datetime, *, at_once: int = 200) -> int:
    """Invitations past their day are over, and the addresses they were mailed to are gone."""
    closed = 0
    for invitation in Invitation.objects.filter(state=ways.STANDING, expires_at__lte=now)[:at_once]:
        changed = Invitation.objects.filter(pk=invitation.pk, state=ways.STANDING).update(
            state=ways.OVER, email=""
        )
        if changed:
            withdraw_made_out(invitation, now)
            closed += 1
    return closed
