"""A community's colour where no browser works it out: pictures that are drawn here."""

from __future__ import annotations

import math


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
