"""States move by one guarded UPDATE. The loser of a race is refused, never repeated."""

from __future__ import annotations

from typing import Any, ClassVar

from .db.inserting import Inserts
from .refusals import WrongMoment


class Stateful(Inserts):
    """A row with a `state` whose allowed moves stand in `MOVES` (from the module's rules)."""

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {}

    state: str

    class Meta:
        abstract = True

    def move(self, to: str, *, only_from: tuple[str, ...] | None = None, **fields: Any) -> None:
        """Move this row to state `to`, setting `fields` with it; WrongMoment when it may not.

        The UPDATE is guarded by the state this object was read in, so of two movers one wins.
        """
        if to not in self.MOVES.get(self.state, ()):
            raise WrongMoment
        if only_from is not None and self.state not in only_from:
            raise WrongMoment
        changed = (
            type(self)._base_manager.filter(pk=self.pk, state=self.state).update(state=to, **fields)
        )
        if not changed:
            raise WrongMoment
        self.state = to
        for name, value in fields.items():
            if not hasattr(value, "resolve_expression"):
                setattr(self, name, value)

    def take(self) -> None:
        """Make this row ours until the transaction ends, and read it afresh.

        PostgreSQL locks the row with the read; SQLite's transactions begin as its only writer.
        """
        rows = type(self)._base_manager.select_for_update(no_key=True)
        self.refresh_from_db(from_queryset=rows)
