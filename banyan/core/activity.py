"""The append-only activity log: who did what, to what, in answer to what, and whence they came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from .db.prepared import Prepared
from .events import Event


@dataclass(frozen=True)
class Touch:
    """Where the present request came from. `first` is the visitor's first known touch."""

    visitor: str = ""
    source: str = ""
    referrer: str = ""
    share: str = ""
    first: dict[str, str] = field(default_factory=dict)


_NONE = Touch()
_touch: ContextVar[Touch] = ContextVar("touch", default=_NONE)


@contextmanager
def touched(touch: Touch) -> Iterator[None]:
    token = _touch.set(touch)
    try:
        yield
    finally:
        _touch.reset(token)


def current_touch() -> Touch:
    return _touch.get()


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def write(event: Event) -> Any:
    """One row for one event; gives the saved Activity."""
    row = row_of(event)
    row.save(force_insert=True)
    return row


def row_of(event: Event) -> Any:
    """The row that an event makes, not saved yet."""
    from .models import Activity

    touch = _touch.get()
    return Activity(
        at=event.now,
        community_id=event.community_id,
        actor=event.actor,
        visitor="" if event.actor else touch.visitor,
        verb=type(event).__name__,
        object_kind=event.object_kind,
        object_id=event.object_id,
        parent_id=event.parent_id,
        source=touch.source,
        referrer=touch.referrer,
        share=touch.share,
        first_touch=touch.first,
        amount_minor=event.amount_minor,
        currency=event.currency,
        lang=event.lang,
        props={k: _plain(v) for k, v in event.props().items()},
    )


def find(object_kind: str, object_id: int, verb: str) -> int | None:
    """The id of the activity that made an object, to be named as a parent."""
    found: int | None = _made_by.first(object_kind, object_id, verb)
    return found


def _making(kind: str, pk: int, verb: str) -> Any:
    from .models import Activity

    rows = Activity.objects.filter(object_kind=kind, object_id=pk, verb=verb)
    return rows.order_by("pk").values_list("pk", flat=True)[:1]


_made_by = Prepared(_making, "kind", 0, "verb")
