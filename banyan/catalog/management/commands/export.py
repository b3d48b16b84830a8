"""banyan export shopify --community SLUG [--out FILE]"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from banyan.catalog.imports.export import shopify_csv
from banyan.communities.models import Community


class Command(BaseCommand):
    help = "Write a community's products to a file."

    def add_arguments(self, parser: Any) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True)
        shopify = kinds.add_parser("shopify", help="Shopify's product CSV")
        shopify.add_argument("--community", required=True, help="the slug of the community")
        shopify.add_argument("--out", type=Path, help="the file; else it is printed")

    def handle(self, *, community: str, out: Path | None, **options: Any) -> None:
        place = Community.objects.filter(slug=community).first()
        if place is None:
            raise CommandError(f"There is no community {community}.")
        if out is None:
            for piece in shopify_csv(place):
                self.stdout.write(piece, ending="")
            return
        with out.open("w", encoding="utf-8", newline="") as file:
            file.writelines(shopify_csv(place))
