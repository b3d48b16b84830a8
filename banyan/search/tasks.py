"""Words are cut after the page has answered; a sweep finds what an event missed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from banyan.content import rules as content
from banyan.content.models import Comment, Post
from banyan.core.jobs import every, job
from banyan.core.text import plain, search_words

from . import rules
from .models import Asked, Words

MODELS: dict[str, Any] = {"post": Post, "comment": Comment}
_BATCH = 500
_LONGEST = 6000


@job(lease_seconds=120)
def cut(*, kind: str, ids: list[int]) -> None:
    """Bring the words of these things up to date; of what is no longer shown none stay."""
    model = MODELS[kind]
    things = {row.pk: row for row in model.objects.filter(pk__in=ids, state=content.PUBLISHED)}
    Words.objects.filter(kind=kind, object_id__in=set(ids) - set(things)).delete()
    Words.objects.bulk_create(
        [_words(kind, thing) for thing in things.values()],
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["title", "body", "version", "community"],
    )


def _words(kind: str, thing: Any) -> Words:
    title = getattr(thing, "title", "")
    body = plain(thing.body, _LONGEST) if thing.body else ""
    return Words(
        kind=kind,
        object_id=thing.pk,
        community_id=thing.community_id,
        title=rules.coded(search_words(rules.flat(title))),
        body=rules.coded(search_words(rules.flat(body))),
        version=thing.version,
    )


@every(seconds=60)
def sweep_words() -> int:
    """Cut what has no words yet or newer ones, and drop the words of what is gone."""
    done = 0
    for kind, model in MODELS.items():
        same = Words.objects.filter(
            kind=kind, object_id=OuterRef("pk"), version=OuterRef("version")
        )
        stale = model.objects.filter(~Exists(same), state=content.PUBLISHED).order_by("-pk")
        ids = list(stale.values_list("pk", flat=True)[:_BATCH])
        shown = model.objects.filter(pk=OuterRef("object_id"), state=content.PUBLISHED)
        gone = Words.objects.filter(~Exists(shown), kind=kind)
        ids += list(gone.values_list("object_id", flat=True)[:_BATCH])
        if ids:
            cut(kind=kind, ids=ids)
        done += len(ids)
    return done


@every(seconds=86400)
def sweep_asked() -> int:
    old = Asked.objects.filter(at__lt=timezone.now() - timedelta(days=rules.LOG_DAYS))
    return int(old.delete()[0])
