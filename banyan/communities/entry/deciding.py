"""What those who decide may do beyond yes and no, and what applicants may ask of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.people.models import Person

from .. import rules
from ..events import MemberAppealed, MemberSettled, SettingsChanged
from ..models import Community, EntryPolicy, EntryStep, Member
from ..queries import staff
from . import rules as ways
from .letting import enter, move_up, note, policy_of, say


class AnotherDecides(Refusal):
    status = 409
    sentence = _("You decided the first time. Somebody else here has to look at it again.")


class AppealedOnce(Refusal):
    status = 409
    sentence = _("You asked to look again once already, and that answer stands.")


@transaction.atomic
def appeal(*, member: Member, words: str, now: datetime, lang: str = "") -> None:
    """Ask that somebody else looks at a refusal, once an application."""
    if member.state == rules.REFUSED and member.appealed_at is not None:
        raise AppealedOnce
    member.move(
        rules.APPEALED, only_from=(rules.REFUSED,), appeal=words, appealed_at=now,
        due_at=now + timedelta(hours=policy_of(member.community).answer_hours),
    )  # fmt: skip
    note(member, "appealed", now=now, by=member.person, words=words, lang=lang)
    say(MemberAppealed, member, by=member.person, now=now)


def check_decider(member: Member, by: Person) -> None:
    """An appeal is for another than who refused, where there is one."""
    if member.state != rules.APPEALED:
        return
    first = EntryStep.objects.filter(member=member, kind="refused").order_by("-id").first()
    if first is None or first.by != by.pseudonym:
        return
    if any(one.person_id != by.pk for one in staff(member.community_id, "members.admit")):
        raise AnotherDecides


@transaction.atomic
def relent(*, member: Member, by: Person, now: datetime) -> None:
    """Undo a refusal: let in whom one has not admitted."""
    if member.state != rules.REFUSED:
        raise WrongMoment
    enter(member, by=by, now=now, reasons=["relented"])


@transaction.atomic
def settle(*, member: Member, by: Member | None, now: datetime) -> None:
    """End somebody's first days: by the host's word, an operator's, or the clock's (by None)."""
    if by is not None and by.pk != member.host_id and not by.may("members.admit"):
        raise NotAllowed
    ended = Member.objects.filter(pk=member.pk, state=rules.JOINED, probation_until__isnull=False)
    if by is None:
        ended = ended.filter(probation_until__lte=now)
    if not ended.update(probation_until=None):
        raise WrongMoment
    member.probation_until = None
    person = by.person if by else None
    note(member, "settled", now=now, by=person)
    say(MemberSettled, member, by=person, now=now)


@transaction.atomic
def change_policy(*, community: Community, by: Person, now: datetime, join_policy: str,
                  capacity: int | None, **fields: object) -> None:  # fmt: skip
    """Say how people come in. More places let the longest waiting move up at once."""
    Community.objects.filter(pk=community.pk).update(join_policy=join_policy, capacity=capacity)
    community.join_policy, community.capacity = join_policy, capacity
    EntryPolicy.objects.update_or_create(community=community, defaults=fields)
    announce(
        SettingsChanged(
            community_id=community.pk, object_id=community.pk, actor=by.pseudonym,
            fields=["entry"], now=now,
        )
    )  # fmt: skip
    move_up(community_id=community.pk, now=now)


def facts_of(member: Member, *, referred: bool) -> dict[str, bool]:
    """What the automatic rules look at. Two queries."""
    from banyan.people.models import Tag

    person = member.person
    return {
        ways.VERIFIED: person.emailaddress_set.filter(verified=True).exists(),
        ways.ADULT: person.age_band == "adult",
        ways.INTEREST: Tag.objects.filter(
            person=person,
            source="self",
            key__in=member.community.interest_rows.values("key"),
        ).exists(),
        ways.REFERRAL: referred,
    }
