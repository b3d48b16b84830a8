from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from banyan.demo import stories
from banyan.demo.build.hands import Hands
from banyan.demo.build.world import build
from banyan.demo.plan.shapes import Plan
from banyan.demo.plan.world import make_plan

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


@pytest.fixture(scope="package")
def built(django_db_setup: Any, django_db_blocker: Any) -> Iterator[tuple[Plan, Hands]]:
    """The default world, built once for the modules at the end of the alphabet; it stands until
    the last of them has run."""
    with django_db_blocker.unblock(), transaction.atomic():
        plan = make_plan(now=NOW)
        hands = build(plan)
        stories.remember(plan, hands)
        yield plan, hands
        transaction.set_rollback(True)


@pytest.fixture
def plan(built: tuple[Plan, Hands]) -> Plan:
    return built[0]


@pytest.fixture
def hands(built: tuple[Plan, Hands]) -> Hands:
    return built[1]
