"""Each verb: works, wrong moment, wrong person, twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from banyan.catalog.stock import OutOfStock
from banyan.communities.places import url
from banyan.core.models import Activity
from banyan.core.refusals import WrongMoment
from banyan.orders import rules
from banyan.orders.actions import fulfilling, placing, refunding
from banyan.orders.models import Basket, Order, Refund, ShippingRate

from .conftest import CHECKOUT
from .test_buying import hidden

pytestmark = pytest.mark.django_db


def fresh(order: Order) -> Any:
    return Order.objects.whole(pk=order.pk)


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return client


def send(client: Client, path: str, **fields: Any) -> Any:
    headers = {"Sec-Fetch-Site": "same-origin"}
    return client.post(path, {"form_key": str(uuid4()), **fields}, headers=headers)


@pytest.fixture
def paid(order_of, capture, cup, pot, cast) -> Order:
    order = order_of((cup, 2), (pot, 1), person=cast.jonas)
    capture(order)
    return order


# Placing


def test_an_order_keeps_what_was_bought_even_when_the_product_changes(order_of, cup, cast):
    order = order_of((cup, 2), person=cast.jonas)
    cup.product.title = "Something else"
    cup.product.save()
    cup.price_minor = 1
    cup.save()
    (line,) = fresh(order).rows
    assert (line.title, line.unit_minor, line.total_minor) == ("Celadon cup", 6800, 13600)


def test_an_order_number_begins_with_the_communitys_letter(order_of, cup, cast):
    assert order_of((cup, 1), person=cast.jonas).number.startswith("K-")


def test_more_than_is_left_is_refused_and_reserves_nothing(order_of, new_variant, cast, kiln):
    one = new_variant("Only one", stock=1)
    order_of((one, 1), person=cast.jonas)
    with pytest.raises(OutOfStock):
        order_of((one, 1), person=cast.lan)
    one.refresh_from_db()
    assert (one.on_hand, one.reserved) == (1, 1)
    assert Order.objects.count() == 1


def test_a_total_that_was_not_seen_is_refused(order_of, cup, cast):
    with pytest.raises(placing.PriceChanged):
        order_of((cup, 1), person=cast.jonas, seen_total=1)
    with pytest.raises(placing.PriceChanged):
        order_of((cup, 1), person=cast.lan, seen="another")
    assert not Order.objects.exists()


def test_a_basket_is_ordered_once(order_of, cup, cast, post, now):
    order = order_of((cup, 1), person=cast.jonas)
    with pytest.raises(placing.BasketGone):
        placing.place(
            basket_id=order.basket_id, person=cast.jonas, visitor="", email="", rate_id=post.pk,
            address=placing.Address(), seen="", seen_total=0, lang="en", now=now,
        )  # fmt: skip


def test_nobody_orders_from_another_persons_basket(order_of, cup, cast, post, now, kiln):
    from banyan.orders.actions import baskets

    basket = baskets.put_in(
        community=kiln, variant=cup, quantity=1, person=cast.jonas, visitor="", now=now
    )
    with pytest.raises(placing.BasketGone):
        placing.place(
            basket_id=basket.public_id, person=cast.rafe, visitor="", email="", rate_id=post.pk,
            address=placing.Address(), seen="", seen_total=0, lang="en", now=now,
        )  # fmt: skip


def test_a_reservation_is_let_go_to_the_unit_and_not_a_moment_early(order_of, cup, pot, cast, now):
    order = order_of((cup, 3), (pot, 2), person=cast.jonas)
    with pytest.raises(WrongMoment):
        placing.expire(order=fresh(order), now=now + timedelta(minutes=14, seconds=59))
    placing.expire(order=fresh(order), now=now + timedelta(minutes=15))
    for variant in (cup, pot):
        variant.refresh_from_db()
        assert variant.reserved == 0
    with pytest.raises(WrongMoment):
        placing.expire(order=fresh(order), now=now + timedelta(minutes=16))


def test_a_paid_order_does_not_expire(paid, now):
    with pytest.raises(WrongMoment):
        placing.expire(order=fresh(paid), now=now + timedelta(hours=1))


# Packing, shipping, receiving, completing


def test_pack_ship_receive_complete_each_once_and_in_this_order(paid, cast, now):
    with pytest.raises(WrongMoment):
        fulfilling.receive(order=fresh(paid), by=cast.jonas, now=now)
    with pytest.raises(WrongMoment):
        fulfilling.complete(order=fresh(paid), now=now)
    fulfilling.pack(order=fresh(paid), by=cast.mei, now=now)
    with pytest.raises(WrongMoment):
        fulfilling.pack(order=fresh(paid), by=cast.mei, now=now)
    fulfilling.ship(order=fresh(paid), by=cast.mei, carrier="SF", tracking="7", now=now)
    with pytest.raises(WrongMoment):
        fulfilling.ship(order=fresh(paid), by=cast.mei, now=now)
    fulfilling.receive(order=fresh(paid), by=cast.mei, now=now)
    with pytest.raises(WrongMoment):
        fulfilling.receive(order=fresh(paid), by=cast.mei, now=now)
    fulfilling.complete(order=fresh(paid), now=now)
    with pytest.raises(WrongMoment):
        fulfilling.complete(order=fresh(paid), now=now)
    kinds = list(fresh(paid).notes.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["packed", "shipped", "received"]


def test_an_unpaid_order_is_not_packed(order_of, cup, cast, now):
    with pytest.raises(WrongMoment):
        fulfilling.ship(order=fresh(order_of((cup, 1), person=cast.jonas)), by=cast.mei, now=now)


def test_a_parcel_long_on_its_way_counts_as_received(paid, cast, now, kiln):
    fulfilling.ship(order=fresh(paid), by=cast.mei, now=now)
    assert fulfilling.finish_shipped(now=now + timedelta(days=13)) == 0
    assert fulfilling.finish_shipped(now=now + timedelta(days=14)) == 1
    assert fulfilling.finish_shipped(now=now + timedelta(days=15)) == 0
    assert fresh(paid).state == rules.COMPLETED


def test_the_shop_sets_after_how_many_days(paid, cast, now, kiln):
    kiln.switches = {"orders.completes_after_days": 3}
    kiln.save()
    fulfilling.ship(order=fresh(paid), by=cast.mei, now=now)
    assert fulfilling.finish_shipped(now=now + timedelta(days=3)) == 1


# Refunds


def test_the_buyer_cannot_cancel_once_it_is_packed_but_the_shop_can(paid, cast, now):
    fulfilling.pack(order=fresh(paid), by=cast.mei, now=now)
    with pytest.raises(refunding.TooLateToCancel):
        refunding.cancel(order=fresh(paid), by=cast.jonas, by_buyer=True, now=now)
    refunding.cancel(order=fresh(paid), by=cast.mei, now=now)
    assert fresh(paid).state == rules.CANCELLED


def test_a_sent_order_is_not_cancelled(paid, cast, now):
    fulfilling.ship(order=fresh(paid), by=cast.mei, now=now)
    with pytest.raises(WrongMoment):
        refunding.cancel(order=fresh(paid), by=cast.mei, now=now)


def test_nothing_chosen_refunds_nothing(paid, now):
    with pytest.raises(refunding.NothingToRefund):
        refunding.refund(
            order=fresh(paid), pieces={}, with_post=False, restock=False, by=None, now=now
        )
    assert not Refund.objects.exists()


def test_a_sum_that_was_not_shown_is_refused(paid, now):
    line = fresh(paid).rows[0]
    with pytest.raises(WrongMoment):
        refunding.refund(
            order=fresh(paid), pieces={line.pk: 1}, with_post=False, restock=False, by=None,
            expected_minor=1, now=now,
        )  # fmt: skip


def test_the_post_goes_back_once(paid, now):
    order = fresh(paid)
    made = refunding.refund(order=order, pieces={}, with_post=True, restock=False, by=None, now=now)
    assert made.amount_minor == 1200
    with pytest.raises(refunding.NothingToRefund):
        refunding.refund(
            order=fresh(paid), pieces={}, with_post=True, restock=False, by=None, now=now
        )


def test_pieces_go_back_on_the_shelf_only_when_chosen(paid, cup, now):
    line = fresh(paid).rows[0]
    for restock, left in ((False, 8), (True, 9)):
        refunding.refund(
            order=fresh(paid), pieces={line.pk: 1}, with_post=False, restock=restock, by=None,
            now=now,
        )  # fmt: skip
        cup.refresh_from_db()
        assert cup.on_hand == left


def test_the_table_itself_refuses_to_give_back_more_than_was_paid(paid):
    for change in (
        {"refunded_minor": paid.total_minor + 1},
        {"post_refunded_minor": 1201},
        {"total_minor": 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Order.objects.filter(pk=paid.pk).update(**change)


# What is said of it


def test_the_log_names_no_person(paid, cast, now):
    for row in Activity.objects.filter(object_kind="order"):
        said = f"{row.props} {row.source}"
        assert cast.jonas.email not in said
        assert "Lindenstra" not in said
        assert "Jonas" not in said
    placed = Activity.objects.get(verb="OrderPlaced")
    assert placed.actor == cast.jonas.pseudonym
    assert (placed.amount_minor, placed.currency) == (paid.total_minor, "CNY")


def test_a_guest_is_known_by_the_visitors_key_without_its_signature(order_of, cup, kiln, post):
    guest = Client()
    answer = send(guest, "/kiln/basket", variant=cup.pk, quantity=1, do="buy")
    cookie = guest.cookies["basket"]
    assert cookie["httponly"]
    page = guest.get(answer["Location"]).content.decode()
    fields = CHECKOUT | hidden(page)
    send(guest, answer["Location"], **fields)
    placed = Activity.objects.get(verb="OrderPlaced")
    assert placed.actor is None
    assert placed.visitor == cookie.value.split(".")[0] == Order.objects.get().visitor


def test_a_repeated_first_add_brings_the_same_basket_cookie(kiln, cup):
    form = {"form_key": str(uuid4()), "variant": cup.pk, "quantity": 1, "do": "add"}
    headers = {"Sec-Fetch-Site": "same-origin"}
    first, second = Client(), Client()  # the browser never saw the first answer
    first.post("/kiln/basket", form, headers=headers)
    second.post("/kiln/basket", form, headers=headers)
    assert first.cookies["basket"].value == second.cookies["basket"].value
    assert second.cookies["basket"]["httponly"]
    assert Basket.objects.get().lines.get().quantity == 1


# The studio's doors


STUDIO = ("", "/pack", "/ship", "/receive", "/cancel", "/refund", "/slip")


def test_only_those_with_the_right_reach_the_studios_orders(paid, cast, tea):
    base = f"/studio/kiln/orders/{paid.number}"
    for who in (cast.rafe, cast.jonas):
        client = client_of(who)
        assert client.get("/studio/kiln/orders").status_code == 404
        assert client.get("/studio/kiln/shipping").status_code == 404
        for end in STUDIO:
            assert send(client, base + end).status_code in (404, 405)
    kenji = client_of(cast.kenji)  # moderates, but does not sell
    assert kenji.get("/studio/kiln/orders").status_code == 403
    assert send(kenji, f"{base}/refund", expected=1).status_code == 403
    sol = client_of(cast.sol)  # runs another community
    assert sol.get(f"/studio/four/orders/{paid.number}").status_code == 404
    assert sol.get(base).status_code == 404
    assert fresh(paid).state == rules.PAID


def test_the_studio_packs_sends_and_marks_received(paid, cast):
    mei, base = client_of(cast.mei), f"/studio/kiln/orders/{paid.number}"
    assert paid.number in mei.get("/studio/kiln/orders").content.decode()
    assert send(mei, f"{base}/pack").status_code == 302
    assert send(mei, f"{base}/pack").status_code == 409
    assert send(mei, f"{base}/ship", carrier="SF", tracking="SF123").status_code == 302
    assert "SF123" in mei.get(base).content.decode()
    assert send(mei, f"{base}/ship").status_code == 409
    assert send(mei, f"{base}/receive").status_code == 302
    assert fresh(paid).state == rules.RECEIVED
    assert mei.get(f"{base}/slip").status_code == 200


def test_the_studio_refunds_one_line_after_showing_the_sum(paid, cast):
    mei, base = client_of(cast.mei), f"/studio/kiln/orders/{paid.number}/refund"
    line = fresh(paid).rows[0]
    shown = mei.get(f"{base}?line-{line.pk}=1").content.decode()
    assert 'name="expected" value="6800"' in shown
    wrong = send(mei, base, **{f"line-{line.pk}": 1, "expected": 1})
    assert wrong.status_code == 409
    assert not Refund.objects.exists()
    done = send(mei, base, **{f"line-{line.pk}": 1, "expected": 6800, "reason": "Arrived chipped"})
    assert done.status_code == 302
    made = Refund.objects.get()
    assert (made.amount_minor, made.by, made.reason) == (6800, cast.mei, "Arrived chipped")


def test_orders_are_found_by_number_and_by_address(paid, cast, order_of, cup):
    other = order_of((cup, 1), person=cast.lan)
    mei = client_of(cast.mei)
    for words in (paid.number, paid.number.lower(), paid.number[2:], cast.jonas.email):
        page = mei.get("/studio/kiln/orders", {"q": words}).content.decode()
        assert paid.number in page
        assert other.number not in page
    assert other.number in mei.get("/studio/kiln/orders?show=unpaid").content.decode()


def test_late_orders_are_named_on_today(paid, cast):
    Order.objects.filter(pk=paid.pk).update(paid_at=timezone.now() - timedelta(days=4))
    page = client_of(cast.mei).get("/studio/kiln/today").content.decode()
    assert page.count(paid.number) >= 2  # as a need, and beside


def test_the_list_of_orders_takes_the_same_queries_however_many(paid, cast, order_of, cup):
    from django.test.utils import CaptureQueriesContext

    mei = client_of(cast.mei)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert mei.get("/studio/kiln/orders?show=all").status_code == 200
        return len(seen)

    count()
    before = count()
    for _ in range(4):
        order_of((cup, 1))
    assert count() == before


# Post


def test_a_rate_is_added_changed_and_removed(cast, kiln):
    mei = client_of(cast.mei)
    base = url(kiln, "studio-shipping")
    wrong = send(mei, f"{base}/new", name="Post", price="twelve", everywhere="on")
    assert wrong.status_code == 422
    assert "twelve" in wrong.content.decode()
    good = {"name": "Post", "price": "12.50", "free_over": "300", "regions": ["CN", "HK"]}
    assert send(mei, f"{base}/new", **good).status_code == 302
    rate = ShippingRate.objects.get()
    assert (rate.price_minor, rate.free_over_minor, rate.regions) == (1250, 30000, ["CN", "HK"])
    assert (
        send(mei, f"{base}/{rate.oid}", name="Post", price="9", everywhere="on").status_code == 302
    )
    rate.refresh_from_db()
    assert (rate.price_minor, rate.free_over_minor, rate.regions) == (900, None, [])
    assert send(mei, f"{base}/{rate.oid}/remove").status_code == 302
    assert send(mei, f"{base}/{rate.oid}/remove").status_code == 404
    assert send(mei, base, tax="13", days="10").status_code == 302
    kiln.refresh_from_db()
    assert kiln.switches["orders.tax_bp"] == 1300


def test_another_communitys_rate_does_not_exist(cast, tea, post):
    sol = client_of(cast.sol)
    assert sol.get(f"/studio/four/shipping/{post.oid}").status_code == 404
    assert send(sol, f"/studio/four/shipping/{post.oid}/remove").status_code == 404


def test_a_goal_counts_parcels_sent_within_three_days(
    cup: Any, order_of: Any, capture: Any, cast: Any, kiln: Any, now: Any
) -> None:
    from banyan.culture.goals import measures

    for days in (1, 3, 4):
        order = order_of((cup, 1), person=cast.jonas)
        capture(order)
        fulfilling.ship(
            order=fresh(order), by=cast.mei, carrier="SF", tracking="7",
            now=now + timedelta(days=days),
        )  # fmt: skip
    measure = measures.get("parcels")
    assert measure is not None
    assert measure.count(kiln.pk, now, now + timedelta(days=9)) == 2, "the fourth day is too late"
    assert measure.count(kiln.pk, now, now + timedelta(days=2)) == 1
