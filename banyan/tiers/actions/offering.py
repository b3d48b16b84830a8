"""What an operator does with a tier: writes it down, puts it on sale, changes it, takes it off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal
from banyan.core.text import lang_of
from banyan.sellers.models import Book

from ..events import TierChanged, TierEvent, TierMade
from ..models import Tier
from .saying import note_what_is_here

RIGHT = "campaigns.run"


class LevelTaken(Refusal):
    status = 409
    sentence = _("Another one has this level. Give each its own.")


@transaction.atomic
def make(*, by: Member, now: datetime, **terms: Any) -> Tier:
    """A draft: nobody sees it before it is put on sale."""
    if not by.may(RIGHT):
        raise NotAllowed
    book = Book.objects.get(community_id=by.community_id)
    try:
        with transaction.atomic():
            made: Tier = Tier.objects.create(
                community_id=by.community_id, book=book, currency=book.currency, made_by=by,
                made_at=now, lang=lang_of(f"{terms['name']} {terms['words']}"), **terms,
            )  # fmt: skip
    except IntegrityError:
        raise LevelTaken from None
    _say(TierMade, made, by, now)
    return made


@transaction.atomic
def change(*, tier: Tier, by: Member, now: datetime, **terms: Any) -> None:
    """Terms that were paid for stay as they were; the next payment shows the new price."""
    if by.community_id != tier.community_id or not by.may(RIGHT):
        raise NotAllowed
    rows = Tier.objects.filter(pk=tier.pk)
    try:
        with transaction.atomic():
            rows.update(lang=lang_of(f"{terms['name']} {terms['words']}"), **terms)
    except IntegrityError:
        raise LevelTaken from None
    _say(TierChanged, tier, by, now)


@transaction.atomic
def turn(*, tier: Tier, to: str, by: Member, now: datetime) -> None:
    """Put it on sale, or take it off: whoever has it keeps it to its end."""
    if by.community_id != tier.community_id or not by.may(RIGHT):
        raise NotAllowed
    tier.move(to)
    _say(TierChanged, tier, by, now)
    note_what_is_here(tier.community_id)


def _say(kind: type[TierEvent], tier: Tier, by: Member, now: datetime) -> None:
    announce(
        kind(
            community_id=tier.community_id, object_id=tier.pk, actor=by.person.pseudonym, now=now
        )
    )  # fmt: skip
