from __future__ import annotations

from contextlib import suppress

from django.utils import timezone

from banyan.core.jobs import every
from banyan.core.refusals import WrongMoment

from . import rules, scopes
from .entry import deciding, inviting, letting
from .models import Member

AT_ONCE = 200


@every(seconds=300)
def sweep_entry() -> int:
    """Free places go to who waits, first days end, invitations and acts run out."""
    now = timezone.now()
    done = inviting.close_over(now)
    for community_id in (
        Member.objects.filter(state=rules.WAITING).values_list("community", flat=True).distinct()
    ):
        done += letting.move_up(community_id=community_id, now=now)
    new = Member.objects.filter(state=rules.JOINED, probation_until__lte=now)
    for member in new.select_related("person", "community")[:AT_ONCE]:
        with suppress(WrongMoment):
            deciding.settle(member=member, by=None, now=now)
            done += 1
    over = Member.objects.filter(acts_until__lte=now).select_related("person", "community")
    for member in over[:AT_ONCE]:
        with suppress(WrongMoment):
            scopes.take_back(member=member, by=None, now=now)
            done += 1
    return done
