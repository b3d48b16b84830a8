"""The log of searches: what was typed, how much was found, by nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from django.core.signing import BadSignature, dumps, loads
from django.db import IntegrityError, transaction

from banyan.core.text import lang_of

from .models import Asked

SALT = "banyan.search.asked"
FRESH = timedelta(hours=1)


def ticket(words: str, *, community: Any, found: int) -> str:
    """What a page of results carries, so that its being read can be noted: reading writes nothing.

    Signed, and good once and for an hour: nobody makes up searches or counts.
    """
    at = community.pk if community else None
    return dumps([token_hex(12), words.lower(), lang_of(words), at, found], salt=SALT)


@transaction.atomic
def note(text: str, *, now: datetime) -> bool:
    """Write down one search. The same ticket again, a forged or an old one changes nothing."""
    try:
        token, words, lang, community_id, found = loads(text, salt=SALT, max_age=FRESH)
    except (BadSignature, ValueError, TypeError):
        return False
    try:
        with transaction.atomic():
            Asked.objects.create(
                token=token, words=words, lang=lang, community_id=community_id, found=found, at=now
            )
    except IntegrityError:
        return False
    return True
