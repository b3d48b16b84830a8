"""Letters: what is new for one person, and the week's letter. Each in the reader's language, each
with a way to stop it that works signed out (RFC 8058)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from banyan.communities.models import Member
from banyan.communities.places import full_url
from banyan.communities.rules import JOINED
from banyan.content import rules as content
from banyan.content.models import Post
from banyan.core.notices import topic_of
from banyan.people.models import Person

from . import links, rules, said
from .models import Notice


def news(person: Person, notices: Sequence[Notice]) -> None:
    """One letter about everything that waited."""
    groups = rules.gathered(notices)
    topics = {one.topic for one in notices}
    only = topics.pop() if len(topics) == 1 else ""
    with _tongue(person):
        lines = [(said.line(group), said.full(group[0].url)) for group in groups]
        if len(lines) == 1:
            subject = lines[0][0]
        else:
            subject = ngettext(
                "%(n)s new thing for you", "%(n)s new things for you", len(lines)
            ) % {"n": len(lines)}
        topic = topic_of(only)
        _send(
            person,
            subject,
            "news",
            topic=only,
            lines=lines,
            label=str(topic.label) if topic else "",
        )


def week(person: Person, *, now: datetime) -> bool:
    """What happened in one's communities in seven days; False when there is nothing to say."""
    since = now - timedelta(days=7)
    homes = list(
        Member.objects.filter(person=person, state=JOINED, community__closed_at=None)
        .select_related("community")
        .order_by("-joined_at", "-pk")[:50]
    )
    posts: dict[int, list[Post]] = {}
    for post in (
        Post.objects.filter(
            community__in=[home.community_id for home in homes],
            state=content.PUBLISHED,
            published_at__gt=since,
            published_at__lte=now,
        )
        .exclude(author__person=person)
        .select_related("author__person")
        .order_by("-score", "-pk")[:200]
    ):
        posts.setdefault(post.community_id, []).append(post)
    with _tongue(person):
        places = [
            {
                "name": home.community.here_name,
                "number": len(found),
                "url": full_url(home.community, "community"),
                "posts": [
                    {
                        "title": post.heading,
                        "who": post.author.person.name,
                        "url": full_url(home.community, "post", id=post.public_id),
                    }
                    for post in found[: rules.DIGEST_POSTS]
                ],
            }
            for home in homes
            if (found := posts.get(home.community_id))
        ][: rules.DIGEST_PLACES]
        if not places:
            return False
        _send(
            person,
            _("Your week: %(places)s")
            % {"places": pgettext("between names", ", ").join(p["name"] for p in places)},
            "week",
            topic=rules.DIGEST,
            places=places,
            unread=person.unread,
            notices_url=settings.SITE_URL + reverse("notices"),
            label=_("The week’s letter"),
        )
    return True


def _tongue(person: Person) -> Any:
    return translation.override(person.language or settings.LANGUAGE_CODE)


def _send(person: Person, subject: str, template: str, *, topic: str, **context: Any) -> None:
    stop = links.stop_url(person, topic)
    context |= {
        "name": person.name,
        "stop_url": stop,
        "settings_url": settings.SITE_URL + reverse("notices-settings"),
    }
    text = render_to_string(f"outreach/letters/{template}.txt", context)
    EmailMessage(
        " ".join(subject.split())[:180],
        text.strip() + "\n",
        to=[person.email],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    ).send()
