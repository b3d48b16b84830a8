"""People's words as pages show them: safe, with the named people and #words as links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import quote

from django.utils.safestring import SafeString, mark_safe

from banyan.communities.places import url
from banyan.core.ids import read_id
from banyan.core.text import render_markdown

from .. import rules

_TOKENS = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
_LONG = 6_000  # beyond so many tokens whole lines are compared


def html_of(thing: Any, community: Any) -> SafeString:
    """The body of a post or comment as safe HTML."""
    if not thing.body:
        return SafeString("")
    said = dict(thing.mentions)

    def cut(text: str) -> list[tuple[str, str]]:
        return [
            (words, _address(community, kind, said.get(key, key)))
            for words, kind, key in rules.linked_words(text, list(said))
        ]

    return mark_safe(render_markdown(thing.body, cut=cut))


def _address(community: Any, kind: str, key: str) -> str:
    if kind == rules.PERSON:
        try:
            return url(community, "member", id=read_id(key))
        except ValueError:
            return ""
    return f"{url(community, 'community')}?tag={quote(key)}" if kind == rules.TAG else ""


@dataclass(frozen=True)
class Piece:
    """Some words of a change: `how` is "same", "new" or "gone"."""

    how: str
    words: str


def difference(before: str, after: str) -> list[Piece]:
    """What was changed, word by word (each Han character is a word)."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    if len(old) + len(new) > _LONG:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found = []
    for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            found.append(Piece("same", "".join(old[a:b])))
            continue
        if b > a:
            found.append(Piece("gone", "".join(old[a:b])))
        if d > c:
            found.append(Piece("new", "".join(new[c:d])))
    return found
