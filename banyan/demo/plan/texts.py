"""The hand-written texts, read from `texts/`.

A section begins with `@`, then the title (`= ...`), the text, and what others said to it: `> ` an
answer to the post, `< ` its author's answer to the line before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from .shapes import EN, ZH

FOLDER = Path(__file__).parent.parent / "texts"
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass
class Written:
    subject: str
    lang: str
    title: str = ""
    body: str = ""
    said: list[tuple[str, str]] = field(default_factory=list)  # (sign, words)
    marks: dict[str, str] = field(default_factory=dict)


@dataclass
class Short:
    """Two halves that make a short post: any first with any second."""

    community: str
    subject: str
    lang: str
    product: str
    firsts: list[str] = field(default_factory=list)
    seconds: list[str] = field(default_factory=list)


def lang_of(text: str) -> str:
    return ZH if _HAN.search(text) else EN


def _sections(name: str) -> list[tuple[list[str], list[str]]]:
    found: list[tuple[list[str], list[str]]] = []
    for raw in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        line = raw.rstrip()
        if line.startswith("@"):
            found.append((line[1:].split(), []))
        elif line and not line.startswith("# ") and found:
            found[-1][1].append(line)
    return found


@cache
def sections(name: str) -> dict[str, list[str]]:
    return {words[0]: lines for words, lines in _sections(name)}


def table(name: str, section: str) -> list[list[str]]:
    return [line.split("|") for line in sections(name)[section]]


def _written(words: list[str], lines: list[str], lang: str) -> Written:
    marks = dict(word.split("=", 1) for word in words[1:] if "=" in word)
    one = Written(subject=words[0], lang=lang, marks=marks)
    body = []
    for line in lines:
        if line.startswith("= "):
            one.title = line[2:]
        elif line[:2] in ("> ", "< "):
            one.said.append((line[0], line[2:]))
        else:
            body.append(line)
    one.body = "\n\n".join(body)
    return one


@cache
def posts(community: str, lang: str) -> list[Written]:
    name = f"{community}.{'zh' if lang == ZH else 'en'}.txt"
    return [_written(words, lines, lang) for words, lines in _sections(name)]


@cache
def remarks(lang: str) -> dict[str, list[str]]:
    """What people say under posts, by what the post is about."""
    name = f"remarks.{'zh' if lang == ZH else 'en'}.txt"
    return {words[0]: lines for words, lines in _sections(name)}


@cache
def shorts(lang: str) -> list[Short]:
    found = []
    for words, lines in _sections(f"short.{'zh' if lang == ZH else 'en'}.txt"):
        marks = dict(word.split("=", 1) for word in words if "=" in word)
        found.append(
            Short(
                community=words[0], subject=words[1], lang=lang, product=marks.get("product", ""),
                firsts=[line[2:] for line in lines if line.startswith("a ")],
                seconds=[line[2:] for line in lines if line.startswith("b ")],
            )
        )  # fmt: skip
    return found


@cache
def story(name: str) -> list[Written]:
    """The posts of one planted story, in the order in which they are told."""
    found = []
    for words, lines in _sections("stories.txt"):
        if words[0] == name:
            lang = ZH if "zh" in words[1:] and "en" not in words[1:] else EN
            one = _written(words, lines, lang)
            one.subject = one.marks.get("subject", name)
            found.append(one)
    return found


@cache
def spills(lang: str) -> list[str]:
    """Single unhappy sentences, said under posts that are about something else."""
    for words, lines in _sections("stories.txt"):
        if words[0] == "spill" and words[1] == ("zh" if lang == ZH else "en"):
            return lines
    return []


def lines_of(name: str) -> list[tuple[list[str], list[str]]]:
    """Every section: its first line's words, and its lines."""
    return _sections(name)


@cache
def conversations() -> list[tuple[list[str], list[tuple[str, str]]]]:
    """What was said, by whom, under the words of each section of `chat.txt`."""
    found = []
    for words, lines in _sections("chat.txt"):
        said = [line.split(": ", 1) for line in lines] if words[0] != "hello" else []
        found.append((words, [(by, body) for by, body in said]))
    return found


@cache
def reviews() -> list[tuple[tuple[str, str], list[str]]]:
    """((product or "answer", language), lines of stars and words), as written."""
    return [((words[0], words[1]), lines) for words, lines in _sections("reviews.txt")]
