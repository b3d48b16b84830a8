"""Telling those who may answer an appeal, and whoever appealed."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from banyan.communities import queries as members
from banyan.communities.places import url
from banyan.core.notices import Telling, tell
from banyan.people.models import Person

from .. import rules
from ..models import Appeal

AT_ONCE = 200


def tell_who_answers(appeal: Appeal, *, now: datetime, topic: str) -> int:
    """Everybody who may, but not whom it is about; who decided only when nobody else is there."""
    staff = [
        one
        for one in members.staff(appeal.community_id, "appeals.answer")
        if one.person.pseudonym != appeal.decision.subject
    ]
    others = [one for one in staff if one.person.pseudonym != appeal.decision.by]
    place = appeal.community
    return tell(
        Telling(
            topic=topic,
            key=f"{topic}:{appeal.pk}",
            thing=("appeal", appeal.pk),
            about=("appeals", appeal.community_id),
            url=f"{url(place, 'studio-content')}?kind=appeal",
            title=place.name,
            lang=place.lang,
            community_id=appeal.community_id,
        ),
        to=[one.person_id for one in others or staff],
        now=now,
    )


def tell_who_asked(appeal: Appeal, *, now: datetime) -> int:
    decision = appeal.decision
    here = Person.objects.here().filter(pseudonym=decision.subject)
    return tell(
        Telling(
            topic="appeal-answer",
            key=f"appeal-answer:{appeal.pk}",
            thing=("appeal", appeal.pk),
            about=("decision", decision.pk),
            url=reverse("my-decision", kwargs={"id": decision.public_id}),
            title=appeal.community.name,
            lang=appeal.community.lang,
            community_id=appeal.community_id,
        ),
        to=list(here.values_list("pk", flat=True)),
        now=now,
    )


def late_appeals(now: datetime) -> int:
    """Tell once of each whose promised hours are over. Twice changes nothing."""
    late = Appeal.objects.filter(state=rules.WAITING, due_at__lte=now)
    rows = late.select_related("decision", "community").order_by("due_at")[:AT_ONCE]
    return sum(tell_who_answers(one, now=now, topic="appeal-late") for one in rows)
