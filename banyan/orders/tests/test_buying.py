"""Buying through the pages, with the real sandbox: what a guest and a member meet."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from banyan.core.jobs import run_due
from banyan.orders import rules, tasks
from banyan.orders.models import Basket, Order
from banyan.payments.models import Payment

from .conftest import CHECKOUT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def now() -> Any:
    """The real clock: the provider's deadlines are of the present."""
    return timezone.now()


def send(client: Client, path: str, **fields: Any) -> Any:
    """Post a form as its page would: with a fresh key, from our own site."""
    return client.post(
        path,
        {"form_key": str(uuid4()), **fields},
        headers={"Sec-Fetch-Site": "same-origin"},
    )


def add(client: Client, variant: Any, quantity: int = 1, do: str = "buy") -> Any:
    return send(client, "/kiln/basket", variant=variant.pk, quantity=quantity, do=do)


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of the checkout, with the way of sending that is chosen."""
    found = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', html))
    chosen = re.search(r'name="rate" value="(\d+)" checked', html)
    if chosen:
        found["rate"] = chosen[1]
    found.pop("form_key", None)
    return found


def check_out(client: Client, address: str, **changes: Any) -> Any:
    page = client.get(address).content.decode()
    fields = CHECKOUT | hidden(page) | changes
    return send(client, address, **fields)


def buy(client: Client, variant: Any, quantity: int = 1, **changes: Any) -> Any:
    """From the product page to the provider's page; gives its address."""
    answer = add(client, variant, quantity)
    assert answer.status_code == 302, answer.content
    answer = check_out(client, answer["Location"], **changes)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return answer["Location"]


@pytest.fixture
def guest() -> Client:
    return Client()


@pytest.fixture
def signed_in() -> Callable[[Any], Client]:
    def sign_in(person: Any) -> Client:
        client = Client()
        client.force_login(person, backend="banyan.people.backends.PasswordBackend")
        return client

    return sign_in


def test_a_guest_buys_one_product_through_the_provider_and_gets_a_letter(
    guest, cup, post, sandbox, books, in_balance
):
    pay_url = buy(guest, cup, 2)
    assert pay_url.startswith(sandbox.url)
    back = sandbox.decide(pay_url, "approve")
    assert set(sandbox.relay(guest)) == {200}
    answer = guest.get(back, follow=True)
    assert answer.status_code == 200
    order = Order.objects.get()
    assert order.state == rules.PAID
    assert order.number in answer.content.decode()
    assert order.total_minor == 2 * 6800 + 1200
    assert books(f"escrow.{order.oid}") == order.total_minor
    assert in_balance()
    assert not Basket.objects.filter(ordered_at=None).exists()
    run_due()
    (letter,) = mail.outbox
    assert letter.to == ["guest@example.org"]
    assert order.number in letter.subject
    assert "?t=" in letter.body
    assert guest.get(re.search(r"http://\S+?(/orders/\S+)", letter.body)[1]).status_code == 200


def test_the_letter_is_in_the_language_of_the_buyer(guest, cup, post, sandbox):
    guest.cookies["django_language"] = "zh-hans"
    sandbox.decide(buy(guest, cup), "approve")
    sandbox.relay(guest)
    run_due()
    assert "青瓷杯" in mail.outbox[0].body
    assert Order.objects.get().lang == "zh-hans"


def test_a_declined_payment_can_be_tried_again_while_the_pieces_are_kept(guest, cup, post, sandbox):
    back = sandbox.decide(buy(guest, cup), "decline")
    sandbox.relay(guest)
    page = guest.get(back, follow=True)
    order = Order.objects.get()
    assert order.state == rules.PLACED
    assert "was declined" in page.content.decode()
    path = page.redirect_chain[-1][0]
    answer = send(guest, path.replace("?", "/pay?"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(sandbox.url)
    sandbox.decide(answer["Location"], "approve")
    sandbox.relay(guest)
    order.refresh_from_db()
    assert order.state == rules.PAID
    assert Payment.objects.count() == 2


def test_the_provider_down_keeps_the_order_and_says_so(guest, cup, post, sandbox):
    sandbox.control(fail="503")
    address = buy(guest, cup)
    assert address.startswith("/orders/")
    page = guest.get(address).content.decode()
    assert "does not answer" in page
    assert "Try again" in page
    sandbox.reset()
    answer = send(guest, address.split("?")[0] + "/pay?" + address.split("?")[1])
    assert answer["Location"].startswith(sandbox.url)
    assert Order.objects.get().state == rules.PLACED
    assert Payment.objects.count() == 1


def test_the_total_with_post_stands_on_the_page_before_any_field(guest, cup, post):
    page = guest.get(add(guest, cup, 2)["Location"]).content.decode()
    assert page.index("148") < page.index('name="email"')
    assert "Parcel post" in page


def test_a_price_that_changed_since_it_was_seen_is_shown_before_anything_is_charged(
    guest, cup, post
):
    address = add(guest, cup)["Location"]
    fields = CHECKOUT | hidden(guest.get(address).content.decode())
    cup.price_minor = 7000
    cup.save()
    answer = send(guest, address, **fields)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "82" in page
    assert "guest@example.org" in page  # typed text is kept
    assert not Order.objects.exists()
    again = send(guest, address, **(CHECKOUT | hidden(page)))
    assert again.status_code in (302, 503)
    assert Order.objects.get().total_minor == 8200


def test_invalid_fields_are_named_and_typed_text_is_kept(guest, cup, post):
    address = add(guest, cup)["Location"]
    answer = check_out(guest, address, email="no address", name="Ana Gast", line1="")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "no address" in page
    assert "Ana Gast" in page
    assert not Order.objects.exists()


def test_without_a_way_of_sending_the_checkout_says_so_and_sells_nothing(guest, cup):
    address = add(guest, cup)["Location"]
    page = guest.get(address).content.decode()
    assert "has not set its post yet" in page
    assert send(guest, address, **(CHECKOUT | hidden(page))).status_code == 422
    assert not Order.objects.exists()


def test_goods_that_need_no_post_ask_for_no_address(guest, new_variant, sandbox):
    notes = new_variant("Glaze notes", price=3000, needs_post=False)
    address = add(guest, notes)["Location"]
    page = guest.get(address).content.decode()
    assert 'name="line1"' not in page
    fields = {"email": "guest@example.org", "note": ""} | hidden(page)
    answer = send(guest, address, **fields)
    assert answer["Location"].startswith(sandbox.url)


def test_the_same_basket_is_ordered_once_whatever_is_pressed(guest, cup, post, sandbox):
    address = add(guest, cup)["Location"]
    fields = CHECKOUT | hidden(guest.get(address).content.decode())
    key = str(uuid4())
    first = send(guest, address, **fields, form_key=key)
    same = send(guest, address, **fields, form_key=key)
    assert first["Location"] == same["Location"]
    other = send(guest, address, **fields)
    assert other.status_code == 302
    assert other["Location"].startswith("/orders/")
    assert guest.get(address)["Location"].startswith("/orders/")
    assert Order.objects.count() == 1


def test_a_stranger_sees_neither_basket_nor_order(guest, cup, post, cast, signed_in, sandbox):
    rafe, other = signed_in(cast.rafe), Client()
    address = add(guest, cup)["Location"]
    assert other.get(address).status_code == 404
    assert rafe.get(address).status_code == 404
    line = f"/cart/{address.split('/')[-1]}/{cup.pk}"
    assert send(other, line, quantity="3").status_code == 404
    buy_path = check_out(guest, address)
    order = Order.objects.get()
    assert buy_path.status_code == 302
    for client in (other, rafe):
        assert client.get(f"/orders/{order.number}").status_code == 404
        assert client.get(f"/orders/{order.number}?t=wrong").status_code == 404
        assert send(client, f"/orders/{order.number}/cancel").status_code == 404
        assert send(client, f"/orders/{order.number}/pay").status_code == 404


def test_a_members_order_is_theirs_alone(signed_in, cup, post, cast, sandbox):
    jonas, lan = signed_in(cast.jonas), signed_in(cast.lan)
    buy(jonas, cup)
    order = Order.objects.get()
    assert order.email == cast.jonas.email
    assert jonas.get(f"/orders/{order.number}").status_code == 200
    assert order.number in jonas.get("/orders").content.decode()
    assert lan.get(f"/orders/{order.number}").status_code == 404
    assert order.number not in lan.get("/orders").content.decode()
    assert Client().get(f"/orders/{order.number}").status_code == 302  # sign in first


def test_the_address_of_a_member_is_remembered(signed_in, cup, pot, post, cast, sandbox):
    jonas = signed_in(cast.jonas)
    buy(jonas, cup)
    page = jonas.get(add(jonas, pot)["Location"]).content.decode()
    assert "湖滨路8号" in page
    assert 'value="杭州"' in page


def test_signing_in_brings_the_guests_basket_along(guest, cup, pot, post, cast, signed_in):
    jonas = signed_in(cast.jonas)
    add(jonas, cup, 1, do="add")
    add(guest, cup, 2, do="add")
    add(guest, pot, 1, do="add")
    answer = guest.post(
        "/accounts/login/",
        {"login": cast.jonas.email, "password": "a-long-password"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 302
    (basket,) = Basket.objects.all()
    assert basket.person == cast.jonas
    assert dict(basket.lines.values_list("variant_id", "quantity")) == {cup.pk: 3, pot.pk: 1}


def test_more_than_there_is_cannot_be_put_in(guest, new_variant):
    two = new_variant("Pair", stock=2)
    assert add(guest, two, 2, do="add").status_code == 302
    address = Basket.objects.get()
    assert send(guest, f"/cart/{address.oid}/{two.pk}", quantity="3").status_code == 409
    assert add(guest, two, 3, do="add").status_code == 409
    two.on_hand = 1
    two.save()
    assert "Only 1 is left" in guest.get("/cart").content.decode()


def test_taken_out_and_put_back(guest, cup, post):
    add(guest, cup, 2, do="add")
    basket = Basket.objects.get()
    answer = send(guest, f"/cart/{basket.oid}/{cup.pk}", do="remove")
    assert answer.status_code == 302
    assert not Basket.objects.exists()
    assert send(guest, f"/cart/undo/kiln/{cup.pk}/2").status_code == 302
    assert Basket.objects.get().lines.get().quantity == 2


def test_what_is_not_paid_in_time_is_let_go_and_can_be_put_in_the_basket_again(
    guest, cup, post, sandbox
):
    buy(guest, cup, 2)
    order = Order.objects.get()
    cup.refresh_from_db()
    assert cup.reserved == 2
    Order.objects.update(reserved_until=timezone.now() - timedelta(seconds=1))
    assert tasks.expire_reservations() == 1
    assert tasks.expire_reservations() == 0
    order.refresh_from_db()
    cup.refresh_from_db()
    assert (order.state, cup.reserved, cup.on_hand) == (rules.EXPIRED, 0, 10)
    from banyan.orders import links

    page = guest.get(links.path(order)).content.decode()
    assert "Not paid in time" in page
    path = links.path(order).replace("?", "/again?")
    assert send(guest, path)["Location"] == "/cart"
    assert Basket.objects.get(ordered_at=None).lines.get().quantity == 2


def test_the_buyer_cancels_before_packing_and_everything_goes_back(
    signed_in, cup, post, cast, sandbox, books
):
    jonas = signed_in(cast.jonas)
    sandbox.decide(buy(jonas, cup, 2), "approve")
    sandbox.relay(jonas)
    order = Order.objects.get()
    assert send(jonas, f"/orders/{order.number}/cancel").status_code == 302
    run_due()
    sandbox.relay(jonas)
    order.refresh_from_db()
    assert order.state == rules.CANCELLED
    assert books(f"escrow.{order.oid}") == 0
    cup.refresh_from_db()
    assert (cup.on_hand, cup.reserved) == (10, 0)
    assert send(jonas, f"/orders/{order.number}/cancel").status_code == 409


def test_public_pages_of_the_shop_write_nothing(guest, cup, post, cast):
    address = add(guest, cup, do="buy")["Location"]
    written: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "REPLACE")):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        for client in (guest, Client()):
            for path in ("/cart", address, "/orders/K-000000"):
                client.get(path)
    assert written == []
    assert not Client().get("/cart").cookies


def test_a_whole_guest_order_needs_at_most_forty_statements(guest, cup, post, sandbox):
    """Put in, checkout page, place, callback, return, the paid order's page."""
    sandbox.decide(buy(Client(), cup), "approve")  # not the shop's very first order
    sandbox.relay(guest)
    counts: dict[str, int] = {}
    step = ""

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")):
            counts[step] = counts.get(step, 0) + 1
            said.append(f"{step}: {sql[:150]}")
        return execute(sql, params, many, context)

    said: list[str] = []
    with connection.execute_wrapper(count):
        step = "add"
        address = add(guest, cup)["Location"]
        step = "page"
        fields = CHECKOUT | hidden(guest.get(address).content.decode())
        step = "place"
        pay_url = send(guest, address, **fields)["Location"]
        back = sandbox.decide(pay_url, "approve")
        step = "callback"
        letters = sandbox.callbacks()
        from banyan.payments.tests.sandbox_process import bring

        assert bring(guest, *letters[0]) == 200
        step = "return"
        answer = guest.get(back)
        step = "order"
        assert guest.get(answer["Location"]).status_code == 200
    assert [order.state for order in Order.objects.all()] == [rules.PAID] * 2
    print(counts, sum(counts.values()))
    assert sum(counts.values()) <= 40, "\n".join([str(counts), *said])
