"""The QR poster: our picture of the thing, its name, its price, the community, and the code.

1080 x 1440, drawn here because it travels as a picture through apps that open no page. Kept in
private storage under a name that changes with anything it shows.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from banyan.communities.colours import rgb
from banyan.communities.models import Community

from . import fonts
from .things import Shown

WIDTH, HEIGHT, EDGE = 1080, 1440, 64
PICTURE_HEIGHT, ROUND, LEAF_CORNER = 800, 64, 14
QR_SIDE = 300
SMOOTH = 3  # masks are drawn so many times as large
DRAWING = 1  # rises with every change of looks
PAPER, CARD, INK, QUIET = (0.976, 0.006, 118), (1.0, 0.0, 0), (0.27, 0.03, 160), (0.47, 0.02, 150)
NEVER_FIRST = "，。：；！？、）》」』”’,.:;!?)"


@dataclass(frozen=True)
class Poster:
    """Everything that stands on it; `titles` are (text, language), the reader's first."""

    community: str
    titles: tuple[str, ...]
    line: str
    price: str
    before: str
    hint: str
    disclosure: str
    address: str
    picture: str
    hue: int
    chroma: float
    lang: str

    def version(self) -> str:
        chinese = str(fonts.chinese_file())
        return hashlib.sha256(repr((DRAWING, chinese, self)).encode()).hexdigest()[:20]


def of(thing: Shown, community: Community, *, address: str, disclosure: str) -> Poster:
    """What goes on the poster in the reader's language."""
    language = get_language() or "en"
    return Poster(
        community=_writable(community.here_name, community.other_name),
        titles=tuple(t for t, _lang in thing.texts[:2] if _writable(t)),
        line=_writable(thing.line),
        price=thing.price.display(language) if thing.price else "",
        before=thing.before.display(language)
        if thing.before and thing.before != thing.price
        else "",
        hint=_writable(_("Scan to see it"), "Scan"),
        disclosure=_writable(disclosure),
        address=address,
        picture=thing.picture.file.name if thing.picture else "",
        hue=community.brand_h,
        chroma=community.brand_c,
        lang=language,
    )


def _writable(*texts: str) -> str:
    """The first text that there are letters for."""
    able = fonts.can_write_chinese()
    return next((t for t in texts if t and (able or not fonts.has_chinese(t))), "")


def lacks_words(thing: Shown, community: Community) -> bool:
    """Whether something that would stand on the poster cannot be written on this machine."""
    if fonts.can_write_chinese():
        return False
    words = [community.here_name, thing.line, *(t for t, _lang in thing.texts)]
    return any(fonts.has_chinese(word) for word in words)


def png(poster: Poster, *, name: str) -> bytes:
    """The picture, drawn once for what it shows."""
    storage = storages["private"]
    path = f"posters/{name}-{poster.version()}.png"
    if storage.exists(path):
        with storage.open(path) as file:
            return bytes(file.read())
    made = draw(poster)
    storage.save(path, ContentFile(made))
    return made


def draw(poster: Poster) -> bytes:
    brand = rgb(0.43, poster.chroma, poster.hue)
    soft = rgb(0.93, poster.chroma * 0.35, poster.hue)
    image = Image.new("RGB", (WIDTH, HEIGHT), rgb(*PAPER))
    pen = ImageDraw.Draw(image)
    _picture(image, poster, brand=brand, soft=soft)
    inner = WIDTH - 2 * EDGE
    beside = inner - QR_SIDE - 48
    top = EDGE + 56 + PICTURE_HEIGHT + 44
    _community(image, pen, poster, brand)
    qr_top = HEIGHT - EDGE - QR_SIDE - (44 if poster.disclosure else 0)
    y = top
    for n, title in enumerate(poster.titles):
        size, weight, most = (60, 750, 2) if n == 0 else (38, 500, 1)
        tall = round(size * 1.18)
        for row in _wrapped(title, "display", size, weight, beside, most):
            _write(pen, (EDGE, y), row, "display", size, weight, rgb(*INK if n == 0 else QUIET))
            y += tall
        y += 8
    if not poster.price and poster.line:
        for row in _wrapped(poster.line, "ui", 34, 450, beside, 3):
            _write(pen, (EDGE, y + 6), row, "ui", 34, 450, rgb(*QUIET))
            y += 46
    if poster.price:
        end = _write(pen, (EDGE, y + 18), poster.price, "display", 76, 760, brand)
        if poster.before:
            x = end + 24
            over = _write(pen, (x, y + 54), poster.before, "ui", 36, 500, rgb(*QUIET))
            pen.line((x, y + 76, over, y + 76), fill=rgb(*QUIET), width=3)
    _qr(image, pen, poster, top=qr_top)
    if poster.disclosure:
        for n, row in enumerate(_wrapped(poster.disclosure, "ui", 27, 500, inner, 2)):
            _write(pen, (EDGE, HEIGHT - EDGE - 26 + n * 34), row, "ui", 27, 500, rgb(*QUIET))
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _leaf(size: tuple[int, int], corner: int, tight: int) -> Any:
    """A mask with three round corners and a tight one; drawn large, so that edges are smooth."""
    wide, high = size[0] * SMOOTH, size[1] * SMOOTH
    mask = Image.new("L", (wide, high), 0)
    shape = ImageDraw.Draw(mask)
    shape.rounded_rectangle((0, 0, wide - 1, high - 1), corner * SMOOTH, fill=255)
    near = corner * SMOOTH
    first = (True, False, False, False)
    shape.rounded_rectangle((0, 0, near, near), tight * SMOOTH, fill=255, corners=first)
    return mask.resize(size, Image.Resampling.LANCZOS)


def _community(image: Any, pen: Any, poster: Poster, brand: tuple[int, int, int]) -> None:
    side, y = 38, EDGE - 12
    image.paste(brand, (EDGE, y), _leaf((side, side), side // 2, 6))
    _write(pen, (EDGE + side + 16, y - 4), poster.community, "display", 36, 650, rgb(*INK))


def _picture(image: Any, poster: Poster, *, brand: Any, soft: Any) -> None:
    """The photo with our leaf corner; a leaf on the community's colour where there is none."""
    size = (WIDTH - 2 * EDGE, PICTURE_HEIGHT)
    shot = _photo(poster.picture, size)
    if shot is None:
        shot = Image.new("RGB", size, soft)
        pen = ImageDraw.Draw(shot)
        x, y, side = size[0] // 2 - 150, size[1] // 2 - 150, 300
        shot.paste(brand, (x, y), _leaf((side, side), side // 2, 30))
        pen.line((x + 78, y + 78, x + 234, y + 234), fill=soft, width=12)
    image.paste(shot, (EDGE, EDGE + 56), _leaf(size, ROUND, LEAF_CORNER))


def _photo(name: str, size: tuple[int, int]) -> Any:
    if not name:
        return None
    try:
        with storages["default"].open(name) as file:
            photo = Image.open(file).convert("RGB")
        return ImageOps.fit(photo, size, Image.Resampling.LANCZOS)
    except (OSError, UnidentifiedImageError):
        return None


def _qr(image: Any, pen: Any, poster: Poster, *, top: int) -> None:
    import qrcode  # late: four MiB that few processes need

    left, pad, foot = WIDTH - EDGE - QR_SIDE, 18, 40
    pen.rounded_rectangle((left, top - foot, left + QR_SIDE, top + QR_SIDE), 28, fill=rgb(*CARD))
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=2)
    code.add_data(poster.address)
    rows = code.get_matrix()
    module = (QR_SIDE - 2 * pad) // len(rows)
    x0 = left + (QR_SIDE - module * len(rows)) // 2
    y0 = top - foot + pad
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                at = (x0 + x * module, y0 + y * module)
                pen.rectangle((*at, at[0] + module - 1, at[1] + module - 1), fill=(0, 0, 0))
    wide = _width(poster.hint, "ui", 28, 600)
    _write(
        pen, (left + (QR_SIDE - wide) / 2, top + QR_SIDE - foot - 12), poster.hint, "ui", 28, 600,
        rgb(*INK),
    )  # fmt: skip


def _runs(text: str) -> list[tuple[str, bool]]:
    """The text cut where Latin and Chinese letters meet: (part, is Chinese)."""
    found: list[tuple[str, bool]] = []
    for letter in text:
        is_chinese = fonts.is_chinese(letter)
        if found and found[-1][1] == is_chinese:
            found[-1] = (found[-1][0] + letter, is_chinese)
        else:
            found.append((letter, is_chinese))
    return found


def _face(is_chinese: bool, kind: str, size: int, weight: int) -> Any:
    own = fonts.chinese(size, weight) if is_chinese else None
    return own or fonts.latin(kind, size, weight)


def _width(text: str, kind: str, size: int, weight: int) -> float:
    runs = _runs(text)
    gap = size / 8 * max(len(runs) - 1, 0)
    return gap + sum(_face(cjk, kind, size, weight).getlength(part) for part, cjk in runs)


def _write(
    pen: Any, at: tuple[float, float], text: str, kind: str, size: int, weight: int, colour: Any
) -> float:
    """Write one row on a common base line; a thin gap where the scripts meet. Gives its end."""
    x, base = at[0], at[1] + size
    for n, (part, cjk) in enumerate(_runs(text)):
        face = _face(cjk, kind, size, weight)
        x += size / 8 if n else 0
        pen.text((x, base), part, font=face, fill=colour, anchor="ls")
        x += face.getlength(part)
    return float(x)


def _pieces(text: str) -> list[str]:
    """What a row may not be broken within: words, and single Chinese letters with their marks."""
    pieces: list[str] = []
    for part, cjk in _runs(" ".join(text.split())):
        if cjk:
            for letter in part:
                if letter in NEVER_FIRST and pieces:
                    pieces[-1] += letter
                else:
                    pieces.append(letter)
            continue
        words = part.split(" ")
        for n, word in enumerate(words):
            piece = word + (" " if n < len(words) - 1 else "")
            if piece:
                pieces.append(piece)
    return pieces


def _wrapped(text: str, kind: str, size: int, weight: int, wide: int, most: int) -> list[str]:
    """The text in at most so many rows; the last one ends in … when not all of it fits."""
    rows: list[str] = [""]
    for piece in _pieces(text):
        if not rows[-1] or _width((rows[-1] + piece).rstrip(), kind, size, weight) <= wide:
            rows[-1] += piece
        else:
            rows.append(piece)
    kept = [row.strip() for row in rows[:most]]
    if len(rows) > most or _width(kept[-1], kind, size, weight) > wide:
        last = kept[-1]
        while last and _width(last + "…", kind, size, weight) > wide:
            last = last[:-1]
        kept[-1] = last.rstrip() + "…"
    return kept
