from __future__ import annotations

from banyan.catalog.models import Variant
from banyan.catalog.prices import Price
from banyan.communities.places import url
from banyan.core.events import after, on
from banyan.core.ids import read_id
from banyan.core.money import Money
from banyan.core.notices import Telling, tell
from banyan.orders import deals
from banyan.orders import rules as orders
from banyan.orders.actions.paying import SOURCE
from banyan.orders.events import OrderCancelled, OrderEvent, OrderExpired
from banyan.orders.models import Refund
from banyan.payments.events import RefundExecuted
from banyan.people.models import Person

from . import rules
from .actions import claims, seats
from .events import BuyingTeamEvent, SeatMoved, SeatSettled, TeamLed
from .models import Campaign, Team

OPENING, JOINING, BUYING = "group-open", "group-join", "flash-sale"


def _price(
    campaign: Campaign | None, variant: Variant, kind: str = rules.GROUP_BUY
) -> Price | None:
    if (
        campaign is None
        or campaign.kind != kind
        or campaign.state not in rules.RUNS
        or campaign.product_id != variant.product_id
        or campaign.variant_id not in (None, variant.pk)
    ):
        return None
    alone = Money(variant.price_minor, campaign.currency)
    return Price(campaign.first_price, alone, why="flash" if campaign.is_flash else "group")


def price_of_opening(campaign_id: int, variant: Variant) -> Price | None:
    return _price(Campaign.objects.filter(pk=campaign_id).first(), variant)


def price_of_joining(team_id: int, variant: Variant) -> Price | None:
    team = Team.objects.select_related("campaign").filter(pk=team_id, state=rules.OPEN).first()
    return _price(team.campaign, variant) if team else None


def price_in_sale(campaign_id: int, variant: Variant) -> Price | None:
    return _price(Campaign.objects.filter(pk=campaign_id).first(), variant, rules.FLASH_SALE)


deals.register(
    deals.Kind(
        key=BUYING, price=price_in_sale, hold=claims.hold, accept=claims.accept,
        may_leave=claims.may_leave, waits=False,
    )
)  # fmt: skip
deals.register(
    deals.Kind(
        key=OPENING, price=price_of_opening, hold=seats.hold_in_new, accept=seats.accept,
        may_leave=seats.may_leave,
    )
)  # fmt: skip
deals.register(
    deals.Kind(
        key=JOINING, price=price_of_joining, hold=seats.hold_in, accept=seats.accept,
        may_leave=seats.may_leave,
    )
)  # fmt: skip


@on(OrderExpired)
def free_the_seat(event: OrderEvent) -> None:
    seats.given_up(order_id=event.object_id, now=event.now)
    claims.given_up(order_id=event.object_id, now=event.now)


@on(OrderCancelled)
def give_the_seat_up(event: OrderEvent) -> None:
    seats.given_up(order_id=event.object_id, now=event.now)
    claims.given_up(order_id=event.object_id, now=event.now)


@on(RefundExecuted)
def seat_is_paid_back(event: RefundExecuted) -> None:
    """Once nothing of its order waits any more: this refund was the last."""
    if event.source_kind != SOURCE:
        return
    waiting = Refund.objects.filter(order_id=event.source_id).exclude(state=orders.EXECUTED)
    if not waiting.exclude(public_id=read_id(event.ref)).exists():
        seats.paid_back(order_id=event.source_id, now=event.now)


def _tell(event: BuyingTeamEvent, topic: str, key: str) -> None:
    person = Person.objects.here().filter(pseudonym=event.subject).first()
    if person is None:
        return
    team = Team.objects.select_related("campaign__product", "community").get(pk=event.object_id)
    product = team.campaign.product
    tell(
        Telling(
            topic=topic, key=key, thing=("buying_team", team.pk), about=("buying_team", team.pk),
            url=url(team.community, "group", id=team.public_id), title=product.title,
            lang=product.lang, community_id=team.community_id,
        ),
        to=[person.pk], now=event.now,
    )  # fmt: skip


@after(SeatSettled)
def tell_how_it_ended(event: SeatSettled) -> None:
    topic = "group-on" if event.verdict in rules.GOOD_ENDS else "group-short"
    _tell(event, topic, f"seat:{event.seat_id}:{event.verdict}")


@after(SeatMoved)
def tell_of_the_new_group(event: SeatMoved) -> None:
    _tell(event, "group-moved", f"seat:{event.seat_id}:moved:{event.object_id}")


@after(TeamLed)
def tell_who_leads_now(event: TeamLed) -> None:
    _tell(event, "group-lead", f"team:{event.object_id}:led:{event.subject}")
