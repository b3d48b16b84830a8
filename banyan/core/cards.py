"""Cards in two steps: ids and versions first, then one `get_many`, and only misses are rendered.

A card is HTML that is the same for every viewer of one language. What differs per viewer (liked,
mine, joined) goes into one small JSON block beside the list, and the page's script applies it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from .idempotency import new_form_key

FORM_KEY = "--form-key--"  # stands in cached cards where each page puts fresh keys
DAY = 24 * 3600


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
    language = get_language() or "en"
    keys = {pk: f"card:{kind}:{language}:{pk}:{version}" for pk, version in rows}
    found = cache.get_many(keys.values())
    missing = [pk for pk, key in keys.items() if key not in found]
    if missing:
        fresh = {}
        for thing in load(missing):
            html = render_to_string(template, {**(context or {}), name: thing})
            fresh[keys[thing.pk]] = html
        cache.set_many(fresh, DAY)
        found |= fresh
    shown = [found[keys[pk]] for pk, _ in rows if keys[pk] in found]
    return [mark_safe(html.replace(FORM_KEY, new_form_key())) for html in shown]
