from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from banyan.core.words import ROOT, Sentence, faults, said_twice, sentences, translations

HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Language: zh_Hans\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n'
)


class Command(BaseCommand):
    help = "List sentences without good Chinese. --check fails on any; --write adds empty entries."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--check", action="store_true")
        parser.add_argument("--write", action="store_true")
        parser.add_argument("app", nargs="?", help="only this app's folder, such as orders")

    def handle(self, *args: Any, **options: Any) -> None:
        known = translations()
        wanting: dict[tuple[str, str], tuple[Sentence, list[str]]] = {}
        for sentence in sentences():
            if options["app"] and sentence.app.name != options["app"]:
                continue
            wrong = faults(sentence, known.get((sentence.context, sentence.text)))
            if wrong:
                wanting.setdefault((sentence.context, sentence.text), (sentence, wrong))
        for sentence, wrong in wanting.values():
            place = f"{sentence.file.relative_to(ROOT.parent)}:{sentence.line}"
            self.stdout.write(f"{place}: {'; '.join(wrong)}: {sentence.text!r}")
        rivals = said_twice()
        for line in rivals:
            self.stdout.write(line)
        if options["write"]:
            for sentence, wrong in wanting.values():
                if wrong == ["no Chinese"]:
                    _append(sentence)
        if options["check"] and (wanting or rivals):
            raise CommandError(f"{len(wanting) + len(rivals)} sentences need Chinese")
        if not wanting:
            self.stdout.write("Every sentence has its Chinese.")


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _append(sentence: Sentence) -> None:
    file: Path = sentence.app / "locale/zh_Hans/LC_MESSAGES/django.po"
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_text(encoding="utf-8") if file.exists() else HEAD
    name = f"msgid {_quote(sentence.text)}\n"
    if sentence.context:
        name = f"msgctxt {_quote(sentence.context)}\n{name}"
        is_known = name in before
    else:  # a line that ends in a quotation mark before it would be a context
        is_known = re.search(rf'(?<!")\n{re.escape(name)}', before) is not None
    entry = f"\n{name}"
    if sentence.plural:
        entry += f'msgid_plural {_quote(sentence.plural)}\nmsgstr[0] ""\n'
    else:
        entry += 'msgstr ""\n'
    if not is_known:
        file.write_text(before.rstrip("\n") + "\n" + entry, encoding="utf-8")
