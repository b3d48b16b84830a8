"""Memberships under random acts: L2 to L4, L16, one alive for each member, whatever the order.

BANYAN_RUNS says how many runs (a short count by itself, 200 in CI, more in a soak).
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from banyan.core.refusals import Refusal
from banyan.ledger.queries import balance
from banyan.payments.models import Payment
from banyan.sellers.models import Book
from banyan.tiers import queries, rules
from banyan.tiers.actions import ending, joining, lasting, paying
from banyan.tiers.models import Bill, Subscription, Term

from .conftest import DAY, fresh, hear, holds, pay_back

pytestmark = pytest.mark.django_db
RUNS = int(os.environ.get("BANYAN_RUNS", "12"))

Few = st.integers(0, 2)
Why = st.sampled_from([rules.JOIN, rules.RENEW, rules.UPGRADE, rules.GIFT])
Act = st.one_of(
    st.tuples(st.just("bill"), Why, Few, Few, Few),
    st.tuples(st.just("bill"), st.just(rules.JOIN), Few, Few, Few),
    st.tuples(st.just("bill"), st.just(rules.RENEW), Few, Few, Few),
    st.tuples(st.just("hear"), st.integers(0, 9)),
    st.tuples(st.just("hear"), st.integers(0, 9)),
    st.tuples(st.just("try"), Few, Few),
    st.tuples(st.sampled_from(["pause", "resume", "cancel", "keep", "end"]), Few),
    st.tuples(st.just("lift"), Few, Few),
    st.tuples(st.just("wait"), st.integers(1, 40)),
    st.tuples(st.just("back")),
)  # fmt: skip


def test_no_run_of_acts_makes_or_loses_a_coin_or_a_day(
    tiers, new_tier, kiln, cast, member_of, book, now
):
    shelf = [tiers.friends, tiers.patrons, new_tier("Kin", level=3, month_minor=9001)]
    members = [member_of(kiln, person) for person in (cast.jonas, cast.lan, cast.kenji)]
    mei = member_of(kiln, cast.mei)
    done: list[str] = []

    @settings(
        max_examples=RUNS, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(acts=st.lists(Act, min_size=8, max_size=24))
    def run(acts: list[Any]) -> None:
        with transaction.atomic():
            moment = now
            for number, act in enumerate(acts):
                moment += timedelta(hours=1)
                if act[0] == "wait":
                    moment += act[1] * DAY
                    for _twice in range(2):
                        lasting.settle_due(now=moment)
                with suppress(Refusal), transaction.atomic():
                    _one(act, number, shelf, members, mei, moment)
                    done.append(act[0])
                _all_holds(book, kiln, members)
            _all_ends(book, mei, moment)
            transaction.set_rollback(True)

    run()
    print(f"{RUNS} runs, {len(done)} acts, 0 broken")


def _one(act: Any, number: int, shelf: Any, members: Any, mei: Any, moment: Any) -> None:
    if act[0] == "bill":
        tier, payer = shelf[act[2]], members[act[3]]
        member = members[act[4]] if act[1] == rules.GIFT else payer
        one = joining.living(member.pk)
        price = tier.month_minor
        if act[1] == rules.UPGRADE:
            price = joining.difference(one, tier=tier, now=moment)
        bill = joining.ask(
            why=act[1], tier=tier, period=rules.MONTH, payer=payer, member=member,
            price_minor=price, key=f"k{number}", now=moment,
        )  # fmt: skip
        joining.pay(bill=bill, now=moment)
    elif act[0] == "hear":
        rows = list(Payment.objects.order_by("-pk"))
        if rows:
            hear(rows[act[1] % len(rows)], at=moment)
    elif act[0] == "try":
        joining.begin_trial(
            tier=shelf[act[1] % 1], period=rules.MONTH, member=members[act[2]], now=moment
        )
    elif act[0] == "back":
        pay_back(at=moment)
    elif act[0] != "wait" and (one := joining.living(members[act[1]].pk)):
        member = members[act[1]]
        if act[0] == "end":
            ending.end(one=one, by=mei, now=moment)
        elif act[0] == "lift":
            paying.lift_for_nothing(one=one, tier=shelf[act[2]], by=member, now=moment)
        else:
            getattr(lasting, act[0])(one=one, by=member, now=moment)


def _all_holds(book: Book, kiln: Any, members: list[Any]) -> None:
    holds(book)
    alive = Subscription.objects.filter(state__in=rules.LIVE).values("member")
    assert all(row["n"] == 1 for row in alive.annotate(n=Count("pk")))
    for member in members:
        level = queries.level_of(kiln, member.person)
        one = Subscription.objects.filter(member=member, state__in=rules.GIVES).first()
        assert level == (one.tier.level if one else 0)
    for one in Subscription.objects.all():
        rows = list(Term.objects.filter(subscription=one).order_by("starts_on", "pk"))
        days = [row for row in rows if row.ends_on > row.starts_on]
        assert all(a.ends_on <= b.starts_on for a, b in pairwise(days))
        if one.lives and days and one.state != rules.GRACE:
            assert one.until_on == days[-1].ends_on
    kept = Bill.objects.filter(state=rules.PAID, payment=None)
    assert not kept.exists()


def _all_ends(book: Book, mei: Any, moment: Any) -> None:
    """In the end everything is ended and paid back: what stays is what passed days have earned."""
    for one in Subscription.objects.filter(state__in=rules.LIVE).order_by("pk"):
        ending.end(one=fresh(one), by=mei, now=moment)
    pay_back(at=moment)
    holds(book)
    assert balance(book, "psp.sandbox").minor == balance(book, "membership").minor
