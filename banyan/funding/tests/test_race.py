"""Many at once: the last reward, the deadline, one pledge pressed twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from banyan.core.refusals import Refusal
from banyan.funding import rules
from banyan.funding.actions import closing, pledging
from banyan.funding.models import Pledge, Project, Reward
from banyan.ledger.models import Entry
from banyan.payments.models import PaymentRefund

from .conftest import fresh, holds, pay_back, whole

pytestmark = [pytest.mark.trust, pytest.mark.django_db(transaction=True)]
THREADS = 12


@pytest.fixture
def now() -> Any:
    return timezone.now()


def at_once(act: Callable[[int], object], count: int = THREADS) -> Counter[str]:
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


def test_twelve_backers_for_the_last_two_rewards_get_exactly_two(project, begin, crowd, now):
    made, people = project(), crowd(THREADS)
    found = at_once(lambda n: begin(people[n], made, 20000, place=2, at=now))
    assert found == {"done": 2, "refused": THREADS - 2}
    assert Reward.objects.get(project=made, position=2).taken == 2
    holds(made)


def test_one_member_pressing_at_once_pledges_once(project, begin, crowd, now):
    made, (person,) = project(), crowd(1)
    found = at_once(lambda n: begin(person, made, 5000, at=now, key=f"k{n}"))
    assert found == {"done": 1, "refused": THREADS - 1}
    holds(made)


def test_payments_taking_back_and_closing_at_once_lose_no_coin(
    project, begin, capture, pledge, crowd, member_of, kiln, now
):
    """Twelve pay while the deadline passes, some take theirs back, several sweeps close it."""
    made, people = project(goal_minor=60000), crowd(THREADS)
    begun = [begin(person, made, 15000, at=now) for person in people]
    end = now + timedelta(minutes=5)
    Project.objects.filter(pk=made.pk).update(ends_at=end)
    early = [capture(one, at=now) for one in begun[:4]]

    def act(n: int) -> None:
        if n % 4 == 0:
            closing.keep_time(now=end)
        elif n % 4 == 1:
            mine = early[n // 4]
            pledging.take_back(pledge=whole(mine), by=mine.member, now=now)
        else:
            capture(begun[n], at=end)

    at_once(act)
    closing.keep_time(now=end)
    closing.keep_time(now=end)
    pay_back(end)
    made = fresh(made)
    counted = Pledge.objects.filter(project=made, state__in=rules.PAID)
    if made.state == rules.FAILED:
        assert not counted.exists()
        assert made.held_minor == 0
    else:
        assert made.final_minor == sum(one.amount_minor for one in counted) >= 60000
    states = set(Pledge.objects.values_list("state", flat=True))
    assert states <= {rules.CAPTURED, rules.REFUNDED, rules.RELEASED}
    assert PaymentRefund.objects.filter(state="executed").count() == Pledge.objects.filter(
        state=rules.REFUNDED
    ).count()  # fmt: skip
    holds(made)


def test_several_sweeps_at_once_pay_each_backer_back_once(project, pledge, crowd, now):
    made, people = project(goal_minor=10**6), crowd(6)
    for person in people:
        pledge(person, made, 7000, at=now)
    end = now + timedelta(days=10)
    at_once(lambda _n: closing.keep_time(now=end), 6)
    closing.keep_time(now=end)
    assert PaymentRefund.objects.count() == 6
    assert Entry.objects.filter(kind="refund_agreed").count() == 6
    pay_back(end)
    assert fresh(made).held_minor == 0
    holds(made)
