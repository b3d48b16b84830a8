"""Teams under random acts of many people: what must always hold, and what must hold at the end.

Seeded, so that a run can be told again: BANYAN_RUNS says how many (200 in CI, more in a soak).
"""

from __future__ import annotations

import os
import random
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from banyan.campaigns import rules
from banyan.campaigns.actions import closing, planning
from banyan.campaigns.models import Campaign, Seat, Team
from banyan.core.refusals import Refusal
from banyan.ledger.queries import balance, trial_balance
from banyan.orders import rules as orders
from banyan.orders.actions import fulfilling, placing, refunding
from banyan.orders.models import Order, Refund
from banyan.sellers.models import Book

from .conftest import counts_hold

pytestmark = pytest.mark.django_db
RUNS = int(os.environ.get("BANYAN_RUNS", "12"))
ACTS, PIECES = 40, 14


def test_no_run_of_acts_loses_a_seat_a_piece_or_a_cent(
    buy, join_in, capture, pay_back, crowd, cup, kiln, cast, member_of, now
):
    people, mei = crowd(6), member_of(kiln, cast.mei)
    book = Book.objects.get(community=kiln)
    for seed in range(RUNS):
        _one_run(seed, locals())
        for campaign in Campaign.objects.filter(state__in=rules.RUNS):
            planning.stop(campaign=campaign, by=mei, now=now + timedelta(days=30))
        closing.settle_closed(now=now + timedelta(days=30))
    ends = Counter(Seat.objects.values_list("state", flat=True))
    verdicts = Counter(Team.objects.values_list("state", flat=True))
    assert {rules.CONFIRMED, rules.REFUNDED, rules.RELEASED} == set(ends)
    assert {rules.SUCCESS, rules.FAILED, rules.SELLER_COMPLETED} == set(verdicts)
    print(f"{RUNS} runs of {ACTS} acts, 0 broken: seats {dict(ends)}, teams {dict(verdicts)}")


def _one_run(seed: int, given: dict[str, Any]) -> None:
    rng, now = random.Random(seed), given["now"]
    cup, capture, join_in = given["cup"], given["capture"], given["join_in"]
    cup.refresh_from_db()
    cup.on_hand, cup.reserved = PIECES, 0
    cup.save()
    size = rng.choice([2, 3, 5])
    steps = [(2, 6000)] + ([(size, 5000)] if size > 2 else [])
    campaign = given["buy"](
        steps=steps, size=size, most_each=rng.choice([1, 3]), hours=rng.choice([1, 24]),
        ends_at=now + timedelta(hours=30),
    )  # fmt: skip
    placed: list[Order] = []
    moment = now
    for _ in range(ACTS):
        moment += timedelta(minutes=rng.choice([0, 1, 5, 40]))
        act = rng.random()
        with suppress(Refusal):
            if act < 0.35:
                teams = list(Team.objects.filter(campaign=campaign).order_by("pk"))
                where = rng.choice([campaign, *teams])
                placed.append(join_in(rng.choice(given["people"]), where, at=moment))
            elif act < 0.65 and placed:
                capture(rng.choice(placed), at=moment)
            elif act < 0.75 and placed:
                one = _read(rng.choice(placed))
                refunding.cancel(order=one, by=one.person, by_buyer=True, now=moment)
            elif act < 0.85 and placed:
                one = _read(rng.choice(placed))
                placing.expire(order=one, now=moment)
            elif act < 0.90 and placed:
                fulfilling.pack(order=_read(rng.choice(placed)), by=None, now=moment)
            elif act < 0.93:
                teams = list(Team.objects.filter(campaign=campaign).order_by("pk"))
                if teams:
                    planning.complete(team=rng.choice(teams), by=given["mei"], now=moment)
            elif act < 0.99:
                closing.close_due(now=moment)
                closing.settle_closed(now=moment)
        assert counts_hold(), seed
        _stock_holds(cup, placed, seed)
    _all_ends(seed, placed, given, now + timedelta(days=20))


def _read(order: Order) -> Order:
    found = Order.objects.whole_by_id(order.pk)
    assert found is not None
    return found


def _stock_holds(cup: Any, placed: list[Order], seed: int) -> None:
    """Every piece is on the shelf, kept for a placed order, or with a paid one."""
    cup.refresh_from_db()
    states = list(
        Order.objects.filter(pk__in=[o.pk for o in placed]).values_list("state", flat=True)
    )
    sold = sum(state in (orders.PAID, orders.FULFILLING) for state in states)
    assert (cup.on_hand, cup.reserved) == (PIECES - sold, states.count(orders.PLACED)), seed


def _all_ends(seed: int, placed: list[Order], given: dict[str, Any], late: Any) -> None:
    """Time passes: whatever waits is settled, every refund is carried out."""
    for order in placed:
        with suppress(Refusal):
            placing.expire(order=_read(order), now=late)
    for _ in range(2):
        closing.close_due(now=late)
        closing.settle_closed(now=late)
    for order in placed:
        given["pay_back"](order, at=late)
    book = given["book"]
    assert not any(trial_balance(book).values()), seed
    assert not Refund.objects.exclude(state=orders.EXECUTED).exists(), seed
    ends = {rules.SUCCESS, rules.FAILED, rules.SELLER_COMPLETED}
    assert set(Team.objects.values_list("state", flat=True)) <= ends, seed
    for seat in Seat.objects.select_related("team", "order__book", "order__payment"):
        order = seat.order
        escrow = balance(book, f"escrow.{order.oid}").minor
        assert order.refunded_minor <= order.paid_minor, seed
        if seat.state == rules.CONFIRMED:
            assert seat.team.verdict in rules.GOOD_ENDS, seed
            assert escrow == seat.team.final_minor + order.post_minor, seed
            assert not order.waits, seed
        else:
            assert seat.state in (rules.RELEASED, rules.REFUNDED), seed
            assert escrow == 0, seed
            assert order.refunded_minor == order.paid_minor, seed
