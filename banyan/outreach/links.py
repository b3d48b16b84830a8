"""The links at the foot of letters: they work signed out, and for one person and topic only."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, dumps, loads
from django.urls import reverse

from banyan.core.ids import read_id
from banyan.people.models import Person

SALT = "banyan.outreach.stop"


def stop_url(person: Person, topic: str = "") -> str:
    token = dumps([person.oid, topic], salt=SALT)
    return settings.SITE_URL + reverse("notices-stop", args=[token])


def read_token(token: str) -> tuple[Person, str] | None:
    """Whose letters of which topic ("" is all), or None for a link that is not ours."""
    try:
        oid, topic = loads(token, salt=SALT)
        public_id = read_id(str(oid))
    except (BadSignature, ValueError, TypeError):
        return None
    person = Person.objects.here().filter(public_id=public_id).first()
    return (person, str(topic)) if person else None
