from __future__ import annotations

from banyan.core.events import on
from banyan.people.events import PersonErased

from . import actions, rules
from .models import Member


@on(PersonErased)
def leave_everywhere(event: PersonErased) -> None:
    """Whoever is erased leaves all communities; the last owner of one is refused."""
    mine = Member.objects.filter(
        person_id=event.object_id, state__in=[rules.JOINED, rules.APPLIED]
    ).select_related("person", "community")
    for member in mine:
        if member.state == rules.APPLIED:
            actions.withdraw(member=member, now=event.now)
        else:
            actions.leave(member=member, now=event.now)
