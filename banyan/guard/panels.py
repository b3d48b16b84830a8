"""What the guard shows on others' pages: what waits, why it waits, how far one is trusted."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from banyan.communities.nav import add_studio_place
from banyan.core.notices import PAGE, topic
from banyan.core.slots import fills
from banyan.moderation import queue

from . import levels, queries, rules
from .actions.trust import limits_trust
from .models import Hold

limits_trust(levels.hidden_lately)

add_studio_place(
    key="trust", name="studio-trust", label=_("Trust"), icon="shield-check", order=24,
    right="members.see",
)  # fmt: skip
topic(
    "held", label=_("Something waits for a look"), one=_("Something waits for a look"),
    many=_("%(n)s texts wait for a look"), icon="hourglass", order=81, is_for_staff=True,
)  # fmt: skip
topic(
    "let-through", under="verdict", label=_("Decisions about what I wrote"),
    one=_("Everybody can see it now"), many=_("Everybody can see them now"), icon="eye", order=66,
    channels=(PAGE,),
)  # fmt: skip


queue.register(
    queue.Sort(
        key="held", label=_("Held texts"), icon="hourglass", right="content.moderate", order=15,
        template="guard/queue_held.html", oldest=queries.oldest_held, load=queries.held_by_id,
        count=lambda community, member, now: queries.waiting_count(community), is_in_menu=False,
    )
)  # fmt: skip


@fills("content.held")
def why_it_waits(request: Any, *, thing: Any, kind: str, **context: Any) -> str:
    """For its author and the moderators: that it waits, and why."""
    member = request.member
    if member is None:
        return ""
    if not hasattr(request, "own_holds"):
        request.own_holds = queries.mine(member)
    is_mine = thing.author_id == member.pk
    hold: Hold | None = request.own_holds.get((kind, thing.pk))
    if hold is None and not is_mine:
        hold = queries.hold_of(kind, thing.pk)
    said = {"hold": hold, "is_mine": is_mine, "may_look": member.may("content.moderate")}
    return render_to_string("guard/waits.html", said, request)


@fills("chat.held")
def why_the_line_waits(request: Any, *, message: Any, **context: Any) -> str:
    """For its author, in the room: that it waits, and why."""
    member = getattr(request, "member", None)
    if member is None or message.author_id != member.person_id:
        return ""
    if not hasattr(request, "own_holds"):
        request.own_holds = queries.mine(member)
    said = {"hold": request.own_holds.get(("message", message.pk)), "is_mine": True}
    return render_to_string("guard/waits.html", said, request)


@fills("studio.content.acts", order=10)
def held_link(request: Any, *, community: Any, **context: Any) -> str:
    """The way to what waits, with how many."""
    said = {"waiting": queries.waiting_count(community), "community": community}
    return render_to_string("guard/held_link.html", said, request)


@fills("studio.today", order=15)
def texts_wait(request: Any, *, community: Any, **context: Any) -> str:
    """How many texts wait for a look, with the ones that wait longest."""
    if not (request.member and request.member.may("content.moderate")):
        return ""
    rows, _more = queries.queue(community)
    if not rows:
        return ""
    said = {
        "rows": rows[:3], "waiting": queries.waiting_count(community), "community": community,
    }  # fmt: skip
    return render_to_string("guard/today.html", said, request)


@fills("communities.membership", order=20)
def how_far_i_am_trusted(request: Any, *, community: Any, **context: Any) -> str:
    """My level, what is counted, what the next needs. Who runs the place has no level."""
    if request.member.role != "member":
        return ""
    needs = rules.needs_of(queries.policy(community.pk).needs)
    said = levels.shown(levels.standing(request.member), needs)
    return render_to_string("guard/my_trust.html", {"trust": said}, request)


@fills("content.post.scripts")
def note_that_i_read(request: Any, *, post: Any, **context: Any) -> str:
    """The small script that counts read conversations, for members only."""
    member = request.member
    if member is None or not member.is_in or member.role != "member" or not post.is_published:
        return ""
    return render_to_string("guard/here.html", {"post": post}, request)
