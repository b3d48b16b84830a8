"""Coupons under any sequence of acts: counts, turns, stock and the money of every order hold.

BANYAN_RUNS says how many runs (a short count by itself, more in a soak).
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from banyan.core.refusals import Refusal
from banyan.orders import rules as orders
from banyan.orders.actions import placing, refunding
from banyan.orders.models import Order
from banyan.pricing import rules
from banyan.pricing.actions import coupons, planning
from banyan.pricing.models import Coupon, Discount, Saving

from .conftest import counts_hold, read

pytestmark = pytest.mark.django_db
RUNS = int(os.environ.get("BANYAN_RUNS", "12"))
PIECES = 12
seen: set[str] = set()


class Coupons(RuleBasedStateMachine):
    """Three buyers, one of them a guest; a coupon for five, two for each buyer at the most."""

    given: SimpleNamespace

    def __init__(self) -> None:
        super().__init__()
        self.wrap = transaction.atomic()
        self.wrap.__enter__()
        cache.clear()
        given = self.given
        given.cup.on_hand, given.cup.reserved = PIECES, 0
        given.cup.save()
        self.now = given.now
        self.one: Discount = given.discount(
            is_shown=True,
            most=5,
            most_each=2,
            percent_bp=1234,
            ends_at=self.now + timedelta(days=1),
        )
        self.placed: list[Order] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.wrap.__exit__(None, None, None)

    def some(self, n: int) -> Any:
        return read(self.placed[n % len(self.placed)])

    @rule(who=st.integers(0, 1))
    def take(self, who: int) -> None:
        with suppress(Refusal):
            coupons.take(discount=self.one, member=self.given.members[who], now=self.now)

    @rule(who=st.integers(0, 2), pieces=st.integers(1, 3))
    def order(self, who: int, pieces: int) -> None:
        person = [*(m.person for m in self.given.members), None][who]
        with suppress(Refusal):
            self.placed.append(self.given.order_with(
                (self.given.cup, pieces), person=person, code="WELCOME", at=self.now
            ))  # fmt: skip

    @precondition(lambda self: self.placed)
    @rule(n=st.integers(0, 99))
    def pay(self, n: int) -> None:
        self.given.capture(self.some(n), at=self.now)

    @precondition(lambda self: self.placed)
    @rule(n=st.integers(0, 99))
    def let_go(self, n: int) -> None:
        self.now += timedelta(minutes=16)
        with suppress(Refusal):
            placing.expire(order=self.some(n), now=self.now)

    @precondition(lambda self: self.placed)
    @rule(n=st.integers(0, 99))
    def cancel(self, n: int) -> None:
        order = self.some(n)
        with suppress(Refusal):
            refunding.cancel(order=order, by=order.person, by_buyer=True, now=self.now)

    @precondition(lambda self: self.placed)
    @rule(n=st.integers(0, 99))
    def give_a_piece_back(self, n: int) -> None:
        order = self.some(n)
        with suppress(Refusal):
            refunding.refund(
                order=order, pieces={order.rows[0].pk: 1}, with_post=False, restock=True,
                by=self.given.mei.person, now=self.now,
            )  # fmt: skip

    @rule(n=st.integers(0, 99))
    def revoke(self, n: int) -> None:
        held = list(Coupon.objects.filter(discount=self.one).order_by("pk"))
        if held:
            with suppress(Refusal):
                coupons.revoke(coupon=held[n % len(held)], by=self.given.mei, now=self.now)

    @rule()
    def end_of_its_time(self) -> None:
        self.now += timedelta(hours=9)
        planning.keep_time(now=self.now)

    @invariant()
    def nothing_is_lost(self) -> None:
        assert counts_hold()
        found = list(Coupon.objects.filter(discount=self.one))
        seen.update(one.state for one in found)
        for one in found:
            assert (one.order_id is not None) == (one.state in (rules.LOCKED, rules.USED)) or (
                one.state == rules.EXPIRED
            )
        states = {order.pk: order for order in Order.objects.filter(state__isnull=False)}
        for saving in Saving.objects.select_related("coupon"):
            order = read(states[saving.order_id])
            assert saving.minor == order.off_minor
            assert order.refunded_minor <= order.paid_minor
            mine = saving.coupon.order_id == order.pk
            if order.state == orders.PLACED:
                assert mine
                assert saving.coupon.state == rules.LOCKED
            elif order.is_paid and any(line.left for line in order.rows):
                assert mine
                assert saving.coupon.state == rules.USED
        self.given.cup.refresh_from_db()
        sold = sum(
            line.left for o in Order.objects.all() for line in read(o).rows
            if o.state in (orders.PAID, orders.FULFILLING)
        )  # fmt: skip
        kept = sum(
            line.quantity
            for o in Order.objects.filter(state=orders.PLACED)
            for line in read(o).rows
        )
        assert (self.given.cup.on_hand, self.given.cup.reserved) == (PIECES - sold, kept)


def test_no_sequence_of_acts_loses_a_coupon_a_piece_or_a_cent(
    kiln, cast, member_of, cup, post, discount, order_with, capture, now
):
    class Here(Coupons):
        given = SimpleNamespace(
            cup=cup, discount=discount, order_with=order_with, capture=capture, now=now,
            members=[member_of(kiln, cast.jonas), member_of(kiln, cast.lan)],
            mei=member_of(kiln, cast.mei),
        )  # fmt: skip

    case = Here.TestCase
    case.settings = settings(
        max_examples=RUNS, stateful_step_count=25, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip
    case().runTest()
    print(f"{RUNS} runs, 0 broken; states met: {sorted(seen)}")
