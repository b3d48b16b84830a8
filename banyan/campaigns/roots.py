# ruff: noqa: E501
"""The roots of a team: one strand per place, each person hangs on theirs, steps on the ground."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from banyan.core.money import Money
from banyan.core.ui.drawings import hue_of

from . import rules

WIDTH, SOIL, EDGE = 358.0, 166.0, 20.0
_DEPTHS = (98, 123, 85, 114, 101, 130, 92, 118, 88, 108)  # how low each one hangs
_BRANCH = mark_safe(
    '<path class="branch" d="M6 32C100 14 215 34 352 20"/>'
    '<path class="leaf" transform="translate(36 18) rotate(-28)" d="M0 6C2-4 12-8 22-6 20 4 10 10 0 6z"/>'
    '<path class="new" transform="translate(92 14) rotate(10)" d="M0 6C2-4 12-8 22-6 20 4 10 10 0 6z"/>'
    '<path class="leaf" transform="translate(150 17) rotate(-20)" d="M0 6C2-4 12-8 22-6 20 4 10 10 0 6z"/>'
    '<path class="new" transform="translate(206 18) rotate(14)" d="M0 6C2-4 12-8 22-6 20 4 10 10 0 6z"/>'
    '<path class="leaf" transform="translate(262 18) rotate(-16)" d="M0 6C2-4 12-8 22-6 20 4 10 10 0 6z"/>'
    '<path class="leaf" transform="translate(318 12) rotate(18)" d="M0 6C2-4 12-8 22-6 20 4 10 10 0 6z"/>'
    '<line class="soil" x1="0" y1="166" x2="358" y2="166"/>'
)  # fmt: skip


def _branch_at(x: float) -> float:
    """How high the branch stands over `x`."""
    t = x / WIDTH
    return 32 * (1 - t) ** 3 + 3 * 14 * t * (1 - t) ** 2 + 3 * 34 * t * t * (1 - t) + 20 * t**3


def _place(n: int, size: int) -> float:
    return EDGE + (WIDTH - 2 * EDGE) * (n / (size - 1) if size > 1 else 0.5)


def _person(x: float, y: float, r: float, person: Any) -> SafeString:
    leaf = f"M{x - r:.1f} {y + r:.1f}v{-r:.1f}a{r:.1f} {r:.1f} 0 0 1 {r:.1f} {-r:.1f}" \
           f"a{r:.1f} {r:.1f} 0 0 1 0 {2 * r:.1f}h{-r + 2:.1f}a2 2 0 0 1 -2 -2z"  # fmt: skip
    name = str(getattr(person, "name", "") or "")
    letter = format_html(
        '<text x="{}" y="{}" text-anchor="middle">{}</text>', f"{x:.1f}", f"{y + 4.4:.1f}",
        name[:1].upper() or "·",
    ) if r > 9 else ""  # fmt: skip
    return format_html('<g class="who h{}"><path d="{}"/>{}</g>', hue_of(person), leaf, letter)


def _strand(n: int, size: int, person: Any | None) -> SafeString:
    x, r = _place(n, size), (13.0 if size <= 12 else 6.0)
    top, y = _branch_at(x) + 2, float(_DEPTHS[n % len(_DEPTHS)])
    if person is None:
        plus = f"M{x - 4:.1f} {y:.1f}h8M{x:.1f} {y - 4:.1f}v8" if r > 9 else ""
        return format_html(
            '<path class="strand off" d="M{x} {top}V{end}"/><circle class="free" cx="{x}" '
            'cy="{y}" r="{r}"/><path class="plus" d="{plus}"/>',
            x=f"{x:.1f}", top=f"{top:.1f}", end=f"{y - r:.1f}", y=f"{y:.1f}", r=f"{r - 1:.1f}",
            plus=plus,
        )  # fmt: skip
    sway = 5 if n % 2 else -5
    curve = (
        f"M{x:.1f} {top:.1f}C{x + sway:.1f} {top + (y - top) * 0.4:.1f} "
        f"{x - sway:.1f} {top + (y - top) * 0.7:.1f} {x:.1f} {y - r + 2:.1f}"
    )
    return format_html(
        '<path class="strand" d="{}"/><path class="strand deep" d="M{} {}V166"/>{}',
        curve, f"{x:.1f}", f"{y + r:.1f}", _person(x, y, r, person),
    )  # fmt: skip


def _step(step: rules.Step, size: int, currency: str, is_last: bool) -> SafeString:
    seats, minor = step
    x = _place(seats - 1, size)
    anchor, at = ("end", WIDTH) if x > WIDTH - 34 else ("middle", x)
    return format_html(
        '<g class="step{}"><path d="M{} 160h12l-6 9z"/><text class="cost" x="{}" y="186" '
        'text-anchor="{}">{}</text><text class="need" x="{}" y="202" text-anchor="{}">{}</text></g>',
        " last" if is_last else "", f"{x - 6:.1f}", f"{at:.1f}", anchor,
        Money(minor, currency).display(get_language() or "en"), f"{at:.1f}", anchor,
        ngettext("%(n)d person", "%(n)d people", seats) % {"n": seats},
    )  # fmt: skip


def draw(
    people: Sequence[Any], *, count: int, size: int, steps: Sequence[rules.Step], currency: str
) -> SafeString:
    """`people` in the order they came; `count` of them, also where not all are named."""
    hanging = [*people[:count], *([object()] * max(count - len(people), 0))]
    strands = [_strand(n, size, hanging[n] if n < len(hanging) else None) for n in range(size)]
    label = _("%(count)d of %(size)d places taken") % {"count": count, "size": size}
    last = len(steps) - 1
    return format_html(
        '<svg class="roots" viewBox="0 0 358 206" role="img" aria-label="{}">{}{}{}</svg>',
        label, _BRANCH, format_html_join("", "{}", ((strand,) for strand in strands)),
        format_html_join(
            "", "{}", ((_step(s, size, currency, n == last),) for n, s in enumerate(steps))
        ),
    )  # fmt: skip
