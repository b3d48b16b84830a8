from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from banyan.demo.build.people import PASSWORD
from banyan.demo.build.world import build
from banyan.demo.plan.people import cast
from banyan.demo.plan.world import make_plan
from banyan.people.models import Person


class Command(BaseCommand):
    help = "Build the demo world in an empty database, through the product's own actions."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--seed", type=int, default=4, help="another number, another world")
        parser.add_argument(
            "--signins", action="store_true", help="only print who can sign in, and how"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Demo accounts are for development: set BANYAN_DEBUG=1 for them.")
        if options["signins"]:
            self._signins()
            return
        if Person.objects.exists():
            self.stdout.write("There are people here already; the demo world is left alone.")
            return
        began = time.monotonic()
        plan = make_plan(seed=options["seed"], now=timezone.now())
        build(plan, say=self._say)
        self.stdout.write(f"\nThe demo world stands, after {time.monotonic() - began:.0f} s.")

    def _say(self, what: str, done: int, all_: int) -> None:
        end = "\r" if self.stdout.isatty() else "\n"
        self.stdout.write(f"  {100 * done // all_:3} % {what:<12}", ending=end)
        self.stdout.flush()

    def _signins(self) -> None:
        if not Person.objects.filter(is_demo=True).exists():
            return
        self.stdout.write(f"Demo sign-ins, all with the password {PASSWORD}")
        for one in cast(timezone.now(), timezone.now()):
            if one.can_sign_in:
                self.stdout.write(f"  {one.email:<28} {one.name}, {one.who}")
