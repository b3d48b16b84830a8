"""Charts as SVG text: bars start at zero, events stand on the line, numbers are one press away.

Pure functions. Every chart is drawn twice, wide for the desk and narrow for the phone, so that
letters keep their size.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Any, NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class Point(NamedTuple):
    label: str
    value: float
    hot: bool = False
    mark: str = ""


def points_of(rows: Sequence[Any]) -> list[Point]:
    """Points, or (label, value[, hot[, mark]]) rows, or mappings with those keys."""
    return [Point(**row) if isinstance(row, dict) else Point(*row) for row in rows]


def number(value: float) -> str:
    return f"{value:g}" if abs(value) < 1000 else f"{value:,.0f}"


def _at(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _wide(text: str) -> float:
    """About how many Latin letters wide; a Han character counts for nearly two."""
    return sum(1.75 if sign > "\u2e7f" else 1 for sign in text)


def _inside(middle: float, label: str, width: int) -> tuple[float, str]:
    """Where words below a bar stand so that neither edge of the picture cuts them."""
    half = 3.4 * _wide(label)
    if middle < half:
        return 0.0, "start"
    return (float(width), "end") if middle + half > width else (middle, "middle")


def _every(count: int, room: int) -> int:
    """Label each n-th of `count` points when `room` labels fit; whole weeks for long runs."""
    least = ceil(count / max(1, room))
    return next((n for n in (1, 2, 3, 7, 14, 28, 30, 60, 90) if n >= least), least)


def steps(low: float, high: float, wanted: int = 3) -> list[float]:
    """About `wanted` round numbers between `low` and `high`, for the grid."""
    span = (high - low) or 1
    size = 10 ** floor(log10(span / wanted))
    size *= next(k for k in (1, 2, 5, 10) if span / (k * size) <= wanted)
    return [n * size for n in range(ceil(low / size), floor(high / size) + 1)]


def bars(points: Sequence[Point], *, width: int, height: int, said: str, cls: str) -> SafeString:
    """One bar a point; the last hot one carries its number."""
    if not points:
        return SafeString("")
    most = max((p.value for p in points), default=0) or 1
    slot, top, foot = width / len(points), 18, 22
    bar = min(44.0, slot * 0.7)
    room = height - top - foot
    every = _every(len(points), width // (10 + 8 * max(_wide(p.label) for p in points)))
    hot = [i for i, p in enumerate(points) if p.hot]
    named = {hot[-1]} if hot else ({points.index(max(points, key=lambda p: p.value))})
    drawn = []
    for i, p in enumerate(points):
        tall = max(p.value / most * room, 2)
        x, y = i * slot + (slot - bar) / 2, top + room - tall
        drawn.append(
            format_html(
                '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="4"/>',
                "hot" if p.hot else "base" if hot else "cool",
                _at(x),
                _at(y),
                _at(bar),
                _at(tall),
            )
        )
        if i % every == 0:
            at, anchor = _inside(x + bar / 2, p.label, width)
            drawn.append(
                format_html(
                    '<text x="{}" y="{}" text-anchor="{}">{}</text>',
                    _at(at),
                    height - 4,
                    anchor,
                    p.label,
                )
            )
        if i in named:
            drawn.append(
                format_html(
                    '<text class="{}" x="{}" y="{}" text-anchor="middle">{}</text>',
                    "hot-t" if p.hot else "top-t",
                    _at(x + bar / 2),
                    _at(y - 5),
                    number(p.value),
                )
            )
    return _svg(drawn, width, height, said, f"viz {cls}")


def line(points: Sequence[Point], *, width: int, height: int, said: str, cls: str) -> SafeString:
    """Time on the floor, values up; marks stand on the line where something happened."""
    if len(points) < 2:
        return SafeString("")
    values = [p.value for p in points]
    low, high = min(values), max(values)
    base = 0 if low < (high - low) * 1.5 else low - (high - low) * 0.8
    left, right, top, floor_y = 8, width - 8, 40, height - 20
    span = (high - base) or 1
    xs = [left + i * (right - left) / (len(points) - 1) for i in range(len(points))]
    ys = [floor_y - (v - base) / span * (floor_y - top) for v in values]
    path = f"M{_at(xs[0])} {_at(ys[0])}" + "".join(
        f"C{_at((a + b) / 2)} {_at(c)} {_at((a + b) / 2)} {_at(d)} {_at(b)} {_at(d)}"
        for a, b, c, d in zip(xs, xs[1:], ys, ys[1:], strict=False)
    )
    drawn = [
        format_html('<path class="c-f" d="{}L{} {}L{} {}z"/>', path, right, floor_y, left, floor_y)
    ]
    for value in steps(base, high):
        y = floor_y - (value - base) / span * (floor_y - top)
        if floor_y - y < 6:
            continue
        drawn.append(
            format_html(
                '<line class="gl" x1="{}" x2="{}" y1="{}" y2="{}"/>'
                '<text class="ax" x="{}" y="{}" text-anchor="end">{}</text>',
                left,
                right,
                _at(y),
                _at(y),
                right,
                _at(y - 4),
                number(value),
            )
        )
    drawn.append(format_html('<path class="c-l" d="{}"/>', path))
    every = _every(len(points), width // 110)
    taken = [0.0, 0.0]  # how far the words of the marks reach, on two rows
    for i, p in enumerate(points):
        if i % every == 0 and xs[i] < right - 30:
            drawn.append(
                format_html(
                    '<text class="ax" x="{}" y="{}">{}</text>', _at(xs[i]), height - 4, p.label
                )
            )
        if p.mark:
            long = 7.0 * _wide(p.mark)
            end = xs[i] + 6 + long > width
            start = xs[i] - 6 - long if end else xs[i] + 6
            row = 0 if start >= taken[0] else 1
            taken[row] = start + long + 8
            drawn.append(
                format_html(
                    '<line class="mk" x1="{}" x2="{}" y1="{}" y2="{}"/>'
                    '<text class="mt" x="{}" y="{}" text-anchor="{}">{}</text>',
                    _at(xs[i]),
                    _at(xs[i]),
                    _at(ys[i] - 6),
                    4 + 16 * row,
                    _at(xs[i] - 6 if end else xs[i] + 6),
                    12 + 16 * row,
                    "end" if end else "start",
                    p.mark,
                )
            )
    drawn.append(
        format_html('<circle class="c-d" cx="{}" cy="{}" r="5"/>', _at(xs[-1]), _at(ys[-1]))
    )
    return _svg(drawn, width, height, said, f"viz line {cls}")


def compare(points: Sequence[Point], *, of: float | None, said: str) -> SafeString:
    """Lying bars for two or three things of one kind, each with its number."""
    most = of or max((p.value for p in points), default=1) or 1
    drawn = []
    for i, p in enumerate(points):
        y = i * 42
        drawn.append(
            format_html(
                '<text x="0" y="{}">{}</text>'
                '<rect class="base" x="0" y="{}" width="170" height="14" rx="7"/>'
                '<rect class="{}" x="0" y="{}" width="{}" height="14" rx="7"/>'
                '<text class="big-t" x="178" y="{}">{}</text>',
                y + 12,
                p.label,
                y + 18,
                "cool" if i == 0 else "dim",
                y + 18,
                _at(max(14, 170 * p.value / most) if p.value else 0),
                y + 30,
                number(p.value),
            )
        )
    return _svg(drawn, 208, max(1, len(points)) * 42, said, "viz")


def stacked(parts: Sequence[tuple[str, int]], *, said: str) -> SafeString:
    """One bar in parts: (tone, amount) rows; nothing negative."""
    whole = sum(amount for _, amount in parts) or 1
    drawn, at = [], 0.0
    for tone, amount in parts:
        wide = amount * 100 / whole
        if amount > 0:
            drawn.append(
                format_html(
                    '<rect class="t-{}" x="{}%" width="{}%" height="14"/>',
                    tone,
                    f"{at:.2f}",
                    f"{max(wide - 0.4, 0.3):.2f}",
                )
            )
        at += wide
    return format_html(
        '<svg class="flow" width="100%" height="14" role="img" aria-label="{}">{}</svg>',
        said,
        SafeString("".join(drawn)),
    )


def table(points: Sequence[Point], *, first: str, second: str) -> SafeString:
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td class="num">{}</td></tr>',
        (((p.mark and f"{p.label} · {p.mark}") or p.label, number(p.value)) for p in points),
    )
    return format_html(
        '<table class="plain"><thead><tr><th scope="col">{}</th>'
        '<th scope="col">{}</th></tr></thead>'
        "<tbody>{}</tbody></table>",
        first,
        second,
        rows,
    )


def _svg(drawn: Sequence[str], width: int, height: int, said: str, cls: str) -> SafeString:
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        cls,
        width,
        height,
        said,
        SafeString("".join(drawn)),
    )
