"""A project of Slow Kiln's, and members who pledge for it through the product's own verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from banyan.communities.models import Member
from banyan.culture import actions as culture
from banyan.funding import rules
from banyan.funding.actions import planning, pledging
from banyan.funding.models import Pledge, Project, Reward
from banyan.ledger.queries import balance, trial_balance
from banyan.orders.actions.placing import Address
from banyan.orders.tests.conftest import ADDRESS, books
from banyan.payments import hearing
from banyan.payments.models import Payment, PaymentRefund
from banyan.payments.providers import RefundWord, Word

__all__ = ["books"]

DAY = timedelta(days=1)
REWARDS = [
    rules.RewardPlan("A tile of the kiln", "One tile, 10 cm", 5000, None, date(2027, 3, 1), False),
    rules.RewardPlan("The first bowl", "Signed", 20000, 2, date(2027, 5, 1), True),
]
PARTS = [rules.MilestonePlan("Bricks bought", 3333), rules.MilestonePlan("Delivered", 6667)]


@pytest.fixture
def project(kiln: Any, member_of: Any, cast: Any, now: datetime) -> Callable[..., Project]:
    """A project that is live: project(goal_minor=…, rewards=…, days=…). Its goal is 300.00."""

    def make(*, is_live: bool = True, days: int = 10, **given: Any) -> Project:
        mei = member_of(kiln, cast.mei)
        terms = {
            "title": "A second kiln", "story": "We build it **together**.", "goal_minor": 30000,
            "ends_at": now + days * DAY, "rewards": REWARDS, "milestones": PARTS,
        } | given  # fmt: skip
        made = planning.draft(community=kiln, by=mei, now=now, **terms)
        if is_live:
            planning.send(project=made, by=mei, now=now)
            for one in [*queries_of(made), mei][:1]:
                planning.let_live(project=made, by=one, now=now)
        return fresh(made)

    return make


def queries_of(project: Project) -> list[Member]:
    from banyan.funding import queries

    return list(queries.others_who_may(project).select_related("person")[:1])


def fresh(project: Project) -> Project:
    found: Project = Project.objects.select_related("community", "book", "made_by__person").get(
        pk=project.pk
    )
    return found


@pytest.fixture
def crowd(kiln: Any, new_person: Any, now: datetime) -> Callable[[int], list[Any]]:
    """So many members more."""

    def make(count: int) -> list[Any]:
        people = [new_person(f"Backer {n}") for n in range(count)]
        for person in people:
            culture.join(community=kiln, person=person, version=1, now=now)
        return people

    return make


@pytest.fixture
def begin(kiln: Any, member_of: Any, now: datetime) -> Callable[..., Pledge]:
    """Begin to pledge: begin(person, project, 5000, place=1)."""

    def do(
        person: Any, project: Project, minor: int = 5000, *, place: int = 1, at: datetime = now,
        address: Address | None = ADDRESS, key: str = "1",
    ) -> Pledge:  # fmt: skip
        reward = Reward.objects.get(project=project, position=place)
        made = pledging.begin(
            project=fresh(project), reward=reward, member=member_of(kiln, person),
            amount_minor=minor, address=address, key=key, lang="en", now=at,
        )  # fmt: skip
        return made.pledge

    return do


def whole(pledge: Pledge) -> Pledge:
    found: Pledge = Pledge.objects.select_related(
        "project__community", "project__book", "reward", "member__person"
    ).get(pk=pledge.pk)
    return found


@pytest.fixture
def capture(now: datetime) -> Callable[..., Pledge]:
    """The provider says that a pledge's newest attempt (or the given one) is captured."""

    def do(pledge: Pledge, payment: Payment | None = None, at: datetime = now) -> Pledge:
        found = payment or pledging.attempts(pledge)[0]
        found = Payment.objects.select_related("book").get(pk=found.pk)
        hearing.apply(
            found, Word(found.oid, "captured", found.amount_minor, found.currency), now=at
        )
        return whole(pledge)

    return do


@pytest.fixture
def pledge(begin: Any, capture: Any) -> Callable[..., Pledge]:
    """Pledge and pay: pledge(person, project, 5000)."""

    def do(person: Any, project: Project, minor: int = 5000, **more: Any) -> Pledge:
        at = {"at": more["at"]} if "at" in more else {}
        return capture(begin(person, project, minor, **more), **at)

    return do


def pay_back(at: datetime, state: str = "executed") -> None:
    """The provider carries out (or fails) every refund that was asked for."""
    for refund in PaymentRefund.objects.exclude(state="executed").order_by("pk"):
        word = RefundWord(refund.provider_key, state, refund.amount_minor, refund.currency)
        hearing.settle_refund(refund, word, now=at)


def holds(project: Project) -> None:
    """The books, the counters and the pledges say the same; nothing is over its quota."""
    project = fresh(project)
    paid = Pledge.objects.filter(project=project, state__in=rules.PAID)
    assert project.pledged_minor == sum(one.amount_minor for one in paid)
    assert project.backers == paid.count()
    assert project.held_minor == balance(project.book, project.account).minor
    assert not any(trial_balance(project.book).values())
    for reward in Reward.objects.filter(project=project):
        held = Pledge.objects.filter(reward=reward, state__in=rules.HELD).count()
        assert reward.taken == held
        assert reward.quota is None or held <= reward.quota
    for pledge in Pledge.objects.filter(project=project):
        counted = PaymentRefund.objects.filter(ref=pledge.oid)
        assert sum(one.amount_minor for one in counted) == (
            0 if pledge.is_late or pledge.is_paid else pledge.back_minor
        )
