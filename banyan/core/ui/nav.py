"""Menus that modules fill: what is not built leaves no link.

A module says once, in its `panels.py` or `apps.ready`:

    nav.place("community", "shop", label=_("Shop"), icon="shopping-bag", url=shop_url, order=20)

`url` is a function of the request that gives an address, or None where the link has no business.
Menus: community, community_tabs, studio, studio_tabs, me, top.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.functional import Promise

Address = Callable[[Any], str | None]
Count = Callable[[Any], int | None]


class Link(NamedTuple):
    key: str
    label: str
    url: str
    icon: str = ""
    count: int | None = None
    current: bool = False
    middle: bool = False
    live: bool = False


@dataclass(frozen=True)
class Place:
    key: str
    label: str | Promise
    icon: str
    url: Address
    order: int
    count: Count | None
    middle: bool
    live: Callable[[Any], bool] | None


_menus: dict[str, dict[str, Place]] = defaultdict(dict)


def place(
    menu: str,
    key: str,
    *,
    label: str | Promise,
    url: Address,
    icon: str = "",
    order: int = 50,
    count: Count | None = None,
    middle: bool = False,
    live: Callable[[Any], bool] | None = None,
) -> None:
    """Give `menu` an entry; the same key again replaces it. Lower `order` stands first."""
    _menus[menu][key] = Place(key, label, icon, url, order, count, middle, live)
    _menus[menu] = dict(sorted(_menus[menu].items(), key=lambda item: (item[1].order, item[0])))


def links(menu: str, request: Any) -> list[Link]:
    """The entries of `menu` that exist for this request; the one we are on is `current`."""
    found = []
    for entry in _menus[menu].values():
        address = entry.url(request)
        if address:
            found.append((entry, address))
    path = getattr(request, "path", "")
    under = [url for _, url in found if path == url or path.startswith(url.rstrip("/") + "/")]
    here = max(under, key=len, default=None)
    return [
        Link(
            key=entry.key,
            label=str(entry.label),
            url=url,
            icon=entry.icon,
            count=entry.count(request) if entry.count else None,
            current=url == here,
            middle=entry.middle,
            live=bool(entry.live and entry.live(request)),
        )
        for entry, url in found
    ]
