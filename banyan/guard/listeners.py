from __future__ import annotations

from typing import Any

from banyan.chat.events import MessageHeld
from banyan.communities.models import Member
from banyan.communities.places import url
from banyan.communities.rules import JOINED, ROLES, may
from banyan.content.events import CommentHeld, PostHeld
from banyan.core.events import after, on
from banyan.core.notices import Telling, tell
from banyan.moderation import rules as verdicts
from banyan.moderation.events import Decided

from . import rules
from .actions import look
from .events import HoldReviewed
from .models import Hold


@on(Decided)
def settle_what_waited(event: Decided) -> None:
    """A decision made on another page ends the waiting as well."""
    if event.verdict in (verdicts.HIDE, verdicts.REMOVE):
        look.settle_refused(event.thing_kind, event.thing_id, event.actor, event.now)
    elif event.verdict == verdicts.RESTORE:
        look.settle_restored(event.thing_kind, event.thing_id, event.actor, event.now)


@after(PostHeld)
@after(CommentHeld)
@after(MessageHeld)
def tell_moderators(event: Any) -> None:
    """Something waits for them: gathered, so that ten waiting texts are one line."""
    hold = (
        Hold.objects.filter(kind=event.object_kind, object_id=event.object_id, state=rules.WAITING)
        .select_related("community", "author")
        .first()
    )
    if hold is None:
        return
    roles = [role for role, _label in ROLES if may(role, "content.moderate")]
    staff = Member.objects.of(hold.community_id).filter(state=JOINED, role__in=roles)
    tell(
        Telling(
            topic="held",
            key=f"held:{hold.pk}",
            thing=("hold", hold.pk),
            about=("community", hold.community_id),
            url=url(hold.community, "studio-held"),
            title=hold.community.here_name,
            lang=hold.community.lang,
            community_id=hold.community_id,
            actor_id=hold.author.person_id,
        ),
        to=list(staff.values_list("person", flat=True)),
        now=event.now,
    )


@after(HoldReviewed)
def tell_the_author(event: HoldReviewed) -> None:
    """What was let through is told; a refusal is a decision, which moderation tells."""
    if event.verdict != rules.PASSED:
        return
    hold = Hold.objects.filter(pk=event.object_id, state=rules.PASSED).select_related(
        "community", "author"
    ).first()  # fmt: skip
    if hold is None or hold.author.state != JOINED:
        return
    thing = look.MODELS[hold.kind].objects.filter(pk=hold.object_id).first()
    if thing is None:
        return
    if hold.kind == "message":
        address = url(hold.community, "chat-room", id=thing.room.public_id) + f"#m-{thing.oid}"
    else:
        address = url(hold.community, hold.kind, id=thing.public_id)
    tell(
        Telling(
            topic="let-through",
            key=f"let-through:{hold.pk}",
            thing=(hold.kind, hold.object_id),
            about=(hold.kind, hold.object_id),
            url=address,
            title=str(thing),
            lang=thing.lang,
            community_id=hold.community_id,
        ),
        to=[hold.author.person_id],
        now=event.now,
    )
