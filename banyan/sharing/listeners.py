from __future__ import annotations

from banyan.communities.events import MemberApplied, MemberEvent, MemberJoined
from banyan.communities.models import Member
from banyan.communities.places import url
from banyan.core.events import Event, after, on
from banyan.core.notices import Telling, tell
from banyan.orders.events import OrderCompleted, OrderPaid, OrderPlaced, OrderRefunded

from . import visits
from .actions import attributing, earning
from .events import AttributionVoided, CommissionCleared, DoubtEvent, DoubtRaised, DoubtSettled
from .models import Commission, Doubt


@on(OrderPlaced)
def whose_sharing_brought_it(event: OrderPlaced) -> None:
    """An order without a touch costs nothing here: the browser brought none."""
    carried = visits.carried()
    if carried is not None and event.community_id is not None:
        seen = carried.touches(event.community_id, of=event.actor)
        if seen:
            attributing.attribute(
                order_id=event.object_id, seen=seen, marks=carried.marks, now=event.now
            )


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
    one = Commission.objects.select_related("member__community", "member__person").get(
        pk=event.object_id
    )
    _tell(one.member, "commission", f"commission:{one.pk}:cleared", ("commission", one.pk), event)


@after(DoubtRaised)
def tell_of_the_doubt(event: DoubtRaised) -> None:
    _tell_the_sharer(event, "doubt", "raised")


@after(DoubtSettled)
def tell_that_it_counts(event: DoubtSettled) -> None:
    _tell_the_sharer(event, "doubt-answer", f"settled:{event.now:%Y%m%d%H%M%S}")


@after(AttributionVoided)
def tell_that_it_does_not(event: AttributionVoided) -> None:
    doubt = Doubt.objects.filter(attribution__order=event.object_id)
    found = doubt.select_related(
        "attribution__member__person", "attribution__member__community"
    ).first()
    if found is not None:
        key = f"doubt:{found.pk}:void:{event.now:%Y%m%d%H%M%S}"
        _tell(found.attribution.member, "doubt-answer", key, ("doubt", found.pk), event)


def _tell_the_sharer(event: DoubtEvent, topic: str, what: str) -> None:
    doubt = Doubt.objects.select_related(
        "attribution__member__person", "attribution__member__community"
    ).get(pk=event.object_id)
    key = f"doubt:{doubt.pk}:{what}"
    _tell(doubt.attribution.member, topic, key, ("doubt", doubt.pk), event)


def _tell(member: Member, topic: str, key: str, thing: tuple[str, int], event: Event) -> None:
    if member.person.erased_at is not None:
        return
    here = member.community
    tell(
        Telling(
            topic=topic, key=key, thing=thing, about=("community", here.pk),
            url=url(here, "sharing"), title=here.name, lang=here.lang, community_id=here.pk,
        ),
        to=[member.person_id], now=event.now,
    )  # fmt: skip
