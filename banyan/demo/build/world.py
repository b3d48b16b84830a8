"""A plan made real, step after step in the order of time, through the product's own actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction

from banyan.catalog.tasks import index_words
from banyan.core.events import without_deliveries
from banyan.core.jobs.models import WAITING, Job
from banyan.core.refusals import Refusal
from banyan.health.actions import sweep
from banyan.ledger import seals

from ..plan.shapes import OrderPlan, Plan, PostPlan
from . import (
    batches,
    chat,
    culture,
    discounts,
    funding,
    habits,
    leaves,
    meetings,
    money,
    people,
    places,
    reviews,
    sharing,
    shelves,
    talk,
    tiers,
    together,
    trade,
    wishes,
)
from .hands import Hands
from .haste import in_haste

CHUNK = 400
Say = Callable[[str, int, int], None]


@dataclass(order=True)
class Step:
    at: datetime
    turn: int
    what: str
    do: Callable[[Hands, datetime], None]


class StepFailed(RuntimeError):
    """A step of the plan that the product refused: the plan and the rules do not agree."""


def build(plan: Plan, *, say: Say = lambda what, done, all_: None) -> Hands:
    """Make the whole plan real. Nobody gets a letter; nothing is left to do in the background."""
    hands = Hands()
    last_job = Job.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with without_deliveries(), in_haste():
        with transaction.atomic():
            people.make_people(plan, hands)
        steps = sorted(_steps(plan), key=lambda s: (s.at, s.turn))
        for start in range(0, len(steps), CHUNK):
            with transaction.atomic():
                for step in steps[start : start + CHUNK]:
                    try:
                        step.do(hands, step.at)
                    except (Refusal, KeyError, AssertionError) as fault:
                        raise StepFailed(f"{step.what} at {step.at}: {fault!r}") from fault
                batches.write_down(hands)
            say(steps[start].what, min(start + CHUNK, len(steps)), len(steps))
            if (start // CHUNK + 1).bit_count() == 1:
                learn_sizes()
        with transaction.atomic():
            culture.finish(plan, hands)
            chat.finish(plan, hands)
            meetings.finish(plan)
        for place in hands.places.values():
            index_words(community_id=place.pk)
            sweep(place, now=plan.now)
        # What was promised is done: refunds are carried out, words are cut.
        Job.objects.filter(pk__gt=last_job, state=WAITING).delete()
    seals.seal(now=plan.now)
    return hands


def learn_sizes() -> None:
    """Let PostgreSQL know how much there is by now: so much at once outruns its own looking.

    Without it a read by public id was planned for empty tables and took minutes.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _steps(plan: Plan) -> Iterator[Step]:
    turn = 0

    def step(at: datetime, what: str, do: Callable[[Hands, datetime], None]) -> Step:
        nonlocal turn
        turn += 1
        return Step(at, turn, what, do)

    for place in plan.communities:
        yield step(place.founded_at, "communities", partial(places.found, place))
    owners = {place.slug: place.owner for place in plan.communities}
    roles = {place.slug: place.roles for place in plan.communities}
    for join in plan.joins:
        if join.person == owners[join.community]:
            continue
        asked = join.asked_at or join.at
        yield step(asked, "members", partial(places.ask, join))
        if join.asked_at and join.outcome != "waiting":
            yield step(join.at, "members", partial(places.decide, join))
        role = roles[join.community].get(join.person)
        if role:
            give = partial(places.give_role, join.person, role, join.community)
            yield step(join.at + timedelta(seconds=5), "members", give)
        if join.signed_again_at:
            again = partial(places.sign_again, join.person, join.community)
            yield step(join.signed_again_at, "charters", again)
        if join.left_at:
            yield step(join.left_at, "members", partial(places.leave, join))
    for product in plan.products:
        yield step(product.published_at, "products", partial(shelves.stock_up, product))
    for post in plan.posts:
        for at, what, do in _said(post):
            yield step(at, what, do)
    for order in plan.orders:
        for at, what, do in _bought(order):
            yield step(at, what, do)
    for n, cost in enumerate(plan.costs, start=1):
        yield step(cost.at, "costs", partial(money.note_cost, cost, n))
    for place in plan.communities:
        for at in _weekly(place.founded_at, plan.now):
            yield step(at, "figures", partial(_count, place.slug))
    for at, what, do in (
        *culture.steps(plan), *chat.steps(plan), *meetings.steps(plan), *reviews.steps(plan),
        *sharing.steps(plan), *discounts.steps(plan), *together.steps(plan),
        *wishes.steps(plan),
        *leaves.steps(plan), *funding.steps(plan), *habits.steps(plan), *tiers.steps(plan),
    ):  # fmt: skip
        yield step(at, what, do)
    for report in plan.reports:
        yield step(report.at, "reports", partial(talk.report, report))
        if report.decided_at:
            yield step(report.decided_at, "reports", partial(talk.settle, report))


def _weekly(first: datetime, last: datetime) -> Iterator[datetime]:
    """So that the stage has its history: the figures are counted once a week."""
    while (first := first + timedelta(days=7)) < last:
        yield first


def _count(slug: str, hands: Hands, now: datetime) -> None:
    sweep(hands.places[slug], now=now)


type _Deed = tuple[datetime, str, Callable[[Hands, datetime], None]]


def _said(post: PostPlan) -> Iterator[_Deed]:
    yield post.at, "posts", partial(talk.publish, post)
    for who, at in post.likes:
        yield at, "likes", partial(talk.like, who, post, None)
    for n, comment in enumerate(post.comments):
        yield comment.at, "comments", partial(talk.comment, post, n)
        for who, at in comment.likes:
            yield at, "likes", partial(talk.like, who, post, n)


def _bought(order: OrderPlan) -> Iterator[_Deed]:
    yield order.at, "orders", partial(trade.place, order)
    for at, do in (
        (order.declined_at, trade.decline),
        (order.paid_at, trade.pay),
        (order.expired_at, trade.expire),
        (order.cancelled_at, trade.cancel),
        (None if order.shipped_at else order.packed_at, trade.pack),  # shipping packs as well
        (order.shipped_at, trade.ship),
        (order.received_at, trade.receive),
    ):
        if at is not None:
            yield at, "orders", partial(do, order)
    for one in order.refunds:
        yield one.at, "orders", partial(trade.refund, order, one)
