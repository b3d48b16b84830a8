"""Many sweeps at once: no more are told than there are pieces, and nobody twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from banyan.core.models import Activity
from banyan.wishes import rules
from banyan.wishes.actions import waiting, watching, wishing
from banyan.wishes.models import Wait, Wish

pytestmark = [pytest.mark.trust, pytest.mark.django_db(transaction=True)]
THREADS = 8


def at_once(act: Callable[[int], Any]) -> list[Any]:
    def run(n: int) -> Any:
        try:
            with transaction.atomic():  # SQLite in memory refuses a plain read while others write
                return act(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_of_many_sweeps_no_more_are_told_than_there_are_pieces(
    cup: Any, new_person: Any, stock: Any, now: Any
) -> None:
    stock(cup, 0)
    people = [new_person(f"Waiter {n}") for n in range(10)]
    for n, person in enumerate(people):
        waiting.ask(variant=cup, person=person, now=now - timedelta(minutes=20 - n))
    stock(cup, 3)
    gone = people[1]

    def act(n: int) -> int:
        if n == 4:
            waiting.withdraw(variant=cup, person=gone, now=now)
            return 0
        return waiting.tell_next(now=now)

    told = sum(at_once(act))
    assert Wait.objects.filter(state=rules.TOLD).count() == told <= 3
    waiting.tell_next(now=now)
    # Who withdrew was not told, or was told before: then their piece is counted for a day.
    assert Wait.objects.filter(state=rules.TOLD).count() == 3
    assert Activity.objects.filter(verb="BackInStock").count() == 3


def test_of_many_sweeps_one_tells_of_a_price(
    cup: Any, cast: Any, fresh: Any, price: Any, now: Any
) -> None:
    wishing.wish(product=fresh(cup), person=cast.jonas, now=now)
    watching.ask(product=fresh(cup), person=cast.jonas, now=now)
    price(cup, 5000)
    watching.look_at_prices(now=now)
    later = now + timedelta(hours=1)
    assert sum(at_once(lambda _n: watching.look_at_prices(now=later))) == 1
    assert Activity.objects.filter(verb="PriceFell").count() == 1
    assert Wish.objects.get().mark_minor == 5000
