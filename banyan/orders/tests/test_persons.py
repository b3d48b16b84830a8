"""Orders and who they belong to: before an account, with one, and on the way out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from banyan.ledger.queries import statement
from banyan.orders.actions import fulfilling
from banyan.orders.actions.erasing import OrdersAreOpen
from banyan.orders.models import Order
from banyan.orders.views import timeline
from banyan.people import privacy

pytestmark = pytest.mark.django_db


def test_whoever_waits_for_a_parcel_is_not_erased_and_reads_which(
    order_of, capture, cup, cast, now
):
    order = order_of((cup, 1), person=cast.jonas)
    for _step in ("placed", "paid"):
        with pytest.raises(OrdersAreOpen, match=order.number):
            privacy.erase(person=cast.jonas, now=now)
        if order.state == "placed":
            capture(order)
    fulfilling.pack(order=order, by=cast.mei, now=now)
    with pytest.raises(OrdersAreOpen, match="address"):
        privacy.erase(person=cast.jonas, now=now)
    assert Order.objects.get(pk=order.pk).line1
    fulfilling.ship(order=order, by=cast.mei, now=now + timedelta(hours=1))
    privacy.erase(person=cast.jonas, now=now + timedelta(hours=2))
    assert Order.objects.get(pk=order.pk).line1 == ""


def test_a_guests_orders_are_found_once_the_address_is_confirmed(
    client, order_of, cup, cast, capture
):
    order = order_of((cup, 1))  # guest@example.org
    capture(order)
    client.force_login(cast.rafe)
    address = EmailAddress.objects.create(user=cast.rafe, email=order.email, verified=False)
    assert order.number not in client.get("/orders").content.decode()
    assert client.get(f"/orders/{order.number}").status_code == 404
    address.verified = True
    address.save()
    assert order.number in client.get("/orders").content.decode()
    assert client.get(f"/orders/{order.number}").status_code == 200
    wallet = client.get("/wallet").content.decode()
    assert order.number in wallet
    assert "¥80" in wallet  # 68 and the post
    assert "Payment fee" not in wallet
    entry = statement(None, order=order.oid).filter(kind="order_paid").get()
    assert client.get(f"/wallet/{entry.oid}").status_code == 200
    fee = statement(None, order=order.oid).exclude(pk=entry.pk).first()
    assert fee is None or client.get(f"/wallet/{fee.oid}").status_code == 404
    assert Order.objects.get(pk=order.pk).person_id is None  # read, not written
    client.force_login(cast.sol)
    assert order.number not in client.get("/orders").content.decode()
    assert client.get(f"/orders/{order.number}").status_code == 404
    assert order.number not in client.get("/wallet").content.decode()
    assert client.get(f"/wallet/{entry.oid}").status_code == 404


def test_a_members_order_never_shows_to_another_with_the_same_address(client, order_of, cup, cast):
    order = order_of((cup, 1), person=cast.jonas)
    EmailAddress.objects.filter(email=order.email).delete()
    EmailAddress.objects.create(user=cast.rafe, email=order.email, verified=True)
    client.force_login(cast.rafe)
    assert order.number not in client.get("/orders").content.decode()
    assert client.get(f"/orders/{order.number}").status_code == 404


def test_what_happened_is_told_in_its_order_also_within_one_moment(
    order_of, capture, cup, cast, now
):
    order = order_of((cup, 1), person=cast.jonas)
    capture(order)
    fulfilling.ship(order=order, by=cast.mei, now=now)
    fulfilling.receive(order=order, by=cast.jonas, now=now, by_buyer=True)
    told = [str(event.label) for event in timeline.events(order)]
    assert told == ["Ordered", "Paid", "Packed", "Sent", "Received", "Completed"]
