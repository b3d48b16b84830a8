"""Leaves under random acts: L2, L3, L4, L12, the budget and every lot hold after each of them.

BANYAN_RUNS says how many runs (a short count by itself, 200 in CI, more in a soak).
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from banyan.content.models import Post
from banyan.core.refusals import Refusal
from banyan.leaves import books, queries, rules
from banyan.leaves.actions import giving, lots, rewards
from banyan.leaves.models import Exchange, LeafLot, Month, Reward, Spending, Thanks
from banyan.ledger.models import Entry
from banyan.ledger.queries import balance, flow
from banyan.orders.models import Order
from banyan.sellers.models import Book

from .conftest import again, give_back, holds

pytestmark = pytest.mark.django_db
RUNS = int(os.environ.get("BANYAN_RUNS", "12"))
DAY = timedelta(days=1)

Few = st.integers(0, 3)
Act = st.one_of(
    st.tuples(st.just("thank"), Few, Few),
    st.tuples(st.just("unthank"), st.integers(0, 9), Few),
    st.tuples(st.just("order"), Few, st.integers(1, 2)),
    st.tuples(st.just("refund"), st.integers(0, 9), st.integers(1, 2)),
    st.tuples(st.just("withdraw"), st.integers(0, 9)),
    st.tuples(st.just("exchange"), Few, st.integers(0, 1)),
    st.tuples(st.just("undo"), st.integers(0, 9), Few),
    st.tuples(st.just("hand"), st.integers(0, 9)),
    st.tuples(st.just("wait"), st.integers(1, 20)),
    st.tuples(st.just("budget"), st.integers(0, 3000)),
)  # fmt: skip


def test_no_run_of_acts_makes_or_loses_a_leaf(
    kiln, gives, wrote, order_of, complete, cup, cast, member_of, now
):
    gives(month_minor=2500, order_bp=700, expires_days=30, hold_days=7)
    here = locals()
    acts_done: list[str] = []

    @settings(
        max_examples=RUNS, deadline=None, database=None,
        phases=[Phase.generate],  # a run is slow: one that fails is told as it was
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(acts=st.lists(Act, min_size=8, max_size=22))
    def run(acts: list[Any]) -> None:
        with transaction.atomic():
            _one_run(acts, here)
            acts_done.extend(act[0] for act in acts)
            transaction.set_rollback(True)

    run()
    print(f"{RUNS} runs, {len(acts_done)} acts, 0 broken")


def _one_run(acts: list[Any], here: dict[str, Any]) -> None:
    cast, kiln, cup, moment = here["cast"], here["kiln"], here["cup"], here["now"]
    book = Book.objects.get(community=kiln)
    people = [cast.mei, cast.jonas, cast.lan, cast.kenji]
    members = [here["member_of"](kiln, person) for person in people]
    mei = members[0]
    cup.on_hand = 1000
    cup.save()
    shop = [
        rewards.put_up(by=mei, title="Tile", words="", price_minor=price, stock=2, now=moment)
        for price in (60, 400)
    ]
    orders: list[int] = []
    for number, act in enumerate([("order", 1, 2), ("thank", 1, 2), *acts]):
        moment += timedelta(hours=1)
        with suppress(Refusal), transaction.atomic():
            if act[0] == "thank":
                shown = here["wrote"](people[act[2]], at=moment)
                shown = Post.objects.select_related("author__person").get(pk=shown.pk)
                giving.thank(by=members[act[1]], kind=rules.POST, thing=shown, now=moment)
            elif act[0] == "unthank" and (one := _nth(Thanks, act[1])):
                giving.unthank(thanks=one, by=members[act[2]], now=moment)
            elif act[0] == "order":
                placed = here["order_of"]((cup, act[2]), person=people[act[1]], at=moment)
                orders.append(here["complete"](placed, moment).pk)
            elif act[0] == "refund":
                give_back(Order.objects.get(pk=orders[act[1] % len(orders)]), act[2], at=moment)
            elif act[0] == "withdraw" and (one := _nth(LeafLot, act[1])):
                giving.withdraw(lot=one, by=mei, now=moment)
            elif act[0] == "exchange":
                reward = shop[act[2]]
                rewards.exchange(
                    reward=reward, by=members[act[1]], key=f"k{number}",
                    price_minor=reward.price_minor, now=moment,
                )  # fmt: skip
            elif act[0] == "undo" and (one := _nth(Exchange, act[1])):
                rewards.undo(exchange=one, by=members[act[2]], now=moment)
            elif act[0] == "hand" and (one := _nth(Exchange, act[1])):
                rewards.hand_over(exchange=one, by=mei, now=moment)
            elif act[0] == "budget":
                here["gives"](month_minor=act[1], order_bp=700, expires_days=30, hold_days=7)
            elif act[0] == "wait":
                moment += act[1] * DAY
                for _twice in range(2):
                    lots.clear_due(now=moment)
                    lots.expire_due(now=moment)
        _all_holds(book, people, shop, moment)
    _all_goes_back(book, orders, mei, moment)


def _nth(model: Any, number: int) -> Any:
    rows = list(model.objects.order_by("pk"))
    return rows[number % len(rows)] if rows else None


def _all_holds(book: Book, people: list[Any], shop: list[Any], moment: Any) -> None:
    holds(book)
    for month in Month.objects.all():
        given_now = LeafLot.objects.filter(month=month).aggregate(
            sum=Sum(F("amount_minor") - F("reversed_minor"))
        )["sum"]
        assert month.given_minor == (given_now or 0) <= month.limit_minor
    taken = Exchange.objects.exclude(state=rules.UNDONE)
    assert (
        sum(one.price_minor for one in taken)
        == sum(one.minor for one in Spending.objects.exclude(exchange__state=rules.UNDONE))
        == sum(lot.spent_minor for lot in LeafLot.objects.all())
    )
    for reward in shop:
        held = Reward.objects.get(pk=reward.pk).stock + taken.filter(reward=reward).count()
        assert held == 2
    for person in people:
        owed = books.owed_by(book, person.pseudonym)
        left = [
            lot
            for lot in LeafLot.objects.filter(member__person=person, state=rules.AVAILABLE)
            if lot.expires_at is None or lot.expires_at > moment
        ]
        assert not (owed and left)
    shared = flow(book).shared.minor
    assert shared == balance(book, "rewards_cost").minor - balance(book, "breakage").minor
    for lot in LeafLot.objects.all():
        assert (lot.left_minor == 0) == (lot.state == rules.OVER)
        assert Entry.objects.filter(key=f"leaves:{lot.oid}:given").count() == 1


def _all_goes_back(book: Book, orders: list[int], mei: Any, moment: Any) -> None:
    """In the end everything is undone and returned: nothing was given, nobody has or owes any."""
    for one in Exchange.objects.exclude(state=rules.UNDONE):
        rewards.undo(exchange=one, by=mei, now=moment)
    for pk in orders:
        order = again(Order.objects.get(pk=pk))
        if order.rows[0].left:
            give_back(order, order.rows[0].left, at=moment)
    for thanks in Thanks.objects.filter(undone_at=None):
        giving.unthank(thanks=thanks, by=mei, now=moment)
    holds(book)
    assert balance(book, "rewards_cost").minor == 0
    for lot in LeafLot.objects.all():
        assert lot.reversed_minor == lot.amount_minor
    assert Month.objects.filter(given_minor__gt=0).count() == 0
    lapsed = balance(book, "breakage").minor
    debts = sum(
        books.owed_by(book, payee)
        for payee in LeafLot.objects.values_list("payee", flat=True).distinct()
    )
    assert debts == lapsed + balance(book, "leaf.earned").minor
    assert queries.liability(mei.community, book).total.minor == balance(book, "leaf.earned").minor
