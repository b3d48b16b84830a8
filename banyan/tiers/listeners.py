from __future__ import annotations

from contextlib import suppress

from banyan.communities.events import MemberBanned, MemberEvent, MemberLeft
from banyan.communities.places import url
from banyan.core.events import after, on
from banyan.core.notices import Telling, tell
from banyan.core.refusals import WrongMoment
from banyan.payments import sources
from banyan.payments.events import PaymentCaptured
from banyan.people.events import PersonErased

from . import rules
from .actions import joining, lasting, paying
from .actions.saying import note_what_is_here
from .events import (
    MembershipBegan,
    MembershipDue,
    MembershipEnded,
    MembershipEvent,
    MembershipLapsed,
)
from .models import Subscription

REMINDERS = {
    rules.SOON: "paid-level-soon", rules.LATE: "paid-level", rules.STILL: "paid-level-still",
    rules.LAST: "paid-level-last",
}  # fmt: skip
sources.register(joining.SOURCE, page=paying.page_of, take=paying.lock)


@on(PaymentCaptured)
def take_the_money(event: PaymentCaptured) -> None:
    if event.source_kind == joining.SOURCE:
        paying.take_captured(
            bill_id=event.source_id, payment_id=event.payment_id, provider=event.provider,
            amount_minor=event.amount_minor or 0, now=event.now,
        )  # fmt: skip


@on(MemberLeft)
def ask_nothing_of_who_left(event: MemberEvent) -> None:
    _stop(event, member_id=event.object_id)


@on(MemberBanned)
def ask_nothing_of_who_is_put_out(event: MemberEvent) -> None:
    _stop(event, member_id=event.object_id)


@on(PersonErased)
def ask_nothing_of_who_is_erased(event: PersonErased) -> None:
    _stop(event, member__person_id=event.object_id)


def _stop(event: MemberEvent | PersonErased, **whose: int) -> None:
    for one in Subscription.objects.filter(state__in=rules.LIVE, **whose).order_by("member_id"):
        with suppress(WrongMoment):  # it ends anyway
            lasting.stop(one, by=None, now=event.now)


@after(MembershipBegan)
@after(MembershipLapsed)
@after(MembershipEnded)
def note_who_is_here(event: MembershipEvent) -> None:
    note_what_is_here(event.community_id or 0)


@after(MembershipBegan)
def tell_who_was_given_one(event: MembershipBegan) -> None:
    if event.is_gift:
        _tell("paid-level-gift", event)


@after(MembershipDue)
def remind(event: MembershipDue) -> None:
    _tell(REMINDERS[event.step], event)


@after(MembershipLapsed)
def tell_who_has_none_any_more(event: MembershipLapsed) -> None:
    _tell("paid-level-over", event)


def _tell(topic: str, event: MembershipEvent) -> None:
    one = (
        Subscription.objects.select_related("community", "tier", "member__person")
        .filter(pk=event.object_id)
        .exclude(member__person__erased_at__isnull=False)
        .first()
    )
    if one is None or not one.member.is_in:
        return
    tell(
        Telling(
            topic=topic, key=f"paid-level:{one.pk}:{one.until_on}:{topic}",
            thing=("subscription", one.pk), about=("subscription", one.pk),
            url=url(one.community, "tiers"), title=one.tier.name, lang=one.tier.lang,
            community_id=one.community_id,
        ),
        to=[one.member.person_id], now=event.now,
    )  # fmt: skip
