"""What payments are for. The module above says how to take such a thing and where its page is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .models import Payment


@dataclass(frozen=True)
class Source:
    """`page(payment)` is where the buyer goes on to; `take(source_id)` locks the row.

    Rows are taken in the order order, payment, account: with `take` every word of a provider
    does so too.
    """

    kind: str
    page: Callable[[Payment], str]
    take: Callable[[int], None] | None = None


_sources: dict[str, Source] = {}


def register(
    kind: str, *, page: Callable[[Payment], str], take: Callable[[int], None] | None = None
) -> None:
    """In `apps.ready` or `panels.py`: `register("order", page=…, take=…)`."""
    _sources[kind] = Source(kind, page, take)


def page_of(payment: Payment) -> str:
    source = _sources.get(payment.source_kind)
    return source.page(payment) if source else payment.return_url


def take(payment: Payment) -> None:
    source = _sources.get(payment.source_kind)
    if source and source.take:
        source.take(payment.source_id)
