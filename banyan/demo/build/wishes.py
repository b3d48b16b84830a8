"""What members wish for, who asked to hear of a lower price, and who waits for what is sold out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from random import Random

from banyan.catalog import rules as catalog
from banyan.catalog.actions import variants
from banyan.catalog.models import Product, Variant
from banyan.people.models import Person
from banyan.wishes.actions import waiting, watching, wishing

from ..plan.shapes import Plan
from .hands import Hands

FAVOURITES, OTHERS = (9, 7, 5), 2  # how many wish for the most wished three, and for the rest
WATCHES = 0.35  # of wishes
QUEUE = 7  # for the one that is sold out
BROKEN = timedelta(hours=40)  # before today

type Deed = tuple[datetime, str, Callable[[Hands, datetime], None]]


def steps(plan: Plan) -> Iterator[Deed]:
    rng = Random(plan.seed + 7)
    bought = {(o.buyer, o.community, line.product) for o in plan.orders for line in o.lines}
    lately = {
        (o.community, line.product)
        for o in plan.orders for line in o.lines
        if o.at > plan.now - BROKEN - timedelta(days=2)
    }  # fmt: skip
    for place in plan.communities:
        joins = [
            j for j in plan.joins
            if j.community == place.slug and j.outcome == "joined" and not j.left_at
        ]  # fmt: skip
        goods = [one for one in plan.products if one.community == place.slug]
        rng.shuffle(goods)
        for n, product in enumerate(goods):
            key = (place.slug, product.slug)
            some = [j for j in joins if (j.person, *key) not in bought]
            rng.shuffle(some)
            for join in some[: FAVOURITES[n] if n < len(FAVOURITES) else rng.randrange(OTHERS + 1)]:
                first = max(join.at, product.published_at)
                at = plan.now - (plan.now - first) * rng.uniform(0.02, 0.6)
                yield at, "wishes", partial(_wish, join.person, *key, rng.random() < WATCHES)
        calm = [
            one for one in goods[1:]
            if one.needs_shipping and (place.slug, one.slug) not in lately
        ]  # fmt: skip
        if calm:
            slug = calm[0].slug
            yield plan.now - BROKEN, "wishes", partial(_break, place.slug, slug)
            waiters = [j for j in joins if (j.person, place.slug, slug) not in bought]
            for m, join in enumerate(rng.sample(waiters, min(QUEUE, len(waiters)))):
                at = plan.now - BROKEN + timedelta(minutes=47 * (m + 1))
                yield at, "wishes", partial(_wait, join.person, place.slug, slug)


def _who(who: str, place: str, hands: Hands) -> Person | None:
    member = hands.members.get((who, place))
    if member is None:
        return None
    member.refresh_from_db(fields=["state"])
    return member.person if member.is_in else None


def _wish(who: str, place: str, slug: str, is_watched: bool, hands: Hands, now: datetime) -> None:
    person = _who(who, place, hands)
    product = Product.objects.with_currency().get(pk=hands.products[place, slug].pk)
    if person is None or not product.is_published:
        return
    wishing.wish(product=product, person=person, now=now)
    if is_watched:
        watching.ask(product=product, person=person, now=now)


def _break(place: str, slug: str, hands: Hands, now: datetime) -> None:
    """The last pieces of it did not survive the shelf: sold out until the shop makes more."""
    for variant in Variant.objects.filter(product=hands.products[place, slug]).for_sale():
        if variant.left:
            variants.adjust(
                variant=variant, step=-variant.left, by=hands.owner(place), now=now,
                why=catalog.LOST,
            )  # fmt: skip


def _wait(who: str, place: str, slug: str, hands: Hands, now: datetime) -> None:
    person = _who(who, place, hands)
    key = hands.variants[place, slug, 0].pk
    variant = Variant.objects.select_related("product").get(pk=key)
    if person is not None and variant.product.is_published and not variant.is_in_stock:
        waiting.ask(variant=variant, person=person, now=now)
