"""Projects under random acts: books, counters and pledges say the same (L2, L4, L7, L9).

BANYAN_RUNS says how many runs (a short count by itself, 200 in CI, more in a soak).
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from banyan.core.refusals import Refusal
from banyan.funding import rules
from banyan.funding.actions import closing, delivering, pledging
from banyan.funding.models import Milestone, Pledge, Project
from banyan.ledger.models import Leg
from banyan.ledger.queries import balance
from banyan.payments.models import Payment, PaymentRefund

from .conftest import DAY, fresh, holds, pay_back, whole

pytestmark = pytest.mark.django_db
RUNS = int(os.environ.get("BANYAN_RUNS", "12"))

OF_PLEDGES = ("capture", "again", "take_back", "hand_back", "object", "deliver")
Few = st.integers(0, 4)
Any9 = st.integers(0, 9)
Act = st.one_of(
    st.tuples(st.just("begin"), Few, st.integers(5000, 40000), st.integers(1, 2)),
    st.tuples(st.just("begin"), Few, st.integers(5000, 40000), st.integers(1, 2)),
    st.tuples(st.just("capture"), Any9, st.integers(0, 1)),
    st.tuples(st.just("capture"), Any9, st.integers(0, 1)),
    st.tuples(st.just("again"), Any9),
    st.tuples(st.just("take_back"), Any9),
    st.tuples(st.just("hand_back"), Any9),
    st.tuples(st.just("cancel")),
    st.tuples(st.just("choose"), st.booleans()),
    st.tuples(st.just("show")),
    st.tuples(st.just("object"), Any9),
    st.tuples(st.just("resolve"), st.booleans()),
    st.tuples(st.just("deliver"), Any9, st.booleans()),
    st.tuples(st.just("refunds"), st.sampled_from(["executed", "failed"])),
    st.tuples(st.just("wait"), st.sampled_from([timedelta(minutes=16), DAY, 4 * DAY])),
    st.tuples(st.just("wait"), st.sampled_from([3 * DAY, 11 * DAY])),
)  # fmt: skip


def test_no_run_of_acts_loses_or_makes_money(
    project, begin, capture, crowd, kiln, cast, member_of, now
):
    here = {**locals(), "people": crowd(5), "mei": member_of(kiln, cast.mei)}
    ends: list[str] = []

    @settings(
        max_examples=RUNS, deadline=None, database=None,
        phases=[Phase.generate],  # a run is slow: one that fails is told as it was
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(acts=st.lists(Act, min_size=8, max_size=28))
    def run(acts: list[Any]) -> None:
        with transaction.atomic():
            ends.append(_one_run(acts, here))
            transaction.set_rollback(True)

    run()
    print(f"{RUNS} runs, ended { ({state: ends.count(state) for state in sorted(set(ends))}) }")


def _one_run(acts: list[Any], here: dict[str, Any]) -> str:
    made, moment, people = here["project"](), here["now"], here["people"]
    start = [("begin", 0, 16000, 1), ("capture", 0, 0), ("begin", 1, 15000, 1), ("capture", 1, 0)]
    for number, act in enumerate([*start, *acts]):
        moment += timedelta(minutes=1)
        if act[0] == "wait":
            moment += act[1]
            for _twice in range(2):
                _sweep(moment)
        else:
            with suppress(Refusal), transaction.atomic():
                _do(act, number, made, people, here, moment)
        holds(made)
        _paid_is_somewhere(made)
    return _to_the_end(made, here["mei"], moment)


def _do(act: Any, number: int, made: Project, people: list[Any], here: dict[str, Any], at: Any):
    mei = here["mei"]
    one = _nth(act[1]) if act[0] in OF_PLEDGES else None
    part = Milestone.objects.select_related("project__book").filter(project=made)
    if act[0] == "begin":
        here["begin"](people[act[1]], made, act[2], place=act[3], at=at, key=f"k{number}")
    elif act[0] == "capture" and one:
        tried = list(pledging.attempts(one))
        here["capture"](one, tried[act[2] % len(tried)], at=at)
    elif act[0] == "again" and one:
        Payment.objects.filter(source_id=one.pk, state="created").update(state="failed")
        pledging.pay_again(pledge=one, key=f"k{number}", now=at)
    elif act[0] == "take_back" and one:
        pledging.take_back(pledge=one, by=one.member, now=at)
    elif act[0] == "hand_back" and one:
        pledging.hand_back(pledge=one, by=mei, now=at)
    elif act[0] == "cancel":
        closing.cancel(project=fresh(made), by=mei, reason="No clay", now=at)
    elif act[0] == "choose":
        closing.choose(project=fresh(made), by=mei, proceeds=act[1], now=at)
    elif act[0] == "show" and (next_one := part.filter(state=rules.WAITING).first()):
        delivering.show(milestone=next_one, by=mei, evidence="Look", picture=None, now=at)
    elif act[0] == "object" and one and (shown := part.filter(state=rules.PROVEN).first()):
        delivering.object_to(milestone=shown, pledge=one, reason="No", now=at)
    elif act[0] == "resolve":
        delivering.resolve(project=fresh(made), by=mei, releases=act[1], reason="So", now=at)
    elif act[0] == "deliver" and one:
        delivering.deliver(pledge=one, by=mei, done=act[2], now=at)
    elif act[0] == "refunds":
        pay_back(at, state=act[1])


def _nth(number: int) -> Pledge | None:
    rows = list(Pledge.objects.order_by("pk").values_list("pk", flat=True))
    return whole(Pledge(pk=rows[number % len(rows)])) if rows else None


def _sweep(at: Any) -> None:
    pledging.release_due(now=at)
    closing.keep_time(now=at)
    delivering.pay_out_due(now=at)


def _paid_is_somewhere(made: Project) -> None:
    """What was counted is held, paid out, or back with whom it came from (L7)."""
    project = fresh(made)
    legs = Leg.objects.filter(entry__book=project.book, account__code=project.account)
    came = -sum(legs.filter(entry__kind="pledge_paid").values_list("minor", flat=True))
    out = sum(legs.filter(entry__kind="pledges_released").values_list("minor", flat=True))
    back = sum(legs.filter(entry__kind="refund_agreed").values_list("minor", flat=True))
    assert came == project.held_minor + out + back
    counted = Pledge.objects.filter(project=project, paid_at__isnull=False)
    assert came == sum(one.amount_minor for one in counted)
    for one in Pledge.objects.filter(payment__isnull=False).select_related("payment"):
        assert one.back_minor <= one.amount_minor
        assert one.payment.refund_asked_minor == (0 if one.is_paid else one.back_minor)


def _to_the_end(made: Project, mei: Any, at: Any) -> str:
    """In the end nothing is held: all of it went to the shop or back (L9)."""
    for _round in range(12):
        at += 11 * DAY
        _sweep(at)
        pay_back(at)
        project = fresh(made)
        if project.state == rules.DISPUTED:
            delivering.resolve(project=project, by=mei, releases=True, reason="", now=at)
        for part in Milestone.objects.select_related("project__book").filter(state=rules.WAITING):
            with suppress(Refusal):
                delivering.show(milestone=part, by=mei, evidence="So", picture=None, now=at)
        for pk in Pledge.objects.filter(state=rules.COLLECTED).values_list("pk", flat=True):
            with suppress(Refusal):
                delivering.deliver(pledge=whole(Pledge(pk=pk)), by=mei, done=True, now=at)
    project = fresh(made)
    assert project.state in (rules.CLOSED, rules.FAILED, rules.CANCELLED)
    assert (project.held_minor, balance(project.book, project.account).minor) == (0, 0)
    assert project.settled_at is not None
    assert not PaymentRefund.objects.exclude(state="executed").exists()
    ended = Pledge.objects.exclude(state__in=(rules.RELEASED, rules.REFUNDED))
    assert set(ended.values_list("state", flat=True)) <= {rules.COLLECTED}
    assert bool(ended) == (project.state == rules.CLOSED)
    holds(made)
    return str(project.state)
