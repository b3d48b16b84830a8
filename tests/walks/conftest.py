"""The small world stands ready for every walk."""

from tests.walks.world import world

__all__ = ["world"]
