"""The member's own switch; drawing pairs; saying hello, or that it is not for me; ending."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from banyan.chat.actions import talks
from banyan.chat.models import Block, Room
from banyan.communities.models import Community, Member
from banyan.communities.places import url
from banyan.content.actions import keep
from banyan.core.events import announce
from banyan.core.notices import Telling, tell
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.moderation.standing import muting

from . import queries, rules
from .events import IntroductionsDrawn
from .models import Introduction, Side, Willing

TOPIC = "introduction"
AT_ONCE = 250  # pairs in a transaction


class SwitchedOff(NotAllowed):
    sentence = _("Members are not introduced to each other here.")


class NoLongerThere(WrongMoment):
    sentence = _("This introduction is over.")


# The switch


@transaction.atomic
def turn_on(*, member: Member, now: datetime) -> Willing:
    """Be introduced from now on. Twice changes nothing, and no week begins anew by it."""
    if not member.is_in:
        raise NotAllowed
    if not member.community.has(queries.SWITCH):
        raise SwitchedOff
    mine, is_new = Willing.objects.get_or_create(
        member=member, defaults={"community_id": member.community_id, "since": now}
    )
    if not is_new and Willing.objects.filter(pk=mine.pk, since=None).update(since=now):
        mine.since = now
    return mine


@transaction.atomic
def turn_off(*, member: Member, now: datetime) -> None:
    """No introductions any more; one that is open ends with it. Twice changes nothing."""
    Willing.objects.filter(member=member, since__isnull=False).update(since=None)
    end_of(member.pk, now=now)


def end_of(member_id: int, *, now: datetime) -> int:
    """End what is open with a member: they left, were muted or put out, or want it no more."""
    mine = Side.objects.filter(member=member_id).values("introduction")
    return Introduction.objects.filter(pk__in=mine, state=rules.INTRODUCED).update(
        state=rules.OVER, ended_at=now
    )


# Drawing


def draw_everywhere(*, now: datetime) -> int:
    """New pairs wherever members want them. May run twice: whoever was drawn waits a week."""
    places = Willing.objects.filter(since__isnull=False).values("community")
    found = Community.objects.filter(pk__in=places, closed_at=None).order_by("pk")
    return sum(draw(community, now=now) for community in found.iterator())


def draw(community: Community, *, now: datetime) -> int:
    """Pair those who wait and named the same interest; a share of the pairs is left to chance."""
    if not community.has(queries.SWITCH):
        return 0
    found = rules.pairs(
        queries.candidates(community, now), queries.apart(community, now)
    )  # fmt: skip
    return sum(
        _introduce(community, found[at : at + AT_ONCE], now) for at in range(0, len(found), AT_ONCE)
    )


@transaction.atomic
def _introduce(community: Community, found: Sequence[rules.Pair], now: datetime) -> int:
    """Write the pairs whose two are still free, by their rows taken; tell those who are shown."""
    ids = [one.member for pair in found for one in (pair.one, pair.other)]
    rows = Willing.objects.filter(member__in=ids, since__isnull=False).filter(
        Q(drawn_at=None) | Q(drawn_at__lte=now - rules.BETWEEN)
    )
    free = set(
        rows.order_by("pk").select_for_update(no_key=True).values_list("member", flat=True)
    )  # fmt: skip
    pairs = [pair for pair in found if {pair.one.member, pair.other.member} <= free]
    if not pairs:
        return 0
    made = Introduction.objects.bulk_create(
        Introduction(
            community=community,
            pair="{}:{}".format(*rules.ordered(pair.one.member, pair.other.member)),
            state=rules.HELD
            if rules.is_held(pair.one.pseudonym, pair.other.pseudonym, community.public_id)
            else rules.INTRODUCED,
            drawn_at=now,
            closes_at=now + rules.OPEN,
        )
        for pair in pairs
    )
    Side.objects.bulk_create(
        Side(
            community=community, introduction=row, member_id=one.member, other_id=other.member,
            interest=pair.interest, drawn_at=now,
        )
        for row, pair in zip(made, pairs, strict=True)
        for one, other in ((pair.one, pair.other), (pair.other, pair.one))
    )  # fmt: skip
    shown = [
        one for row, pair in zip(made, pairs, strict=True) if row.state == rules.INTRODUCED
        for one in (pair.one, pair.other)
    ]  # fmt: skip
    both = [one.member for pair in pairs for one in (pair.one, pair.other)]
    Willing.objects.filter(member__in=both).update(drawn_at=now)
    Willing.objects.filter(member__in=[one.member for one in shown]).update(introduced_at=now)
    _tell(community, [one.person for one in shown], now)
    announce(
        IntroductionsDrawn(
            community_id=community.pk, object_id=community.pk, now=now,
            introduced=len(shown) // 2, held=len(pairs) - len(shown) // 2,
        )
    )  # fmt: skip
    return len(pairs)


def _tell(community: Community, persons: list[int], now: datetime) -> None:
    """All of a day with one sentence: the name stands on the page, and only while both are in."""
    tell(
        Telling(
            topic=TOPIC, key=f"introductions:{community.pk}:{now:%Y-%m-%d}",
            thing=("introductions", community.pk), about=("introductions", community.pk),
            url=url(community, "meet"), title=community.name, lang=community.lang,
            community_id=community.pk,
        ),
        to=persons, now=now,
    )  # fmt: skip


# What the two do


def _check_open(side: Side, member: Member, now: datetime) -> None:
    """NotAllowed for another's side, NoLongerThere when it is not what they see now."""
    if side.member_id != member.pk or not member.is_in:
        raise NotAllowed
    if not member.community.has(queries.SWITCH):
        raise SwitchedOff
    muting.check(member, now=now)
    seen = queries.current(member, now)
    if seen is None or seen.pk != side.pk:
        raise NoLongerThere


def _say(side: Side, said: str, before: tuple[str, ...], now: datetime) -> None:
    rows = Side.objects.filter(pk=side.pk, said__in=before)
    if not rows.update(said=said, said_at=now):
        raise WrongMoment


@transaction.atomic
def write(*, side: Side, member: Member, body: str, now: datetime) -> Room:
    """Say hello with a direct message. Once: after it the conversation is where one writes."""
    _check_open(side, member, now)
    _say(side, rules.WROTE, (rules.SILENT, rules.FOLLOWED), now)
    return talks.begin(author=member.person, to=[side.other.person], body=body, now=now)


@transaction.atomic
def follow(*, side: Side, member: Member, now: datetime) -> None:
    """Say hello by following them."""
    _check_open(side, member, now)
    _say(side, rules.FOLLOWED, (rules.SILENT,), now)
    keep.follow_person(followed=side.other, member=member, now=now)


@transaction.atomic
def put_away(*, side: Side, member: Member, now: datetime) -> None:
    """Not for me. Told to nobody: for the other it stands until its time is over, as it would."""
    _check_open(side, member, now)
    _say(side, rules.NO, (rules.SILENT, rules.FOLLOWED, rules.WROTE), now)


# Ending


def end_due(*, now: datetime) -> int:
    """End what has had its time, and what a block stands between. May run twice."""
    open_ones = Introduction.objects.filter(state=rules.INTRODUCED)
    ended = open_ones.filter(closes_at__lte=now).update(state=rules.OVER, ended_at=now)
    blocked = Block.objects.filter(
        blocker=OuterRef("member__person"), blocked=OuterRef("other__person")
    )
    sides = Side.objects.filter(introduction__state=rules.INTRODUCED).filter(Exists(blocked))
    found = list(sides.values_list("introduction", flat=True)[:1000])
    return ended + open_ones.filter(pk__in=found).update(state=rules.OVER, ended_at=now)
