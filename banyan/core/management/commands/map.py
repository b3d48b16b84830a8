"""`banyan map`: who stands where, who hears what, who fills what, who may open what."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import URLPattern, URLResolver, get_resolver

from banyan.core import events, jobs, slots

LIBRARY = "(a library's)"


class Command(BaseCommand):
    help = "Floors, events with listeners, slots with fillers, jobs, addresses with audiences."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="only these parts")

    def handle(self, *args: Any, **options: Any) -> None:
        for part in options["parts"] or PARTS:
            self.stdout.write(self.style.MIGRATE_HEADING(f"\n{part.capitalize()}"))
            for line in PARTS[part]():
                self.stdout.write(line)


def floors() -> Iterator[str]:
    """The import contract of pyproject.toml, the roof first."""
    contract = tomllib.loads((settings.ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    for row in contract["contracts"][0]["layers"]:
        yield f"  {row}"


def heard_events() -> Iterator[str]:
    for name, (at_once, later) in events.listeners().items():
        yield f"  {name}"
        yield from (f"    in the transaction  {handler}" for handler in at_once)
        yield from (f"    after commit        {handler}" for handler in later)


def filled_slots() -> Iterator[str]:
    for slot, fillers in slots.filled().items():
        yield f"  {slot}"
        yield from (f"    {filler}" for filler in fillers)


def known_jobs() -> Iterator[str]:
    for name, sweep in sorted(jobs.sweeps.items()):
        yield f"  every {sweep.seconds} s".ljust(16) + name
    for name, kind in sorted(jobs.jobs.items()):
        yield f"  {kind.attempts} tries".ljust(16) + name


def addresses() -> Iterator[str]:
    for site, urlconf in (("", None), ("  at a community's own domain", settings.DOMAIN_URLCONF)):
        if site:
            yield site
        rows = list(walk(get_resolver(urlconf)))
        width = max((len(audience) for audience, _, _ in rows), default=0)
        for audience, path, view in rows:
            yield f"  {audience.ljust(width)}  /{path}  {view}"


def walk(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, str, str]]:
    """(audience, path, view) of every address below `resolver`."""
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk(entry, path)
        elif isinstance(entry, URLPattern):
            view = getattr(entry.callback, "view_class", entry.callback)
            name = f"{view.__module__}.{view.__qualname__}"
            audience = getattr(entry.callback, "audience", None)
            if audience is None:
                audience = "SILENT" if name.startswith("banyan.") else LIBRARY
            yield str(audience), path, name


PARTS = {
    "floors": floors,
    "events": heard_events,
    "slots": filled_slots,
    "jobs": known_jobs,
    "addresses": addresses,
}
