"""What happened, said once: written to the activity log, heard now (`@on`) or later (`@after`).

An action announces an event inside its transaction. `@on` handlers run in that transaction
(money, stock, counts); `@after` handlers run once it has committed (mail, channels, insights):
the log row is the outbox, and a delivery is retried until it succeeds, so it may run twice.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction

Handler = Callable[[Any], None]
_is_quiet: ContextVar[bool] = ContextVar("is_quiet", default=False)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. Subclasses are named in the past tense and hold plain values only.

    `actor` is the person's pseudonym, never a name or address: the log keeps no personal data.
    `parent_id` is the activity this answers (a reply its post, an order its share).
    """

    object_kind: ClassVar[str] = ""

    community_id: int | None
    object_id: int
    now: datetime
    actor: UUID | None = None
    parent_id: int | None = None
    amount_minor: int | None = None
    currency: str = ""
    lang: str = ""

    _BASE: ClassVar[frozenset[str]]

    def props(self) -> dict[str, Any]:
        """What this kind of event says beyond the common fields."""
        return {
            f.name: getattr(self, f.name)
            for f in dataclasses.fields(self)
            if f.name not in Event._BASE
        }


Event._BASE = frozenset(f.name for f in dataclasses.fields(Event))

kinds: dict[str, type[Event]] = {}
_now: dict[type[Event], list[Handler]] = defaultdict(list)
_later: dict[type[Event], list[str]] = defaultdict(list)
_handlers: dict[str, Handler] = {}


def on(kind: type[Event]) -> Callable[[Handler], Handler]:
    """Hear `kind` in the announcing transaction; raising undoes it."""

    def register(handler: Handler) -> Handler:
        kinds[kind.__name__] = kind
        if handler not in _now[kind]:
            _now[kind].append(handler)
        return handler

    return register


def after(kind: type[Event]) -> Callable[[Handler], Handler]:
    """Hear `kind` after commit, in the worker, at least once."""

    def register(handler: Handler) -> Handler:
        name = f"{handler.__module__}.{handler.__qualname__}"
        kinds[kind.__name__] = kind
        _handlers[name] = handler
        if name not in _later[kind]:
            _later[kind].append(name)
        return handler

    return register


def listeners() -> dict[str, tuple[list[str], list[str]]]:
    """For the map: event name -> (handlers in the transaction, handlers after commit)."""
    return {
        kind.__name__: ([f"{h.__module__}.{h.__qualname__}" for h in _now[kind]], _later[kind])
        for kind in sorted({*_now, *_later}, key=lambda k: k.__name__)
    }


def announce(event: Event) -> int:
    """Write the event to the log and let the listeners hear it. Gives the activity's id.

    Must be called inside a transaction: the log row stands or falls with the effect.
    """
    from . import activity, jobs  # late: this module is imported before the models exist

    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("announce an event inside the transaction of its effect")
    kind = type(event)
    row = activity.write(event)
    if _later[kind] and not _is_quiet.get():
        jobs.enqueue_deliveries([(name, row.pk) for name in _later[kind]])
    for handler in _now[kind]:
        handler(event)
    return int(row.pk)


def announce_many(events: Sequence[Event]) -> None:
    """The same as announcing one after the other, with one INSERT for the log."""
    from . import activity, jobs
    from .models import Activity

    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("announce events inside the transaction of their effect")
    rows = Activity.objects.bulk_create([activity.row_of(event) for event in events])
    if not _is_quiet.get():
        jobs.enqueue_deliveries(
            [
                (name, row.pk)
                for event, row in zip(events, rows, strict=True)
                for name in _later[type(event)]
            ]
        )
    for event in events:
        for handler in _now[type(event)]:
            handler(event)


@contextmanager
def without_deliveries() -> Iterator[None]:
    """Inside, events are logged and heard by `@on`, but promise nothing to `@after`.

    For a past that is written down and not lived: nobody gets a letter about it.
    """
    token = _is_quiet.set(True)
    try:
        yield
    finally:
        _is_quiet.reset(token)


def is_quiet() -> bool:
    """Whether a past is being written down now."""
    return _is_quiet.get()


def deliver(handler_name: str, activity_id: int) -> None:
    """Run one `@after` handler for one logged event (called by the worker)."""
    from .models import Activity

    row = Activity.objects.get(pk=activity_id)
    _handlers[handler_name](rebuild(row))


def rebuild(row: Any) -> Event:
    """The event a log row was written from."""
    kind = kinds[row.verb]
    props = dict(row.props)
    for f in dataclasses.fields(kind):
        if f.name in props and f.type in ("UUID", "UUID | None") and props[f.name]:
            props[f.name] = UUID(props[f.name])
        if f.name in props and f.type in ("datetime", "datetime | None") and props[f.name]:
            props[f.name] = datetime.fromisoformat(props[f.name])
    return kind(
        community_id=row.community_id,
        object_id=row.object_id,
        now=row.at,
        actor=row.actor,
        parent_id=row.parent_id,
        amount_minor=row.amount_minor,
        currency=row.currency,
        lang=row.lang,
        **props,
    )
