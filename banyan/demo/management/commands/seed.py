"""banyan seed: fill an empty site with the demo world."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from banyan.communities.models import Community
from banyan.demo import big, stories
from banyan.demo.build.people import PASSWORD
from banyan.demo.build.world import build
from banyan.demo.plan import names
from banyan.demo.plan.world import ORDERS, POSTS, SEED, make_plan
from banyan.people.models import Person


class Command(BaseCommand):
    help = "Fill an empty site with the demo world: three communities, 240 people, 90 days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED, help="another number, another world")
        parser.add_argument("--add", action="store_true", help="also where people are already")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where people are")
        parser.add_argument("--signins", action="store_true", help="print the demo sign-ins only")
        parser.add_argument(
            "--scale", type=float, default=1, help="times as many posts and orders (rows in bulk)"
        )
        parser.add_argument("--posts", type=int, help="as many posts in all (rows in bulk)")
        parser.add_argument("--orders", type=int, help="as many orders in all (rows in bulk)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["signins"]:
            self._signins()
            return
        is_peopled = Person.objects.exists()
        if is_peopled and options["if_empty"]:
            return
        if not settings.DEBUG:
            raise CommandError(
                "The demo world is for trying out: it has accounts with a known password. "
                "Set BANYAN_DEBUG=1 if this machine is not for other people."
            )
        if is_peopled and not options["add"]:
            raise CommandError(
                "There are people here already. Use an empty database, or --add to plant the "
                "demo world beside them."
            )
        plan = make_plan(seed=options["seed"], now=timezone.now())
        slugs = [place.slug for place in plan.communities]
        emails = [person.email for person in plan.people]
        if Community.objects.filter(slug__in=slugs).exists() or (
            is_peopled and Person.objects.filter(email__in=emails).exists()
        ):
            raise CommandError("The demo world is planted here already.")
        self._build(plan, options)

    def _build(self, plan: Any, options: dict[str, Any]) -> None:
        began = time.monotonic()
        hands = build(plan, say=self._say)
        stories.remember(plan, hands)
        posts = options["posts"] or round(POSTS * options["scale"])
        orders = options["orders"] or round(ORDERS * options["scale"])
        if posts > POSTS or orders > ORDERS:
            big.grow(plan, hands, posts=posts, orders=orders, say=self._say)
        self._say("", 1, 1)
        self.stdout.write(
            f"Planted {len(plan.communities)} communities, {len(plan.people)} people, "
            f"{max(posts, len(plan.posts))} posts and {max(orders, len(plan.orders))} orders "
            f"in {time.monotonic() - began:.0f} seconds."
        )

    def _say(self, what: str, done: int, whole: int) -> None:
        if not what:
            if self.stdout.isatty():
                self.stdout.write("\r\033[K", ending="")
            return
        words = f"  {done * 100 // whole:3d} %  {what}"
        if self.stdout.isatty():
            self.stdout.write(f"\r\033[K{words}", ending="")
            self.stdout.flush()
        elif done * 4 // whole != (done - 400) * 4 // whole:
            self.stdout.write(words)

    def _signins(self) -> None:
        who = {f"{row[0]}@": row[6] for row in names.cast() if row[6]}
        known = Person.objects.filter(is_demo=True).here().order_by("pk")
        rows = [
            (str(person.email), words)
            for person in known.exclude(email=None)
            for key, words in who.items()
            if str(person.email).startswith(key)
        ]
        if not rows:
            return
        wide = max(len(email) for email, _words in rows)
        self.stdout.write("Demo sign-ins (known to everybody: never on a real site)")
        for email, words in rows:
            self.stdout.write(f"  {email:<{wide}}  {PASSWORD}  {words}")
