"""Prices that hold in one place only, as in a group: orders ask, the module above answers.

A basket of a deal is apart from the others: made by `baskets.for_deal`, bought in one go. Its
order keeps the deal's name, and the module above says what that order may become and when.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.catalog.models import Variant
from banyan.catalog.prices import Price
from banyan.core.refusals import WrongMoment


class DealOver(WrongMoment):
    sentence = _("This offer is over. Nothing was charged.")


class DealHasClosed(WrongMoment):
    sentence = _("The group has closed, so it cannot be left any more. Write to the shop.")


class StillWaiting(WrongMoment):
    sentence = _("The group of this order is still open. It can be packed once the group closes.")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`price`: what a variant costs in deal `id`; None when the deal is over.

    `hold`: the order was placed, take its place in the deal or refuse. `accept`: it is paid, also
    late; False when there is no place for it any more, and then the money goes back. `may_leave`:
    whether the buyer may still call a paid order off. All but `price` run in the transaction of
    the order, which is locked before. `waits`: it is not packed before the deal has closed.
    """

    key: str
    price: Callable[[int, Variant], Price | None]
    hold: Callable[[Any, int, datetime], None]
    accept: Callable[[Any, datetime], bool]
    may_leave: Callable[[Any, datetime], bool]
    waits: bool = True


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.key] = kind


def price(kind: str, id: int, variant: Variant) -> Price | None:
    return _kinds[kind].price(id, variant) if kind in _kinds else None


def waits(kind: str) -> bool:
    return kind in _kinds and _kinds[kind].waits


def hold(order: Any, *, now: datetime) -> None:
    """Take the place that a just placed order stands for. A Refusal undoes the order."""
    if order.deal_kind:
        if order.deal_kind not in _kinds:
            raise DealOver
        _kinds[order.deal_kind].hold(order, order.deal_id, now)


def accept(order: Any, *, now: datetime) -> bool:
    return not order.deal_kind or (
        order.deal_kind in _kinds and _kinds[order.deal_kind].accept(order, now)
    )


def may_leave(order: Any, *, now: datetime) -> bool:
    return order.deal_kind not in _kinds or _kinds[order.deal_kind].may_leave(order, now)
