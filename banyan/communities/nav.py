"""What stands in a community's menus. Modules add their own places; nothing else is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from banyan.core.ui import nav

from .places import url


def add_place(*, key: str, name: str, label: Any, icon: str, order: int, on_tabs: bool = True,
              middle: bool = False, members_only: bool = False) -> None:  # fmt: skip
    """A page for members: `name` is its URL name inside a community, `icon` a Lucide name."""

    def address(request: Any) -> str | None:
        community = getattr(request, "community", None)
        if community is None:
            return None
        member = request.member
        inside = member is not None and member.is_in
        if (
            (members_only or community.visibility != "public")
            and not inside
            and name != "community"
        ):
            return None
        return url(community, name)

    nav.place("community", key, label=label, icon=icon, url=address, order=order)
    if on_tabs:
        nav.place(
            "community_tabs", key, label=label, icon=icon, url=address, order=order, middle=middle
        )


def add_studio_place(*, key: str, name: str, label: Any, icon: str, order: int, right: str,
                     on_tabs: bool = False, middle: bool = False,
                     count: Callable[[Any], int] | None = None) -> None:  # fmt: skip
    """A page of the studio, shown to roles that have `right`; `count` is of the community."""

    def address(request: Any) -> str | None:
        member = getattr(request, "member", None)
        return url(request.community, name) if member is not None and member.may(right) else None

    def number(request: Any) -> int | None:
        return count(request.community) if count is not None else None

    nav.place("studio", key, label=label, icon=icon, url=address, order=order, count=number)
    if on_tabs:
        nav.place(
            "studio_tabs", key, label=label, icon=icon, url=address, order=order, middle=middle
        )
