"""Features an operator may turn off for a community. Whoever heeds a switch offers it.

In a module's `panels.py`: `switches.offer("comments", _("Members may comment"))`, and in its
actions: `if not community.has("comments"): raise NotAllowed`. All switches are on at first.
"""

from __future__ import annotations

from django.utils.functional import Promise

offered: dict[str, str | Promise] = {}


def offer(key: str, label: str | Promise) -> None:
    """Give the studio's settings a switch. The same key again changes its words."""
    offered[key] = label
