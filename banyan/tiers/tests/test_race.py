"""Many at once: one membership for a member, one end, one day earned."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from banyan.core.refusals import Refusal
from banyan.ledger.queries import balance
from banyan.tiers import rules
from banyan.tiers.actions import ending, joining, lasting
from banyan.tiers.models import Bill, Subscription

from .conftest import DAY, fresh, hear, holds, pay_back

pytestmark = [pytest.mark.trust, pytest.mark.django_db(transaction=True)]
THREADS = 10


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


def test_however_many_pay_for_one_member_at_once_one_counts_and_the_rest_goes_back(
    tiers, bill_of, cast, new_person, kiln, book, now
):
    """Six friends give Lan a membership and she joins twice: eight captures at the same time."""
    from banyan.culture import actions as culture

    crowd = [new_person(f"Friend {n}") for n in range(6)]
    for person in crowd:
        culture.join(community=kiln, person=person, version=1, now=now)
    bills = [bill_of(p, tiers.friends, why=rules.GIFT, to=cast.lan) for p in crowd]
    bills += [bill_of(cast.lan, tiers.friends), bill_of(cast.lan, tiers.patrons)]
    payments = [joining.pay(bill=bill, now=now) for bill in bills if bill.pk != bills[6].pk]
    assert at_once(lambda n: hear(payments[n], at=now), len(payments)) == {"done": 7}
    assert Subscription.objects.filter(state__in=rules.LIVE).count() == 1
    states = Counter(Bill.objects.values_list("state", flat=True))
    assert states == {rules.PAID: 1, rules.RETURNED: 6, rules.VOID: 1}
    pay_back(at=now)
    paid = Bill.objects.get(state=rules.PAID).amount_minor
    assert balance(book, "psp.sandbox").minor == paid
    holds(book)


def test_sweeps_at_once_earn_a_day_once(tiers, join, cast, book, now):
    join(cast.jonas, tiers.friends)
    join(cast.lan, tiers.patrons)
    at_once(lambda _n: lasting.settle_due(now=now + 10 * DAY))
    assert balance(book, "membership").minor == 1000 + 3000
    holds(book)


def test_ending_pausing_cancelling_and_earning_at_once_keep_the_books(
    tiers, join, cast, member_of, kiln, book, now
):
    one = join(cast.jonas, tiers.friends)
    jonas, mei, at = member_of(kiln, cast.jonas), member_of(kiln, cast.mei), now + 7 * DAY

    def act(n: int) -> None:
        if n % 5 == 0:
            lasting.settle(one, now=at)
        elif n % 5 == 1:
            lasting.pause(one=one, by=jonas, now=at)
        elif n % 5 == 2:
            lasting.resume(one=one, by=jonas, now=at)
        elif n % 5 == 3:
            lasting.cancel(one=one, by=jonas, now=at)
        else:
            ending.end(one=one, by=mei, now=at)

    at_once(act)
    assert fresh(one).state == rules.ENDED
    holds(book)
    assert pay_back(at=at) + balance(book, "membership").minor == 3000


def test_one_trial_however_often_it_is_pressed(tiers, cast, member_of, kiln, now):
    jonas = member_of(kiln, cast.jonas)
    found = at_once(
        lambda _n: joining.begin_trial(
            tier=tiers.friends, period=rules.MONTH, member=jonas, now=now
        )
    )
    assert found == {"done": 1, "refused": THREADS - 1}
