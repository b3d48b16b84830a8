"""Joining groups beside a bare insert, and a sweep over many groups whose time is up.

    python bench/campaigns.py [--teams 10000] [--paid 500]         # SQLite
    python bin/_postgres python bench/campaigns.py

In one process with 8 threads, on an empty database of its own. A join is everything from basket to
order: the place kept, the stock reserved, the order with its line, the events. The bare insert is
one small row in a transaction of its own, by the same threads. Prints one JSON object; ends with 1
when a place is sold twice or a cent is missing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from pages import environment

THREADS, SIZE = 8, 100

parser = argparse.ArgumentParser()
parser.add_argument("--teams", type=int, default=10_000, help="whose time is up, with nobody in")
parser.add_argument("--paid", type=int, default=500, help="joins that are paid and fall short")
options = parser.parse_args()

os.environ |= environment(tempfile.mkdtemp(prefix="bench-"), 8000)
os.environ |= {  # as in production, with the sandbox, which is not asked anything here
    "DJANGO_SETTINGS_MODULE": "selling", "BANYAN_PAYMENT_PROVIDERS": "sandbox",
    "BANYAN_SANDBOX_URL": "http://127.0.0.1:9", "BANYAN_SANDBOX_SECRET": "a-secret-for-the-bench",
}  # fmt: skip

from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from fill import found, let_in

from banyan.campaigns import listeners, rules
from banyan.campaigns.actions import closing, planning
from banyan.campaigns.models import Campaign, Seat, Team
from banyan.catalog.actions import products as product_verbs
from banyan.catalog.models import Product, Variant
from banyan.communities.models import Member
from banyan.ledger.queries import trial_balance
from banyan.orders import queries
from banyan.orders.actions import baskets, placing
from banyan.orders.actions.placing import Address
from banyan.orders.models import Order
from banyan.payments import hearing
from banyan.payments import rules as payments
from banyan.payments.providers import Word
from banyan.sellers.models import Book

HOME = Address(name="Ana", line1="Lindenstraße 8", city="Berlin", postcode="10969", country="DE")


def rate(work: Callable[[int], object], count: int) -> float:
    """So many a second, by THREADS at once."""

    def one(number: int) -> None:
        try:
            work(number)
        finally:
            connection.close()

    start = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one, range(count)))
    return count / (time.perf_counter() - start)


def bare(_number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_bare (body) VALUES ('celadon')")


class Bench:
    def __init__(self) -> None:
        self.now = timezone.now()
        call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            key = (
                "INTEGER PRIMARY KEY" if connection.vendor == "sqlite" else "BIGSERIAL PRIMARY KEY"
            )
            cursor.execute(f"CREATE TABLE bench_bare (id {key}, body text)")
        self.kiln = found(self.now)
        self.owner = Member.objects.select_related("person", "community").get(
            community=self.kiln, role="owner"
        )
        self.members = let_in(self.kiln, 2 * SIZE + options.paid, self.now)
        made = product_verbs.create(
            community=self.kiln, by=self.owner.person, now=self.now, title="Cup", slug="cup",
            price_minor=6800, on_hand=100_000, needs_shipping=False, lang="en",
        )  # fmt: skip
        product_verbs.publish(product=made, by=self.owner.person, now=self.now)
        self.cup = Product.objects.with_currency().get(pk=made.pk)
        self.variant = Variant.objects.select_related("product").get(product=made)
        self.campaign = planning.draft(
            product=self.cup, by=self.owner, now=self.now, steps=[(SIZE - 1, 6000)], size=SIZE,
            hours=24, starts_at=self.now - timedelta(hours=1),
            ends_at=self.now + timedelta(days=7), most_each=20,
        )  # fmt: skip
        planning.put_up(campaign=self.campaign, by=self.owner, now=self.now)

    def teams(self, count: int, **given: object) -> list[Team]:
        terms = {"opened_at": self.now, "closes_at": self.now + timedelta(hours=24)} | given
        return Team.objects.bulk_create(
            Team(community=self.kiln, campaign=self.campaign, size=SIZE, **terms)
            for _ in range(count)
        )

    def prepare(self, member: Member, team: Team) -> Callable[[], Order]:
        """The basket stands; what is left is one press on the button."""
        person = member.person
        basket = baskets.for_deal(
            community=self.kiln, variant=self.variant, person=person, kind=listeners.JOINING,
            id=team.pk, now=self.now,
        )  # fmt: skip
        counted = queries.basket_at(id=basket.public_id, person=person, visitor="", now=self.now)
        assert counted is not None

        def join() -> Order:
            return placing.place(
                basket_id=basket.public_id, person=person, visitor="", email=person.email,
                address=HOME, rate_id=None, seen=counted.seen,
                seen_total=counted.totals(None).total_minor, lang="en", now=self.now,
            )  # fmt: skip

        return join

    def join(self, teams: list[Team], members: list[Member]) -> tuple[float, list[Order]]:
        presses = [self.prepare(m, teams[n % len(teams)]) for n, m in enumerate(members)]
        placed: list[Order] = []
        speed = rate(lambda number: placed.append(presses[number]()), len(presses))
        return speed, placed

    def sweep(self) -> float:
        """Seconds until every group whose time is up is closed and settled."""
        late = self.now + timedelta(hours=25)
        start = time.perf_counter()
        while closing.close_due(now=late) + closing.settle_closed(now=late):
            pass
        return time.perf_counter() - start


def main() -> int:
    bench = Bench()
    plain = rate(bare, 2000)
    hot, in_hot = bench.join(bench.teams(1), bench.members[:SIZE])
    many, in_many = bench.join(bench.teams(50), bench.members[SIZE : 2 * SIZE])
    _speed, paid = bench.join(bench.teams(max(options.paid // 5, 1)), bench.members[2 * SIZE :])
    for order in paid:
        attempt = order.attempt
        assert attempt is not None
        word = Word(attempt.oid, payments.CAPTURED, attempt.amount_minor, attempt.currency)
        hearing.apply(attempt, word, now=bench.now)
    with_money = bench.sweep()
    bench.teams(options.teams)
    empty = bench.sweep()
    right = (
        not any(trial_balance(Book.objects.get(community=bench.kiln)).values())
        and not Team.objects.filter(state__in=[rules.OPEN, rules.CLOSED]).exists()
        and not Seat.objects.filter(state__in=rules.HELD).exists()
        and Order.objects.count() == len({o.pk for o in [*in_hot, *in_many, *paid]})
        and Campaign.objects.get().teams_count >= 0
    )
    found_out = {
        "database": connection.vendor,
        "bare_a_second": round(plain),
        "joins_a_second": {"one hot team": round(hot, 1), "50 teams": round(many, 1)},
        "of_bare": {"one hot team": round(hot / plain, 4), "50 teams": round(many / plain, 4)},
        "hot_of_many": round(hot / many, 2),
        "sweep": {
            f"{options.teams} empty teams, seconds": round(empty, 1),
            f"{len(paid)} paid seats refunded, seconds": round(with_money, 1),
        },
        "right": right,
    }
    print(json.dumps(found_out, indent=2))
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
