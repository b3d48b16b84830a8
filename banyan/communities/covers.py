"""A cover that was chosen once is not chosen again because another field was wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from banyan.core.ids import read_id
from banyan.core.models import Picture
from banyan.core.pictures import NotAPicture, take_picture
from banyan.people.models import Person


def take(form: Any, *, person: Person, now: datetime) -> Picture | None:
    """The cover of a form: the new upload, or the one kept from the last try.

    Call it once after validation. An unreadable picture becomes the field's error; a readable one
    is kept under an id in the form, which `kept_cover` brings back.
    """
    upload = form.cleaned_data.get("cover") if hasattr(form, "cleaned_data") else None
    if upload:
        try:
            picture = take_picture(upload, community_id=None, owner=person.pseudonym, now=now)
        except NotAPicture as refusal:
            form.add_error("cover", str(refusal.sentence))
            return None
        form.data = form.data.copy()
        form.data["kept_cover"] = picture.oid
        return picture
    return kept(form.data.get("kept_cover", ""), person)


def kept(oid: str, person: Person) -> Picture | None:
    try:
        public_id: UUID = read_id(oid)
    except ValueError:
        return None
    return Picture.objects.filter(
        public_id=public_id, owner=person.pseudonym, community_id=None
    ).first()


def give(picture: Picture | None, community_id: int) -> None:
    """From now on the picture is the community's, not the person's."""
    if picture is not None:
        Picture.objects.filter(pk=picture.pk).update(community_id=community_id, owner=None)
