"""Daily facts as CSV, line by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from banyan.communities.models import Community

from .models import Day

COLUMNS = ("community", "day", "members", "joined", "left", "active", "posts", "comments",
           "reactions", "messages", "orders", "deeds")  # fmt: skip


def lines(community: Community) -> Iterator[str]:
    yield row(COLUMNS)
    for day in Day.objects.of(community).order_by("day").iterator(chunk_size=500):
        facts = [str(getattr(day, name)) for name in COLUMNS[2:]]
        yield row([community.name, day.day.isoformat(), *facts])


def row(cells: Iterable[str]) -> str:
    """One line. What a spreadsheet would take for a formula is given as text."""
    safe = [f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in cells]
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(safe)
    return out.getvalue()
