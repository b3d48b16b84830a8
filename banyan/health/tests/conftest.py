"""A tiny world in Asia/Shanghai; days are counted from `now`'s local day backwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from banyan.conftest import NOW
from banyan.content.tests.conftest import product, write
from banyan.outreach.tests.conftest import answer

__all__ = ["answer", "product", "write"]


@pytest.fixture
def ago() -> Callable[..., datetime]:
    """ago(3) is noon UTC (20:00 in Shanghai) three days ago; ago(3, hours=1) an hour later."""
    return lambda days, **more: NOW - timedelta(days=days) + timedelta(**more)


@pytest.fixture
def came(kiln: Any, new_person: Any) -> Callable[..., Any]:
    """A member who joined so many days ago: came("Noor", 40)."""
    from banyan.culture import actions

    def make(name: str, days: float, community: Any = None) -> Any:
        return actions.join(
            community=community or kiln, person=new_person(name), version=1,
            now=NOW - timedelta(days=days),
        )  # fmt: skip

    return make


@pytest.fixture
def said() -> Callable[..., Any]:
    """A post of a member: said(member, 12) so many days ago."""
    from banyan.content.actions import post

    def make(member: Any, days: float, title: str = "A bowl") -> Any:
        return post.publish(author=member, title=title, now=NOW - timedelta(days=days))

    return make


@pytest.fixture
def counted(kiln: Any) -> Callable[..., Any]:
    """The board after a sweep; with `days` also its figures: counted(30)."""
    from banyan.health import actions, queries

    def make(days: int = 90, at: datetime = NOW) -> Any:
        board = actions.sweep(kiln, now=at)
        span = queries.span_of(board, days)
        assert span is not None
        return queries.health(board, span)

    return make
