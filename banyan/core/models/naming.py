from __future__ import annotations

from django.utils.translation import get_language


class NamedTwice:
    """For a record with `name`, `lang` and, where there is one, `second_name`, `second_lang`."""

    name: str
    lang: str
    second_name: str
    second_lang: str

    @property
    def _is_second(self) -> bool:
        reader = (get_language() or "en")[:2].lower()
        return bool(self.second_name) and (
            self.second_lang[:2].lower() == reader != self.lang[:2].lower()
        )

    @property
    def here_name(self) -> str:
        """In the reader's language, where it has a name in it."""
        return self.second_name if self._is_second else self.name

    @property
    def here_lang(self) -> str:
        return self.second_lang if self._is_second else self.lang
