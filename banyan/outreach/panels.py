"""What people can be told of, and where they find it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.communities.places import url
from banyan.core.notices import PAGE, topic
from banyan.core.slots import fills
from banyan.core.ui import nav
from banyan.moderation import queue

from . import first_replies, rules

topic(
    "reply", label=_("Answers to what I wrote"), one=_("%(who)s answered you"),
    many=_("%(n)s people answered you"), icon="message-square", order=10,
)  # fmt: skip
topic(
    "mention", label=_("Where I am named"), one=_("%(who)s named you"),
    many=_("%(n)s people named you"), icon="at-sign", order=20,
)  # fmt: skip
topic(
    "followed", label=_("What I follow"), one=_("%(who)s wrote something that you follow"),
    many=_("%(n)s people wrote something that you follow"), icon="rss", order=25,
)  # fmt: skip
topic(
    "like", label=_("Likes"), one=_("%(who)s likes what you wrote"),
    many=_("%(n)s people like what you wrote"), icon="heart", order=30, channels=(PAGE,),
)  # fmt: skip
topic(
    "poll", label=_("Polls that closed"), one=_("A poll has closed"),
    many=_("%(n)s polls have closed"), icon="chart-bar", order=32,
)  # fmt: skip
topic(
    "gathering-soon", label=_("Events I take part in"), one=_("It begins within a day"),
    many=_("It begins within a day"), icon="calendar-clock", order=33,
)  # fmt: skip
topic(
    "gathering-moved", under="gathering-soon", label=_("Events I take part in"),
    one=_("The event has another time or place"),
    many=_("The event has another time or place"), icon="calendar-sync", order=34,
)  # fmt: skip
topic(
    "gathering-off", under="gathering-soon", label=_("Events I take part in"),
    one=_("The event is called off"),
    many=_("The event is called off"), icon="calendar-x", order=35,
)  # fmt: skip
topic(
    "gathering-place", under="gathering-soon", label=_("Events I take part in"),
    one=_("There is a place for you"),
    many=_("There is a place for you"), icon="ticket", order=36,
)  # fmt: skip
topic(
    "check-in", label=_("The evening of a challenge"), one=_("Today’s check-in is still open"),
    many=_("Today’s check-in is still open"), icon="footprints", order=37,
)  # fmt: skip
topic(
    "turn", label=_("My turn as a host"), one=_("In two days you are the host"),
    many=_("In two days you are the host"), icon="hand-helping", order=38,
)  # fmt: skip
topic(
    "swap", under="turn", label=_("My turn as a host"),
    one=_("%(who)s asks you to swap turns"),
    many=_("%(n)s people ask you to swap turns"), icon="repeat", order=39,
)  # fmt: skip
topic(
    "charter", label=_("Changes of the charter"), one=_("A change of the charter is proposed"),
    many=_("Changes of the charter are proposed"), icon="scroll-text", order=42,
)  # fmt: skip
topic(
    "charter-new", under="charter", label=_("Changes of the charter"),
    one=_("The charter has changed"),
    many=_("The charter has changed"), icon="scroll-text", order=43,
)  # fmt: skip
topic(
    "goal", label=_("Goals we reach"), one=_("A goal is reached"), many=_("A goal is reached"),
    icon="flag-triangle-right", order=44, channels=(PAGE,),
)  # fmt: skip
topic(
    "example", label=_("What I wrote as an example"),
    one=_("What you wrote stands as an example now"),
    many=_("What you wrote stands as an example now"), icon="star", order=45, channels=(PAGE,),
)  # fmt: skip
topic(
    "membership", label=_("Whether I am admitted"), one=_("Your wish to join was decided"),
    many=_("%(n)s of your wishes to join were decided"), icon="door-open", order=40,
    is_sent_anyway=True, hint=_("The letter comes in any case: you asked."),
)  # fmt: skip
topic(
    "shipped", label=_("My parcels"), one=_("Your order is on its way"),
    many=_("%(n)s of your orders are on their way"), icon="truck", order=50,
    is_sent_anyway=True, hint=_("The letter comes in any case: it belongs to the order."),
)  # fmt: skip
topic(
    "report", label=_("What became of my reports"), one=_("The moderators looked at your report"),
    many=_("The moderators looked at %(n)s of your reports"), icon="flag", order=60,
)  # fmt: skip
topic(
    "verdict", label=_("Decisions about what I wrote"), one=_("A moderator decided about this"),
    many=_("A moderator decided about this"), icon="scale", order=65,
)  # fmt: skip
topic(
    "first-post", label=_("A newcomer waits for a first reply"),
    one=_("%(who)s posted here for the first time and has no reply yet"),
    many=_("%(n)s newcomers wait for a first reply"), icon="sprout", order=80, is_for_staff=True,
)  # fmt: skip
topic(
    "application", label=_("Somebody asks to join"), one=_("%(who)s asks to join"),
    many=_("%(n)s people ask to join"), icon="user-plus", order=82, is_for_staff=True,
    is_sent_anyway=True, hint=_("The letter comes in any case: somebody waits."),
)  # fmt: skip
topic(
    "order", label=_("New orders"), one=_("A new order"), many=_("%(n)s new orders"),
    icon="package", order=84, is_for_staff=True,
)  # fmt: skip


def _notices(request: Any) -> str | None:
    return reverse("notices") if request.user.is_authenticated else None


def _unread(request: Any) -> int | None:
    """Stands in the person's own row, which every request reads already."""
    return min(request.user.unread, rules.MOST_SHOWN) or None


nav.place(
    "top", "notices", label=pgettext_lazy("what one is told", "News for me"), icon="bell", order=60,
    url=_notices, count=_unread,
)  # fmt: skip
nav.place(
    "me", "notices", label=pgettext_lazy("what one is told", "News for me"), icon="bell", order=15,
    url=_notices,
)  # fmt: skip


queue.register(
    queue.Sort(
        key="first", label=pgettext_lazy("queue", "First posts"), icon="sprout",
        right="content.moderate", order=30, template="outreach/queue_first_reply.html",
        oldest=first_replies.oldest,
        load=first_replies.posts, is_in_menu=False,
        count=lambda community, member, now: first_replies.waiting(now, community).count(),
    )
)  # fmt: skip


@fills("studio.today", order=10)
def first_replies_due(request: Any, *, community: Any, **context: Any) -> str:
    """Newcomers who wait for a first reply, with the hours that are left of the day we promise."""
    if not (request.member and request.member.may("content.moderate")):
        return ""
    now = timezone.now()
    posts = list(first_replies.waiting(now, community).select_related("author__person")[:20])
    if not posts:
        return ""
    rows = [
        {
            "post": post,
            "url": url(community, "post", id=post.public_id),
            "due_at": post.published_at + timedelta(hours=rules.FIRST_REPLY_HOURS),
            "is_late": now - post.published_at >= timedelta(hours=rules.FIRST_REPLY_HOURS),
        }
        for post in posts
    ]
    context = {
        "rows": rows[:3], "number": len(rows), "late": sum(row["is_late"] for row in rows),
        "first_url": rows[0]["url"],
    }  # fmt: skip
    return render_to_string("outreach/need_first_replies.html", context, request)


@fills("outreach.remind")
def remind_me(request: Any, *, topic: str, **context: Any) -> str:
    """The one place, beside the settings, where a browser may be asked: after this press."""
    if not request.user.is_authenticated:
        return ""
    return render_to_string("outreach/remind.html", {"topic": topic}, request)
