"""Rows 3 and 6 of the trust table: power cuts in the checkout, and more buyers than pieces."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from banyan.catalog import stock
from banyan.catalog.models import Variant
from banyan.ledger import queries as ledger
from banyan.orders import queries, rules, visitors
from banyan.orders.actions import placing
from banyan.orders.models import Basket, BasketLine, Order, OrderLine
from banyan.payments import reconciling
from banyan.sellers.models import Book

from .conftest import ADDRESS, CHECKOUT
from .server_process import Buyer, Server

SOAK = os.environ.get("BANYAN_SOAK") == "1"
KILLS = 500 if SOAK else 30
RUNS = 50 if SOAK else 5
BUYERS, PIECES, THREADS = 200, 10, 16
pytestmark = [pytest.mark.trust, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def now() -> Any:
    return timezone.now()


# Row 6


def rush(kiln: Any, variant: Variant, post: Any) -> Counter[str]:
    """200 guests with one piece each in their baskets press the button at the same time."""
    moment = timezone.now()
    baskets = Basket.objects.bulk_create(
        Basket(community=kiln, visitor=visitors.new_key(), changed_at=moment) for _ in range(BUYERS)
    )
    BasketLine.objects.bulk_create(
        BasketLine(basket=basket, variant=variant, quantity=1, put_at=moment) for basket in baskets
    )

    def buy(basket: Basket) -> str:
        try:
            counted = queries.basket_at(id=basket.public_id, person=None, visitor=basket.visitor)
            assert counted is not None
            total = counted.totals(counted.offers("DE")[0].price).total_minor
            placing.place(
                basket_id=basket.public_id, person=None, visitor=basket.visitor,
                email="guest@example.org", address=ADDRESS, rate_id=post.pk, seen=counted.seen,
                seen_total=total, lang="en", now=timezone.now(),
            )  # fmt: skip
        except stock.OutOfStock:
            return "sold out"
        else:
            return "sold"
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(buy, baskets))


def test_two_hundred_buyers_for_ten_pieces_get_exactly_ten(kiln, new_variant, post):
    for run in range(RUNS):
        last_ten = new_variant(f"Run {run}", price=5000, stock=PIECES)
        assert rush(kiln, last_ten, post) == {"sold": PIECES, "sold out": BUYERS - PIECES}
        last_ten.refresh_from_db()
        assert (last_ten.reserved, last_ten.on_hand) == (PIECES, PIECES)
        lines = OrderLine.objects.filter(variant=last_ten)
        assert lines.aggregate(n=Sum("quantity"))["n"] == PIECES


# Row 3


def test_kill_minus_nine_in_the_checkout_loses_and_doubles_nothing(
    kiln, new_variant, post, sandbox
):
    """Buyers go on buying while the whole server is killed again and again."""
    rng = random.Random(3)
    variant = new_variant("Endless cup", price=5000, stock=100_000)
    server = Server(sandbox.url, sandbox.secret)
    stop, acknowledged, approved = threading.Event(), [], []
    statuses: Counter[int] = Counter()

    def buyer(seed: int) -> None:
        mine = random.Random(seed)
        while not stop.is_set():
            who = Buyer(server.url)
            address = who.buy(variant.pk, CHECKOUT, stop)
            statuses.update(who.statuses)
            if address is None:
                continue
            acknowledged.append(address)
            if address.startswith(sandbox.url) and mine.random() < 0.7:
                requests.post(address, data={"do": "approve"}, allow_redirects=False, timeout=20)
                approved.append(address)

    server.start()
    threads = [threading.Thread(target=buyer, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(KILLS):
            until, before = time.monotonic() + 10, len(acknowledged)
            while len(acknowledged) < before + 2 and time.monotonic() < until:
                stop.wait(0.05)  # let something happen first: the moment of the cut is chance
            stop.wait(rng.uniform(0, 0.3))
            server.kill()
        stop.wait(3)
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
        server.end()
    sandbox.settle()
    for minutes in (2, 4, 6):  # what the reconciler does within its first rounds
        reconciling.reconcile(now=timezone.now() + timedelta(minutes=minutes))

    orders = list(Order.objects.select_related("payment").all())
    print(f"{KILLS} kills, {len(orders)} orders, {len(acknowledged)} acknowledged, {statuses}")
    assert len(acknowledged) >= KILLS
    assert not [status for status in statuses if status >= 500], server.faults()
    # none lost: every address that was given belongs to an order of ours
    from banyan.payments.models import Payment

    ours = dict(Payment.objects.exclude(pay_url="").values_list("pay_url", "source_id"))
    for address in acknowledged:
        if address.startswith(sandbox.url):
            assert address in ours
        else:
            number = address.split("/orders/")[1].split("?")[0]
            assert Order.objects.filter(number=number).exists()
    # none doubled: one order for a basket, one for an acknowledgement
    assert len({order.basket_id for order in orders}) == len(orders)
    assert len(set(acknowledged)) == len(acknowledged)
    # every approved payment is a paid order with its money in escrow, and nothing else is
    book = Book.objects.get(community=kiln)
    paid = {order.pk for order in orders if order.state == rules.PAID}
    assert paid == {ours[address] for address in approved}
    for order in orders:
        escrow = ledger.balance(book, f"escrow.{order.oid}").minor
        assert escrow == (order.total_minor if order.pk in paid else 0)
    assert not any(ledger.trial_balance(book).values())
    variant.refresh_from_db()
    waiting = sum(order.state == rules.PLACED for order in orders)
    assert (variant.on_hand, variant.reserved) == (100_000 - len(paid), waiting)
