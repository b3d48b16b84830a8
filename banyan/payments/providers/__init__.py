"""Payment providers: one folder each, an adapter each. The rest of payments knows only this.

An adapter talks over the network, so its calls refuse to run inside a transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any, Protocol

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from banyan.core.money import Money
from banyan.core.refusals import Refusal


class ProviderDown(Refusal):
    """No answer, or none that can be understood: nothing is known to have happened."""

    status = 503
    sentence = _(
        "The payment provider does not answer just now. Nothing was charged and your order is "
        "kept: try again in a minute."
    )


class NoProvider(Refusal):
    status = 503
    sentence = _("This site has no payment provider yet, so it cannot take money.")


class BadSignature(Exception):
    """Not from the provider, or too old to believe."""


class BadEvent(Exception):
    """Signed, but not in the form that was agreed."""


@dataclass(frozen=True)
class RefundWord:
    """What a provider says of one refund: `key` is ours, `state` sent, executed or failed."""

    key: str
    state: str
    amount_minor: int
    currency: str
    reason: str = ""


@dataclass(frozen=True)
class Word:
    """What a provider says of one payment, in our terms: `state` is one of rules.HEARD."""

    reference: str
    state: str
    amount_minor: int
    currency: str
    fee_minor: int = 0
    reason: str = ""
    refunds: tuple[RefundWord, ...] = ()


@dataclass(frozen=True)
class Heard:
    """A verified callback: one event, and what it says."""

    event_id: str
    kind: str
    word: Word | None = field(default=None)  # None: a kind that we do not need


class Provider(Protocol):
    name: str

    def create(
        self, *, reference: str, amount: Money, description: str, return_url: str,
        webhook_url: str, lang: str, expires_at: datetime,
    ) -> str:  # fmt: skip
        """Make the payment there (again: the same) and give the address of its page."""

    def ask(self, reference: str) -> Word | None:
        """What has become of it; None when the provider never heard of it."""

    def void(self, reference: str) -> Word | None:
        """Close it unless it is captured, and say what it is now."""

    def refund(self, *, reference: str, key: str, amount: Money) -> RefundWord:
        """Pay back, once per key."""

    def read(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Heard:
        """Verify and parse a callback: BadSignature or BadEvent."""

    def parse(self, body: bytes) -> Heard:
        """Parse a callback that was verified before: BadEvent."""


class NetworkInTransaction(RuntimeError):
    """A provider was called while a transaction held rows (or SQLite's only writer)."""


def outside_transactions() -> None:
    """Refuse to go on inside a transaction. The one a test is wrapped in does not count."""
    blocks = connection.atomic_blocks if connection.in_atomic_block else []
    if any(not getattr(block, "_from_testcase", False) for block in blocks):
        raise NetworkInTransaction("ask a provider before or after the transaction, not in it")


@cache
def _adapter(name: str) -> Any:
    return import_module(f"{__name__}.{name}").adapter


def provider(name: str) -> Provider:
    """The adapter of a provider that this site uses."""
    if name not in settings.PAYMENT_PROVIDERS:
        raise NoProvider
    return _adapter(name)


def default() -> str:
    """The name of the provider that new payments go to."""
    if not settings.PAYMENT_PROVIDERS:
        raise NoProvider
    return str(settings.PAYMENT_PROVIDERS[0])
