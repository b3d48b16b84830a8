"""Letters and calls to devices. Each claims what it sends before it sends it: run twice, nobody
gets it twice; when the sending fails, what was claimed is given back for another try."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from banyan.core.jobs import every, job
from banyan.people.models import Person

from . import rules
from .models import Device, Habits, Notice, Switch

_AT_ONCE = 200


def letter_key(person_id: int) -> str:
    """One promise for a person waits at a time, however much there is to tell."""
    return f"outreach-letter:{person_id}"


def wake_key(person_id: int) -> str:
    return f"outreach-wake:{person_id}"


@transaction.atomic
def _claim(person_id: int, at: str, done: str, now: datetime) -> tuple[Person | None, list[Notice]]:
    """The person, and the due notices that are now ours to send."""
    person = Person.objects.here().select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None:
        return None, []
    due = Notice.objects.filter(person=person, read_at=None, **{done: None, f"{at}__lte": now})
    rows = list(due.select_related("actor").order_by("-pk")[: rules.MOST_IN_LETTER])
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(**{done: now})
    return person, rows


@job(lease_seconds=120)
def write_letter(*, person_id: int) -> None:
    """One letter with everything that is due for a person and not read meanwhile."""
    from . import letters

    now = timezone.now()
    person, rows = _claim(person_id, "mail_at", "mailed_at", now)
    if person is None or not rows:
        return
    if not person.email:
        return
    try:
        letters.news(person, rows)
    except Exception:
        Notice.objects.filter(pk__in=[row.pk for row in rows], mailed_at=now).update(mailed_at=None)
        raise


@job(lease_seconds=60)
def wake(*, person_id: int) -> None:
    """Promise each of a person's devices what is due."""
    now = timezone.now()
    with transaction.atomic():
        person, rows = _claim(person_id, "push_at", "pushed_at", now)
        if person is None or not rows:
            return
        for device in Device.objects.filter(person=person).order_by("pk"):
            wake_device.later(device_id=device.pk, notice_ids=[row.pk for row in rows])


@job(attempts=5, lease_seconds=60)
def wake_device(*, device_id: int, notice_ids: list[int]) -> None:
    """Send one device one message. A second one of the same kind replaces the first there."""
    from .push import send

    device = Device.objects.select_related("person").filter(pk=device_id).first()
    rows = list(
        Notice.objects.filter(pk__in=notice_ids, read_at=None)
        .select_related("actor", "community")
        .order_by("-pk")
    )
    if device is None or not rows or device.person_id != rows[0].person_id:
        return
    text = json.dumps(message(device.person, rows), ensure_ascii=False).encode()
    try:
        send.send(
            endpoint=device.endpoint,
            p256dh=device.p256dh,
            auth=device.auth,
            text=text,
            about=f"n{rows[0].pk}",
        )
    except send.Gone:
        Device.objects.filter(pk=device.pk).delete()
        return
    Device.objects.filter(pk=device.pk).update(reached_at=timezone.now())


def message(person: Person, rows: list[Notice]) -> dict[str, Any]:
    """What a device shows: the newest, and how much more there is, in the person's language."""
    from django.urls import reverse
    from django.utils.translation import ngettext

    from . import said

    groups = rules.gathered(rows)
    first = groups[0]
    with translation.override(person.language or settings.LANGUAGE_CODE):
        place = first[0].community.here_name if first[0].community else settings.SITE_NAME
        body = first[0].title
        more = len(groups) - 1
        if more:
            body = ngettext("and %(n)s thing more", "and %(n)s things more", more) % {"n": more}
        url = first[0].url if not more else reverse("notices")
        return {
            "title": said.sentence(first)[:120],
            "body": f"{body} · {place}" if body else place,
            "url": url,
            "tag": f"{first[0].topic}:{first[0].about_kind}:{first[0].about_id}"[:60],
            "lang": translation.get_language(),
        }


@every(seconds=60)
def sweep_due() -> int:
    """Promise again what a job missed because something new came while it ran."""
    now = timezone.now()
    promised = 0
    for at, done, kind, key in (
        ("mail_at", "mailed_at", write_letter, letter_key),
        ("push_at", "pushed_at", wake, wake_key),
    ):
        due = Notice.objects.filter(read_at=None, **{done: None, f"{at}__lte": now})
        for person_id in due.order_by().values_list("person", flat=True).distinct()[:_AT_ONCE]:
            kind.later(person_id=person_id, key=key(person_id))
            promised += 1
    return promised


@every(seconds=6 * 3600)
def sweep_old() -> int:
    from .actions.tell import forget_before

    return forget_before(timezone.now() - timedelta(days=rules.KEPT_DAYS))


@every(seconds=1800)
def sweep_weeks() -> int:
    """Promise this week's letter to those who asked for it and have not had it."""
    now, promised = timezone.now(), 0
    rows = Switch.objects.filter(
        topic=rules.DIGEST, is_on=True, person__email__isnull=False, person__is_active=True
    ).select_related("person")
    had = dict(
        Habits.objects.filter(person__in=rows.values("person")).values_list("person", "digest_week")
    )
    for row in rows.order_by("pk").iterator(chunk_size=500):
        week = rules.digest_week(now, row.person.zone or settings.TIME_ZONE)
        if week is not None and had.get(row.person_id, "") != week:
            write_week.later(person_id=row.person_id, week=week, key=f"week:{row.person_id}")
            promised += 1
    return promised


@job(lease_seconds=120)
def write_week(*, person_id: int, week: str) -> None:
    """The week's letter, once a week: whoever claims the week writes it."""
    from . import letters

    person = Person.objects.here().filter(pk=person_id, is_active=True).first()
    asked = Switch.objects.filter(person=person_id, topic=rules.DIGEST, is_on=True)
    if person is None or not person.email or not asked.exists():
        return
    Habits.objects.get_or_create(person=person)
    before = Habits.objects.values_list("digest_week", flat=True).get(person=person)
    ours = Habits.objects.filter(person=person, digest_week=before).exclude(digest_week=week)
    if not ours.update(digest_week=week):
        return
    try:
        letters.week(person, now=timezone.now())
    except Exception:
        Habits.objects.filter(person=person, digest_week=week).update(digest_week=before)
        raise


@every(seconds=600)
def sweep_first_posts() -> int:
    """Bring a newcomer's first post before the hosts once it has waited two hours."""
    from .first_replies import remind

    return remind(now=timezone.now())
