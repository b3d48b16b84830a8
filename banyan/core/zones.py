"""Zones by the names that people and communities carry."""

from __future__ import annotations

from zoneinfo import ZoneInfo


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name; UTC where there is none of it."""
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, OSError, KeyError):
        return ZoneInfo("UTC")
