"""Pages of leaves: one's own, saying thank you, the wallet, the studio."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from banyan.core.jobs import run_due
from banyan.leaves.actions import giving, lots
from banyan.leaves.models import Exchange, LeafLot, Reward, Terms, Thanks
from banyan.ledger.models import Entry

from .conftest import DAY, purse

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> Any:
    """Pages look at the real clock."""
    return timezone.now()


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return client


def send(client: Client, path: str, **fields: Any) -> Any:
    return client.post(path, {"form_key": uuid4().hex} | fields)


def words(answer: Any) -> str:
    return str(answer.content.decode())


GOOD = {
    "month_minor": "1000", "thanks_minor": "50", "thanks_a_month": "3", "order_percent": "2.5",
    "hold_days": "14", "expires_days": "",
}  # fmt: skip


def test_a_member_thanks_another_from_the_post_and_takes_it_back(gives, wrote, cast, book):
    gives()
    shown, jonas = wrote(cast.lan), signed_in(cast.jonas)
    path = f"/kiln/thanks/post/{shown.oid}"
    assert path in words(jonas.get(f"/kiln/p/{shown.oid}"))
    page = words(jonas.get(path))
    assert "50 leaves" in page
    assert "¥0.50" in page
    assert send(jonas, path).status_code == 302
    assert purse(book, cast.lan) == (0, 50, 0)
    again = send(jonas, path)
    assert again.status_code == 409
    assert "thanked for this already" in words(again)
    assert "1 member thanked for it" in words(jonas.get(f"/kiln/p/{shown.oid}"))
    made = Thanks.objects.get()
    assert f"/kiln/thanks/{made.oid}/undo" in words(jonas.get("/kiln/leaves"))
    assert send(signed_in(cast.kenji), f"/kiln/thanks/{made.oid}/undo").status_code == 404
    assert send(jonas, f"/kiln/thanks/{made.oid}/undo").status_code == 302
    assert send(jonas, f"/kiln/thanks/{made.oid}/undo").status_code == 409
    assert purse(book, cast.lan) == (0, 0, 0)


def test_there_is_no_thanking_where_nothing_gives_leaves_nor_for_ones_own(gives, wrote, cast):
    shown, jonas = wrote(cast.lan), signed_in(cast.jonas)
    assert f"/kiln/thanks/post/{shown.oid}" not in words(jonas.get(f"/kiln/p/{shown.oid}"))
    assert jonas.get(f"/kiln/thanks/post/{shown.oid}").status_code == 404
    gives()
    lan = signed_in(cast.lan)
    assert f"/kiln/thanks/post/{shown.oid}" not in words(lan.get(f"/kiln/p/{shown.oid}"))
    assert lan.get(f"/kiln/thanks/post/{shown.oid}").status_code == 404
    assert signed_in(cast.rafe).get(f"/kiln/thanks/post/{shown.oid}").status_code in (302, 403, 404)
    assert jonas.get(f"/kiln/thanks/vote/{shown.oid}").status_code == 404


def test_a_comment_carries_its_way_to_thank(gives, answered, cast):
    said = answered(cast.lan)
    jonas, path = signed_in(cast.jonas), f"/kiln/thanks/comment/{said.oid}"
    post_path = f"/kiln/p/{said.post.oid}"
    assert path not in words(jonas.get(post_path))
    gives()
    assert path in words(jonas.get(post_path))
    assert path not in words(signed_in(cast.lan).get(post_path))
    assert path not in words(Client().get(post_path))
    assert jonas.get(path).status_code == 200


def test_ones_leaves_show_every_reason_with_the_money_beside_it(gives, thank, wrote, cast, now):
    gives()
    thank(cast.jonas, cast.lan, what=wrote(cast.lan, title="Ash glaze"))
    lan = signed_in(cast.lan)
    page = words(lan.get("/kiln/leaves"))
    for said in ("50 leaves", "¥0.50", "Jonas thanked you", "Ash glaze", "Not yours yet"):
        assert said in page
    wallet = words(lan.get("/wallet"))
    for said in ("You were given leaves", "+50 leaves", "¥0.50", "Slow Kiln"):
        assert said in wallet
    line = words(lan.get(f"/wallet/{_entry()}"))
    assert "The shop’s promise, as leaves" in line
    assert signed_in(cast.jonas).get(f"/wallet/{_entry()}").status_code == 404
    assert "50 leaves" not in words(signed_in(cast.jonas).get("/wallet"))


def _entry() -> str:
    return Entry.objects.get().oid


def test_the_studio_sets_the_terms_and_undoes_them(kiln, cast):
    mei = signed_in(cast.mei)
    assert mei.get("/studio/kiln/leaves").status_code == 200
    assert send(mei, "/studio/kiln/leaves", **GOOD).status_code == 302
    terms = Terms.objects.get()
    assert (terms.month_minor, terms.order_bp, terms.expires_days) == (1000, 250, None)
    wrong = send(mei, "/studio/kiln/leaves", **GOOD | {"thanks_minor": "1001"})
    assert wrong.status_code == 422
    assert 'value="1001"' in words(wrong)
    assert send(mei, "/studio/kiln/leaves", **GOOD | {"month_minor": "7000"}).status_code == 302
    assert send(mei, f"/studio/kiln/leaves/terms/{terms.oid}/undo").status_code == 302
    assert Terms.objects.get().month_minor == 1000


def test_the_studio_shows_what_is_owed_and_takes_a_gift_back(gives, thank, cast, book, now):
    gives()
    thank(cast.jonas, cast.lan, at=now - 4 * DAY)
    lots.clear_due(now=now)
    thank(cast.jonas, cast.kenji, at=now - DAY)
    mei = signed_in(cast.mei)
    page = words(mei.get("/studio/kiln/leaves"))
    for said in ("What the shop owes as leaves", "100 leaves", "¥0.50", "Thanked by Jonas"):
        assert said in page
    assert "Promised to members as leaves" in words(mei.get("/studio/kiln/money"))
    lot = LeafLot.objects.get(member__person=cast.lan)
    path = f"/studio/kiln/leaves/{lot.oid}/withdraw"
    for person in (cast.jonas, cast.kenji, cast.rafe):
        assert send(signed_in(person), path).status_code in (403, 404)
    assert send(mei, path).status_code == 302
    assert send(mei, path).status_code == 409
    assert purse(book, cast.lan) == (0, 0, 0)


def test_pages_ask_as_often_however_many_gifts_there_are(gives, thank, wrote, cast, now):
    gives(thanks_a_month=20, month_minor=10_000)
    lan, mei = signed_in(cast.lan), signed_in(cast.mei)

    def counts() -> list[int]:
        found = []
        for client, path in (
            (lan, "/kiln/leaves"), (lan, "/wallet"), (mei, "/studio/kiln/leaves")
        ):  # fmt: skip
            client.get(path)
            with CaptureQueriesContext(connection) as seen:
                client.get(path)
            found.append(len(seen))
        return found

    thank(cast.jonas, cast.lan, at=now - 40 * DAY)
    before = counts()
    for n in range(6):
        thank((cast.jonas, cast.mei, cast.kenji)[n % 3], cast.lan, at=now - (n // 3) * DAY)
    assert counts() == before


@pytest.mark.parametrize("path", ["/kiln/leaves", "/wallet", "/studio/kiln/leaves"])
def test_the_pages_are_chinese_for_chinese_readers(gives, thank, cast, path, now):
    gives(order_bp=100, expires_days=90)
    thank(cast.jonas, cast.mei, at=now - 4 * DAY)
    lots.clear_due(now=now)
    page = words(signed_in(cast.mei).get(path, headers={"accept-language": "zh-hans"}))
    main = re.sub(r"<[^>]*>", " ", page.split("<main", 1)[1].split("</main>")[0])
    assert "50片叶子" in main
    for english in ("leaves", "leaf", "taken", "worth", "thank", "given"):
        assert english not in main.lower()


def test_a_member_takes_a_reward_and_the_shop_hands_it_over_or_undoes_it(
    gives, thank, cast, book, now
):
    gives()
    thank(cast.jonas, cast.lan, at=now - 4 * DAY)
    lots.clear_due(now=now)
    mei, lan = signed_in(cast.mei), signed_in(cast.lan)
    tile = {"title": "A test tile", "words": "At the firing.", "price_minor": "40", "stock": "1"}
    assert send(mei, "/studio/kiln/rewards", **tile | {"price_minor": "0"}).status_code == 422
    assert send(mei, "/studio/kiln/rewards", **tile).status_code == 302
    reward = Reward.objects.get()
    page = words(lan.get("/kiln/rewards"))
    for said in ("A test tile", "40 leaves", "¥0.40", "1 left", "You can use 50 leaves"):
        assert said in page
    path = f"/kiln/rewards/{reward.oid}"
    assert send(signed_in(cast.rafe), path, price="40").status_code in (302, 403, 404)
    poor = send(signed_in(cast.jonas), path, price="40")
    assert poor.status_code == 409
    assert "fewer leaves" in words(poor)
    assert send(lan, path, price="none").status_code == 409
    assert send(lan, path, price="40").status_code == 302
    assert purse(book, cast.lan) == (10, 0, 0)
    taken = Exchange.objects.get()
    assert send(signed_in(cast.jonas), f"/kiln/rewards/taken/{taken.oid}/undo").status_code == 404
    assert "To be handed over" in words(mei.get("/studio/kiln/rewards"))
    steer = f"/studio/kiln/rewards/taken/{taken.oid}"
    assert send(mei, f"{steer}/hand").status_code == 302
    assert send(mei, f"{steer}/hand").status_code == 409
    assert send(lan, f"/kiln/rewards/taken/{taken.oid}/undo").status_code == 409
    assert send(mei, f"{steer}/undo").status_code == 302
    assert purse(book, cast.lan) == (50, 0, 0)
    assert "Taken back: You exchanged leaves" in words(lan.get("/wallet"))


def test_the_home_page_says_what_was_shared_once_enough_members_gained(
    gives, thank, kiln, cast, now
):
    guest, jonas = Client(), signed_in(cast.jonas)
    assert "Shared with members" not in words(guest.get("/kiln/"))
    gives()
    run_due(now=now)
    assert "/kiln/leaves" in words(jonas.get("/kiln/"))
    assert "/kiln/leaves" not in words(guest.get("/kiln/"))
    for person in (cast.lan, cast.mei):
        thank(cast.jonas, person, at=now)
    run_due(now=now)
    assert "Shared with members" not in words(jonas.get("/kiln/"))  # two: it would tell who
    undone = thank(cast.mei, cast.kenji, at=now)
    run_due(now=now)
    for client in (jonas, guest):
        page = words(client.get("/kiln/"))
        for said in ("Shared with members in", "¥1.50", "Thank-yous, 3 members"):
            assert said in page
    giving.unthank(thanks=undone, by=undone.giver, now=now)
    run_due(now=now)
    assert "Shared with members" not in words(guest.get("/kiln/"))


def test_a_reward_is_changed_taken_down_and_put_up_again(kiln, cast):
    mei = signed_in(cast.mei)
    tile = {"title": "A test tile", "words": "", "price_minor": "40", "stock": "1"}
    send(mei, "/studio/kiln/rewards", **tile)
    reward = Reward.objects.get()
    path = f"/studio/kiln/rewards/{reward.oid}"
    assert mei.get(path).status_code == 200
    assert send(mei, path, shown="9", **tile).status_code == 409
    assert send(mei, path, shown="1", **tile | {"title": ""}).status_code == 422
    assert send(mei, path, shown="1", **tile | {"title": "Tile"}).status_code == 302
    assert send(mei, f"{path}/off").status_code == 302
    assert send(mei, f"{path}/off").status_code == 409
    assert "Tile" not in words(signed_in(cast.lan).get("/kiln/rewards"))
    assert send(mei, f"{path}/on").status_code == 302
    assert send(signed_in(cast.kenji), f"{path}/off").status_code == 403
    assert "Tile" in words(signed_in(cast.lan).get("/kiln/rewards"))
