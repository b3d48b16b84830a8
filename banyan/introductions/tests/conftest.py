from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from banyan.introductions import actions, rules
from banyan.introductions.models import Introduction, Side
from banyan.people import actions as people


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lot leaves no pair to chance."""
    monkeypatch.setattr(rules, "is_held", lambda *two: False)


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lot leaves every pair to chance."""
    monkeypatch.setattr(rules, "is_held", lambda *two: True)


@pytest.fixture
def here(kiln: Any, cast: Any, member_of: Callable[..., Any]) -> Callable[[str], Any]:
    return lambda name: member_of(kiln, getattr(cast, name))


@pytest.fixture
def ready(cast: Any, here: Any, now: Any) -> Callable[..., Any]:
    """Somebody names interests and turns introductions on: ready("jonas", "tea")."""

    def make(name: str, *interests: str) -> Any:
        people.choose_likes(person=getattr(cast, name), keys=interests, now=now)
        member = here(name)
        actions.turn_on(member=member, now=now)
        return member

    return make


@pytest.fixture
def met(kiln: Any, ready: Any, shown: None, now: Any) -> Any:
    """Jonas and Lan are introduced: both named tea."""
    ready("jonas", "tea")
    ready("lan", "tea", "books")
    assert actions.draw(kiln, now=now) == 1
    return Introduction.objects.get()


@pytest.fixture
def side(met: Any, here: Any) -> Callable[[str], Side]:
    """The side of one of them, read afresh: side("jonas")."""
    return lambda name: Side.objects.select_related("other__person", "other__community").get(
        member=here(name)
    )
