from __future__ import annotations

from banyan.communities.events import MemberApplied, MemberEvent, MemberJoined
from banyan.communities.places import url
from banyan.core.events import after, on
from banyan.core.notices import Telling, tell
from banyan.orders.events import OrderCompleted, OrderPaid, OrderPlaced, OrderRefunded

from . import visits
from .actions import attributing, earning
from .events import CommissionCleared
from .models import Commission


@on(OrderPlaced)
def whose_sharing_brought_it(event: OrderPlaced) -> None:
    """An order without a touch costs nothing here: the browser brought none."""
    carried = visits.carried()
    if carried is not None and event.community_id is not None:
        seen = carried.touches(event.community_id, of=event.actor)
        if seen:
            attributing.attribute(order_id=event.object_id, seen=seen, now=event.now)


@after(OrderPaid)
def whoever_brought_the_buyer_in(event: OrderPaid) -> None:
    attributing.attribute_to_inviter(order_id=event.object_id, now=event.now)


@on(MemberJoined)
def who_brought_the_member(event: MemberEvent) -> None:
    _bind(event)


@on(MemberApplied)
def who_brought_the_applicant(event: MemberEvent) -> None:
    _bind(event)


def _bind(event: MemberEvent) -> None:
    carried = visits.carried()
    own = event.actor is not None and event.actor == event.subject
    seen = []
    if carried is not None and own and event.community_id is not None:
        seen = carried.touches(event.community_id, of=event.actor)
    attributing.bind(member_id=event.object_id, seen=seen, person=event.actor, now=event.now)


@on(OrderCompleted)
def what_the_sharer_earned(event: OrderCompleted) -> None:
    earning.accrue(order_id=event.object_id, now=event.now)


@on(OrderRefunded)
def what_is_taken_back(event: OrderRefunded) -> None:
    earning.adjust(order_id=event.object_id, now=event.now)


@after(CommissionCleared)
def tell_the_payee(event: CommissionCleared) -> None:
    one = Commission.objects.select_related("community", "member__person").get(pk=event.object_id)
    if one.member.person.erased_at is not None:
        return
    tell(
        Telling(
            topic="commission", key=f"commission:{one.pk}:cleared", thing=("commission", one.pk),
            about=("community", one.community_id), url=url(one.community, "sharing"),
            title=one.community.name, lang=one.community.lang, community_id=one.community_id,
        ),
        to=[one.member.person_id], now=event.now,
    )  # fmt: skip
