"""Words people write: Markdown to safe HTML, words for search, the language of a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {
    "p", "br", "hr", "em", "strong", "del", "code", "pre", "blockquote",
    "ul", "ol", "li", "h2", "h3", "h4", "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LETTER = re.compile(r"[^\W\d_]")


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).enable(
        ["table", "strikethrough"]
    )


def clean_html(html: str) -> str:
    """HTML from anywhere, reduced to plain structure: no script, style, event, image or frame."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener",
        strip_comments=True,
    )


# A plain text cut into pieces, each with the address it leads to, or "".
Cut = Callable[[str], Sequence[tuple[str, str]]]


def render_markdown(source: str, *, cut: Cut | None = None) -> str:
    """Safe HTML of what a member wrote. Headings begin at h2 so that the page keeps its h1.

    `cut` makes links of words (names, tags) outside of code and of other links.
    """
    parser = _parser()
    tokens = parser.parse(source)
    if cut is not None:
        for token in tokens:
            if token.type == "inline" and token.children:
                token.children = _with_links(token.children, cut)
    html = parser.renderer.render(tokens, parser.options, {})
    html = html.replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    return clean_html(html)


def _with_links(tokens: list[Token], cut: Cut) -> list[Token]:
    found, inside = [], 0
    for token in tokens:
        inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type != "text" or inside:
            found.append(token)
            continue
        for words, address in cut(token.content):
            text = Token("text", "", 0, content=words)
            if address:
                opened = Token("link_open", "a", 1, attrs={"href": address})
                found += [opened, text, Token("link_close", "a", -1)]
            else:
                found.append(text)
    return found


def plain(source: str, limit: int = 200) -> str:
    """The first words of a Markdown text without its signs."""
    text = re.sub(r"\s+", " ", nh3.clean(_parser().render(source), tags=set())).strip()
    import html

    text = html.unescape(text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def lang_of(text: str, default: str = "en") -> str:
    """ "zh-Hans" when at least a fifth of the letters are Han, "en" when there are letters."""
    letters = len(_LETTER.findall(text))
    if not letters:
        return default
    return "zh-Hans" if len(_HAN.findall(text)) >= letters / 5 else "en"


def search_words(*texts: str) -> str:
    """The texts cut into words, separated by spaces: the same column serves both databases."""
    import rjieba

    joined = " ".join(t for t in texts if t).lower()
    words = rjieba.cut_for_search(joined)
    return " ".join(w for w in (w.strip() for w in words) if w and re.search(r"\w", w))


def whole_number(text: str, *, digits: int, other: int = 0) -> int:
    """What somebody's plain digits say; `other` for anything else and for more than `digits`."""
    is_one = text.isascii() and text.isdigit() and len(text) <= digits
    return int(text) if is_one else other
