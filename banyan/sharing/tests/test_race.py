"""Many at once: one payout, one clearing, one taking back."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from banyan.core.refusals import Refusal
from banyan.ledger.queries import balance, trial_balance
from banyan.sellers.models import Book
from banyan.sharing import accounts
from banyan.sharing.actions import attributing, clearing, payouts
from banyan.sharing.models import Attribution, Commission, Payout

from .conftest import again

pytestmark = [pytest.mark.trust, pytest.mark.django_db(transaction=True)]
DAY = timedelta(days=1)
THREADS = 8


def at_once(act: Any, count: int = THREADS) -> Counter[str]:
    def run(n: int) -> str:
        try:
            act(n)
        except Refusal:
            return "refused"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(run, range(count)))


def read(rows: Any, **which: Any) -> Any:
    """In a transaction: SQLite in memory refuses a plain read while somebody writes."""
    with transaction.atomic():
        return rows.get(**which)


def test_of_many_payouts_of_everything_one_is_made_and_it_arrives_once(
    kiln, links_of, offered, sent_by, complete, member_of, cast, now
):
    offered(cast.jonas)
    complete(sent_by(links_of(cast.jonas)["link"], at=now), now)
    one, mei, jonas = Commission.objects.get(), member_of(kiln, cast.mei), None
    later = now + 14 * DAY
    found = at_once(lambda _n: clearing.clear(commission_id=one.pk, now=later))
    assert found == {"done": 1, "refused": THREADS - 1}
    jonas = member_of(kiln, cast.jonas)
    found = at_once(lambda _n: payouts.begin(member=jonas, amount_minor=680, by=mei, now=later))
    assert found == {"done": 1, "refused": THREADS - 1}

    def end(n: int) -> None:
        payout = read(Payout.objects.select_related("book"))
        (payouts.done if n % 2 else payouts.came_back)(payout=payout, by=mei, now=later)

    assert at_once(end) == {"done": 1, "refused": THREADS - 1}


def test_clearing_paying_out_voiding_and_refunding_at_once_keep_the_books(
    kiln, links_of, offered, sent_by, complete, give_back, member_of, cast, cup, now
):
    offered(cast.jonas)
    orders = []
    for n in range(4):
        order = sent_by(links_of(cast.jonas)["link"], at=now + n * DAY, what=(cup, 2))
        orders.append(complete(order, now + n * DAY))
    mei, jonas, later = member_of(kiln, cast.mei), member_of(kiln, cast.jonas), now + 30 * DAY
    book = Book.objects.get(community=kiln)

    def act(n: int) -> None:
        order = orders[n % 4]
        if n < 4:
            with suppress(Refusal):
                one = read(Commission.objects, order=order)
                clearing.clear(commission_id=one.pk, now=later)
            payouts.begin(member=jonas, amount_minor=100 * (n + 1), by=mei, now=later)
        elif n < 7:
            with transaction.atomic():
                give_back(order, 1, at=later)
        else:
            fixed = read(Attribution.objects.select_related("member__person"), order=order)
            attributing.void(attribution=fixed, by=mei, reason="Own shop", now=later)

    at_once(act)
    for order in orders:
        left = again(order).rows[0].left
        give_back(order, left, at=later + DAY)
    for one in Commission.objects.all():
        assert one.reversed_minor == one.accrued_minor
    purse = accounts.purse(book, cast.jonas.pseudonym)
    paid = sum(p.amount_minor for p in Payout.objects.all())
    assert (purse.held.minor, purse.available.minor, purse.debt.minor) == (0, 0, paid)
    assert balance(book, "commission").minor == 0
    assert not any(trial_balance(book).values())
