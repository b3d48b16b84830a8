"""Countries as people of a language call them, and which of them is likely somebody's."""

from __future__ import annotations

from functools import lru_cache

from babel.core import Locale

# In CLDR but no place a parcel goes to.
_NO_PLACE = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}
_OF_CURRENCY = {"EUR": "DE", "XOF": "SN", "XAF": "CM", "XCD": "AG"}


@lru_cache(maxsize=8)
def _names(language: str) -> dict[str, str]:
    territories = Locale.parse(language.replace("-", "_"), sep="_").territories
    return {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_PLACE
    }


def choices(language: str, only: list[str] | None = None) -> list[tuple[str, str]]:
    """(code, name), by name as the language sorts it."""
    names = _names(language)
    codes = names if only is None else [code for code in only if code in names]
    if language.startswith("zh"):
        return sorted(((c, names[c]) for c in codes), key=lambda row: _pinyin_key(row[1]))
    return sorted(((c, names[c]) for c in codes), key=lambda row: row[1].casefold())


def _pinyin_key(name: str) -> bytes:
    """GB 2312 stands in the order of pinyin for the common characters."""
    return name.encode("gb18030")


def name_of(code: str, language: str) -> str:
    return _names(language).get(code, code)


def is_country(code: str) -> bool:
    return code in _names("en")


def of_currency(currency: str) -> str:
    """The country most buyers of a shop in this currency live in: CNY is China."""
    return _OF_CURRENCY.get(currency, currency[:2])
