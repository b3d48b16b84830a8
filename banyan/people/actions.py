"""Profile, likes, the wish for an export. Erasure is in privacy.py."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from banyan.core.models import Picture
from banyan.core.pictures import drop_picture, take_picture
from banyan.core.text import lang_of

from . import rules
from .models import Consent, Export, Person, Tag


@transaction.atomic
def change_profile(*, person: Person, now: datetime, picture: Any = None,
                   drop: bool = False, **fields: Any) -> None:  # fmt: skip
    """Change what a person says of themselves. `picture` is an upload; NotAPicture."""
    old = person.picture
    if picture:
        person.picture = take_picture(
            picture, community_id=None, owner=person.pseudonym, now=now, alt=fields.get("name", "")
        )
    elif drop:
        person.picture = None
    for name, value in fields.items():
        setattr(person, name, value)
    person.lang = lang_of(f"{person.name} {person.bio}", person.language or "en")
    person.save(update_fields=[*fields, "lang", "picture"])
    if old is not None and old.pk != person.picture_id:
        _drop(old)


def _drop(picture: Picture) -> None:
    drop_picture(picture)


@transaction.atomic
def choose_likes(*, person: Person, keys: Iterable[str], now: datetime) -> None:
    """A person's own tags: chosen by them, for being found by people who like the same."""
    keep_tags(
        person=person,
        keys={key for key in keys if key in rules.INTEREST_NAMES},
        purpose=rules.FIND_PEOPLE,
        source=rules.SELF,
        lang=person.language or "en",
        now=now,
    )


@transaction.atomic
def keep_tags(*, person: Person, keys: Iterable[str], purpose: str, source: str, lang: str,
              now: datetime) -> None:  # fmt: skip
    """Make these the person's tags of one source and purpose; what is not among them goes.

    Call it with the person's yes: `now` is written as the moment of consent of what is new.
    """
    wanted = set(keys)
    mine = Tag.objects.filter(person=person, source=source, purpose=purpose, community_id=None)
    mine.exclude(key__in=wanted).delete()
    until = now + timedelta(days=rules.TAG_DAYS)
    mine.update(expires_at=until)
    Tag.objects.bulk_create(
        [
            Tag(person=person, key=key, source=source, purpose=purpose, consented_at=now,
                expires_at=until, lang=lang)
            for key in sorted(wanted - set(mine.values_list("key", flat=True)))
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def consented(person: Person, purpose: str, community_id: int | None) -> Consent | None:
    """The yes that stands, if there is one."""
    return Consent.objects.filter(
        person=person, purpose=purpose, community_id=community_id, ended_at=None
    ).first()


@transaction.atomic
def set_consent(*, person: Person, purpose: str, community_id: int | None, yes: bool,
                now: datetime) -> None:  # fmt: skip
    """Say yes, or take it back: with the yes go the tags that rest on it. Twice changes nothing."""
    stands = consented(person, purpose, community_id)
    if yes and stands is None:
        with suppress(IntegrityError), transaction.atomic():
            Consent.objects.create(
                person=person, purpose=purpose, community_id=community_id, given_at=now
            )
    elif not yes and stands is not None:
        Consent.objects.filter(pk=stands.pk, ended_at=None).update(ended_at=now)
        Tag.objects.filter(person=person, purpose=purpose, community_id=community_id).exclude(
            source=rules.SELF
        ).delete()


def remove_tag(*, tag: Tag) -> None:
    """Whatever its source, its owner may remove it."""
    tag.delete()


@transaction.atomic
def ask_for_export(*, person: Person, now: datetime) -> Export:
    """Promise a file with all data of a person. While one is being made, asking again gives it."""
    from .tasks import make_export

    try:
        with transaction.atomic():
            export = Export.objects.create(person=person, asked_at=now)
    except IntegrityError:
        return Export.objects.get(person=person, state=rules.ASKED)
    make_export.later(export_id=export.pk)
    return export


def set_switch(*, person: Person, **fields: str) -> None:
    """Language, theme or zone of a signed-in person, so that the next device knows it."""
    Person.objects.filter(pk=person.pk).update(**fields)
