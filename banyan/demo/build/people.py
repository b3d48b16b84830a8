"""People with their addresses; those of the table can sign in with one password."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from banyan.people.models import Person

from ..plan.shapes import Plan
from .hands import Hands

PASSWORD = "banyan-demo"  # noqa: S105  (printed by --signins, refused where DEBUG is off)


def make_people(plan: Plan, hands: Hands) -> None:
    """Everybody at once: nobody of them has a history before the first event."""
    known, nobody = make_password(PASSWORD), make_password(None)
    people = Person.objects.bulk_create(
        Person(
            email=one.email, name=one.name, bio=one.bio, lang=one.lang, zone=one.zone,
            language=one.lang.lower() if one.can_sign_in else "", region=one.region,
            age_band="adult", is_demo=True, is_host=one.is_host, joined_at=one.joined_at,
            password=known if one.can_sign_in else nobody,
        )
        for one in plan.people
    )  # fmt: skip
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True)
        for person in people
    )
    hands.people = {one.key: person for one, person in zip(plan.people, people, strict=True)}
