"""What a group of notices says, in the language that is on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from banyan.core.notices import topic_of

from .models import Notice


def sentence(notices: Sequence[Notice]) -> str:
    """ "Lan answered you", "3 people answered you". People count once."""
    first = notices[0]
    topic = topic_of(first.topic)
    if topic is None:
        return first.title
    people = {one.actor_id for one in notices if one.actor_id}
    number = len(people) if people else len(notices)
    if number > 1:
        return str(topic.many) % {"n": number}
    actor = first.actor
    return str(topic.one) % {"who": (actor.name if actor else "") or _("Somebody")}


def line(notices: Sequence[Notice]) -> str:
    """The sentence with what it is about, for letters and devices."""
    about = notices[0].title
    if not about:
        return sentence(notices)
    return _("%(sentence)s: %(about)s") % {"sentence": sentence(notices), "about": about}


def full(url: str) -> str:
    from django.conf import settings

    return url if "://" in url else settings.SITE_URL + url


def icon(notice: Any) -> str:
    topic = topic_of(notice.topic)
    return topic.icon if topic else "bell"
