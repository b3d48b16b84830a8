"""Who is told what. Each may run twice: the key of a telling stands for the thing itself."""

from . import culture, meeting, own, talk

__all__ = ["culture", "meeting", "own", "talk"]
