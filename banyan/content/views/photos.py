"""Photos that come with a form: those of an earlier try, and new ones with their descriptions."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any
from uuid import UUID

from django.utils import timezone

from banyan.core.ids import read_id
from banyan.core.models import Picture
from banyan.core.pictures import NotAPicture, take_picture
from banyan.core.text import lang_of

from .. import rules


def kept(request: Any) -> list[Picture]:
    """Photos that came with an earlier try or stand in the post, with their descriptions."""
    order: dict[UUID, str] = {}
    for oid in request.POST.getlist("photo")[: rules.MOST_PHOTOS]:
        if f"drop-{oid}" in request.POST:
            continue
        try:
            order[read_id(oid)] = oid
        except ValueError:
            continue
    found = {
        picture.public_id: picture
        for picture in Picture.objects.of(request.community).filter(
            owner=request.user.pseudonym, public_id__in=order
        )
    }
    rows = []
    for public_id, oid in order.items():
        picture = found.get(public_id)
        if picture is None:
            continue
        alt = request.POST.get(f"alt-{oid}", picture.alt)[: rules.ALT_LENGTH].strip()
        if alt != picture.alt:
            picture.alt, picture.lang = alt, lang_of(alt, request.community.lang)
            picture.save(update_fields=["alt", "lang"])
        rows.append(picture)
    return rows


def take(request: Any, form: Any, *, room: int) -> list[Picture]:
    """Store the photos that came now, also when the words have to be mended first."""
    taken = []
    files = form.cleaned_data.get("photos") or []
    for file, alt in zip_longest(files, request.POST.getlist("alt")[: len(files)], fillvalue=""):
        if len(taken) >= room:
            break
        alt = alt[: rules.ALT_LENGTH].strip()
        try:
            taken.append(
                take_picture(
                    file,
                    community_id=request.community.pk,
                    owner=request.user.pseudonym,
                    alt=alt,
                    lang=lang_of(alt, request.community.lang) if alt else "",
                    now=timezone.now(),
                )
            )
        except NotAPicture as refusal:
            form.add_error("photos", f"{file.name}: {refusal.sentence}")
    return taken
