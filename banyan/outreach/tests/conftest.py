from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from banyan.content.tests.conftest import write
from banyan.core.jobs import run_due

from .push_service import PushService, running

__all__ = ["write"]


@pytest.fixture
def answer(kiln: Any, cast: Any, member_of: Callable[..., Any], now: Any) -> Callable[..., Any]:
    """A comment: answer(post, by=cast.lan)."""
    from banyan.content.actions.comment import comment

    def make(
        post: Any, *, by: Any = None, body: str = "好看！", at: Any = None, to: Any = None
    ) -> Any:
        member = member_of(post.community, by or cast.lan)
        return comment(post=post, author=member, body=body, now=at or now, parent=to)

    return make


@pytest.fixture
def deliver() -> Callable[[], int]:
    """Let the jobs run until none is due."""
    return run_due


@pytest.fixture
def push_service(settings: Any) -> Iterator[PushService]:
    """A push service on this machine; `push_service.heard` is what browsers were told."""
    with running() as service:
        settings.PUSH_HOSTS = [service.place]
        yield service
