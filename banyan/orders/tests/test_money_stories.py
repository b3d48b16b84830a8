"""One story per way money can go, each told to the last cent in the books."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banyan.core.refusals import WrongMoment
from banyan.orders import rules
from banyan.orders.actions import fulfilling, placing, refunding
from banyan.orders.models import Order, Refund

pytestmark = pytest.mark.django_db


def fresh(order: Order) -> Order:
    return Order.objects.select_related("community", "book", "person", "payment").get(pk=order.pk)


def lines(order: Order) -> list:
    return fresh(order).rows


def refund(order, pieces, *, post=False, restock=False, at, **more):
    return refunding.refund(
        order=fresh(order), pieces=pieces, with_post=post, restock=restock, by=None, now=at, **more
    )


def test_pay_ship_receive_leaves_escrow_empty_and_sales_and_post_earned(
    order_of, capture, books, in_balance, cup, pot, cast, now
):
    order = order_of((cup, 2), (pot, 1), person=cast.jonas)
    assert order.total_minor == 2 * 6800 + 31000 + 1200
    capture(order)
    assert books(f"escrow.{order.oid}") == order.total_minor
    assert books("sales") == 0
    fulfilling.ship(order=fresh(order), by=cast.mei, carrier="SF", tracking="123", now=now)
    fulfilling.receive(order=fresh(order), by=cast.jonas, by_buyer=True, now=now)
    assert fresh(order).state == rules.COMPLETED
    assert books(f"escrow.{order.oid}") == 0
    assert books("sales") == 2 * 6800 + 31000
    assert books("shipping") == 1200
    assert books("psp.sandbox") == order.total_minor
    assert in_balance()


def test_refund_one_line_then_the_rest_before_completion(
    order_of, capture, pay_back, books, in_balance, cup, pot, cast, now
):
    order = order_of((cup, 3), (pot, 1), person=cast.jonas)
    capture(order)
    fulfilling.ship(order=fresh(order), by=cast.mei, now=now)
    first, second = lines(order)
    one = refund(order, {first.pk: 1}, at=now)
    assert one.amount_minor == 6800
    rest = refund(order, {first.pk: 2, second.pk: 1}, post=True, at=now)
    assert one.amount_minor + rest.amount_minor == order.total_minor
    assert books(f"escrow.{order.oid}") == 0
    assert books(f"refund_clearing.{one.oid}") == 6800
    pay_back(order, at=now)
    assert books(f"refund_clearing.{one.oid}") == books(f"refund_clearing.{rest.oid}") == 0
    assert books("psp.sandbox") == 0
    assert set(Refund.objects.values_list("state", flat=True)) == {rules.EXECUTED}
    fulfilling.receive(order=fresh(order), by=None, now=now)
    fulfilling.complete(order=fresh(order), now=now)
    assert books("sales") == books("shipping") == 0
    assert in_balance()


def test_complete_then_refund_takes_it_out_of_sales_and_post(
    order_of, capture, pay_back, books, in_balance, cup, cast, now
):
    order = order_of((cup, 2), person=cast.jonas)
    capture(order)
    fulfilling.ship(order=fresh(order), by=cast.mei, now=now)
    fulfilling.receive(order=fresh(order), by=cast.jonas, by_buyer=True, now=now)
    (line,) = lines(order)
    refund(order, {line.pk: 1}, at=now)
    assert books("sales") == 6800
    refund(order, {line.pk: 1}, post=True, at=now)
    assert books("sales") == books("shipping") == 0
    pay_back(order, at=now)
    assert books("psp.sandbox") == 0
    assert books(f"escrow.{order.oid}") == 0
    assert in_balance()


def test_tax_is_earned_apart_and_goes_back_with_its_line(
    order_of, capture, books, in_balance, kiln, new_variant, post, cast, now
):
    kiln.switches = {"orders.tax_bp": 1300}
    kiln.save()
    bowl = new_variant("Bowl", price=9999, stock=9)
    order = order_of((bowl, 3), person=cast.jonas)
    total = 3 * 9999 + 1200
    assert order.tax_minor == rules.tax_within(total, 1300)
    assert order.total_minor == total  # contained, not added
    capture(order)
    fulfilling.ship(order=fresh(order), by=cast.mei, now=now)
    fulfilling.receive(order=fresh(order), by=cast.jonas, by_buyer=True, now=now)
    assert books("tax_payable.shop") == order.tax_minor
    assert books("sales") + books("shipping") + books("tax_payable.shop") == total
    (line,) = lines(order)
    for _ in range(3):
        refund(order, {line.pk: 1}, at=now)
    refund(order, {}, post=True, at=now)
    assert books("tax_payable.shop") == books("sales") == books("shipping") == 0
    assert in_balance()


def test_several_partial_refunds_of_an_odd_line_add_up_exactly(
    order_of, capture, books, in_balance, new_variant, cast, now
):
    thing = new_variant("Odd", price=3333, stock=9)
    order = order_of((thing, 7), person=cast.jonas)
    capture(order)
    (line,) = lines(order)
    paid = [refund(order, {line.pk: n}, at=now).amount_minor for n in (1, 2, 1, 3)]
    assert sum(paid) == 7 * 3333
    assert books(f"escrow.{order.oid}") == 1200
    with pytest.raises(WrongMoment):
        refund(order, {line.pk: 1}, at=now)
    assert in_balance()


def test_cancelled_before_packing_everything_goes_back_to_buyer_and_shelf(
    order_of, capture, pay_back, books, in_balance, cup, cast, now
):
    order = order_of((cup, 2), person=cast.jonas)
    capture(order)
    cup.refresh_from_db()
    assert (cup.on_hand, cup.reserved) == (8, 0)
    refunding.cancel(order=fresh(order), by=cast.jonas, by_buyer=True, now=now)
    cup.refresh_from_db()
    assert (cup.on_hand, cup.reserved) == (10, 0)
    assert fresh(order).state == rules.CANCELLED
    assert books(f"escrow.{order.oid}") == 0
    pay_back(order, at=now)
    assert books("psp.sandbox") == 0
    assert in_balance()
    with pytest.raises(WrongMoment):
        refunding.cancel(order=fresh(order), by=cast.jonas, by_buyer=True, now=now)


def test_paid_too_late_takes_the_stock_again_while_there_is_some(
    order_of, capture, books, in_balance, cup, now
):
    order = order_of((cup, 2))
    late = now + timedelta(minutes=16)
    placing.expire(order=fresh(order), now=late)
    cup.refresh_from_db()
    assert (cup.on_hand, cup.reserved) == (10, 0)
    capture(order, at=late)
    assert order.state == rules.PAID
    cup.refresh_from_db()
    assert (cup.on_hand, cup.reserved) == (8, 0)
    assert books(f"escrow.{order.oid}") == order.total_minor
    assert in_balance()


def test_paid_too_late_with_no_stock_left_goes_back_at_once(
    order_of, capture, pay_back, books, in_balance, new_variant, now
):
    last = new_variant("Last one", price=5000, stock=1)
    order = order_of((last, 1))
    late = now + timedelta(minutes=16)
    placing.expire(order=fresh(order), now=late)
    other = order_of((last, 1), at=late)
    capture(other, at=late)
    capture(order, at=late)
    assert order.state == rules.CANCELLED
    assert order.paid_minor == order.refunded_minor == order.total_minor
    assert other.state == rules.PAID
    pay_back(order, at=late)
    assert Refund.objects.get(order=order).state == rules.EXECUTED
    assert books(f"escrow.{order.oid}") == 0
    assert books("psp.sandbox") == other.total_minor
    last.refresh_from_db()
    assert (last.on_hand, last.reserved) == (0, 0)
    assert in_balance()


def test_a_second_capture_is_given_back_by_itself(
    order_of, capture, pay_back, books, in_balance, cup, now
):
    from banyan.orders.actions import paying
    from banyan.payments.models import Payment

    order = order_of((cup, 1))
    first = paying.attempts(order)[0]
    Payment.objects.filter(pk=first.pk).update(state="failed")
    second = paying.try_again(order=fresh(order), key="again-again-again", now=now)
    assert second.pk != first.pk
    capture(order, second)
    capture(order, first)  # the bank changed its mind
    assert order.state == rules.PAID
    assert order.paid_minor == 2 * order.total_minor
    assert order.refunded_minor == order.total_minor
    pay_back(order, at=now)
    assert books(f"escrow.{order.oid}") == order.total_minor
    assert books("psp.sandbox") == order.total_minor
    cup.refresh_from_db()
    assert (cup.on_hand, cup.reserved) == (9, 0)
    assert in_balance()


def test_a_refund_the_provider_refuses_stays_owed_and_can_be_asked_again(
    order_of, capture, pay_back, books, in_balance, cup, cast, now
):
    order = order_of((cup, 1), person=cast.jonas)
    capture(order)
    (line,) = lines(order)
    made = refund(order, {line.pk: 1}, at=now)
    pay_back(order, at=now, state="failed")
    made.refresh_from_db()
    assert made.state == rules.FAILED
    assert books(f"refund_clearing.{made.oid}") == 6800
    refunding.ask_again(refund=made, by=cast.mei, now=now)
    with pytest.raises(WrongMoment):
        refunding.ask_again(refund=made, by=cast.mei, now=now)
    pay_back(order, at=now)
    made.refresh_from_db()
    assert made.state == rules.EXECUTED
    assert books(f"refund_clearing.{made.oid}") == 0
    assert in_balance()


def test_an_order_that_costs_nothing_is_paid_without_a_payment(
    order_of, books, in_balance, new_variant, cast, now
):
    gift = new_variant("Firing notes", price=0, stock=5, needs_post=False)
    order = fresh(order_of((gift, 1), person=cast.jonas))
    assert order.state == rules.PAID
    fulfilling.ship(order=order, by=cast.mei, now=now)
    fulfilling.receive(order=fresh(order), by=cast.jonas, by_buyer=True, now=now)
    assert fresh(order).state == rules.COMPLETED
    assert in_balance()


def test_a_price_that_falls_pays_back_once_and_later_refunds_count_with_what_is_left(
    order_of, capture, pay_back, books, in_balance, new_variant, cast, now
):
    thing = new_variant("Odd", price=3333, stock=9)
    order = order_of((thing, 3), person=cast.jonas)
    with pytest.raises(WrongMoment):  # not paid yet
        refunding.lower(order=fresh(order), line_id=lines(order)[0].pk, to_minor=8000, now=now)
    capture(order)
    (line,) = lines(order)

    def lower(to_minor):
        return refunding.lower(order=fresh(order), line_id=line.pk, to_minor=to_minor, now=now)

    first = lower(9000)
    assert first.amount_minor == 999
    assert lower(9000) is None  # the same again
    second = lower(8000)
    assert second.amount_minor == 1000
    with pytest.raises(WrongMoment):  # it does not rise again
        lower(9000)
    assert books(f"escrow.{order.oid}") == 8000 + 1200
    back = [refund(order, {line.pk: n}, at=now).amount_minor for n in (1, 2)]
    assert sum(back) == 8000
    with pytest.raises(WrongMoment):
        lower(7000)
    pay_back(order, at=now)
    left = fresh(order)
    assert left.refunded_minor == 3 * 3333
    assert (left.lowered_minor, left.left.minor) == (1999, 1200)
    assert books(f"escrow.{order.oid}") == 1200
    assert in_balance()
