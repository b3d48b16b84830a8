"""Language, theme and zone live in cookies, so that pages for strangers need no database."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from .models import Person

YEAR = 365 * 24 * 3600


def keep(response: Any, name: str, value: str) -> None:
    if not value:
        response.delete_cookie(name)
        return
    response.set_cookie(
        name, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def keep_choices(response: Any, person: Person) -> None:
    """What a person chose once holds on every device they sign in on."""
    if person.language:
        keep(response, settings.LANGUAGE_COOKIE_NAME, person.language)
    if person.theme != "system":
        keep(response, "theme", person.theme)
    if person.zone:
        keep(response, "zone", person.zone)
