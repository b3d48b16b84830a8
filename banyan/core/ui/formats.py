"""Numbers and moments as people of a language write them."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from babel.core import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_compact_decimal, format_decimal
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_DAY = {"en": "EEE d MMM", "zh": "M月d日 EEE"}
_DAY_AND_YEAR = {"en": "d MMM y", "zh": "y年M月d日"}


def tag_of(code: str | None) -> str:
    """The BCP 47 tag for <html lang>: zh-hans becomes zh-Hans."""
    parts = (code or "").replace("_", "-").split("-")
    return "-".join(
        [parts[0].lower()]
        + [p.title() if len(p) == 4 else p.upper() if len(p) == 2 else p for p in parts[1:]]
    )


@lru_cache(maxsize=16)
def _locale(code: str) -> Locale:
    return Locale.parse(tag_of(code), sep="-")


def here() -> Locale:
    return _locale(get_language() or "en")


def _pattern(table: dict[str, str]) -> str:
    return table.get(here().language, table["en"])


def compact(n: int) -> str:
    """1.2K, 1.2万; below a thousand the number itself."""
    if 0 <= n < 1000:
        return str(n)
    return format_compact_decimal(n, locale=here(), fraction_digits=1)


def whole(n: int) -> str:
    return format_decimal(n, locale=here())


def day(moment: datetime, *, now: datetime | None = None) -> str:
    """Sun 22 Nov, 11月22日周日; with the year when it is another."""
    local = timezone.localtime(moment)
    this_year = timezone.localtime(now).year
    table = _DAY if local.year == this_year else _DAY_AND_YEAR
    return format_date(local, _pattern(table), locale=here())


def clock(moment: datetime) -> str:
    return format_time(timezone.localtime(moment), "HH:mm", locale=here())


def exact(moment: datetime, *, now: datetime | None = None) -> str:
    """Tue 24 Nov, 21:00, in the viewer's zone."""
    return _("%(day)s, %(clock)s") % {"day": day(moment, now=now), "clock": clock(moment)}


def zone_name(moment: datetime) -> str:
    return timezone.localtime(moment).tzname() or ""


def relative(moment: datetime, *, now: datetime | None = None) -> str:
    """3 hours ago, in 2 days; from 7 days on, the day itself."""
    away = moment - (now or timezone.now())
    if abs(away) >= timedelta(days=7):
        return day(moment, now=now)
    if abs(away) < timedelta(seconds=45):
        return _("just now")
    return format_timedelta(away, add_direction=True, locale=here(), threshold=1.0)
