"""Mails about membership, each in the reader's own language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from banyan.people.models import Person

from .models import Member
from .places import full_url
from .rules import JOINED, RANK, may


def applied(member: Member) -> None:
    """To those who decide, at most ten of them."""
    deciders = [role for role in RANK if may(role, "members.admit")]
    for operator in (
        Member.objects.of(member.community)
        .filter(state=JOINED, role__in=deciders, person__email__isnull=False)
        .select_related("person")
        .order_by("pk")[:10]
    ):
        with translation.override(operator.person.language or settings.LANGUAGE_CODE):
            name = member.community.here_name
            _send(
                operator.person,
                _("%(name)s asks to join %(community)s")
                % {"name": member.person, "community": name},
                "applied",
                name=str(member.person),
                community=name,
                note=member.note,
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
        )


def _send(to: Person, subject: str, template: str, **context: Any) -> None:
    if to.email:
        text = render_to_string(f"communities/mail/{template}.txt", context)
        send_mail(" ".join(subject.split()), text, None, [to.email])
