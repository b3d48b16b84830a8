"""Many at once: the month's budget, the last reward, one wallet."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from banyan.content.models import Post
from banyan.core.refusals import Refusal
from banyan.culture import actions as culture
from banyan.leaves import rules
from banyan.leaves.actions import giving, lots, rewards
from banyan.leaves.models import Exchange, LeafLot, Month, Reward, Thanks
from banyan.sellers.models import Book

from .conftest import DAY, holds, purse

pytestmark = [pytest.mark.trust, pytest.mark.django_db(transaction=True)]
THREADS = 12


def at_once(act: Any, count: int = THREADS) -> Counter[str]:
    def run(n: int) -> str:
        try:
            act(n)
        except Refusal:
            return "refused"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(run, range(count)))


def test_however_many_thank_at_once_the_months_budget_holds_to_the_leaf(
    gives, wrote, kiln, cast, new_person, member_of, now
):
    """12 members at once, leaves for 5 of them."""
    gives(month_minor=5 * 50 + 49)
    crowd = [new_person(f"Helper {n}") for n in range(THREADS)]
    for person in crowd:
        culture.join(community=kiln, person=person, version=1, now=now)
    givers = [member_of(kiln, person) for person in crowd]
    shown = Post.objects.select_related("author__person").get(pk=wrote(cast.lan).pk)
    found = at_once(lambda n: giving.thank(by=givers[n], kind=rules.POST, thing=shown, now=now))
    assert found == {"done": 5, "refused": THREADS - 5}
    assert Month.objects.get().given_minor == 250
    assert (Thanks.objects.count(), LeafLot.objects.count()) == (5, 5)
    holds(Book.objects.get(community=kiln))


def test_one_member_thanking_at_once_does_not_pass_the_monthly_number(
    gives, wrote, kiln, cast, member_of, now
):
    gives(thanks_a_month=2)
    jonas = member_of(kiln, cast.jonas)
    people = (cast.lan, cast.mei, cast.kenji)
    shown = [
        Post.objects.select_related("author__person").get(pk=wrote(people[n % 3]).pk)
        for n in range(6)
    ]
    found = at_once(lambda n: giving.thank(by=jonas, kind=rules.POST, thing=shown[n % 6], now=now))
    assert found["done"] == 2
    assert Thanks.objects.filter(undone_at=None).count() == 2


def test_the_last_reward_and_the_last_leaves_go_once(gives, thank, kiln, cast, member_of, now):
    gives()
    for giver in (cast.jonas, cast.kenji):
        thank(giver, cast.lan, at=now)
    at = now + 3 * DAY
    lots.clear_due(now=at)
    mei, lan = member_of(kiln, cast.mei), member_of(kiln, cast.lan)
    reward = rewards.put_up(by=mei, title="Tile", words="", price_minor=40, stock=9, now=at)
    found = at_once(
        lambda n: rewards.exchange(reward=reward, by=lan, key=f"k{n}", price_minor=40, now=at)
    )
    assert found == {"done": 2, "refused": THREADS - 2}
    book = Book.objects.get(community=kiln)
    assert purse(book, cast.lan) == (20, 0, 0)
    assert Reward.objects.get().stock == 7
    holds(book)
    taken = list(Exchange.objects.values_list("pk", flat=True))

    def undo(n: int) -> None:
        with transaction.atomic():
            one = Exchange.objects.select_related("reward__book", "member__person").get(
                pk=taken[n % 2]
            )
        rewards.undo(exchange=one, by=mei, now=at)

    assert at_once(undo) == {"done": 2, "refused": THREADS - 2}
    assert purse(book, cast.lan) == (100, 0, 0)
    holds(book)


def test_clearing_taking_back_lapsing_and_exchanging_at_once_keep_the_books(
    gives, thank, kiln, cast, member_of, now
):
    gives(expires_days=30, thanks_a_month=9)
    made = [thank(giver, cast.lan, at=now) for giver in (cast.jonas, cast.kenji, cast.mei)]
    at = now + 3 * DAY
    mei, lan = member_of(kiln, cast.mei), member_of(kiln, cast.lan)
    reward = rewards.put_up(by=mei, title="Tile", words="", price_minor=70, stock=9, now=at)
    lots.clear(lot_id=made[0].lot_id, now=at)
    lots.clear(lot_id=made[1].lot_id, now=at)
    late = at + timedelta(days=31)

    def act(n: int) -> None:
        if n % 4 == 0:
            rewards.exchange(reward=reward, by=lan, key=f"k{n}", price_minor=70, now=at)
        elif n % 4 == 1:
            giving.unthank(thanks=made[n % 3], by=mei, now=at)
        elif n % 4 == 2:
            lots.clear(lot_id=made[2].lot_id, now=at)
        else:
            lots.expire(lot_id=made[n % 3].lot_id, now=late)

    at_once(act)
    holds(Book.objects.get(community=kiln))
