"""What buyers wrote about what they bought, what the shop answered, and whom it helped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from random import Random

from banyan.reviews import actions
from banyan.reviews.models import Review

from ..plan import texts
from ..plan.shapes import EN, ZH, OrderPlan, Plan
from .hands import Hands

SHARE = 0.6  # of buyers who have words
HELPED = (0, 0, 0, 1, 1, 2, 3, 5)
PHOTOS = {
    "mug": "m-sk-morning-mug.jpg", "tenmoku-bowl": "m-sk-bowl-at-home.jpg",
    "oolong-tin": "m-t4-office-cup.jpg", "sharing-pitcher": "m-t4-picnic.jpg",
    "tapers": "m-nw-dinner.jpg",
}  # fmt: skip
SHOP = "answer"

type Deed = tuple[datetime, str, Callable[[Hands, datetime], None]]
type Words = dict[tuple[str, str], list[tuple[int, str]]]


def steps(plan: Plan) -> Iterator[Deed]:
    rng = Random(plan.seed + 5)
    words = written()
    photos = dict(PHOTOS)
    writes = {one.key: one.writes for one in plan.people}
    members = {place.slug: [j for j in plan.joins if j.community == place.slug and not j.left_at]
               for place in plan.communities}  # fmt: skip
    done: set[tuple[str, str, str]] = set()
    for order in plan.orders:
        if not order.buyer or order.received_at is None:
            continue
        for line in order.lines:
            key = (order.buyer, order.community, line.product)
            at = order.received_at + timedelta(hours=rng.randrange(20, 200))
            if key in done or at >= plan.now - timedelta(hours=1) or rng.random() > SHARE:
                continue
            about = f"{order.community}/{line.product}"
            about = about if (about, EN) in words else line.product
            lang = next((one for one in writes[order.buyer] if words.get((about, one))), "")
            if not lang:
                continue
            done.add(key)
            stars, body = words[about, lang].pop(0)
            said = _Said(order, line.product, stars, body, photos.pop(line.product, ""))
            yield at, "reviews", said.write
            if stars <= 3 and words[SHOP, lang] and order.community != "wax":
                answered_at = at + timedelta(hours=rng.randrange(5, 60))
                if answered_at < plan.now:
                    _none, answer = words[SHOP, lang].pop(0)
                    yield answered_at, "reviews", partial(said.answer, answer)
            fans = rng.sample(members[order.community], rng.choice(HELPED))
            for n, fan in enumerate(fans, start=1):
                found_at = max(at, fan.at) + timedelta(hours=3 * n)
                if fan.person != order.buyer and found_at < plan.now:
                    yield found_at, "reviews", partial(said.help, fan.person)


def written() -> Words:
    found: Words = {}
    for (subject, lang), lines in texts.reviews():
        rows = [line.split(" ", 1) for line in lines]
        found[subject, {"en": EN, "zh": ZH}[lang]] = [(int(stars), body) for stars, body in rows]
    return found


class _Said:
    """One review on its way through the days."""

    def __init__(self, order: OrderPlan, product: str, stars: int, body: str, photo: str) -> None:
        self.order, self.product, self.stars = order, product, stars
        self.body, self.photo = body, photo
        self.review: Review | None = None

    def write(self, hands: Hands, now: datetime) -> None:
        author = hands.members.get((self.order.buyer, self.order.community))
        if author is None:
            return
        author.refresh_from_db(fields=["state"])
        if not author.is_in:  # they left meanwhile
            return
        photos = []
        if self.photo:
            photos = [
                hands.picture(
                    self.photo, community=author.community, owner=author.person, now=now,
                    alt=self.body[:120], lang=texts.lang_of(self.body),
                )
            ]  # fmt: skip
        self.review = actions.write(
            product=hands.products[self.order.community, self.product], author=author,
            stars=self.stars, body=self.body, photos=photos, now=now,
        )  # fmt: skip

    def answer(self, body: str, hands: Hands, now: datetime) -> None:
        if self.review is not None:
            place = self.order.community
            by = hands.members[hands.owners[place], place]
            actions.answer(review=self.review, by=by, body=body, now=now)

    def help(self, who: str, hands: Hands, now: datetime) -> None:
        member = hands.members.get((who, self.order.community))
        if self.review is None or member is None:
            return
        member.refresh_from_db(fields=["state"])
        if member.is_in:
            actions.find_helpful(review=self.review, member=member, on=True, now=now)
