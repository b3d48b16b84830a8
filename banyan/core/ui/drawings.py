# ruff: noqa: E501
"""Icons, avatars and our own small drawings: SVG text, made once and kept."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from threading import Lock
from typing import Any
from zipfile import ZipFile
from zlib import crc32

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

HUES = 24
_SVG = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_SPACE = re.compile(r">\s+<")
_SIZES = {"": 40, "xs": 24, "sm": 32, "lg": 52, "xl": 88}

# Our own, on Lucide's 24-px grid and stroke.
_OWN = {
    "banyan-leaf": '<path d="M5 19c0-9 5-14.5 15-15 0 10-4.500 15.500-13 15.500"/>'
    '<path d="M5 20c2-5 5-8 9.500-10"/>',
}


_READING = Lock()


@cache
def _lucide() -> ZipFile:
    """The package opens its archive anew for each icon, 30 ms each: here it is read once."""
    return ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))


def _drawing(name: str) -> str:
    """One at a time: an archive asks its file where it stands, and another thread moves it."""
    with _READING:
        return _lucide().read(f"{name}.svg").decode()


@lru_cache(maxsize=512)
def icon(name: str, cls: str = "") -> SafeString:
    """A Lucide icon, hidden from screen readers: always put a word or a label beside it."""
    if name in _OWN:
        inner = _OWN[name]
    else:
        found = _SVG.search(_drawing(name))
        inner = _SPACE.sub("><", found.group(1).strip()).replace(" />", "/>") if found else ""
    classes = conditional_escape(f"i {cls}".strip())
    return mark_safe(f'<svg class="{classes}" viewBox="0 0 24 24" aria-hidden="true">{inner}</svg>')


MARK = mark_safe(
    '<svg viewBox="0 0 40 40" aria-hidden="true"><g id="mark"><path d="M3 19C3 10 10 4 20 4s17 6 17 15c0 2.4-2.6 2.6'
    "-4.2 1.3-1.4 2-4.3 1.9-5.7.2-1.7 2.3-5.3 2.3-7.1 0-1.8 2.3-5.4 2.3-7.1 0-1.4 1.7-4.3 1.8-5.7-.2C5.6"
    ' 21.6 3 21.4 3 19z" fill="currentColor"/><path d="M20 20v16M10.5 21v10M29.5 21v10M15 21.5V36M25 21.5'
    'V36" stroke="currentColor" stroke-width="2.6" stroke-linecap="round"/><circle class="m-fig" cx="10.5"'
    ' cy="34.5" r="2"/><circle class="m-sprout" cx="29.5" cy="34.5" r="2"/></g></svg>'
)
# The same again, further down a page that shows the mark.
MARK_AGAIN = mark_safe('<svg viewBox="0 0 40 40" aria-hidden="true"><use href="#mark"/></svg>')
_DRAWN = re.compile(r'(<svg class="i[^>]*>)((?:(?!</svg>).){80,})</svg>', re.DOTALL)


def share_icons(html: str, name: str) -> str:
    """`html` with each larger icon drawn once: where it comes again, it refers to the first."""
    times = Counter(inner for _start, inner in _DRAWN.findall(html))
    known: dict[str, str] = {}

    def again(found: re.Match[str]) -> str:
        start, inner = found.groups()
        if times[inner] < 2:
            return found.group()
        if inner in known:
            return f'{start}<use href="#{known[inner]}"/></svg>'
        known[inner] = f"{name}-{len(known)}"
        return f'{start}<g id="{known[inner]}">{inner}</g></svg>'

    return _DRAWN.sub(again, html)


def read(thing: Any, name: str, default: Any = None) -> Any:
    """`name` of an object or a dictionary; called if it is a method."""
    value = thing.get(name, default) if isinstance(thing, dict) else getattr(thing, name, default)
    return value() if callable(value) else value


def hue_of(person: Any) -> int:
    brand = read(person, "brand_h")
    if brand is not None:  # a community wears its own colour
        return round(int(brand) * HUES / 360) % HUES
    hue = read(person, "hue")
    if hue is None:
        key = read(person, "public_id") or read(person, "name") or ""
        hue = crc32(str(key).encode())
    return int(hue) % HUES


def avatar(person: Any, size: str = "", alone: bool = False) -> SafeString:
    """A leaf with a face or a first character; `alone` when no name stands beside it."""
    name = str(read(person, "here_name") or read(person, "name") or "").strip()
    initial = str(read(person, "initial") or name[:1])
    said = (
        format_html(' role="img" aria-label="{}"', name)
        if alone and name
        else mark_safe(' aria-hidden="true"')
    )
    picture = read(person, "picture_url")
    if picture:
        px = _SIZES.get(size, 40)
        inner = format_html(
            '<img src="{}" alt="" width="{}" height="{}" loading="lazy">', picture, px, px
        )
    else:
        inner = conditional_escape(initial.upper() or "·")
    return format_html('<span class="av {} h{}"{}>{}</span>', size, hue_of(person), said, inner)


# Stage of life: 44-px line drawings, one tree growing.
STAGES = {
    "seed": "M22 38V24M22 28c0-6 4-9 10-9 0 6-4 9-10 9zM22 31c0-5-4-8-9-8 0 5 4 8 9 8z",
    "sapling": "M22 38V24M22 24a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM22 24v-8",
    "canopy": "M22 38V20M7 22c0-9 6-15 15-15s15 6 15 15c0 2-3 2-4 1-2 2-5 2-7 0-2 2-6 2-8 0-2 2-5 2-7 0"
    "-1 1-4 1-4-1z",
    "market": "M22 22v6M7 19c0-7 6-12 15-12s15 5 15 12c0 2-3 2-4 1-2 2-5 2-7 0-2 2-6 2-8 0-2 2-5 2-7 0"
    "-1 1-4 1-4-1zM11 28h22l2 5c-2 2-4 2-5.500 0-1.500 2-4 2-5 0-1.500 2-4 2-5 0-1.500 2-4 2-5 0-1.500 "
    "2-3.500 2-5.500 0zM13 35v5M31 35v5",
    "grove": "M13 38V24M31 38V24M22 38V22M3 24c0-7 5-11 11-11 2-4 5-6 8-6s6 2 8 6c6 0 11 4 11 11 0 2-3 2"
    "-4 1-2 2-5 2-7 0-3 2-13 2-16 0-2 2-5 2-7 0-1 1-4 1-4-1z",
}

_BRANCH = (
    '<path class="d-branch" d="M14 34c34-12 78-4 132-14"/><path class="d-leaf" d="M40 28c1-8 8-13 17-13-1 9-7 '
    '14-17 13z"/><path class="d-sprout" d="M104 24c2-7 8-11 16-10-2 8-7 12-16 10z"/>'
)
_HANG = '<path class="d-root" d="M34 30c-4 16 4 26 0 40M128 22c4 18-4 30 1 52"/>'
# Empty places: what will hang here one day.
EMPTY = {
    "branch": _HANG
    + '<path class="d-off" d="M64 28v36M92 26v50"/><circle class="d-off" cx="64" cy="76" r="11"/>'
    '<circle class="d-off" cx="92" cy="88" r="11"/>',
    "parcel": _HANG
    + '<path class="d-root" d="M80 26v22"/><path class="d-line" d="M54 60l26-12 26 12v30l-26 12-26'
    '-12zM54 60l26 12 26-12M80 72v30"/><path class="d-line d-thin" d="M67 54l26 12v10"/>',
    "pot": _HANG
    + '<path class="d-root" d="M80 26v20"/><path class="d-line" d="M58 66c0-6 8-10 22-10s22 4 22 10c0 '
    '20-8 34-22 34S58 86 58 66zM58 66c6 5 38 5 44 0M102 68c10-2 12 14-4 16"/><path class="d-line d-thin" '
    'd="M72 48c-3-4 3-6 0-10M86 48c-3-4 3-6 0-10"/>',
    "letter": _HANG
    + '<path class="d-root" d="M80 26v28"/><path class="d-line" d="M50 54h60v42H50zM50 56l30 24 30-24"/>'
    '<circle class="d-fig" cx="106" cy="56" r="6"/>',
    "people": _HANG
    + '<path class="d-root" d="M62 28c-3 14 3 22 0 34M98 25c4 14-3 26 0 40"/><path class="d-leaf" '
    'd="M48 90V76a14 14 0 1 1 14 14z"/><path class="d-sprout" d="M84 94V80a14 14 0 1 1 14 14z"/>',
    "purse": _HANG
    + '<path class="d-root" d="M80 26v18"/><path class="d-line" d="M68 46h24l-5 12c14 6 20 18 20 28 0 '
    '10-12 16-27 16s-27-6-27-16c0-10 6-22 20-28z"/><path class="d-sprout" d="M70 90c0-12 8-18 21-18-1 13-9 '
    '19-21 18z"/>',
    "search": _HANG
    + '<circle class="d-line" cx="76" cy="68" r="20"/><path class="d-line" d="M91 83l17 17"/>'
    '<path class="d-leaf" d="M68 74c0-8 6-13 16-13 0 9-6 14-16 13z"/>',
    "lantern": _HANG
    + '<path class="d-root" d="M80 26v18"/><path class="d-line" d="M72 44h16M64 56c0-7 7-12 16-12s16 '
    '5 16 12v30c0 7-7 12-16 12s-16-5-16-12zM64 60h32M64 82h32M80 98v8"/><circle class="d-fig" cx="80" '
    'cy="71" r="6"/>',
    "door": _HANG
    + '<path class="d-line" d="M56 102V62c0-14 10-22 24-22s24 8 24 22v40zM48 102h64"/>'
    '<circle class="d-fig" cx="94" cy="74" r="3.500"/><path class="d-sprout" d="M66 64c2-7 8-11 16-10-2 8-7 12-16 10z"/>',
}


@lru_cache(maxsize=32)
def empty_drawing(name: str) -> SafeString:
    inner = EMPTY.get(name, EMPTY["branch"])
    return mark_safe(
        f'<svg class="drawing" viewBox="0 0 160 116" aria-hidden="true">{inner}{_BRANCH}</svg>'
    )
