from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from banyan.ledger import export, seals
from banyan.ledger.models import Entry, Seal
from banyan.sellers.models import Book


class Command(BaseCommand):
    help = "Verify the books, or export them: ledger verify | ledger export --community SLUG"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser("verify", help="find whatever is wrong; 1 when something is")
        verify.add_argument("--community", metavar="SLUG", help="only this one's sums")
        out = verbs.add_parser("export", help="write the books of a community to a file")
        out.add_argument("--community", metavar="SLUG", required=True)
        out.add_argument("--format", choices=("beancount", "csv"), default="beancount")
        out.add_argument("--out", metavar="FILE", help="instead of the terminal")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "verify":
            self._verify(options)
        else:
            self._export(options)

    def _verify(self, options: dict[str, Any]) -> None:
        book = _book(options["community"]) if options["community"] else None
        findings = 0
        for finding in seals.verify(book_id=book.pk if book else None):
            self.stderr.write(f"LEDGER ALARM {finding}")
            findings += 1
        if findings:
            sys.exit(1)
        head = Seal.objects.order_by("-upto").first()
        self.stdout.write(f"{Entry.objects.count()} entries, all in order.")
        if head:
            self.stdout.write(f"Sealed up to entry {head.upto}: {head.hash}")

    def _export(self, options: dict[str, Any]) -> None:
        book = _book(options["community"])
        lines = (
            export.beancount(book, title=book.merchant)
            if options["format"] == "beancount"
            else export.table(book)
        )
        if not options["out"]:
            for line in lines:
                self.stdout.write(line, ending="")
            return
        with Path(options["out"]).open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
        self.stdout.write(f"The books of {book.merchant} are in {options['out']}")


def _book(slug: str) -> Book:
    book = Book.objects.filter(community__slug=slug).first()
    if book is None:
        raise CommandError(f"There is no community {slug!r} here.")
    return book
