"""Orders, parcels, money back and what running the shops cost."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from . import growth, names, texts
from .clock import Clock, workday
from .crowd import Crowd
from .people import Circle
from .shapes import (
    EN,
    ZH,
    AddressPlan,
    CommunityPlan,
    CostPlan,
    LinePlan,
    OrderPlan,
    PersonPlan,
    PostPlan,
    ProductPlan,
    RefundPlan,
)

SHARE_OF_ORDERS = {"kiln": 0.48, "four": 0.33, "wax": 0.19}
CHEAP = {
    "kiln": ["second", "test-tiles", "incense-dish"],
    "four": ["leaf-sampler", "bamboo-scoop", "green-glass"],
    "wax": ["long-matches", "wax-melts"],
}
_REASONS = {
    EN: ["Arrived with a crack", "Not the colour I had hoped for", "One too many", "Came too late"],
    ZH: ["到手有裂", "颜色和想的不一样", "多买了一件", "来得太晚"],
}
_NOTES = {
    EN: ["The one nobody wants, please.", "It is a present, no invoice in the box.",
         "Together with my order from this morning, if it is not packed yet."],
    ZH: ["要最歪的那只，谢谢。", "送人的，箱子里别放价签。", "跟早上那单拼一箱，没打包的话。"],
}  # fmt: skip


class Trade:
    def __init__(
        self, rng: Random, crowd: Crowd, places: list[CommunityPlan], products: list[ProductPlan],
        circle: Circle, now: datetime,
    ):  # fmt: skip
        self.rng, self.crowd, self.circle, self.now = rng, crowd, circle, now
        self.places = {p.slug: p for p in places}
        self.products = {(p.community, p.slug): p for p in products}
        self.shelf = {
            slug: [p for p in products if p.community == slug and p.slug != "birch-smoke"]
            for slug in ("kiln", "four")
        }
        self.shelf["wax"] = [p for p in products if p.community == "wax"]
        self.orders: list[OrderPlan] = []
        self.gain: dict[str, float] = {}
        self.homes: dict[str, AddressPlan] = {}

    def all_orders(self, posts: list[PostPlan], wanted: int) -> list[OrderPlan]:
        self._late()
        self._misfit()
        self._shown(posts)
        self._frugal()
        self._many(wanted - len(self.orders))
        growth.group_orders(Random(1), self._buyer, self.products, self._order, self.now)
        self.orders.sort(key=lambda o: (o.at, o.community, o.email))
        for n, order in enumerate(self.orders, start=1):
            order.key = f"order-{n:04d}"
        growth.bring(Random(2), self.crowd, self.orders)
        growth.codes(Random(3), self.orders, self.now)
        self._stock()
        return self.orders

    # Who buys what

    def _many(self, count: int) -> None:
        rng = self.rng
        clocks = {
            slug: Clock(rng, start=place.founded_at + timedelta(days=5),
                        end=self.now - timedelta(minutes=40), zone=place.zone, growth=1.0)
            for slug, place in self.places.items()
        }  # fmt: skip
        weights = list(SHARE_OF_ORDERS.values())
        for _ in range(max(count, 0)):
            slug = rng.choices(list(SHARE_OF_ORDERS), weights)[0]
            at = clocks[slug].draw()
            buyer = "" if rng.random() < 0.11 else self._buyer(slug, at)
            shelf = [p for p in self.shelf[slug] if p.published_at < at]
            if not shelf:
                continue
            lines = []
            for _line in range(rng.choices((1, 2, 3), (0.7, 0.23, 0.07))[0]):
                product = rng.choices(shelf, [p.pull for p in shelf])[0]
                lines.append(self._line(product))
            self._order(slug, buyer, at, self._merged(lines))

    def _buyer(self, slug: str, at: datetime) -> str:
        """A member; who has bought before is likelier to buy again."""
        keys, weights = [], []
        for seat in self.crowd.members(slug):
            key = seat.person.key
            if seat.at >= at or (seat.until and at > seat.until) or key in self.circle.price:
                continue
            if (
                key in ("rafe", "robin", self.places[slug].owner)
                or key in self.circle.late.values()
            ):
                continue
            if key not in self.gain:
                self.gain[key] = (
                    0.0 if self.rng.random() < 0.42 else min(self.rng.lognormvariate(0, 0.9), 3.2)
                )
            keys.append(key)
            weights.append(self.gain[key])
        return self.rng.choices(keys, weights)[0] if sum(weights) else ""

    def _line(self, product: ProductPlan, quantity: int = 0) -> LinePlan:
        cheap = product.variants[0].price_minor < 10000
        quantity = (
            quantity
            or self.rng.choices((1, 2, 3), (0.8, 0.16, 0.04) if cheap else (0.93, 0.06, 0.01))[0]
        )
        variant = self.rng.randrange(len(product.variants))
        return LinePlan(product=product.slug, variant=variant, quantity=quantity,
                        price_minor=product.variants[variant].price_minor)  # fmt: skip

    def _merged(self, lines: list[LinePlan]) -> list[LinePlan]:
        found: dict[tuple[str, int], LinePlan] = {}
        for line in lines:
            if (line.product, line.variant) in found:
                found[line.product, line.variant].quantity += line.quantity
            else:
                found[line.product, line.variant] = line
        return list(found.values())

    # One order and its way

    def _home(self, key: str, name: str, lang: str) -> AddressPlan:
        if key and key in self.homes:
            return self.homes[key]
        if lang == ZH:
            city, street = self.rng.choice(names.cities_zh())
            home = AddressPlan(
                name=name, line1=f"{street}{self.rng.randrange(1, 240)}号",
                city=city, postcode=f"{self.rng.randrange(100, 700) * 1000 + 10:06d}", country="CN",
                phone=f"139{self.rng.randrange(10**8):08d}",
            )  # fmt: skip
        else:
            country, city, code, street = self.rng.choice(names.cities_world())
            home = AddressPlan(name=name, line1=f"{street} {self.rng.randrange(1, 140)}", city=city,
                               postcode=code, country=country)  # fmt: skip
        if key:
            self.homes[key] = home
        return home

    def _order(self, slug: str, buyer: str, at: datetime, lines: list[LinePlan], *,
               way: str = "", story: str = "") -> OrderPlan:  # fmt: skip
        rng, place = self.rng, self.places[slug]
        if buyer:
            person = self.crowd.people[buyer]
            name, email, lang = person.name, person.email, person.lang
        else:
            lang = ZH if rng.random() < 0.5 else EN
            name = rng.choice([n for n, _h in names.chinese()] if lang == ZH else names.world())
            email = f"guest{len(self.orders) + 1}@inbox.example"
        home = self._home(buyer, name, lang)
        posted = any(self.products[slug, line.product].needs_shipping for line in lines)
        rate = None
        if posted:
            rate = next(
                n for n, r in enumerate(place.rates) if not r.regions or home.country in r.regions
            )
        order = OrderPlan(
            key="", community=slug, buyer=buyer, email=email, lang=lang, address=home, rate=rate,
            lines=lines, at=at, story=story,
        )  # fmt: skip
        if not buyer and rng.random() < 0.2:
            order.share = f"sol-{slug}"
        if rng.random() < 0.08 and posted:
            order.note = rng.choice(_NOTES[lang])
        self._way(order, place, way)
        self.orders.append(order)
        return order

    def _way(self, order: OrderPlan, place: CommunityPlan, way: str) -> None:
        """How an order fares: most well, a few not."""
        rng, now = self.rng, self.now
        way = way or rng.choices(
            ("well", "expired", "cancelled", "declined", "part", "whole"),
            (0.855, 0.045, 0.02, 0.04, 0.027, 0.013),
        )[0]  # fmt: skip
        if way == "expired":
            order.expired_at = order.at + timedelta(minutes=16, seconds=rng.randrange(40))
            if rng.random() < 0.4:
                order.declined_at = order.at + timedelta(minutes=2)
            if order.expired_at >= now:
                order.expired_at = None
                order.at = now - timedelta(hours=3)
                order.expired_at = order.at + timedelta(minutes=16)
            return
        if way == "declined":
            order.declined_at = order.at + timedelta(seconds=rng.randrange(70, 130))
        order.paid_at = order.at + timedelta(seconds=rng.randrange(140, 420))
        if order.paid_at >= now:
            order.at -= timedelta(hours=2)
            order.paid_at -= timedelta(hours=2)
            order.declined_at = order.declined_at and order.declined_at - timedelta(hours=2)
        if way == "cancelled":
            at = order.paid_at + timedelta(minutes=rng.randrange(8, 300))
            order.cancelled_at = at if at < now else order.paid_at + (now - order.paid_at) * 0.5
            return
        if way == "late":
            return
        waits = timedelta(hours=rng.lognormvariate(3.3, 0.45))
        packed = workday(order.paid_at + waits, place.zone, rng)
        if packed >= now - timedelta(hours=1):
            if now - order.paid_at > timedelta(days=2, hours=12):
                packed = now - timedelta(hours=rng.uniform(2, 9))
            else:
                return
        order.packed_at = packed
        shipped = packed + timedelta(hours=rng.uniform(0.3, 3))
        if shipped >= now:
            return
        order.shipped_at = shipped
        if order.rate is not None:
            order.carrier = rng.choice(place.carriers)
            order.tracking = f"{order.carrier[:2].upper()}{rng.randrange(10**9, 10**10)}"
        far = order.address.country != "CN"
        arrived = shipped + timedelta(days=rng.uniform(5, 10) if far else rng.uniform(1.5, 4))
        if arrived < now:
            order.received_by_buyer = bool(order.buyer) and rng.random() < 0.75
            if order.received_by_buyer:
                order.received_at = order.completed_at = arrived
            elif shipped + timedelta(days=14, hours=6) < now:
                order.received_at = order.completed_at = shipped + timedelta(days=14, hours=6)
        if way in ("part", "whole"):
            at = min(shipped + timedelta(days=rng.uniform(4, 12)), now - timedelta(hours=2))
            at = max(at, shipped + timedelta(hours=1))
            pieces = (
                {0: 1}
                if way == "part"
                else {n: line.quantity for n, line in enumerate(order.lines)}
            )
            order.refunds.append(
                RefundPlan(
                    pieces=pieces, with_post=way == "whole", restock=rng.random() < 0.4, at=at,
                    reason=rng.choice(_REASONS[order.lang]), lang=order.lang,
                )
            )  # fmt: skip

    # Planted

    def _late(self) -> None:
        """Two orders that should have left days ago."""
        for part, hours, slugs in (
            ("late1", 192, ("mug",)),
            ("late2", 188, ("gaiwan-set", "second")),
        ):
            lines = [self._line(self.products["kiln", s], 1) for s in slugs]
            at = self.now - timedelta(hours=hours, minutes=11)
            self._order("kiln", self.circle.late[part], at, lines, way="late", story="late")

    def _misfit(self) -> None:
        product = self.products["four", "birch-smoke"]
        for n, day in enumerate((61, 72)):
            at = self.places["four"].founded_at + timedelta(days=day, hours=9)
            buyer = self._buyer("four", at)
            order = self._order("four", buyer, at, [self._line(product, 1)],
                                way="whole" if n == 1 else "well", story="misfit")  # fmt: skip
            order.declined_at = None

    def _shown(self, posts: list[PostPlan]) -> None:
        """Who shows a thing bought it before, where there was time."""
        for post in posts:
            product = self.products.get((post.community, post.product))
            if not product or post.topic not in ("made", "talk") or post.story:
                continue
            person: PersonPlan = self.crowd.people[post.author]
            seat = next((s for s in self.crowd.members(post.community) if s.person is person), None)
            if seat is None or person.key == self.places[post.community].owner:
                continue
            at = post.at - timedelta(days=self.rng.uniform(9, 20))
            if at > seat.at and at > product.published_at and self.rng.random() < 0.8:
                self._order(post.community, person.key, at, [self._line(product, 1)], way="well")

    def _frugal(self) -> None:
        """The careful ones buy often, and only what costs little."""
        for key in self.circle.price:
            for slug, cheap in CHEAP.items():
                seat = next((s for s in self.crowd.members(slug) if s.person.key == key), None)
                if seat is None:
                    continue
                since = max(seat.at, self.places[slug].founded_at + timedelta(days=6))
                for _ in range(self.rng.choice((2, 2, 3) if slug == "kiln" else (0, 1, 2))):
                    days = (self.now - since).total_seconds() / 86400
                    at = since + timedelta(days=days * self.rng.uniform(0.05, 0.95))
                    known = [s for s in cheap if self.products[slug, s].published_at < at]
                    if known:
                        line = self._line(self.products[slug, self.rng.choice(known)], 1)
                        self._order(slug, key, at, [line], way="well", story="price")

    def _stock(self) -> None:
        """As many pieces as were taken, and what is left on the shelf today."""
        taken: dict[tuple[str, str, int], int] = {}
        for order in self.orders:
            for line in order.lines:
                place = (order.community, line.product, line.variant)
                taken[place] = taken.get(place, 0) + line.quantity
        for (slug, _), product in self.products.items():
            for n, variant in enumerate(product.variants):
                price = variant.price_minor
                left = self.rng.randrange(2, 6) if price > 40000 else self.rng.randrange(5, 30)
                if product.slug in ("second", "noodle-bowls"):
                    left = 3
                variant.on_hand = taken.get((slug, product.slug, n), 0) + left


def costs(rng: Random, places: list[CommunityPlan], now: datetime) -> list[CostPlan]:
    """Four kinds each month, for each community, since it was founded."""
    found = []
    for place in places:
        at = place.founded_at + timedelta(days=3, hours=2)
        month = 0
        while at < now:
            for kind, usual, lang, note in texts.table("costs.txt", place.slug):
                amount = round(int(usual) * rng.uniform(0.85, 1.2) * (1 + 0.1 * month), -2)
                when = min(at + timedelta(hours=rng.uniform(0, 50)), now - timedelta(minutes=5))
                found.append(
                    CostPlan(community=place.slug, kind=kind, amount_minor=int(amount), at=when,
                             note=note, lang=ZH if lang == "zh" else EN)
                )  # fmt: skip
            month += 1
            at += timedelta(days=30)
    return sorted(found, key=lambda c: (c.at, c.community, c.kind))
