"""Writing down what people are told, reading it, and forgetting it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from banyan.core.notices import MAIL, PAGE, PUSH, Telling, Topic, topic_of
from banyan.people.models import Person

from .. import rules, tasks
from ..models import Habits, Notice, Switch

BATCH = 500


def tell(telling: Telling, to: Iterable[int], now: datetime) -> int:
    """Tell persons one thing, each once, on the ways they agreed to."""
    topic = topic_of(telling.topic)
    if topic is None:
        return 0
    wanted = sorted({key for key in to if key != telling.actor_id})
    return sum(
        _tell_some(topic, telling, wanted[at : at + BATCH], now)
        for at in range(0, len(wanted), BATCH)
    )


@transaction.atomic
def _tell_some(topic: Topic, telling: Telling, ids: Sequence[int], now: datetime) -> int:
    # The persons are taken first: the count of what they have not read is theirs.
    people = list(
        Person.objects.here()
        .filter(pk__in=ids, is_active=True)
        .order_by("pk")
        .select_for_update(no_key=True)
    )
    told = set(
        Notice.objects.filter(person__in=people, key=telling.key).values_list("person", flat=True)
    )
    fresh = [person for person in people if person.pk not in told]
    ways = ways_of([person.pk for person in fresh], topic)
    hours = {row.person_id: row for row in Habits.objects.filter(person__in=fresh)}
    rows = []
    for person in fresh:
        on = ways[person.pk]
        if not on:
            continue
        own = hours.get(person.pk) or Habits()
        loud = rules.loud_from(
            now,
            zone=person.zone or settings.TIME_ZONE,
            begin=own.quiet_from,
            end=own.quiet_until,
        )
        rows.append(
            Notice(
                person=person,
                topic=topic.key,
                key=telling.key,
                community_id=telling.community_id,
                actor_id=telling.actor_id,
                thing_kind=telling.thing[0],
                thing_id=telling.thing[1],
                about_kind=telling.about[0],
                about_id=telling.about[1],
                title=telling.title[:120],
                lang=telling.lang,
                url=telling.url[:400],
                activity_id=telling.activity_id,
                told_at=now,
                is_on_page=PAGE in on,
                mail_at=loud if MAIL in on and person.email else None,
                push_at=loud if PUSH in on else None,
            )
        )
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    recount([row.person_id for row in rows])
    for row in rows:
        if row.mail_at:
            tasks.write_letter.later(
                person_id=row.person_id, key=tasks.letter_key(row.person_id), run_at=row.mail_at
            )
        if row.push_at:
            tasks.wake.later(
                person_id=row.person_id, key=tasks.wake_key(row.person_id), run_at=row.push_at
            )
    return len(rows)


def ways_of(person_ids: Sequence[int], topic: Topic) -> dict[int, set[str]]:
    """The channels each person gets a topic on. One query."""
    ways = {
        pk: {channel for channel in topic.channels if rules.DEFAULTS[channel]} for pk in person_ids
    }
    for row in Switch.objects.filter(person__in=person_ids, topic=topic.under or topic.key):
        if row.channel not in topic.channels:
            continue
        if row.is_on:
            ways[row.person_id].add(row.channel)
        else:
            ways[row.person_id].discard(row.channel)
    if topic.is_sent_anyway:
        for on in ways.values():
            on.discard(MAIL)  # its letter is the other module's
    return ways


def recount(person_ids: Iterable[int]) -> None:
    """Write down how many notices each person has not read. Call it with their rows taken."""
    unread = (
        Notice.objects.filter(person=OuterRef("pk"), read_at=None, is_on_page=True)
        .order_by()
        .values("person")
        .annotate(number=Count("pk"))
        .values("number")
    )
    Person.objects.filter(pk__in=set(person_ids)).update(unread=Coalesce(Subquery(unread), 0))


def _take(person_ids: Iterable[int]) -> list[int]:
    rows = Person.objects.filter(pk__in=set(person_ids)).order_by("pk")
    return list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


@transaction.atomic
def read(*, person: Person, notice: Notice, now: datetime) -> None:
    """Mark a notice read, and those that stand gathered with it. Twice changes nothing."""
    _take([person.pk])
    Notice.objects.filter(
        person=person,
        topic=notice.topic,
        about_kind=notice.about_kind,
        about_id=notice.about_id,
        pk__lte=notice.pk,
        read_at=None,
    ).update(read_at=now)
    recount([person.pk])


@transaction.atomic
def read_all(*, person: Person, now: datetime) -> int:
    _take([person.pk])
    number = Notice.objects.filter(person=person, read_at=None).update(read_at=now)
    recount([person.pk])
    return number


@transaction.atomic
def forget(*things: tuple[str, int]) -> int:
    """What is told of things that are gone (or gathered under them) goes with them."""
    wanted = Q()
    for kind, pk in things:
        wanted |= Q(thing_kind=kind, thing_id=pk) | Q(about_kind=kind, about_id=pk)
    return _drop(Notice.objects.filter(wanted)) if things else 0


@transaction.atomic
def forget_key(key: str) -> int:
    """What was told under a key, as long as nobody has read it."""
    return _drop(Notice.objects.filter(key=key, read_at=None))


@transaction.atomic
def forget_actor(person_id: int) -> int:
    """Whoever is erased is named in nobody's notices."""
    return _drop(Notice.objects.filter(actor=person_id))


def _drop(rows: Any) -> int:
    concerned = _take(rows.order_by().values_list("person", flat=True).distinct())
    gone = int(rows.filter(person__in=concerned).delete()[0])
    recount(concerned)
    return gone


@transaction.atomic
def forget_before(moment: datetime) -> int:
    """Notices are kept for 90 days."""
    ids = Notice.objects.filter(told_at__lt=moment).order_by("told_at").values_list("pk", flat=True)
    return _drop(Notice.objects.filter(pk__in=list(ids[:1000])))
