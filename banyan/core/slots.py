"""Places on a page that modules above fill: the page names the slot, `panels.py` fills it.

A filler is a function of (request, **context) that gives HTML, or "" to leave nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

Filler = Callable[..., str]
_fillers: dict[str, list[tuple[int, str, Filler]]] = defaultdict(list)


def fills(slot: str, *, order: int = 50) -> Callable[[Filler], Filler]:
    """Register a filler; lower `order` stands first."""

    def register(filler: Filler) -> Filler:
        name = f"{filler.__module__}.{filler.__qualname__}"
        if name not in {n for _, n, _ in _fillers[slot]}:
            _fillers[slot].append((order, name, filler))
            _fillers[slot].sort(key=lambda row: row[:2])
        return filler

    return register


def fill(slot: str, request: Any, **context: Any) -> list[str]:
    """The HTML of every filler that has something to show, in order."""
    parts = (filler(request, **context) for _, _, filler in _fillers[slot])
    return [part for part in parts if part]


def filled() -> dict[str, list[str]]:
    """For the map: slot -> names of its fillers."""
    return {slot: [name for _, name, _ in rows] for slot, rows in sorted(_fillers.items())}
