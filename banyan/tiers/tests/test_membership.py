"""Paid memberships day by day: paid ahead, earned, in grace, run out, returned."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from banyan.ledger.queries import balance
from banyan.tiers import queries, rules
from banyan.tiers.actions import lasting

from .conftest import DAY, deferred, fresh, holds

pytestmark = pytest.mark.django_db


def test_what_was_paid_is_earned_day_by_day_and_nothing_is_left_at_the_end(
    tiers, join, cast, book, now
):
    one = join(cast.jonas, tiers.friends)
    assert (one.state, one.until_on) == (rules.ACTIVE, date(2026, 12, 22))
    assert deferred(one) == 3000
    for days in (1, 10, 29):
        for _twice in range(2):
            lasting.settle_due(now=now + days * DAY)
        assert balance(book, "membership").minor == 3000 * days // 30
        holds(book)
    lasting.settle_due(now=now + 30 * DAY)
    assert (deferred(one), balance(book, "membership").minor) == (0, 3000)
    holds(book)


def test_a_term_that_is_not_paid_on_has_seven_days_and_then_runs_out_and_paying_returns_it(
    tiers, join, cast, kiln, book, now
):
    one = join(cast.jonas, tiers.friends)
    end = now + 30 * DAY
    lasting.settle_due(now=end)
    one = fresh(one)
    assert (one.state, one.grace_until_on) == (rules.GRACE, date(2026, 12, 29))
    assert queries.level_of(kiln, cast.jonas) == 1
    lasting.settle_due(now=end + 6 * DAY)
    assert fresh(one).state == rules.GRACE
    lasting.settle_due(now=end + 7 * DAY)
    assert fresh(one).state == rules.LAPSED
    assert queries.level_of(kiln, cast.jonas) == 0
    later = end + 20 * DAY
    back = join(cast.jonas, tiers.friends, why=rules.RENEW, at=later)
    assert (back.pk, back.state) == (one.pk, rules.ACTIVE)
    assert back.until_on == date(2027, 2, 11)
    assert queries.level_of(kiln, cast.jonas) == 1
    holds(book)


def test_days_are_the_communitys_own(tiers, join, cast, kiln, book):
    """Half past eight in the evening in London is the next day in Shanghai."""
    late = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)
    one = join(cast.jonas, tiers.friends, at=late)
    assert one.until_on == date(2026, 12, 23)
    assert one.look_at == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
