"""Coupons through the verbs: works, wrong moment, wrong person, twice; and the money with them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.ledger.models import Entry
from banyan.orders import rules as orders
from banyan.orders.actions import fulfilling, placing, refunding
from banyan.orders.models import Order, OrderLine
from banyan.pricing import rules
from banyan.pricing.actions import coupons, planning
from banyan.pricing.models import Coupon, Discount, Saving

from .conftest import counts_hold, read

pytestmark = pytest.mark.django_db


def state_of(order: Order) -> str:
    return str(Saving.objects.get(order=order).coupon.state)


# Ordering with a code


def test_a_code_lowers_the_order_and_stands_on_its_lines(
    discount, order_with, capture, cup, pot, cast, books, in_balance
):
    discount(percent_bp=1500)
    order = order_with((cup, 3), (pot, 1), person=cast.jonas, code="welcome")
    off = (3 * 6800 + 31000) * 15 // 100
    assert order.items_minor == 3 * 6800 + 31000 - off
    assert order.total_minor == order.items_minor + 1200
    lines = list(OrderLine.objects.filter(order=order).order_by("pk"))
    assert [line.discount_minor for line in lines] == [3060, 4650]
    assert sum(line.total_minor for line in lines) == order.items_minor
    assert state_of(order) == rules.LOCKED
    capture(order)
    assert state_of(order) == rules.USED
    assert books(f"escrow.{order.oid}") == order.total_minor
    assert in_balance()
    assert Entry.objects.get(key=f"order:{order.oid}:paid").memo == f"{order.number} -77.10"


def test_refunds_of_lines_pay_back_exactly_what_was_paid_for_them(
    discount, order_with, capture, pay_back, cup, pot, cast, books, in_balance, now
):
    discount(amount_minor=1000)
    order = order_with((cup, 3), (pot, 1), person=cast.jonas, code="WELCOME")
    capture(order)
    cups, kettle = read(order).rows
    assert cups.total_minor + kettle.total_minor == 3 * 6800 + 31000 - 1000
    back = 0
    for _ in range(3):
        made = refunding.refund(
            order=read(order), pieces={cups.pk: 1}, with_post=False, restock=True, by=cast.mei,
            now=now,
        )  # fmt: skip
        back += made.amount_minor
    assert back == cups.total_minor
    assert state_of(order) == rules.USED  # not all of it went back
    refunding.refund(
        order=read(order), pieces={kettle.pk: 1}, with_post=True, restock=True, by=cast.mei, now=now
    )
    pay_back(order, at=now)
    whole = read(order)
    assert whole.refunded_minor == whole.paid_minor
    assert books(f"escrow.{order.oid}") == 0
    assert in_balance()
    assert state_of(order) == rules.RELEASED  # paid back whole: the code can be used again
    assert counts_hold()
    again = order_with((cup, 1), person=cast.jonas, code="WELCOME")
    assert state_of(again) == rules.LOCKED


def test_a_completed_order_with_a_code_leaves_nothing_in_escrow(
    discount, order_with, capture, cup, cast, books, in_balance, now
):
    discount(percent_bp=333)
    order = order_with((cup, 3), person=cast.jonas, code="WELCOME")
    capture(order)
    fulfilling.ship(order=read(order), by=cast.mei, now=now)
    fulfilling.receive(order=read(order), by=cast.jonas, by_buyer=True, now=now)
    assert books(f"escrow.{order.oid}") == 0
    assert books("sales") == 3 * 6800 - 679
    assert in_balance()


def test_an_order_that_costs_nothing_is_paid_at_once(discount, order_with, cup, cast, post):
    discount(percent_bp=10000)
    post.price_minor = 0
    post.save()
    order = order_with((cup, 1), person=cast.jonas, code="WELCOME")
    assert (order.total_minor, order.state) == (0, orders.PAID)
    assert state_of(order) == rules.USED


def test_the_post_is_what_it_would_be_without_the_code(discount, basket_of, post, cup, cast):
    post.free_over_minor = 6800
    post.save()
    discount(percent_bp=5000)
    counted = basket_of((cup, 1), person=cast.jonas, code="WELCOME")
    assert counted.offers("DE")[0].price.minor == 0


def test_an_unpaid_order_that_is_let_go_gives_its_code_back(discount, order_with, cup, cast, now):
    one = discount(most=1)
    first = order_with((cup, 1), person=cast.jonas, code="WELCOME")
    with pytest.raises(placing.CodeRefused):
        order_with((cup, 1), person=cast.lan, code="WELCOME")
    placing.expire(order=read(first), now=now + timedelta(minutes=16))
    assert state_of(first) == rules.RELEASED
    second = order_with((cup, 1), person=cast.lan, code="WELCOME")
    refunding.cancel(order=read(second), by=cast.lan, by_buyer=True, now=now)
    assert state_of(second) == rules.RELEASED
    one.refresh_from_db()
    assert one.issued == 0
    order_with((cup, 1), person=cast.kenji, code="WELCOME")
    assert counts_hold()


def test_a_cancelled_paid_order_gives_its_coupon_back_and_after_its_time_it_is_over(
    discount, order_with, capture, member_of, cup, cast, kiln, now
):
    one = discount(is_shown=True)
    coupons.take(discount=one, member=member_of(kiln, cast.jonas), now=now)
    order = order_with((cup, 1), person=cast.jonas, code="WELCOME")
    capture(order)
    refunding.cancel(order=read(order), by=cast.jonas, by_buyer=True, now=now)
    coupon = Coupon.objects.get()
    assert (coupon.state, coupon.order_id) == (rules.CLAIMED, None)  # in its list again
    order = order_with((cup, 1), person=cast.jonas, code="WELCOME")
    capture(order)
    late = now + timedelta(days=8)
    refunding.cancel(order=read(order), by=cast.jonas, by_buyer=True, now=late)
    coupon.refresh_from_db()
    assert coupon.state == rules.EXPIRED
    assert counts_hold()


def test_a_late_payment_keeps_its_price_while_there_is_a_coupon_left(
    discount, order_with, capture, cup, cast, now
):
    discount(most=1)
    order = order_with((cup, 1), person=cast.jonas, code="WELCOME")
    late = now + timedelta(minutes=16)
    placing.expire(order=read(order), now=late)
    capture(order, at=late)
    assert (order.state, state_of(order)) == (orders.PAID, rules.USED)
    assert counts_hold()


def test_a_late_payment_whose_coupon_somebody_else_has_goes_back(
    discount, order_with, capture, cup, cast, now
):
    discount(most=1)
    order = order_with((cup, 1), person=cast.jonas, code="WELCOME")
    late = now + timedelta(minutes=16)
    placing.expire(order=read(order), now=late)
    order_with((cup, 1), person=cast.lan, code="WELCOME", at=late)
    capture(order, at=late)
    assert order.state == orders.CANCELLED
    assert order.refunded_minor == order.paid_minor
    assert counts_hold()


# Refused, each with its reason


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"least_minor": 700000}, "from ¥7,000 on"),
        ({"first_only": True}, "first order"),
        ({"members_only": True}, "for members"),
    ],
)
def test_a_code_that_does_not_hold_says_why(
    discount, basket_of, order_with, cup, cast, terms, reason
):
    discount(**terms)
    order_with((cup, 1), person=cast.rafe)
    counted = basket_of((cup, 1), person=cast.rafe, code="WELCOME")
    assert counted.lowered.taken == ()
    assert reason in counted.lowered.fault


def test_a_code_nobody_made_a_draft_and_one_that_is_over_say_so(
    discount, basket_of, member_of, cup, cast, kiln, now
):
    drafted = discount(active=False)
    assert "no such code" in basket_of((cup, 1), code="WELCOME").lowered.fault
    assert "no such code" in basket_of((cup, 1), code="<script>").lowered.fault
    mei = member_of(kiln, cast.mei)
    planning.activate(discount=drafted, by=mei, now=now)
    assert basket_of((cup, 1), code="WELCOME").lowered.fault == ""
    planning.end(discount=drafted, by=mei, now=now)
    assert "It is over" in basket_of((cup, 1), code="WELCOME").lowered.fault


def test_a_code_for_some_products_takes_nothing_off_the_others(discount, basket_of, cup, pot, cast):
    discount(products=[pot.product_id], percent_bp=5000)
    assert "other products" in basket_of((cup, 1), code="WELCOME").lowered.fault
    counted = basket_of((cup, 1), (pot, 1), code="WELCOME")
    assert counted.lowered.taken[0].parts == (0, 15500)


def test_one_buyer_uses_a_code_as_often_as_they_may_also_as_a_guest(
    discount, order_with, capture, basket_of, cup, cast
):
    discount()
    order_with((cup, 1), person=cast.jonas, code="WELCOME")
    assert "not paid yet" in basket_of((cup, 1), person=cast.jonas, code="WELCOME").lowered.fault
    guest = order_with((cup, 1), email="Guest@example.org", code="WELCOME")
    capture(guest)
    counted = basket_of((cup, 1), code="WELCOME", email="guest@EXAMPLE.org")
    assert "as often as" in counted.lowered.fault
    with pytest.raises(placing.CodeRefused):
        order_with((cup, 1), email=cast.jonas.email, code="WELCOME")
    assert Coupon.objects.exclude(mailbox="").count() == 2
    assert not Coupon.objects.filter(mailbox__contains="@").exists()


def test_a_total_that_was_shown_with_a_code_is_not_charged_without_it(
    discount, order_with, member_of, cup, cast, kiln, now
):
    one = discount()
    planning.end(discount=one, by=member_of(kiln, cast.mei), now=now)
    with pytest.raises(placing.CodeRefused):
        order_with((cup, 1), person=cast.jonas, code="WELCOME", seen_total=6120 + 1200)
    with pytest.raises(placing.PriceChanged):
        order_with((cup, 1), person=cast.jonas, seen_total=6120 + 1200)
    assert not Order.objects.exists()


def test_guessing_codes_is_stopped(discount, basket_of, cup, cast):
    discount()
    for n in range(20):
        basket_of((cup, 1), person=cast.rafe, code=f"GUESS{n}")
    counted = basket_of((cup, 1), person=cast.rafe, code="WELCOME")
    assert "ten minutes" in counted.lowered.fault


def test_another_communitys_code_is_unknown_here(discount, basket_of, cup, tea, member_of, cast,
                                                 now):  # fmt: skip
    planning_of_tea = planning.draft(
        by=member_of(tea, cast.sol), now=now, kind=rules.COUPON, name="Tea", code="TEA",
        percent_bp=5000, starts_at=now - timedelta(hours=1),
    )  # fmt: skip
    planning.activate(discount=planning_of_tea, by=member_of(tea, cast.sol), now=now)
    assert "no such code" in basket_of((cup, 1), code="TEA").lowered.fault


# Taking


def test_a_member_takes_a_coupon_once_and_uses_it(
    discount, order_with, capture, member_of, cup, cast, kiln, now
):
    one = discount(is_shown=True, most=5)
    jonas = member_of(kiln, cast.jonas)
    coupon = coupons.take(discount=one, member=jonas, now=now)
    with pytest.raises(coupons.EnoughCoupons):
        coupons.take(discount=one, member=jonas, now=now)
    order = order_with((cup, 1), person=cast.jonas, code="WELCOME")
    capture(order)
    coupon.refresh_from_db()
    assert (coupon.state, coupon.order_id) == (rules.USED, order.pk)
    one.refresh_from_db()
    assert one.issued == 1
    verbs = set(Activity.objects.filter(object_kind="coupon").values_list("verb", flat=True))
    assert verbs == {"CouponTaken", "CouponUsed"}


def test_only_members_take_coupons_and_only_those_that_are_given_out(
    discount, member_of, cast, kiln, tea, now
):
    jonas = member_of(kiln, cast.jonas)
    with pytest.raises(coupons.CouponsOver):
        coupons.take(discount=discount(), member=jonas, now=now)
    shown = discount(is_shown=True, code="SHOWN", most=1)
    with pytest.raises(coupons.MembersTakeThem):
        coupons.take(discount=shown, member=member_of(tea, cast.sol), now=now)
    coupons.take(discount=shown, member=jonas, now=now)
    with pytest.raises(coupons.AllTaken):
        coupons.take(discount=shown, member=member_of(kiln, cast.lan), now=now)
    with pytest.raises(coupons.CouponsOver):
        coupons.take(
            discount=shown, member=member_of(kiln, cast.lan), now=now + timedelta(days=8)
        )  # by the clock: the sweep was not there yet
    assert counts_hold()


def test_a_coupon_is_taken_back_once_by_who_may_and_not_while_it_is_used(
    discount, order_with, basket_of, member_of, cup, cast, kiln, now
):
    one = discount(is_shown=True)
    mei, jonas = member_of(kiln, cast.mei), member_of(kiln, cast.jonas)
    coupon = coupons.take(discount=one, member=jonas, now=now)
    with pytest.raises(NotAllowed):
        coupons.revoke(coupon=coupon, by=jonas, now=now)
    coupons.revoke(coupon=coupon, by=mei, now=now)
    with pytest.raises(WrongMoment):
        coupons.revoke(coupon=coupon, by=mei, now=now)
    assert "taken it back" in basket_of((cup, 1), person=cast.jonas, code="WELCOME").lowered.fault
    lans = coupons.take(discount=one, member=member_of(kiln, cast.lan), now=now)
    order_with((cup, 1), person=cast.lan, code="WELCOME")
    lans.refresh_from_db()
    with pytest.raises(WrongMoment):
        coupons.revoke(coupon=lans, by=mei, now=now)
    assert counts_hold()


# Planning


def test_terms_stand_still_once_a_discount_is_active(discount, member_of, cast, kiln, now):
    mei, one = member_of(kiln, cast.mei), discount(active=False)
    terms = {"kind": rules.COUPON, "name": "Hello", "code": "HELLO", "amount_minor": 500,
             "starts_at": now}  # fmt: skip
    planning.change(discount=one, by=mei, now=now, percent_bp=0, **terms)
    planning.activate(discount=one, by=mei, now=now)
    with pytest.raises(WrongMoment):
        planning.activate(discount=one, by=mei, now=now)
    with pytest.raises(WrongMoment):
        planning.change(discount=one, by=mei, now=now, **terms)
    with pytest.raises(WrongMoment):
        planning.discard(discount=one, by=mei)
    planning.end(discount=one, by=mei, now=now)
    with pytest.raises(WrongMoment):
        planning.end(discount=one, by=mei, now=now)
    assert Discount.objects.get().amount_minor == 500


def test_only_who_runs_campaigns_plans_discounts(discount, member_of, cast, kiln, tea, now):
    one = discount(active=False)
    for by in (member_of(kiln, cast.jonas), member_of(kiln, cast.kenji), member_of(tea, cast.sol)):
        for verb in (
            lambda by=by: planning.activate(discount=one, by=by, now=now),
            lambda by=by: planning.end(discount=one, by=by, now=now),
            lambda by=by: planning.discard(discount=one, by=by),
        ):
            with pytest.raises(NotAllowed):
                verb()
    with pytest.raises(NotAllowed):
        planning.draft(by=member_of(kiln, cast.jonas), now=now, kind=rules.COUPON, name="x",
                       code="XXX", percent_bp=1, starts_at=now)  # fmt: skip
    with pytest.raises(NotAllowed):
        planning.choose_together(
            community=kiln, by=member_of(kiln, cast.jonas), now=now, pairs=rules.PAIRS
        )


@pytest.mark.parametrize(
    "terms",
    [
        {"percent_bp": 0}, {"percent_bp": 10001}, {"percent_bp": 1, "amount_minor": 1},
        {"ends_at": "before"}, {"code": "a"},
    ],
)  # fmt: skip
def test_terms_that_make_no_sense_are_refused(discount, now, terms):
    if terms.get("ends_at"):
        terms = {"ends_at": now - timedelta(days=1)}
    with pytest.raises((planning.BadTerms, planning.CodeMissing)):
        discount(**terms)


def test_a_code_is_of_one_discount_until_that_is_over(discount, member_of, cast, kiln, now):
    first = discount()
    with pytest.raises(planning.CodeTaken):
        discount(code="wel come")
    planning.end(discount=first, by=member_of(kiln, cast.mei), now=now)
    discount()


def test_time_ends_a_discount_once_with_its_unused_coupons(
    discount, order_with, member_of, cup, cast, kiln, now
):
    one = discount(is_shown=True)
    coupons.take(discount=one, member=member_of(kiln, cast.jonas), now=now)
    kept = order_with((cup, 1), person=cast.lan, code="WELCOME")
    late = now + timedelta(days=7)
    assert (planning.keep_time(now=late), planning.keep_time(now=late)) == (1, 0)
    assert Coupon.objects.get(person=cast.jonas).state == rules.EXPIRED
    assert state_of(kept) == rules.LOCKED  # what was placed keeps its price
    kiln.refresh_from_db()
    assert rules.SHOWS not in kiln.switches
