from __future__ import annotations

from django.utils.translation import get_language


class Worded:
    """Reads `title` or another text in the reader's language where `second_…` is written in it."""

    lang: str
    second_lang: str

    def is_second(self, field: str) -> bool:
        reader = (get_language() or "en")[:2]
        second = getattr(self, f"second_{field}")
        return bool(second) and self.second_lang[:2] == reader != self.lang[:2]

    def said(self, field: str) -> str:
        return str(getattr(self, f"second_{field}" if self.is_second(field) else field))

    def said_lang(self, field: str) -> str:
        return self.second_lang if self.is_second(field) else self.lang

    @property
    def here_title(self) -> str:
        return self.said("title")

    @property
    def here_lang(self) -> str:
        return self.said_lang("title")
