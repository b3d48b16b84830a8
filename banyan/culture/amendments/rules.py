"""How a charter changes: who may propose, who may vote, what is adopted. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

BY_OPERATORS, BY_MEMBERS = "operators", "members"
PROPOSERS = [
    (BY_OPERATORS, _("Those who run the community")),
    (BY_MEMBERS, _("Every member who may vote")),
]
QUORUM_PERCENT, THRESHOLD_PERCENT = 20, 60
TENURE_DAYS, VOTE_DAYS, GRACE_DAYS = 14, 7, 14
FEWEST_VOTERS = 3  # below it there is nobody to ask, and the team publishes by itself
LONGEST_WHY, LONGEST_COMMENT = 500, 1000
COMMENTS_PER_WINDOW, WINDOW_SECONDS = 5, 60

OPEN, ADOPTED, REJECTED, WITHDRAWN, OVERTAKEN = (
    "open", "adopted", "rejected", "withdrawn", "overtaken",
)  # fmt: skip
MOVES = {OPEN: (ADOPTED, REJECTED, WITHDRAWN, OVERTAKEN)}
STATES = [
    (OPEN, _("Open for votes")),
    (ADOPTED, _("Adopted")),
    (REJECTED, _("Not adopted")),
    (WITHDRAWN, _("Taken back")),
    (OVERTAKEN, _("Overtaken by another version")),
]
YES, NO = "yes", "no"
CHOICES = [(YES, pgettext_lazy("vote", "Yes")), (NO, pgettext_lazy("vote", "No"))]


def quorum(electorate: int, percent: int) -> int:
    """How many must vote; always at least one."""
    return max(1, -(-electorate * percent // 100))


def verdict(*, yes: int, no: int, electorate: int, quorum_percent: int,
            threshold_percent: int) -> str:  # fmt: skip
    """ADOPTED when enough voted, enough of them yes, and more yes than no; else REJECTED."""
    voted = yes + no
    if voted < quorum(electorate, quorum_percent):
        return REJECTED
    is_enough = yes * 100 >= threshold_percent * voted and yes > no
    return ADOPTED if is_enough else REJECTED


def may_vote(*, joined_at: datetime | None, opened_at: datetime, tenure_days: int) -> bool:
    """One member, one vote, after some days here: nobody joins in order to vote."""
    return joined_at is not None and joined_at <= opened_at - timedelta(days=tenure_days)


# Differences, word by word

SAME, GONE, NEW = "same", "gone", "new"
_WORD = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]|[^\W\u3400-\u9fff]+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A run of words: SAME, GONE or NEW."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """A clause in both versions; `old` or `new` is empty where it is added or taken out."""

    id: str
    kind: str
    old: str
    new: str

    @property
    def is_changed(self) -> bool:
        return self.old != self.new

    @property
    def pieces(self) -> list[Piece]:
        return word_diff(self.old, self.new)


def words_of(text: str) -> list[str]:
    """Words of an alphabet, single Han characters, spaces and signs; joined they are the text."""
    return _WORD.findall(text)


def word_diff(old: str, new: str) -> list[Piece]:
    """What went and what came, in reading order."""
    a, b = words_of(old), words_of(new)
    found: list[Piece] = []
    for verb, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if verb == "equal":
            found.append(Piece(SAME, "".join(a[i1:i2])))
            continue
        if i2 > i1:
            found.append(Piece(GONE, "".join(a[i1:i2])))
        if j2 > j1:
            found.append(Piece(NEW, "".join(b[j1:j2])))
    return found


def changes(old: Sequence[tuple[str, str, str]],
            new: Sequence[tuple[str, str, str]]) -> list[Change]:  # fmt: skip
    """Two lists of (id, kind, text) side by side, in the new order; what went stands at its end."""
    before = {ident: text for ident, _kind, text in old}
    after = {ident for ident, _kind, _text in new}
    found = [Change(ident, kind, before.get(ident, ""), text) for ident, kind, text in new]
    return found + [
        Change(ident, kind, text, "") for ident, kind, text in old if ident not in after
    ]


def carry_ids(old: Sequence[tuple[str, str]], new: Sequence[str], *,
              prefix: str, last: int) -> tuple[list[str], int]:  # fmt: skip
    """Ids of new sentences: that of the same or a reworded one, else a fresh one never used.

    `last` is the last number given with this prefix; gives it back raised.
    """
    free = dict(old)
    ids: list[str] = [""] * len(new)
    for n, text in enumerate(new):
        same = next((ident for ident, words in free.items() if words == text), None)
        if same is not None:
            ids[n] = same
            del free[same]
    for n, text in enumerate(new):
        if ids[n]:
            continue
        near = [(likeness(words, text), ident) for ident, words in free.items()]
        best = max(near, default=(0.0, ""))
        if best[0] >= 0.5:
            ids[n] = best[1]
            del free[best[1]]
        else:
            last += 1
            ids[n] = f"{prefix}{last}"
    return ids, last


def likeness(old: str, new: str) -> float:
    """1 for the same words in the same order, 0 for none in common."""
    return SequenceMatcher(None, words_of(old), words_of(new), autojunk=False).ratio()
