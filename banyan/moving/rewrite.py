"""Links in texts that lead to where the community was: they lead to where it is."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models

from banyan.communities.models import Community

from . import rules
from .models import Moved, Unpacking
from .tables import Table, tables, texts_in

_OID = re.compile(r"(?<![0-9a-z])[0-9a-hjkmnp-tv-z]{26}(?![0-9a-z])")


def address_pattern(*, slug: str, source: str) -> re.Pattern[str]:
    """Addresses below the old place: with its host, or from the root of a site."""
    host = re.escape(urlsplit(source).netloc or "nowhere.invalid")
    end = r"(?=[/?#\s)\]\"'>]|$)"
    return re.compile(
        rf"(?P<host>https?://{host})/{re.escape(slug)}{end}|(?<![\w/.:-])/{re.escape(slug)}{end}"
    )


def links(run: Unpacking, *, community: Community, slug: str, source: str) -> None:
    """Every text of what was brought in. Done twice it changes nothing more."""
    pattern = address_pattern(slug=slug, source=source)
    for table in tables().values():
        names = [
            name
            for name, field in table.fields.items()
            if isinstance(field, models.TextField | models.JSONField)
            or (
                isinstance(field, models.CharField)
                and not isinstance(field, models.SlugField)
                and (field.max_length or 0) >= 100
            )
        ]
        if names:
            _table(run, table, names, pattern, community.slug)


def _table(run: Unpacking, table: Table, names: list[str], pattern: re.Pattern[str],
           slug: str) -> None:  # fmt: skip
    after = 0
    moved = Moved.objects.filter(unpacking=run, label=table.label).order_by("pk")
    while batch := list(moved.filter(pk__gt=after).values_list("pk", "new")[: rules.BATCH]):
        after = batch[-1][0]
        rows = list(table.model._base_manager.filter(pk__in=[new for _pk, new in batch]))
        said = {
            oid
            for row in rows
            for name in names
            for text in texts_in(getattr(row, name))
            for oid in _OID.findall(text)
        }
        new = {}
        for start in range(0, len(said), 500):
            some = list(said)[start : start + 500]
            new |= dict(
                Moved.objects.filter(unpacking=run, old_oid__in=some).values_list(
                    "old_oid", "new_oid"
                )
            )
        for row in rows:
            changed = {}
            for name in names:
                before = getattr(row, name)
                text = _within(before, pattern, slug, new)
                if text != before:
                    changed[name] = text
            if changed:
                table.model._base_manager.filter(pk=row.pk).update(**changed)


def _within(value: Any, pattern: re.Pattern[str], slug: str, new: dict[str, str]) -> Any:
    if isinstance(value, str):
        return text(value, pattern, slug, new)
    if isinstance(value, list):
        return [_within(inner, pattern, slug, new) for inner in value]
    if isinstance(value, dict):
        return {key: _within(inner, pattern, slug, new) for key, inner in value.items()}
    return value


def text(value: str, pattern: re.Pattern[str], slug: str, new: dict[str, str]) -> str:
    """One text with its addresses and public ids made the new ones."""
    moved = pattern.sub(
        lambda found: (settings.SITE_URL if found["host"] else "") + f"/{slug}", value
    )
    return _OID.sub(lambda found: new.get(found[0], found[0]), moved)
