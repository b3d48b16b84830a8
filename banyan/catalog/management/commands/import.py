"""banyan import shopify FILE --community SLUG [--zip FILE] [--dry-run] [--publish]"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from banyan.catalog.imports import problems, runs
from banyan.catalog.imports.given import Problem
from banyan.catalog.models import ImportRun
from banyan.communities.models import Community
from banyan.core.refusals import Refusal


class Command(BaseCommand):
    help = "Bring products in from a file: first compared, then written whole or not at all."

    def add_arguments(self, parser: Any) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True)
        shopify = kinds.add_parser("shopify", help="a product export in Shopify's CSV format")
        shopify.add_argument("file", type=Path)
        shopify.add_argument("--community", required=True, help="the slug of the community")
        shopify.add_argument("--zip", type=Path, help="pictures, found by their file names")
        shopify.add_argument("--dry-run", action="store_true", help="show, write nothing")
        shopify.add_argument("--publish", action="store_true", help="publish what the file says is")

    def handle(self, *, file: Path, community: str, zip: Path | None, **options: Any) -> None:
        place = Community.objects.filter(slug=community).first()
        if place is None:
            raise CommandError(f"There is no community {community}.")
        try:
            content = file.read_bytes()
            pack = File(zip.open("rb")) if zip else None
        except OSError as fault:
            raise CommandError(f"{fault.filename}: {fault.strerror}.") from fault
        now = timezone.now()
        try:
            run = runs.begin(
                community=place, by=None, file_name=file.name, content=content, pack=pack,
                publishing=options["publish"], now=now, at_once=True,
            )  # fmt: skip
        except Refusal as refused:
            raise CommandError(str(refused)) from refused
        finally:
            if pack is not None:
                pack.close()
        self._show(run, in_full=options["verbosity"] > 1)
        if options["dry_run"] or run.report["problem_count"]:
            runs.forget(run=run)
        if run.report["problem_count"]:
            raise CommandError("Nothing was brought in.")
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")
            return
        runs.carry_out(run=run, now=now, at_once=True)
        if run.state != ImportRun.DONE:
            raise CommandError("Something changed meanwhile, so nothing was brought in. Try again.")
        done = run.result
        self.stdout.write(
            f"Brought in: {done['new']} new, {done['changed']} changed, "
            f"{done['unchanged']} unchanged, {done['published']} published."
        )
        if done["photos"]:
            self.stdout.write(f"{done['photos']} photos follow in the background.")

    def _show(self, run: ImportRun, *, in_full: bool) -> None:
        report = run.report
        self.stdout.write(
            f"{run.file_name}: {report['rows']} rows, {report['product_count']} products, "
            f"{report['encoding']}, prices in {report['currency']}."
        )
        for row in report["problems"]:
            self._tell("Mistake", Problem(*row))
        for row in report["remarks"]:
            self._tell("Note", Problem(*row))
        if report["zip_count"] is not None:
            self.stdout.write(f"Pictures found in the zip: {report['zip_count']}.")
        for product in report["products"]:
            if in_full or len(report["products"]) <= 50:
                what = ", ".join(product["changes"])
                told = f" ({what})" if what else ""
                self.stdout.write(f"  {product['verdict']:9} {product['handle']}{told}")
        counts = report["counts"]
        self.stdout.write(
            f"New {counts['new']}, changed {counts['changed']}, unchanged {counts['unchanged']}."
        )

    def _tell(self, kind: str, problem: Problem) -> None:
        place = problems.place(problem)
        self.stdout.write(f"  {kind}: {place}{': ' if place else ''}{problems.sentence(problem)}")
