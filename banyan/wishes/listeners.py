from __future__ import annotations

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils import timezone

from banyan.catalog.models import Product
from banyan.communities.events import MemberBanned, MemberEvent, MemberLeft
from banyan.communities.models import Member
from banyan.communities.places import url
from banyan.core.events import after, on
from banyan.core.money import Money
from banyan.core.notices import Telling, tell
from banyan.orders.events import OrderPaid
from banyan.orders.models import Order
from banyan.people.models import Person

from . import queries, rules, strangers
from .actions import wishing
from .events import BackInStock, PriceFell
from .models import Wait, Wish

STOCK, PRICE = "wish-stock", "wish-price"


@receiver(user_logged_in)
def keep_the_strangers_wish(sender: object, request: object, user: object, **more: object) -> None:
    strangers.take_up(request, user, now=timezone.now())


@on(MemberLeft)
def nothing_more_for_who_left(event: MemberEvent) -> None:
    _leave(event)


@on(MemberBanned)
def nothing_more_for_who_is_put_out(event: MemberEvent) -> None:
    _leave(event)


def _leave(event: MemberEvent) -> None:
    person = Member.objects.values_list("person", flat=True).get(pk=event.object_id)
    wishing.leave(community_id=event.community_id or 0, person_id=person, now=event.now)


@after(OrderPaid)
def they_have_it_now(event: OrderPaid) -> None:
    order = Order.objects.get(pk=event.object_id)
    if order.person_id is not None:
        variants = [pk for pk in order.lines.values_list("variant", flat=True) if pk is not None]
        wishing.note_bought(person_id=order.person_id, variants=variants, now=event.now)


@after(BackInStock)
def tell_who_waits(event: BackInStock) -> None:
    """Unless they have bought it, asked anew or gone meanwhile."""
    wait = (
        Wait.objects.select_related("variant__product", "community", "person")
        .filter(pk=event.object_id, state=rules.TOLD, told_at=event.now)
        .first()
    )
    if wait is not None and queries.may_read(wait.community, wait.person):
        _tell(
            STOCK, f"wait:{wait.pk}:{int(event.now.timestamp())}", wait.variant.product,
            wait.person, event, more=wait.variant.label,
        )  # fmt: skip


@after(PriceFell)
def tell_who_watches(event: PriceFell) -> None:
    """Unless they have taken it off, stopped asking or bought it meanwhile."""
    wish = (
        Wish.objects.select_related("product", "community", "person")
        .filter(pk=event.object_id, state=rules.KEPT, mark_minor=event.amount_minor)
        .first()
    )
    if wish is not None and queries.may_read(wish.community, wish.person):
        price = Money(event.amount_minor or 0, event.currency).display(wish.product.lang)
        _tell(
            PRICE, f"wish:{wish.pk}:{int(event.now.timestamp())}", wish.product, wish.person,
            event, more=price,
        )  # fmt: skip


def _tell(
    topic: str, key: str, product: Product, person: Person, event: BackInStock | PriceFell, *,
    more: str,
) -> None:  # fmt: skip
    """`more` stands behind the title: the variant, or the price."""
    title = " · ".join(filter(None, (product.title[:90], more)))
    tell(
        Telling(
            topic=topic, key=key, thing=(event.object_kind, event.object_id),
            about=("product", product.pk),
            url=url(product.community, "product", slug=product.slug), title=title,
            lang=product.lang, community_id=product.community_id,
        ),
        to=[person.pk], now=event.now,
    )  # fmt: skip
