"""Cards in two steps: ids and versions first, then what is drawn already; only misses are drawn.

A card is HTML that is the same for every viewer of one language. What differs per viewer (liked,
mine, joined) goes into one small JSON block beside the list, and the page's script applies it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from .idempotency import new_form_key

FORM_KEY = "--form-key--"  # stands in cached cards where each page puts fresh keys
DAY = 24 * 3600
_MOST = 20_000
# Kept in the process: a card's key holds its version, so no other process need be told.
_drawn: dict[str, str] = {}


def cards(
    kind: str,
    rows: Sequence[tuple[int, Any]],
    *,
    load: Callable[[list[int]], Iterable[Any]],
    template: str,
    name: str,
    context: dict[str, Any] | None = None,
) -> list[SafeString]:
    """The HTML of each card of `rows` (id, version), in order; vanished things are left out.

    `load` fetches the objects of the missing ids in a fixed number of queries; `template` renders
    one, under `name`, with `context`. `version` must change whenever the card's look does.
    """
    looks = f"{kind}:{get_language() or 'en'}:{int(time.time() // DAY)}"
    keys = {pk: f"{looks}:{pk}:{version}" for pk, version in rows}
    found = {key: _drawn.get(key) for key in keys.values()}
    missing = [pk for pk, key in keys.items() if found[key] is None]
    if missing:
        for thing in load(missing):
            html = str(render_to_string(template, {**(context or {}), name: thing}))
            found[keys[thing.pk]] = _drawn[keys[thing.pk]] = html
        _make_room()
    shown = [html for html in found.values() if html is not None]
    return [
        mark_safe(html.replace(FORM_KEY, new_form_key()) if FORM_KEY in html else html)
        for html in shown
    ]


def drawn_once(key: str, draw: Callable[[], str]) -> str:
    """What `draw` gives, drawn once for each key and language: `key` names all that it shows."""
    key = f"{get_language() or 'en'}:{key}"
    html = _drawn.get(key)
    if html is None:
        html = _drawn[key] = str(draw())
        _make_room()
    return html


def _make_room() -> None:
    if len(_drawn) > _MOST:
        for key in list(_drawn)[: _MOST // 4]:  # the oldest
            _drawn.pop(key, None)


def forget() -> None:
    """Draw everything anew, for tests."""
    _drawn.clear()
