"""What the legs name: the module that owns orders says how one is called and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

ORDER = _("Order")


@dataclass(frozen=True)
class Reference:
    """How an order is called, its page for the buyer and its page in the studio.

    `what` it is, when it is no order; `lang` of a label that somebody wrote.
    """

    label: str
    url: str = ""
    studio_url: str = ""
    what: Any = ORDER
    lang: str = ""


Find = Callable[[list[str]], dict[str, Reference]]
_finders: list[Find] = []


def register(find: Find) -> Find:
    """`find` gives the references of many order ids in one query; unknown ones are left out."""
    if find not in _finders:
        _finders.append(find)
    return find


FindGuests = Callable[[Any], list[str]]
_guest_finders: list[FindGuests] = []


def register_guests(find: FindGuests) -> FindGuests:
    """`find` gives the ids of orders that are a person's though the books name nobody."""
    if find not in _guest_finders:
        _guest_finders.append(find)
    return find


def as_guest(person: Any) -> list[str]:
    return [oid for find in _guest_finders for oid in find(person)]


def of_orders(oids: Iterable[str]) -> dict[str, Reference]:
    wanted = sorted({oid for oid in oids if oid})
    found = {oid: Reference(f"…{oid[-6:]}") for oid in wanted}
    for find in _finders:  # each is asked for what those before it did not know
        if wanted:
            named = find(wanted)
            found |= named
            wanted = [oid for oid in wanted if oid not in named]
    return found
