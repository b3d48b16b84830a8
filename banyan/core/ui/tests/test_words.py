"""English and Chinese are equals."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

from banyan.core.words import said_twice

PO = Path(__file__).resolve().parents[1] / "locale/zh_Hans/LC_MESSAGES/django.po"
_HALF = re.compile(r"[\u4e00-\u9fff][,.:;?!()]|[,.:;?!()][\u4e00-\u9fff]")


def _pairs() -> list[tuple[str, str]]:
    with PO.open("rb") as handle:
        catalog = read_po(handle)
    out = []
    for message in catalog:
        if message.id:
            source = message.id[0] if isinstance(message.id, tuple) else message.id
            text = message.string[0] if isinstance(message.string, tuple) else message.string
            out.append((source, text))
    return out


def test_nothing_is_missing_or_left_in_english() -> None:
    assert not [
        source
        for source, text in _pairs()
        if not text or (text == source and source != "%(day)s, %(clock)s")
    ]


def test_members_are_addressed_as_friends_with_full_width_signs() -> None:
    for source, text in _pairs():
        assert "您" not in text, source
        assert not _HALF.search(text), source


def test_every_marked_sentence_of_the_kit_is_translated() -> None:
    known = {source for source, _ in _pairs()}
    for template in PO.parents[3].rglob("templates/**/*.html"):
        for sentence in re.findall(r'{%\s*translate\s+"([^"]+)"', template.read_text()):
            assert sentence in known, (template.name, sentence)


def test_no_two_modules_put_the_same_english_into_different_chinese() -> None:
    """Django keeps one of them for every module: a button “Post” once said “Postage”."""
    assert said_twice() == []
