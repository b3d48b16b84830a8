"""What a web page says of itself: title, words, picture. Plain text only."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

_CHARSET = re.compile(rb"""charset=["']?([\w-]{2,20})""", re.IGNORECASE)
_TITLES = ("og:title", "twitter:title")
_TEXTS = ("og:description", "description", "twitter:description")
_PICTURES = ("og:image", "og:image:url", "twitter:image")


@dataclass(frozen=True)
class Page:
    title: str = ""
    text: str = ""
    picture: str = ""


class _Head(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: dict[str, str] = {}
        self.title = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta":
            name = (given.get("property") or given.get("name") or "").lower()
            self.said.setdefault(name, given.get("content", ""))
        self._in_title = tag == "title" and not self.title

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title and len(self.title) < 1000:
            self.title += data


def read(content: bytes, url: str) -> Page:
    """The page at `url`; an empty one when it is none."""
    if b"<" not in content[:2000]:
        return Page()
    head = _Head()
    head.feed(_text(content[:300_000]))
    title = _first(head.said, _TITLES) or head.title
    picture = _first(head.said, _PICTURES)
    return Page(
        title=_line(title, 200),
        text=_line(_first(head.said, _TEXTS), 300),
        picture=urljoin(url, picture.strip()) if picture else "",
    )


def _text(content: bytes) -> str:
    named = _CHARSET.search(content[:4000])
    for charset in (named[1].decode("ascii") if named else "utf-8", "utf-8"):
        with suppress(LookupError, UnicodeDecodeError):
            return content.decode(charset, errors="replace")
    return ""


def _first(said: dict[str, str], names: tuple[str, ...]) -> str:
    return next((said[name] for name in names if said.get(name, "").strip()), "")


def _line(text: str, most: int) -> str:
    words = "".join(sign if sign.isprintable() else " " for sign in text)
    short = re.sub(r"\s+", " ", words).strip()
    return short if len(short) <= most else short[: most - 1].rstrip() + "…"
