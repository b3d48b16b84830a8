"""Typefaces for pictures drawn here: ours for Latin, the system's own for Chinese.

Where the system has none for Chinese, Chinese words cannot be drawn: posters leave them out, and
the sheet, the studio and `banyan check` say so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from PIL import ImageFont

Font = ImageFont.FreeTypeFont

_PLACES = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts",
    "/System/Library/Fonts", "/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip
_CHINESE = re.compile(
    r"(noto ?sans.?(cjk|sc|hans)|source ?han ?sans|wqy|wenquanyi|pingfang|msyh|simhei"
    r"|hiragino ?sans ?gb)",
    re.IGNORECASE,
)
_HAN = re.compile("[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003134f]")
_OURS = {
    "display": "bricolage-grotesque-latin-wght-normal.woff2",
    "ui": "figtree-latin-wght-normal.woff2",
}


def is_chinese(letter: str) -> bool:
    return bool(_HAN.match(letter))


def has_chinese(text: str) -> bool:
    return bool(_HAN.search(text))


def _files() -> Iterator[Path]:
    for place in _PLACES:
        root = Path(place).expanduser()
        for folder, _folders, names in os.walk(root):
            for name in sorted(names):
                if name.lower().endswith((".ttf", ".otf", ".ttc")) and _CHINESE.search(name):
                    yield Path(folder) / name


@lru_cache(maxsize=1)
def chinese_file() -> tuple[str, str, int] | None:
    """(regular, bold, index in the file) of a typeface with simplified Chinese; None without."""
    given = getattr(settings, "POSTER_FONT", "")
    found = [Path(given)] if given else list(_files())
    plain = [path for path in found if "bold" not in path.name.lower()] or found
    plain.sort(key=lambda path: ("regular" not in path.name.lower(), str(path)))
    for path in plain:
        index = _index(path)
        if index is None:
            continue
        bold = Path(str(path).replace("Regular", "Bold"))
        return str(path), str(bold if bold.exists() else path), index
    return None


def _index(path: Path) -> int | None:
    """Which face of a collection writes simplified Chinese; the first where none says so."""
    first = None
    for index in range(10):
        try:
            family = ImageFont.truetype(str(path), 16, index=index).getname()[0] or ""
        except OSError:
            break
        if "SC" in family.split() or "Hans" in family:
            return index
        first = 0 if first is None else first
    return first


def can_write_chinese() -> bool:
    return chinese_file() is not None


@lru_cache(maxsize=64)
def latin(kind: str, size: int, weight: int) -> Font:
    path = settings.VENDOR / "fonts" / _OURS[kind]
    try:
        font = ImageFont.truetype(str(path), size)
        axes = font.get_variation_axes()
        font.set_variation_by_axes(
            [min(max(weight, int(axes[0]["minimum"])), int(axes[0]["maximum"]))]
        )
        return font
    except (OSError, ValueError):
        plain = ImageFont.load_default(size)  # comes with Pillow, Latin only
        assert isinstance(plain, ImageFont.FreeTypeFont)
        return plain


@lru_cache(maxsize=64)
def chinese(size: int, weight: int) -> Font | None:
    file = chinese_file()
    if file is None:
        return None
    regular, bold, index = file
    return ImageFont.truetype(bold if weight >= 600 else regular, size, index=index)
