"""Each model's answer to: what of it is exported, what is erased, what is kept and how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Privacy:
    """Stands as `privacy` on a model class.

    `person`: the lookup from a row to its person, which is one of: a foreign key to Person (or a
    path to one, "member__person"), or a UUID column holding the person's pseudonym; None when the
    row is about nobody.
    `exports`: "all" fields, "none", or the names of the exported fields.
    `on_erase`: "delete" the rows, "keep" them, or "blank" the fields named in `blanks`.
    `keeps`: how long the row stands, in words.
    """

    person: str | None
    exports: Literal["all", "none"] | tuple[str, ...]
    on_erase: Literal["delete", "keep", "blank"]
    keeps: str
    blanks: tuple[str, ...] = ()
    why: str = ""


# Models of the libraries we use cannot carry the attribute; their answers are given here by label.
others: dict[str, Privacy] = {}


def answer_of(model: type) -> Privacy | None:
    found = getattr(model, "privacy", None)
    return found if isinstance(found, Privacy) else others.get(model._meta.label_lower)  # type: ignore[attr-defined]
