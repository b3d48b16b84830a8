"""What moderation shows on others' pages: its place in the studio's menu, and on today."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.communities.nav import add_studio_place
from banyan.core.notices import topic
from banyan.core.slots import fills

from . import queries, queue
from .standing import asking as asking  # asks muted members where they write
from .standing import queries as standings
from .standing import waiting

add_studio_place(
    key="content",
    name="studio-content",
    label=_("Content"),
    icon="message-square-text",
    order=30,
    right="studio.see",
    count=lambda community: queue.menu_count(community, timezone.now()) or None,
)

topic(
    "appeal", label=_("Somebody appeals against a decision"),
    one=_("Somebody appeals against a decision"), many=_("%(n)s appeals wait for an answer"),
    icon="scale", order=81, is_for_staff=True,
)  # fmt: skip
topic(
    "appeal-late", under="appeal", label=_("Somebody appeals against a decision"),
    one=_("The answer to an appeal is late"), many=_("%(n)s answers to appeals are late"),
    icon="clock-alert", order=83, is_for_staff=True,
)  # fmt: skip
topic(
    "appeal-answer", under="verdict", label=_("Answers to my appeals"),
    one=_("Your appeal was answered"), many=_("%(n)s of your appeals were answered"),
    icon="scale", order=66,
)  # fmt: skip


queue.register(
    queue.Sort(
        key="report", label=_("Reports"), icon="flag", right="content.moderate", order=10,
        template="moderation/queue_report.html", oldest=queries.oldest_reported,
        load=queries.reported_items, count=queries.report_count,
    )
)  # fmt: skip
queue.register(
    queue.Sort(
        key="appeal", label=_("Appeals"), icon="scale", right="appeals.answer", order=20,
        template="moderation/queue_appeal.html", oldest=waiting.oldest_appeals,
        load=lambda community, keys, now: standings.appeals(community, keys),
        count=waiting.appeal_count,
    )
)  # fmt: skip
queue.register(
    queue.Sort(
        key="application", label=_("Applications"), icon="user-plus", right="members.admit",
        order=40, template="moderation/queue_application.html", is_in_menu=False,
        oldest=waiting.oldest_applications, load=waiting.applications,
        count=waiting.application_count,
    )
)  # fmt: skip


@fills("studio.today", order=5)
def many_at_once(request: Any, *, community: Any, **context: Any) -> str:
    """A wave of reports against one member: one card, whatever its size. Nothing is hidden or
    banned by numbers."""
    if not (request.member and request.member.may("content.moderate")):
        return ""
    wave = queries.wave(community, now=timezone.now())
    if wave is None:
        return ""
    return render_to_string("moderation/wave.html", {"wave": wave, "community": community}, request)


@fills("studio.today", order=20)
def look_at(request: Any, *, community: Any, **context: Any) -> str:
    """How many reported things wait, with the latest of them."""
    if not (request.member and request.member.may("content.moderate")):
        return ""
    items, _more = queries.reported(community)
    if not items:
        return ""
    context = {"items": items[:3], "waiting": queries.open_count(community), "community": community}
    return render_to_string("moderation/today.html", context, request)


@fills("communities.membership", order=80)
def what_was_decided(request: Any, *, community: Any, **context: Any) -> str:
    """How I stand here: muted, strikes with their clauses; and the public log of decisions."""
    member, now = request.member, timezone.now()
    context = {
        "community": community,
        "mute": standings.mute_of(member, now) if member.is_muted else None,
        "strikes": standings.strikes_of(member, now),
        "decisions": standings.decisions_about(request.user, community)[:5],
    }
    return render_to_string("moderation/my_standing.html", context, request)


@fills("studio.members.acts")
def how_they_stand(request: Any, *, subject: Any, **context: Any) -> str:
    """Beside each member of the studio's list: the way to mutes, strikes and decisions."""
    if not request.member.may("members.see"):
        return ""
    return render_to_string("moderation/standing_link.html", {"subject": subject}, request)


@fills("studio.today.side", order=5)
def what_waits(request: Any, *, community: Any, **context: Any) -> str:
    """How many of each kind wait in the queue."""
    counted = queue.counts(community, request.member, timezone.now())
    counted = [(sort, number) for sort, number in counted if number]
    if not counted:
        return ""
    total = sum(number for _sort, number in counted)
    context = {"counts": counted, "total": total, "community": community}
    return render_to_string("moderation/queue_counts.html", context, request)


@fills("studio.today", order=6)
def often_struck(request: Any, *, community: Any, **context: Any) -> str:
    """Three standing strikes: a person looks whether to mute or to ban; nothing does so itself."""
    if not (request.member and request.member.may("members.mute")):
        return ""
    people = standings.often_struck(community, timezone.now())
    if not people:
        return ""
    return render_to_string("moderation/often_struck.html", {"people": people}, request)
