from __future__ import annotations

from django.utils import timezone

from banyan.communities.models import Community
from banyan.communities.places import url
from banyan.core.events import Event, after, on
from banyan.core.notices import Telling, tell
from banyan.orders.events import OrderCompleted, OrderRefunded
from banyan.people.events import PersonErased
from banyan.sharing.events import CommissionAccrued, CommissionReversed

from . import rules, shared
from .actions import giving, lots
from .events import LeafTermsChanged, LeavesGiven, LeavesTakenBack
from .models import LeafLot


@on(OrderCompleted)
def leaves_for_the_buyer(event: OrderCompleted) -> None:
    giving.earn_by_order(order_id=event.object_id, now=event.now)


@on(OrderRefunded)
def leaves_go_back_with_the_goods(event: OrderRefunded) -> None:
    giving.adjust_to_refund(order_id=event.object_id, now=event.now)


@on(PersonErased)
def leave_no_leaves_behind(event: PersonErased) -> None:
    lots.forfeit(person_id=event.object_id, now=event.now)


@after(LeafTermsChanged)
@after(LeavesGiven)
@after(LeavesTakenBack)
@after(CommissionAccrued)
@after(CommissionReversed)
def keep_what_was_shared(event: Event) -> None:
    community = Community.objects.filter(pk=event.community_id).first()
    if community is not None:
        shared.keep(community, now=timezone.now())


@after(LeavesGiven)
def tell_who_was_thanked(event: LeavesGiven) -> None:
    lot = LeafLot.objects.select_related("community", "member__person").get(pk=event.object_id)
    if lot.why != rules.THANKS or lot.member.person.erased_at is not None:
        return
    tell(
        Telling(
            topic="leaves", key=f"leaves:{lot.pk}", thing=("leaf_lot", lot.pk),
            about=("community", lot.community_id), url=url(lot.community, "leaves"),
            title=lot.community.name, lang=lot.community.lang, community_id=lot.community_id,
        ),
        to=[lot.member.person_id], now=event.now,
    )  # fmt: skip
