"""Commission under random acts: L3, L10, L11, L14 and L15 hold after every one of them."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from banyan.core.refusals import Refusal
from banyan.ledger.models import Account, Entry
from banyan.ledger.queries import balance, trial_balance
from banyan.orders import rules as orders
from banyan.orders.models import Order
from banyan.sellers.models import Book
from banyan.sharing import accounts, rules
from banyan.sharing.actions import attributing, clearing, doubting, payouts
from banyan.sharing.models import Attribution, Commission, Doubt, Payout

from .conftest import again

pytestmark = pytest.mark.django_db
RUNS = int(os.environ.get("BANYAN_RUNS", "20"))
DAY = timedelta(days=1)

Act = st.one_of(
    st.tuples(st.just("order"), st.integers(1, 3)),
    st.tuples(st.just("refund"), st.integers(0, 5), st.integers(1, 2)),
    st.tuples(st.just("wait"), st.integers(1, 15)),
    st.tuples(st.just("pay out"), st.integers(1, 100)),
    st.tuples(st.just("done"), st.integers(0, 5)),
    st.tuples(st.just("came back"), st.integers(0, 5)),
    st.tuples(st.just("void"), st.integers(0, 5)),
    st.tuples(st.just("appeal"), st.integers(0, 5)),
    st.tuples(st.just("let count"), st.integers(0, 5)),
)  # fmt: skip


def test_no_run_of_acts_pays_a_commission_twice_or_forgets_one(
    kiln, links_of, sent_by, offered, complete, give_back, cup, cast, member_of, now
):
    offer = offered(cast.jonas, rate_bp=1234)
    given_here = locals()
    book = Book.objects.get(community=kiln)
    spent: list[str] = []

    @settings(
        max_examples=RUNS, deadline=None, database=None,
        phases=[Phase.generate],  # a run is slow: one that fails is told as it was
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(acts=st.lists(Act, min_size=6, max_size=16))
    def run(acts: list[Any]) -> None:
        from django.db import transaction

        with transaction.atomic():
            _one_run(acts, given_here, book)
            spent.extend(act[0] for act in acts)
            transaction.set_rollback(True)

    run()
    assert offer.rate_bp == 1234
    print(f"{RUNS} runs, {len(spent)} acts, 0 broken")


def _one_run(acts: list[Any], here: dict[str, Any], book: Book) -> None:
    cast, kiln, cup = here["cast"], here["kiln"], here["cup"]
    mei, jonas = here["member_of"](kiln, cast.mei), here["member_of"](kiln, cast.jonas)
    moment, made = here["now"], []
    cup.on_hand = 1000
    cup.save()
    for act in [("order", 2), *acts]:
        moment += timedelta(hours=1)
        with suppress(Refusal):
            if act[0] == "order":
                link = here["links_of"](cast.jonas, at=moment)["link"]
                order = here["sent_by"](link, at=moment, what=(cup, act[1]))
                made.append(here["complete"](order, moment).pk)
            elif act[0] == "refund":
                order = Order.objects.get(pk=made[act[1] % len(made)])
                here["give_back"](order, act[2], at=moment)
            elif act[0] == "wait":
                moment += act[1] * DAY
                clearing.clear_due(now=moment)
            elif act[0] == "pay out":
                there = accounts.purse(book, cast.jonas.pseudonym).available.minor
                payouts.begin(
                    member=jonas, amount_minor=there * act[1] // 100, by=mei, now=moment
                )  # fmt: skip
            elif act[0] == "void":
                fixed = Attribution.objects.get(order_id=made[act[1] % len(made)])
                attributing.void(attribution=fixed, by=mei, reason="Own shop", now=moment)
            elif act[0] in ("appeal", "let count"):
                doubt = Doubt.objects.filter(attribution__order=made[act[1] % len(made)]).first()
                if doubt is None:
                    continue
                if act[0] == "appeal":
                    doubting.appeal(doubt=doubt, by=jonas, text="It is real", now=moment)
                else:
                    attributing.let_count(attribution=doubt.attribution, by=mei, now=moment)
            else:
                rows = list(Payout.objects.select_related("book").order_by("pk"))
                if rows:
                    verb = payouts.done if act[0] == "done" else payouts.came_back
                    verb(payout=rows[act[1] % len(rows)], by=mei, now=moment)
        _holds(book, cast.jonas.pseudonym)
    for pk in made:  # L10: in the end everything comes back
        order = again(Order.objects.get(pk=pk))
        if order.rows[0].left:
            here["give_back"](order, order.rows[0].left, at=moment)
    _holds(book, cast.jonas.pseudonym)
    for one in Commission.objects.all():
        assert (one.reversed_minor, one.state) == (one.accrued_minor, rules.REVERSED)
    assert balance(book, "commission").minor == 0
    purse = accounts.purse(book, cast.jonas.pseudonym)
    assert (purse.held.minor, purse.available.minor) == (0, 0)
    assert purse.debt.minor == _sum(Payout.objects.exclude(state=rules.BACK), "amount_minor")


def _sum(rows: Any, column: str) -> int:
    return int(rows.aggregate(sum=Sum(column))["sum"] or 0)


def _holds(book: Book, payee: Any) -> None:
    assert not any(trial_balance(book).values())
    purse = accounts.purse(book, payee)
    rows = Commission.objects.all()
    accrued, back = _sum(rows, "accrued_minor"), _sum(rows, "reversed_minor")
    assert balance(book, "commission").minor == accrued - back  # L11
    held = rows.filter(state=rules.HELD)
    assert purse.held.minor == _sum(held, "accrued_minor") - _sum(held, "reversed_minor")
    cleared = rows.filter(cleared_at__isnull=False)
    net = _sum(cleared, "accrued_minor") - _sum(cleared, "reversed_minor")
    out = _sum(Payout.objects.exclude(state=rules.BACK), "amount_minor")
    assert purse.available.minor == net - out + purse.debt.minor  # L15
    assert not (purse.available.minor and purse.debt.minor)
    for one in rows:  # L14: a hold clears at most once
        key = f"commission:{one.oid}:cleared" + (f":{one.round}" if one.round else "")
        assert Entry.objects.filter(key=key).count() == (one.cleared_at is not None)
        assert 0 <= one.reversed_minor <= one.accrued_minor
    for account in Account.objects.filter(book=book, balance_minor__isnull=False):  # L3, L4
        assert account.balance_minor == balance(book, account.code).minor >= 0
    assert set(Order.objects.values_list("state", flat=True)) <= {orders.COMPLETED}
