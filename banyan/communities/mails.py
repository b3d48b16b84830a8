"""Mails about membership, each in the reader's own language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from banyan.people.models import Person

from .entry.inviting import address_of
from .models import EntryStep, Invitation, Member
from .places import full_url
from .queries import staff
from .rules import APPEALED


def applied(member: Member) -> None:
    """To those who decide, at most ten of them; an appeal not to who refused."""
    appealed = member.state == APPEALED
    refusals = EntryStep.objects.filter(member=member, kind="refused").order_by("-id")
    first = refusals.first() if appealed else None
    asked = [one for one in staff(member.community_id, "members.admit") if one.person.email]
    for operator in asked[:10]:
        if first is not None and first.by == operator.person.pseudonym:
            continue
        with translation.override(operator.person.language or settings.LANGUAGE_CODE):
            name = member.community.here_name
            _send(
                operator.person,
                (
                    _("%(name)s asks %(community)s to look again")
                    if appealed
                    else _("%(name)s asks to join %(community)s")
                )
                % {"name": member.person, "community": name},
                "applied",
                name=str(member.person),
                community=name,
                note=member.appeal if appealed else member.note,
                appealed=appealed,
                answers=[] if appealed else member.answers,
                address=full_url(member.community, "studio-members"),
            )


def admitted(member: Member) -> None:
    with translation.override(member.person.language or settings.LANGUAGE_CODE):
        name = member.community.here_name
        _send(
            member.person,
            _("You are in: %(community)s") % {"community": name},
            "admitted",
            name=member.person.name,
            community=name,
            address=full_url(member.community, "community"),
        )


def refused(member: Member) -> None:
    with translation.override(member.person.language or settings.LANGUAGE_CODE):
        name = member.community.here_name
        _send(
            member.person,
            _("About joining %(community)s") % {"community": name},
            "refused",
            name=member.person.name,
            community=name,
            reason=member.answer,
            final=member.appealed_at is not None,
            address=full_url(member.community, "entry"),
        )


def queued(member: Member) -> None:
    with translation.override(member.person.language or settings.LANGUAGE_CODE):
        name = member.community.here_name
        _send(
            member.person,
            _("On the waiting list of %(community)s") % {"community": name},
            "queued",
            name=member.person.name,
            community=name,
            address=full_url(member.community, "entry"),
        )


def invited(invitation: Invitation) -> None:
    """To an address that may be nobody's here: in the language the inviter wrote in."""
    language = "zh-hans" if invitation.lang.startswith("zh") else "en"
    with translation.override(language):
        name = invitation.community.here_name
        subject = _("%(name)s invites you to %(community)s") % {
            "name": invitation.by.person,
            "community": name,
        }
        text = render_to_string(
            "communities/mail/invited.txt",
            {
                "name": str(invitation.by.person),
                "community": name,
                "purpose": invitation.community.here_purpose,
                "note": invitation.note,
                "address": address_of(invitation),
                "until": invitation.expires_at,
            },
        )
        send_mail(" ".join(subject.split()), text, None, [invitation.email])


def _send(to: Person, subject: str, template: str, **context: Any) -> None:
    if to.email:
        text = render_to_string(f"communities/mail/{template}.txt", context)
        send_mail(" ".join(subject.split()), text, None, [to.email])
