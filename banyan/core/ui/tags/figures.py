"""Charts and the money bar: server-made SVG with words and a table behind it."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .. import charts, drawings
from . import register
from .numbers import money


@register.simple_tag
def money_flow(parts: Any, label: str = "") -> SafeString:
    """One bar and its rows. Parts: {label, amount, tone}; a tone is brand, sprout, amber…"""
    rows = [
        (
            str(drawings.read(p, "label")),
            drawings.read(p, "amount"),
            drawings.read(p, "tone") or "line",
        )
        for p in parts
    ]
    said = label or _("Where the money went")
    spoken = ", ".join(f"{name} {money(amount)}" for name, amount, _tone in rows)
    bar = charts.stacked(
        [(tone, max(0, amount.minor)) for _name, amount, tone in rows], said=f"{said}: {spoken}"
    )
    lines = format_html_join(
        "",
        '<div><dt><svg class="key" viewBox="0 0 10 10" aria-hidden="true">'
        '<rect class="t-{}" width="10" '
        'height="10" rx="3"/></svg>{}</dt><dd class="num">{}</dd></div>',
        ((tone, name, money(amount)) for name, amount, tone in rows),
    )
    return format_html('{}<dl class="rows">{}</dl>', bar, lines)


def _chart(
    picture: str, rows: list[charts.Point], headline: str, eyebrow: str, first: str, second: str
) -> SafeString:
    head = format_html('<p class="mut sm-t">{}</p>', eyebrow) if eyebrow else ""
    if headline:
        head += format_html('<p class="sum">{}</p>', headline)
    return format_html(
        '<figure class="chart">{}{}'
        '<details class="numbers"><summary>{}</summary>{}</details></figure>',
        head,
        SafeString(picture),
        _("See numbers"),
        charts.table(rows, first=first or _("When"), second=second or _("How many")),
    )


@register.simple_tag
def bar_chart(
    points: Any, headline: str = "", eyebrow: str = "", first: str = "", second: str = ""
) -> SafeString:
    rows = charts.points_of(points)
    said = f"{headline or eyebrow}. " + ", ".join(
        f"{p.label} {charts.number(p.value)}" for p in rows
    )
    picture = charts.bars(rows, width=720, height=180, said=said, cls="broad")
    picture += charts.bars(rows, width=360, height=176, said=said, cls="slim")
    return _chart(picture, rows, headline, eyebrow, first, second)


@register.simple_tag
def line_chart(
    points: Any, headline: str = "", eyebrow: str = "", first: str = "", second: str = ""
) -> SafeString:
    rows = charts.points_of(points)
    ends = (
        ", ".join(f"{p.label} {charts.number(p.value)}" for p in (rows[0], rows[-1]))
        if rows
        else ""
    )
    said = f"{headline or eyebrow}. {ends}"
    picture = charts.line(rows, width=760, height=172, said=said, cls="broad")
    picture += charts.line(rows, width=360, height=172, said=said, cls="slim")
    return _chart(picture, rows, headline, eyebrow, first, second)


@register.simple_tag
def spark_bars(points: Any, label: str = "") -> SafeString:
    """The small bars of a need card; they have no table, so the words beside name the numbers."""
    rows = charts.points_of(points)
    said = label or ", ".join(f"{p.label} {charts.number(p.value)}" for p in rows)
    return charts.bars(rows, width=208, height=98, said=said, cls="")


@register.simple_tag
def compare_bars(points: Any, of: float | None = None, label: str = "") -> SafeString:
    rows = charts.points_of(points)
    said = label or ", ".join(f"{p.label} {charts.number(p.value)}" for p in rows)
    return charts.compare(rows, of=of, said=said)
