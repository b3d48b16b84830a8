"""How figures of the health board read, and its own drawing: the curve of who stays."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banyan.core.ui.formats import whole

from .. import stages
from ..queries import Survival, short_day
from ..rules import FEW, Share

register = template.Library()


@register.filter
def share(value: Share) -> SafeString:
    """A percentage with its interval from 30 on; below that, so many of so many."""
    if not value.is_told:
        return format_html(
            "<span>{}</span>", _("%(k)s of %(n)s") % {"k": value.part, "n": value.whole}
        )
    return format_html(
        '{} <span class="range">{}</span>',
        _("%(p)s %%") % {"p": value.percent},
        _("%(low)s–%(high)s %%, n = %(n)s")
        % {"low": value.low, "high": value.high, "n": whole(value.whole)},
    )


@register.filter
def short(value: Share) -> str:
    """The same in a cell: a percentage, or the count while there are few."""
    return _("%(p)s %%") % {"p": value.percent} if value.is_told else str(value.part)


@register.filter
def measured(verdict: stages.Verdict) -> str:
    """What a criterion measures now."""
    unit, value, n = verdict.criterion.unit, verdict.value, verdict.n
    if verdict.state == "unmeasured":
        return _("not measured yet")
    if unit == stages.YES:
        return _("yes") if value else _("no")
    if unit == stages.PERCENT:
        if verdict.state == "few" or not n or n < FEW:
            return _("%(k)s of %(n)s: too few to tell") % {"k": verdict.part or 0, "n": n or 0}
        if verdict.low is None:
            return _("%(p)s %%, n = %(n)s") % {"p": value, "n": whole(n)}
        return _("%(p)s %% (%(low)s–%(high)s), n = %(n)s") % {
            "p": value, "low": verdict.low, "high": verdict.high, "n": whole(n)
        }  # fmt: skip
    if unit == stages.HOURS:
        if verdict.state == "few":
            return ngettext(
                "%(n)s post: too few to tell", "%(n)s posts: too few to tell", n or 0
            ) % {"n": n or 0}
        if value is None:
            return _("half or more have no answer, n = %(n)s") % {"n": whole(n or 0)}
        return _("%(h)s h, n = %(n)s") % {"h": value, "n": whole(n or 0)}
    return whole(value or 0)


@register.filter
def wanted(verdict: stages.Verdict) -> str:
    """What it asks for."""
    criterion, number = verdict.criterion, verdict.wanted
    if criterion.unit == stages.YES or number is None:
        return ""
    shown = {
        stages.PERCENT: _("%(p)s %%") % {"p": number}, stages.HOURS: _("%(h)s h") % {"h": number}
    }.get(criterion.unit, whole(number))  # fmt: skip
    return (_("at most %(n)s") if criterion.is_most else _("at least %(n)s")) % {"n": shown}


@register.filter
def lacking(verdict: stages.Verdict) -> str:
    """What is missing, in words; "" when nothing is or nothing can be said."""
    if verdict.state != "not" or verdict.wanted is None:
        return ""
    value, number = verdict.value, verdict.wanted
    if verdict.criterion.unit == stages.COUNT and value is not None:
        more = number - value
        return ngettext("%(n)s more", "%(n)s more", more) % {"n": whole(more)}
    if verdict.criterion.unit == stages.PERCENT and value is not None:
        points = abs(number - value)
        return ngettext(
            "%(n)s percentage point", "%(n)s percentage points", points
        ) % {"n": points}  # fmt: skip
    if verdict.criterion.unit == stages.HOURS and value is not None:
        return ngettext("%(n)s hour too slow", "%(n)s hours too slow", value - number) % {
            "n": value - number
        }
    return ""


def _curve(found: Survival, width: int, cls: str, said: str) -> SafeString:
    left, right, top, floor = 42, width - 10, 14, 150
    longest = max(found.longest, 1)

    def x(day: float) -> str:
        return f"{left + (right - left) * day / longest:.1f}"

    def y(part: float) -> str:
        return f"{floor - (floor - top) * part:.1f}"

    path, at = [f"M{x(0)} {y(1)}"], 1.0
    for point in found.curve:
        path.append(f"L{x(point.day)} {y(at)}L{x(point.day)} {y(point.share)}")
        at = point.share
    path.append(f"L{x(longest)} {y(at)}")
    grid = format_html_join(
        "",
        '<line class="gl" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="ax" x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (left, right, y(part), y(part), left - 6, f"{float(y(part)) + 4:.1f}",
             _("%(p)s %%") % {"p": round(100 * part)})
            for part in (0, 0.5, 1)
        ),
    )  # fmt: skip
    fits = max(2, width // 90)
    step = next(s for s in (7, 14, 30, 60, 90, 180) if longest / s <= fits or s == 180)
    days = format_html_join(
        "",
        '<text class="ax" x="{}" y="170" text-anchor="{}">{}</text>',
        (
            (x(day), "middle" if day else "start", _("day %(n)s") % {"n": day})
            for day in range(0, longest + 1, step) if float(x(day)) < right - 12
        ),
    )  # fmt: skip
    return format_html(
        '<svg class="viz line {}" viewBox="0 0 {} 176" role="img" aria-label="{}">{}'
        '<path class="c-f" d="{}L{} {}L{} {}z"/><path class="c-l" d="{}"/>{}</svg>',
        cls, width, said, grid, "".join(path), right, floor, left, floor, "".join(path), days,
    )  # fmt: skip


@register.simple_tag
def stay_curve(found: Survival, said: str) -> SafeString:
    """Kaplan and Meier's steps, wide and narrow, with the numbers behind them."""
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td class="num">{}</td><td class="num">{}</td>'
        '<td class="num">{}</td></tr>',
        (
            (_("day %(n)s") % {"n": point.day}, _("%(p)s %%") % {"p": round(100 * point.share)},
             whole(point.at_risk), whole(point.lost))
            for point in found.curve
        ),
    )  # fmt: skip
    return format_html(
        '<figure class="chart">{}{}<details class="numbers"><summary>{}</summary>'
        '<table class="plain"><thead><tr><th scope="col">{}</th><th scope="col">{}</th>'
        '<th scope="col">{}</th><th scope="col">{}</th></tr></thead><tbody>{}</tbody></table>'
        "</details></figure>",
        _curve(found, 760, "broad", said), _curve(found, 360, "slim", said), _("See numbers"),
        _("Since joining"), _("Still active"), _("Seen that long"), _("Lost then"), rows,
    )  # fmt: skip


register.filter(short_day)


@register.filter
def item(mapping: Any, key: str) -> Any:
    return mapping[key]
