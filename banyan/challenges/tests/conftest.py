from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from banyan.challenges import actions
from banyan.communities.models import Member
from banyan.people.models import Person

DAY = timedelta(days=1)


@pytest.fixture
def here(kiln: Any, cast: Any, member_of: Callable[..., Any], now: Any) -> Callable[[str], Any]:
    """The members by name: here("jonas"). All live in Shanghai, but for Jonas, who is in Berlin."""
    Member.objects.filter(community=kiln).update(joined_at=now - 60 * DAY)
    Person.objects.update(zone="Asia/Shanghai")
    Person.objects.filter(pk=cast.jonas.pk).update(zone="Europe/Berlin")
    return lambda name: member_of(kiln, getattr(cast, name))


@pytest.fixture
def cups(kiln: Any, here: Any, now: Any) -> Any:
    """Thirty cups in thirty days, in its first day (22 November, 20:00 in Shanghai)."""
    return actions.announce_challenge(
        community=kiln, by=here("mei"), now=now, title="30 cups in 30 days", days=30,
        starts_on=date(2026, 11, 22), needed_days=28, teams=["Wheel", "Coil"],
        second_title="三十天三十只杯", reward="A cup of Mei’s", paid_by="Slow Kiln",
    )  # fmt: skip
