"""Chat in the menus, on the members' page, and before the moderators."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.communities.nav import add_place, add_studio_place
from banyan.core.slots import fills
from banyan.core.ui import nav
from banyan.moderation.objects import Kind, register

from . import rules
from .actions.messages import mover
from .queries import moderated

add_place(
    key="chat", name="chat", label=_("Chat"), icon="messages-square", order=15, members_only=True
)
add_studio_place(
    key="chat", name="studio-chat", label=_("Chat rooms"), icon="messages-square", order=38,
    right="content.edit",
)  # fmt: skip


def _inbox(request: Any) -> str | None:
    return reverse("messages") if request.user.is_authenticated else None


nav.place("top", "messages", label=_("Messages"), icon="mail", url=_inbox, order=20)
nav.place("me", "messages", label=_("Messages"), icon="mail", url=_inbox, order=30)

register(
    Kind(
        key="message",
        label=_("Message"),
        born="MessageSent",
        listed=False,
        find=moderated.find,
        load=moderated.load,
        latest=moderated.latest,
        hide=mover(rules.HIDDEN),
        restore=mover(rules.SENT),
        remove=mover(rules.REMOVED),
        again=moderated.again,
        revive=mover(rules.SENT, rules.REMOVED),
    )
)


@fills("communities.member.acts")
def write_to_them(request: Any, *, person: Any, **context: Any) -> str:
    """The way to a direct message, for members, beside everybody else."""
    member = getattr(request, "member", None)
    if member is None or not member.is_in or person.pk == request.user.pk:
        return ""
    return render_to_string("chat/write_link.html", {"person": person})
