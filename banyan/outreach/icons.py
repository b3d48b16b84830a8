"""An app's icon: a leaf on the community's colour, drawn here because browsers want a PNG."""

from __future__ import annotations

import io
import math
from functools import lru_cache

from PIL import Image, ImageDraw

SIZES = (180, 192, 512)
GROUND_LIGHTNESS, LEAF = 0.43, (250, 250, 244)


def rgb(lightness: float, chroma: float, hue: float) -> tuple[int, int, int]:
    """An OKLCH colour in sRGB, cut to what it can show. Matrices: CSS Color 4."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
        -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
        -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
    )
    parts = [min(max(part, 0.0), 1.0) for part in linear]
    seen = [12.92 * p if p <= 0.0031308 else 1.055 * p ** (1 / 2.4) - 0.055 for p in parts]
    red, green, blue = (round(255 * part) for part in seen)
    return red, green, blue


def hex_of(hue: int, chroma: int) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb(GROUND_LIGHTNESS, chroma / 1000, hue))


@lru_cache(maxsize=256)
def png(hue: int, chroma: int, size: int) -> bytes:
    """The leaf keeps to the middle, so that a round mask cuts nothing of it."""
    big = size * 2
    image = Image.new("RGB", (big, big), rgb(GROUND_LIGHTNESS, chroma / 1000, hue))
    draw = ImageDraw.Draw(image)
    edge, side = big * 0.28, big * 0.44
    draw.ellipse((edge, edge, edge + side, edge + side), fill=LEAF)
    draw.rounded_rectangle((edge, edge, edge + side / 2, edge + side / 2), side * 0.1, LEAF)
    vein = rgb(GROUND_LIGHTNESS, chroma / 1000, hue)
    draw.line(
        (edge + side * 0.26, edge + side * 0.26, edge + side * 0.78, edge + side * 0.78),
        fill=vein, width=round(big * 0.022),
    )  # fmt: skip
    out = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()
