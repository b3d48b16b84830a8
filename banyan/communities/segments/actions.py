"""Tags that operators give to members who allow it, and named segments."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.people import actions as people
from banyan.people import rules as people_rules
from banyan.people.models import Tag

from ..entry.letting import say
from ..events import SegmentRemoved, SegmentSaved, TagGiven, TagTaken
from ..models import Community, Member, Segment
from . import queries, rules


class NoConsent(Refusal):
    status = 403
    sentence = _("They have not said yes to being noted about. Only they can, on their own page.")


class TagStands(Refusal):
    status = 409
    sentence = _("They have this tag already.")


class NameTaken(Refusal):
    status = 409
    sentence = _("A segment of this name stands already. Choose another name.")


class TooFew(Refusal):
    sentence = rules.WHY_NOT["few"]


class TooClose(Refusal):
    sentence = rules.WHY_NOT["apart"]


@transaction.atomic
def give_tag(*, member: Member, by: Member, words: str, why: str, days: int, lang: str,
             now: datetime) -> Tag:  # fmt: skip
    """Note something about a member, with why and until when. NoConsent without their yes."""
    if not by.may("members.admit") or by.community_id != member.community_id:
        raise NotAllowed
    if not member.is_in:
        raise WrongMoment
    yes = people.consented(member.person, people_rules.CARE, member.community_id)
    if yes is None:
        raise NoConsent
    try:
        with transaction.atomic():
            tag = Tag.objects.create(
                person=member.person, key=f"{rules.CARE_PREFIX}.{words}"[:40],
                source=people_rules.OPERATOR, purpose=people_rules.CARE,
                consented_at=yes.given_at, expires_at=now + timedelta(days=days), lang=lang,
                community_id=member.community_id, given_by=by.person.pseudonym, why=why,
            )  # fmt: skip
    except IntegrityError as twice:
        raise TagStands from twice
    say(TagGiven, member, by=by.person, now=now)
    return tag


@transaction.atomic
def take_tag(*, member: Member, tag: Tag, by: Member, now: datetime) -> None:
    """Undo a tag that operators gave here."""
    if not by.may("members.admit") or tag.community_id != by.community_id:
        raise NotAllowed
    gone, _rows = Tag.objects.filter(pk=tag.pk, person=member.person).delete()
    if not gone:
        raise WrongMoment
    say(TagTaken, member, by=by.person, now=now)


def check(community: Community, rule: dict[str, Any], *, now: datetime) -> int:
    """The rounded count of a rule; TooFew or TooClose when it would point at somebody."""
    found = queries.ask(community, rule, now=now)
    if found.why_not == "few":
        raise TooFew
    if found.why_not:
        raise TooClose
    return found.count


@transaction.atomic
def save(*, community: Community, by: Member, name: str, lang: str, rule: dict[str, Any],
         now: datetime) -> Segment:  # fmt: skip
    check(community, rule, now=now)
    try:
        with transaction.atomic():
            segment = Segment.objects.create(
                community=community, name=name, lang=lang, rule=rule,
                made_by=by.person.pseudonym, made_at=now,
            )  # fmt: skip
    except IntegrityError as taken:
        raise NameTaken from taken
    announce(
        SegmentSaved(
            community_id=community.pk, object_id=segment.pk, actor=by.person.pseudonym, now=now
        )
    )
    return segment


@transaction.atomic
def remove(*, segment: Segment, by: Member, now: datetime) -> None:
    gone, _rows = Segment.objects.filter(pk=segment.pk).delete()
    if not gone:
        raise WrongMoment
    announce(
        SegmentRemoved(
            community_id=segment.community_id, object_id=segment.pk, actor=by.person.pseudonym,
            now=now,
        )
    )  # fmt: skip
