from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from banyan.communities.models import Member


@pytest.fixture
def settled(kiln: Any, now: Any) -> Any:
    """Slow Kiln whose members have all been there for two months."""
    Member.objects.filter(community=kiln).update(joined_at=now - timedelta(days=60))
    return kiln


@pytest.fixture
def here(settled: Any, cast: Any, member_of: Callable[..., Any]) -> Any:
    """The members by name: here("jonas")."""
    return lambda name: member_of(settled, getattr(cast, name))
