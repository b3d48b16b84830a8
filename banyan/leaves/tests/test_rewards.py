"""The shop for leaves, and what happens to leaves that were used before they are taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.leaves import rules
from banyan.leaves.actions import giving, lots, rewards
from banyan.leaves.models import Exchange, LeafLot, Spending
from banyan.ledger import queries as ledger
from banyan.ledger.models import Entry
from banyan.people import privacy

from .conftest import DAY, give_back, holds, purse

pytestmark = pytest.mark.django_db


@pytest.fixture
def reward(kiln: Any, cast: Any, member_of: Any, now: Any) -> Any:
    return rewards.put_up(
        by=member_of(kiln, cast.mei), title="A test tile", words="At the next firing.",
        price_minor=80, stock=2, now=now,
    )  # fmt: skip


@pytest.fixture
def rich(gives: Any, thank: Any, cast: Any, now: Any) -> Any:
    """Lan has 50 older leaves that lapse and 50 newer ones, all to be used at the time given."""
    gives(expires_days=30)
    thank(cast.jonas, cast.lan, at=now - 2 * DAY)
    thank(cast.kenji, cast.lan, at=now - DAY)
    lots.clear_due(now=now + 3 * DAY)
    return now + 3 * DAY


def test_leaves_are_exchanged_oldest_first_once_by_key(reward, rich, kiln, cast, member_of, book):
    lan = member_of(kiln, cast.lan)
    made = rewards.exchange(reward=reward, by=lan, key="a", price_minor=80, now=rich)
    again = rewards.exchange(reward=reward, by=lan, key="a", price_minor=80, now=rich)
    assert made.pk == again.pk
    first, second = LeafLot.objects.order_by("earned_at")
    assert (first.left_minor, first.state, second.left_minor) == (0, rules.OVER, 20)
    reward.refresh_from_db()
    assert reward.stock == 1
    assert purse(book, cast.lan) == (20, 0, 0)
    assert ledger.balance(book, "sales").minor == 80
    flow = ledger.flow(book)
    assert (flow.shared.minor, flow.yours.minor, flow.sold.minor) == (100, -100, 0)
    holds(book)


def test_leaves_that_still_wait_buy_nothing(reward, gives, thank, kiln, cast, member_of, book, now):
    gives()
    thank(cast.jonas, cast.lan, at=now)
    thank(cast.kenji, cast.lan, at=now)
    assert purse(book, cast.lan) == (0, 100, 0)
    with pytest.raises(rewards.NotEnoughLeaves):
        rewards.exchange(
            reward=reward, by=member_of(kiln, cast.lan), key="a", price_minor=80, now=now
        )
    assert purse(book, cast.lan) == (0, 100, 0)


def test_too_few_leaves_none_left_and_another_price_leave_everything_untouched(
    reward, rich, kiln, cast, member_of, book
):
    lan, jonas = member_of(kiln, cast.lan), member_of(kiln, cast.jonas)
    entries = Entry.objects.count()
    with pytest.raises(rewards.NotEnoughLeaves):
        rewards.exchange(reward=reward, by=jonas, key="a", price_minor=80, now=rich)
    with pytest.raises(rewards.CostsOtherwise):
        rewards.exchange(reward=reward, by=lan, key="b", price_minor=79, now=rich)
    rewards.turn(reward=reward, to=rules.OFF, by=member_of(kiln, cast.mei), now=rich)
    with pytest.raises(rewards.NoneLeft):
        rewards.exchange(reward=reward, by=lan, key="c", price_minor=80, now=rich)
    assert Entry.objects.count() == entries
    assert purse(book, cast.lan) == (100, 0, 0)
    assert not Exchange.objects.exists()


def test_leaves_past_their_time_are_not_taken_before_the_sweep_either(
    reward, rich, kiln, cast, member_of, now
):
    late = now + 32 * DAY  # the older ones lapse at 31
    with pytest.raises(rewards.NotEnoughLeaves):
        rewards.exchange(
            reward=reward, by=member_of(kiln, cast.lan), key="a", price_minor=80, now=late
        )


def test_undone_leaves_go_back_to_their_lots_with_time_to_use_them(
    reward, rich, kiln, cast, member_of, book, now
):
    lan, mei = member_of(kiln, cast.lan), member_of(kiln, cast.mei)
    made = rewards.exchange(reward=reward, by=lan, key="a", price_minor=80, now=rich)
    with pytest.raises(NotAllowed):
        rewards.undo(exchange=made, by=member_of(kiln, cast.jonas), now=rich)
    rewards.hand_over(exchange=made, by=mei, now=rich)
    with pytest.raises(WrongMoment):
        rewards.hand_over(exchange=made, by=mei, now=rich)
    with pytest.raises(WrongMoment):
        rewards.undo(exchange=made, by=lan, now=rich)
    late = now + 60 * DAY
    lots.expire_due(now=late)  # the 20 that were left
    rewards.undo(exchange=made, by=mei, now=late)
    with pytest.raises(WrongMoment):
        rewards.undo(exchange=made, by=mei, now=late)
    assert [lot.left_minor for lot in LeafLot.objects.order_by("earned_at")] == [50, 30]
    assert purse(book, cast.lan) == (80, 0, 0)
    assert lots.expire_due(now=late + 29 * DAY) == 0
    reward.refresh_from_db()
    assert reward.stock == 2
    assert ledger.balance(book, "sales").minor == 0
    holds(book)


def test_leaves_that_were_used_before_the_goods_came_back_are_owed_and_kept_from_the_next(
    gives, order_of, complete, thank, cup, kiln, cast, member_of, book, now
):
    """Earn 680, clear, exchange 600, refund in full: 80 go at once, 600 are owed; 50 are kept."""
    gives(month_minor=5000)
    mei, jonas = member_of(kiln, cast.mei), member_of(kiln, cast.jonas)
    order = complete(order_of((cup, 1), person=cast.jonas), now)
    at = now + 14 * DAY
    lots.clear_due(now=at)
    bowl = rewards.put_up(by=mei, title="Bowl", words="", price_minor=600, stock=1, now=at)
    taken = rewards.exchange(reward=bowl, by=jonas, key="a", price_minor=600, now=at)
    give_back(order, 1, at=at)
    assert purse(book, cast.jonas) == (0, 0, 600)
    assert ledger.balance(book, "rewards_cost").minor == 0
    holds(book)
    thank(cast.lan, cast.jonas, at=at)
    lots.clear_due(now=at + 3 * DAY)
    assert purse(book, cast.jonas) == (0, 0, 550)
    holds(book)
    rewards.undo(exchange=taken, by=mei, now=at + 4 * DAY)
    assert purse(book, cast.jonas) == (50, 0, 0)
    holds(book)


def test_a_gift_taken_back_twice_goes_back_once(rich, kiln, cast, member_of, book):
    mei, lot = member_of(kiln, cast.mei), LeafLot.objects.earliest("earned_at")
    giving.withdraw(lot=lot, by=mei, now=rich)
    with pytest.raises(WrongMoment):
        giving.withdraw(lot=LeafLot.objects.get(pk=lot.pk), by=mei, now=rich)
    assert purse(book, cast.lan) == (50, 0, 0)
    holds(book)


def test_an_exchange_of_somebody_erased_can_be_undone_and_its_leaves_lapse(
    reward, rich, kiln, cast, member_of, book
):
    lan, mei = member_of(kiln, cast.lan), member_of(kiln, cast.mei)
    made = rewards.exchange(reward=reward, by=lan, key="a", price_minor=80, now=rich)
    privacy.erase(person=cast.lan, now=rich)
    fresh = Exchange.objects.select_related("reward__book", "member__person").get(pk=made.pk)
    rewards.undo(exchange=fresh, by=mei, now=rich + timedelta(hours=1))
    assert ledger.balance(book, "leaf.earned").minor == 0
    assert Spending.objects.count() == 2
    holds(book)


def test_changed_while_somebody_takes_one_asks_to_look_again(reward, rich, kiln, cast, member_of):
    mei, shown = member_of(kiln, cast.mei), reward.stock
    lan = member_of(kiln, cast.lan)
    rewards.exchange(reward=reward, by=lan, key="a", price_minor=80, now=rich)
    given: dict[str, Any] = {"title": "Tile", "words": "", "price_minor": 90, "stock": 5}
    with pytest.raises(WrongMoment):
        rewards.change(reward=reward, by=mei, expected_stock=shown, now=rich, **given)
    rewards.change(reward=reward, by=mei, expected_stock=shown - 1, now=rich, **given)
    reward.refresh_from_db()
    assert (reward.stock, reward.price_minor) == (5, 90)
