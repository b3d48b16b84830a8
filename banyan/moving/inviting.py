"""A list of people from a CSV file: read, shown, invited through the one way in, taken back."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities import rules as membership
from banyan.communities.entry import inviting as entry
from banyan.communities.entry import rules as ways
from banyan.communities.models import Community, Invitation, Member
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, TooMany, WrongMoment

from . import rules, sheet
from .events import InviteListRevoked, InviteListSent
from .models import InviteList, Listed


class NotAList(Refusal):
    sentence = _("No column of addresses was found. Call it “email”, one person a row.")


class ListTooLong(Refusal):
    sentence = _("At most 500 people and 1 MB in one file. Split it into smaller ones.")


WHY: dict[str, Any] = {
    "not-an-address": _("is not an e-mail address"),
    "twice": _("stands in the file twice"),
    "here": _("is a member already"),
    "invited": _("has an open invitation already"),
    "empty": _("has no address"),
}


@transaction.atomic
def read(*, by: Member, file_name: str, content: bytes, lang: str, now: datetime) -> InviteList:
    """Find out whom a file names and who of them can be invited; nobody hears of it yet."""
    if not by.may("members.admit"):
        raise NotAllowed
    if len(content) > rules.LIST_BYTES:
        raise ListTooLong
    rows = sheet.addresses_in(content)
    if rows is None:
        raise NotAList
    if len(rows) > rules.MOST_INVITED:
        raise ListTooLong
    waiting, problems = _sorted_out(by.community, rows)
    return InviteList.objects.create(
        community=by.community, by=by, file_name=file_name[-200:], waiting=waiting,
        problems=problems, lang=lang, made_at=now,
    )  # fmt: skip


def _sorted_out(
    community: Community, rows: list[tuple[int, str]]
) -> tuple[list[str], list[list[Any]]]:
    said = {email.lower() for _row, email in rows if email}
    # Only of this community's own: the page must not tell whose address has an account here.
    here = set(
        EmailAddress.objects.filter(
            email__in=said, verified=True,
            user__in=Member.objects.of(community)
            .filter(state=membership.JOINED)
            .values("person"),
        ).values_list("email", flat=True)
    )  # fmt: skip
    invited = set(
        Invitation.objects.of(community)
        .filter(email__in=said, state=ways.STANDING)
        .values_list("email", flat=True)
    )
    waiting: list[str] = []
    problems: list[list[Any]] = []
    for number, given in rows:
        email = given.lower()
        why = _why_not(email, here, invited, waiting)
        if why:
            problems.append([number, why, given[:80]])
        else:
            waiting.append(email)
    return waiting, problems


def _why_not(email: str, here: set[str], invited: set[str], waiting: list[str]) -> str:
    if not email:
        return "empty"
    try:
        validate_email(email)
    except ValidationError:
        return "not-an-address"
    if email in waiting:
        return "twice"
    if email in here:
        return "here"
    return "invited" if email in invited else ""


def begin(*, one: InviteList, by: Member, now: datetime) -> None:
    """Invite them: at most fifty a day go out by mail, the rest on the days after."""
    if not by.may("members.admit"):
        raise NotAllowed
    if not one.waiting:
        raise WrongMoment
    with transaction.atomic():
        one.move(rules.SENDING, only_from=(rules.LISTED,), by=by)
        announce(
            InviteListSent(
                community_id=one.community_id, object_id=one.pk, actor=by.person.pseudonym,
                people=len(one.waiting), now=now,
            )
        )  # fmt: skip
    send_some(one=one, now=now)


def send_some(*, one: InviteList, now: datetime) -> int:
    """As many invitations as the day still allows. Safe to run again."""
    done = 0
    with suppress(WrongMoment):
        while _send_one(one, now):
            done += 1
    return done


def _send_one(one: InviteList, now: datetime) -> bool:
    """One person, in one transaction with their leaving the list."""
    with transaction.atomic():
        one.take()
        if one.state != rules.SENDING:
            return False
        if not one.waiting:
            one.move(rules.SENT)
            return False
        email, rest = one.waiting[0], one.waiting[1:]
        try:
            with transaction.atomic():
                made = entry.invite(by=one.by, now=now, email=email, lang=one.lang)
        except TooMany:
            return False
        except NotAllowed:  # who said yes may no longer invite
            one.move(rules.REVOKED, waiting=[])
            return False
        Listed.objects.create(of=one, invitation=made)
        InviteList.objects.filter(pk=one.pk).update(waiting=rest, sent=one.sent + 1)
        one.waiting, one.sent = rest, one.sent + 1
        if not rest:
            one.move(rules.SENT)
        return True


@transaction.atomic
def revoke(*, one: InviteList, by: Member, now: datetime) -> int:
    """Take back what nobody has used yet; gives how many. Who came stays."""
    if not by.may("members.admit"):
        raise NotAllowed
    one.move(rules.REVOKED, waiting=[], problems=[])
    taken = 0
    for invitation in _made_by(one):
        with suppress(WrongMoment), transaction.atomic():
            entry.revoke(invitation=invitation, by=by, now=now)
            taken += 1
    announce(
        InviteListRevoked(
            community_id=one.community_id, object_id=one.pk, actor=by.person.pseudonym, now=now
        )
    )
    return taken


def _made_by(one: InviteList) -> list[Invitation]:
    keys = Listed.objects.filter(of=one).values("invitation")
    return list(
        Invitation.objects.filter(pk__in=keys, state=ways.STANDING).select_related("community")
    )
