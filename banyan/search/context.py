"""Where the search field of the top bar leads."""

from __future__ import annotations

from typing import Any

from .panels import address


def field(request: Any) -> dict[str, Any]:
    return {"search_url": address(request)}
