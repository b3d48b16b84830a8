"""An app's icon: a leaf on the community's colour, drawn here because browsers want a PNG."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageDraw

from banyan.communities.colours import rgb

SIZES = (180, 192, 512)
GROUND_LIGHTNESS, LEAF = 0.43, (250, 250, 244)


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
