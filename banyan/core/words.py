"""Which sentences are marked for translation, and which of them still lack good Chinese."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HAN = re.compile(r"[\u3400-\u9fff]")
# Signs that Chinese writes full-width beside Han, and 您, which communities do not say.
_HALF_WIDTH = re.compile(r"[\u3400-\u9fff][,;:!?]|[,;!?][\u3400-\u9fff]")
_TYPED_GAP = re.compile(r"[\u3400-\u9fff] [A-Za-z0-9]|[A-Za-z0-9] [\u3400-\u9fff]")
_PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@dataclass(frozen=True)
class Sentence:
    context: str
    text: str
    plural: str
    file: Path
    line: int

    @property
    def app(self) -> Path:
        """The folder whose locale holds it: the nearest Django app above the file."""
        for folder in self.file.parents:
            if (folder / "apps.py").exists():
                return folder
            if folder == ROOT:
                break
        return ROOT / "core"


def sentences(root: Path = ROOT) -> Iterator[Sentence]:
    """Every marked sentence of our Python and templates, tests left out."""
    for file in sorted(root.rglob("*")):
        if "tests" in file.parts or file.suffix not in (".py", ".html", ".txt"):
            continue
        if file.suffix != ".py" and "templates" not in file.parts:
            continue
        source = file.read_text(encoding="utf-8")
        if file.suffix != ".py":
            # Blanks stand where text stood; at the start of a line Python takes them seriously.
            source = "\n".join(line.strip() for line in templatize(source).split("\n"))
        stream = io.BytesIO(source.encode())
        for line, function, message, _comments, *_ in _extracted(stream):
            parts = list(message) if isinstance(message, tuple | list) else [message]
            context = ""
            if function in ("pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"):
                context = parts.pop(0) or ""
            text = parts[0]
            plural = parts[1] if len(parts) > 1 and isinstance(parts[1], str) else ""
            if isinstance(text, str) and text:
                yield Sentence(context, text, plural, file, line)


def _extracted(stream: io.BytesIO) -> Iterator[tuple[int, str, object, list[str]]]:
    yield from extract_python(stream, list(KEYWORDS), (), {"encoding": "utf-8"})


def translations(root: Path = ROOT) -> dict[tuple[str, str], tuple[str, ...]]:
    """(context, English) -> the Chinese forms, from every app's catalog."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for file in sorted(root.rglob("locale/zh_Hans/LC_MESSAGES/django.po")):
        with file.open("rb") as handle:
            for message in read_po(handle, locale="zh_Hans"):
                if not message.id or message.fuzzy:
                    continue
                ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
                strings = (
                    message.string
                    if isinstance(message.string, tuple | list)
                    else (message.string,)
                )
                key = (message.context or "", ids[0])
                if any(strings) or key not in found:
                    found[key] = tuple(s or "" for s in strings)
    return found


def said_twice(root: Path = ROOT) -> list[str]:
    """English that two catalogs put into different Chinese: Django keeps one, in every app.

    Give one of them a context.
    """
    first: dict[tuple[str, str], tuple[str, Path]] = {}
    rivals = []
    for file in sorted(root.rglob("locale/zh_Hans/LC_MESSAGES/django.po")):
        with file.open("rb") as handle:
            for message in read_po(handle, locale="zh_Hans"):
                said = message.string if isinstance(message.string, str) else message.string[0]
                if not message.id or not said:
                    continue
                text = message.id if isinstance(message.id, str) else message.id[0]
                other, where = first.setdefault((message.context or "", text), (said, file))
                if other != said:
                    places = f"{where.relative_to(root)} and {file.relative_to(root)}"
                    rivals.append(f"{places}: {text!r} is {other} and {said}")
    return rivals


def faults(sentence: Sentence, forms: tuple[str, ...] | None) -> list[str]:
    """What is wrong with the Chinese of one sentence; empty when all is well."""
    if not forms or not forms[0]:
        return ["no Chinese"]
    wrong = []
    wanted = sorted(set(_PLACE.findall(sentence.plural or sentence.text)))
    for form in forms:
        if form.strip() == sentence.text.strip() and re.search("[A-Za-z]{2}", form):
            wrong.append("equal to the English")
        if "您" in form:
            wrong.append("says 您")
        if _HALF_WIDTH.search(form):
            wrong.append("half-width punctuation beside Han")
        if _TYPED_GAP.search(form):
            wrong.append("typed gap between Han and Latin")
        if sorted(set(_PLACE.findall(form))) != wanted:
            wrong.append(f"places differ: {wanted}")
    return wrong
