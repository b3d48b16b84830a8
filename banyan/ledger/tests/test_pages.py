"""Wallet, studio money and costs, as people and strangers meet them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from banyan.communities.places import url
from banyan.core.ids import uuid7, write_id
from banyan.core.money import Money
from banyan.ledger import actions, costs, queries, rules, seals
from banyan.ledger.models import Cost, Entry
from banyan.ledger.rules import Leg as L
from banyan.sellers.models import Book

from .test_export import beancount_errors


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def sell(
    book: Book, minor: int, *, to: Any = None, now: datetime, back: int = 0, done: bool = False
) -> str:
    """One order: paid, its fee, perhaps a refund agreed, perhaps completed."""
    order, ref = write_id(uuid7()), write_id(uuid7())
    who = to.pseudonym if to else None
    escrow = f"escrow.{order}"

    def post(kind: str, *legs: L) -> Entry:
        return actions.post(book=book, key=f"{kind}:{order}", kind=kind, legs=legs, now=now)

    fee = (minor * 60 + 5000) // 10000
    post(rules.ORDER_PAID, L("psp.sandbox", minor, order), L(escrow, -minor, order, member=who))
    post(rules.PROVIDER_FEE, L("psp_fee", fee, order), L("psp.sandbox", -fee, order))
    if back:
        post(
            rules.REFUND_AGREED,
            L(escrow, back, order, member=who),
            L(f"refund_clearing.{ref}", -back, order, member=who),
        )
    if done:
        post(rules.ORDER_COMPLETED, L(escrow, minor - back, order), L("sales", back - minor, order))
    return order


def form(**fields: str) -> dict[str, str]:
    return {"form_key": str(uuid4()), **fields}


def cost_form(**changes: str) -> dict[str, str]:
    given = {
        "kind": "logistics", "amount": "386.50", "spent_on": "2026-11-20", "paid_from": "bank",
        "note": "快递费，第三周",
    }  # fmt: skip
    return form(**(given | changes))


# The wallet


def test_a_buyer_reads_what_was_paid_and_what_comes_back(
    cast: SimpleNamespace, book: Book, now: datetime
) -> None:
    sell(book, 15_800, to=cast.jonas, now=now, back=5_000)
    page = signed_in(cast.jonas).get(reverse("wallet")).content.decode()
    assert "-¥158" in page
    assert "Refund agreed, on its way to you" in page
    assert "¥108" in page  # spent here


def test_the_wallet_has_a_purse_for_each_shop(
    cast: SimpleNamespace, book: Book, tea: Any, now: datetime
) -> None:
    sell(book, 10_000, to=cast.jonas, now=now)
    sell(Book.objects.get(community=tea), 2_500, to=cast.jonas, now=now)
    client = signed_in(cast.jonas)
    page = client.get(reverse("wallet")).content.decode()
    assert page.count("-¥100<") == page.count("-¥25<") == 1
    only = client.get(reverse("wallet"), {"shop": "four"}).content.decode()
    assert "-¥100<" not in only
    assert "-¥25<" in only


def test_nobody_reads_anothers_wallet(cast: SimpleNamespace, book: Book, now: datetime) -> None:
    sell(book, 15_800, to=cast.jonas, now=now)
    entry = Entry.objects.get(kind=rules.ORDER_PAID)
    address = reverse("wallet-entry", kwargs={"id": entry.public_id})
    assert signed_in(cast.jonas).get(address).status_code == 200
    for other in (cast.rafe, cast.lan, cast.mei):
        client = signed_in(other)
        assert client.get(address).status_code == 404
        assert "¥158" not in client.get(reverse("wallet")).content.decode()
    assert Client().get(address).status_code == 302
    assert Client().get(reverse("wallet")).status_code == 302


def test_a_line_shows_where_the_money_moved_and_whether_it_is_sealed(
    cast: SimpleNamespace, book: Book, now: datetime
) -> None:
    sell(book, 15_800, to=cast.jonas, now=now)
    entry = Entry.objects.get(kind=rules.ORDER_PAID)
    client, address = signed_in(cast.jonas), reverse("wallet-entry", kwargs={"id": entry.public_id})
    page = client.get(address).content.decode()
    assert "Held for the order" in page
    assert "it is sealed within a minute or two" in page
    seals.seal(now=now)
    assert "nobody can change this line unnoticed" in client.get(address).content.decode()


def test_how_a_shop_divides_its_share_is_not_the_buyers_to_read(
    cast: SimpleNamespace, book: Book, now: datetime
) -> None:
    who = cast.jonas.pseudonym
    entry = actions.post(
        book=book, key="x", kind="opened", now=now,
        legs=[L("psp.sandbox", 100), L("escrow.a", -100, member=who)],
    )  # fmt: skip
    entry = actions.post(
        book=book, key="y", kind=rules.ORDER_COMPLETED, now=now,
        legs=[L("escrow.a", 100, member=who), L("sales", -90), L("platform_fee", -10)],
    )  # fmt: skip
    address = reverse("wallet-entry", kwargs={"id": entry.public_id})
    page = signed_in(cast.jonas).get(address).content.decode()
    assert "Fee of this site" not in page


def test_an_empty_wallet_says_what_will_stand_here(cast: SimpleNamespace) -> None:
    page = signed_in(cast.rafe).get(reverse("wallet")).content.decode()
    assert "Nothing has passed through your hands yet" in page


def test_the_wallet_asks_as_often_for_a_hundred_lines_as_for_two(
    cast: SimpleNamespace, book: Book, now: datetime
) -> None:
    client = signed_in(cast.jonas)
    counts = []
    for count in (2, 40):
        for _ in range(count):
            sell(book, 100, to=cast.jonas, now=now)
        client.get(reverse("wallet"))
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("wallet"))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 16


# The studio's money


def test_the_figures_add_up_to_what_was_sold(book: Book, now: datetime) -> None:
    sell(book, 15_800, now=now, back=5_000)
    sell(book, 8_000, now=now, done=True)
    sell(book, 4_000, now=now, back=1_000, done=True)
    costs.note(book=book, kind="traffic", amount=Money(700, "CNY"), spent_on=now.date(), text="",
               paid_from=costs.BANK, by=None, key="k", now=now)  # fmt: skip
    flow = queries.flow(book)
    assert flow.sold.minor == 27_800
    assert flow.held.minor == 10_800
    assert flow.refunded.minor == flow.on_its_way.minor == 6_000
    assert flow.fees.minor == 95 + 48 + 24
    assert flow.costs.minor == 700
    assert flow.yours.minor == 11_000 - 167 - 700
    assert flow.sold == flow.held + flow.refunded + flow.fees + flow.costs + flow.yours


def test_a_week_is_what_its_own_orders_brought(book: Book, now: datetime) -> None:
    sell(book, 1_000, now=now - timedelta(days=10), done=True)
    sell(book, 300, now=now - timedelta(days=1))
    week = queries.flow(book, paid_from=now - timedelta(days=7))
    before = queries.flow(book, paid_from=now - timedelta(days=14), paid_to=now - timedelta(days=7))
    assert (week.sold.minor, week.held.minor, before.sold.minor) == (300, 300, 1_000)


def test_money_that_came_twice_was_never_sold(book: Book, now: datetime) -> None:
    actions.post(book=book, key="s", kind=rules.SURPLUS, now=now,
                 legs=[L("psp.sandbox", 100), L("refund_clearing.a", -100)])  # fmt: skip
    flow = queries.flow(book)
    assert flow.sold.minor == flow.refunded.minor == 0
    actions.post(book=book, key="b", kind=rules.SURPLUS, now=now,
                 legs=[L("refund_clearing.a", 100), L("psp.sandbox", -100)])  # fmt: skip
    assert queries.flow(book).at_provider.minor == 0


@pytest.mark.parametrize("name", ["studio-money", "studio-money-csv", "studio-costs"])
def test_only_those_with_the_right_see_the_shops_money(
    cast: SimpleNamespace, kiln: Any, book: Book, now: datetime, name: str
) -> None:
    sell(book, 15_800, now=now)
    address = url(kiln, name)
    assert signed_in(cast.mei).get(address).status_code == 200
    assert signed_in(cast.kenji).get(address).status_code == 403  # a moderator
    assert signed_in(cast.jonas).get(address).status_code == 404
    assert signed_in(cast.rafe).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_another_communitys_entry_is_not_there(
    cast: SimpleNamespace, kiln: Any, tea: Any, now: datetime
) -> None:
    sell(Book.objects.get(community=tea), 100, now=now)
    foreign = Entry.objects.first()
    assert foreign is not None
    client = signed_in(cast.mei)
    address = url(kiln, "studio-money-entry", id=foreign.public_id)
    assert client.get(address).status_code == 404
    assert (
        signed_in(cast.sol).get(url(tea, "studio-money-entry", id=foreign.public_id)).status_code
        == 200
    )


def test_the_downloads_are_the_whole_book(
    cast: SimpleNamespace, kiln: Any, book: Book, now: datetime
) -> None:
    sell(book, 15_800, now=now, back=100)
    client = signed_in(cast.mei)
    for name in ("studio-money-csv", "studio-money-beancount"):
        answer = client.get(url(kiln, name))
        assert "attachment" in answer["Content-Disposition"]
        text = b"".join(answer.streaming_content).decode()
        assert "escrow" in text.lower()
    assert beancount_errors(text) == []


def test_studio_money_asks_a_fixed_number_of_times(
    cast: SimpleNamespace, kiln: Any, book: Book, now: datetime
) -> None:
    client = signed_in(cast.mei)
    counts = []
    for count in (2, 30):
        for _ in range(count):
            sell(book, 100, now=now)
        client.get(url(kiln, "studio-money"))
        with CaptureQueriesContext(connection) as seen:
            client.get(url(kiln, "studio-money"))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 18


# Costs


def test_a_noted_cost_is_in_the_list_and_in_the_books(
    cast: SimpleNamespace, kiln: Any, book: Book
) -> None:
    client = signed_in(cast.mei)
    answer = client.post(url(kiln, "studio-costs"), cost_form())
    assert answer.status_code == 302
    page = client.get(url(kiln, "studio-costs")).content.decode()
    assert "快递费，第三周" in page
    assert 'lang="zh-Hans"' in page
    assert queries.balance(book, "cost.logistics") == Money(38_650, "CNY")
    assert queries.balance(book, "bank").minor == -38_650
    assert not Entry.objects.exclude(memo="").exists()  # words stay out of append-only rows


def test_the_same_form_twice_notes_one_cost(cast: SimpleNamespace, kiln: Any) -> None:
    client, sent = signed_in(cast.mei), cost_form()
    assert [client.post(url(kiln, "studio-costs"), sent).status_code for _ in range(2)] == [302] * 2
    assert Cost.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": "1,2,3.456"}, "plain digits"),
        ({"amount": "1e3"}, "plain digits"),
        ({"amount": "-5"}, "plain digits"),
        ({"amount": "0"}, "more than nothing"),
        ({"spent_on": "2099-01-01"}, "not come yet"),
        ({"kind": "parties"}, "Select a valid choice"),
        ({"paid_from": "sales"}, "Select a valid choice"),
    ],
)
def test_a_cost_that_cannot_be_is_refused_and_the_words_are_kept(
    cast: SimpleNamespace, kiln: Any, change: dict[str, str], said: str
) -> None:
    answer = signed_in(cast.mei).post(url(kiln, "studio-costs"), cost_form(**change))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert "快递费，第三周" in page
    assert not Cost.objects.exists()


def test_taking_a_cost_back_reverses_it_once(cast: SimpleNamespace, kiln: Any, book: Book) -> None:
    client = signed_in(cast.mei)
    client.post(url(kiln, "studio-costs"), cost_form())
    cost = Cost.objects.get()
    address = url(kiln, "studio-cost-undo", id=cost.public_id)
    assert client.post(address, form()).status_code == 302
    assert queries.balance(book, "cost.logistics").minor == 0
    assert queries.balance(book, "bank").minor == 0
    assert client.post(address, form()).status_code == 409
    assert Entry.objects.count() == 2
    assert "Taken back" in client.get(url(kiln, "studio-costs")).content.decode()


def test_only_the_shops_own_operators_note_and_take_back(
    cast: SimpleNamespace, kiln: Any, tea: Any
) -> None:
    signed_in(cast.mei).post(url(kiln, "studio-costs"), cost_form())
    cost = Cost.objects.get()
    elsewhere = url(tea, "studio-cost-undo", id=cost.public_id)
    assert signed_in(cast.sol).post(elsewhere, form()).status_code == 404
    here = url(kiln, "studio-cost-undo", id=cost.public_id)
    for person, status in ((cast.kenji, 403), (cast.rafe, 404)):
        assert signed_in(person).post(here, form()).status_code == status
        assert signed_in(person).post(url(kiln, "studio-costs"), cost_form()).status_code == status
    assert Cost.objects.get().undone_at is None


# In Chinese


def test_the_pages_are_chinese_for_chinese_readers(
    cast: SimpleNamespace, kiln: Any, book: Book, now: datetime
) -> None:
    sell(book, 15_800, to=cast.mei, now=now, back=5_000)
    client = signed_in(cast.mei)
    client.cookies["django_language"] = "zh-hans"
    for address, words in (
        (reverse("wallet"), "你付了款"),
        (url(kiln, "studio-money"), "订单完成前代管"),
        (url(kiln, "studio-costs"), "记一笔成本"),
    ):
        assert words in client.get(address).content.decode()


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The forms' day is that of the cast's clock."""
    from banyan.ledger import studio

    monkeypatch.setattr(studio, "_today", lambda request: now.date())


def test_sums_by_kind_leave_out_what_was_taken_back(
    book: Book, now: datetime, make_cost: Callable[..., Cost]
) -> None:
    make_cost("traffic", 500)
    gone = make_cost("traffic", 300)
    costs.undo(cost=gone, by=None, now=now)
    with pytest.raises(actions.ReversedAlready):
        costs.undo(cost=gone, by=None, now=now)
    assert dict(costs.by_kind(book))["traffic"].minor == 500


@pytest.fixture
def make_cost(book: Book, now: datetime) -> Callable[..., Cost]:
    def make(kind: str, minor: int) -> Cost:
        return costs.note(
            book=book, kind=kind, amount=Money(minor, "CNY"), spent_on=now.date(), text="",
            paid_from=costs.POCKET, by=None, key=str(uuid4()), now=now,
        )  # fmt: skip

    return make
