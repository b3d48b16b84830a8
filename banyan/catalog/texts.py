"""Descriptions: what is HTML already, and foreign HTML brought down to ours. Pure."""

from __future__ import annotations

import re

from banyan.core.text import clean_html

_HTML = re.compile(r"<(?:p|br|div|span|ul|ol|li|h[1-6]|b|i|strong|em|a|table|img)\b[^>]*>", re.I)
_SAME = {"b": "strong", "i": "em", "h1": "h2", "h5": "h4", "h6": "h4", "div": "p"}
_NAMES = re.compile(r"(</?)(b|i|h1|h5|h6|div)(?=[\s/>])", re.I)


def looks_like_html(text: str) -> bool:
    return bool(_HTML.search(text))


def foreign_html(text: str) -> str:
    """HTML from another shop as we keep it. Doing it twice changes nothing more."""
    ours = _NAMES.sub(lambda found: found[1] + _SAME[found[2].lower()], text)
    clean = clean_html(ours).replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"(?:<p>\s*</p>\s*)+", "", clean).strip()
