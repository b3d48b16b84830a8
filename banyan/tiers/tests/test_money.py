"""Directed stories: going up, pausing, giving, ending with money back, payments that come late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from banyan.communities import actions as communities
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.ledger.queries import balance, flow, purses
from banyan.payments.models import Payment, PaymentRefund
from banyan.tiers import queries, rules
from banyan.tiers.actions import ending, joining, lasting, offering, paying
from banyan.tiers.models import Bill, Subscription, Tier

from .conftest import DAY, deferred, fresh, hear, holds, pay_back

pytestmark = pytest.mark.django_db


def test_going_up_costs_the_difference_for_the_days_that_are_left(
    tiers, join, bill_of, captured, cast, kiln, book, now
):
    """After 10 of 30 days: 60.00 of Patrons' 90.00, less 20.00 of Friends' 30.00 that is left."""
    one = join(cast.jonas, tiers.friends)
    later = now + 10 * DAY
    bill = bill_of(cast.jonas, tiers.patrons, why=rules.UPGRADE, at=later)
    assert bill.amount_minor == 4000
    captured(bill, at=later)
    one = fresh(one)
    assert (one.tier, one.state, one.until_on) == (tiers.patrons, rules.ACTIVE, date(2026, 12, 22))
    assert queries.level_of(kiln, cast.jonas) == 2
    assert deferred(one) == 6000
    assert balance(book, "membership").minor == 1000
    holds(book)
    lasting.settle_due(now=now + 30 * DAY)
    assert balance(book, "membership").minor == 7000
    assert deferred(one) == 0


def test_going_up_twice_counts_from_the_whole_term(
    tiers, new_tier, join, bill_of, captured, cast, book, now
):
    top = new_tier("Kin", level=3, month_minor=30000)
    one = join(cast.jonas, tiers.friends)
    join(cast.jonas, tiers.patrons, why=rules.UPGRADE, at=now + 10 * DAY)
    bill = bill_of(cast.jonas, top, why=rules.UPGRADE, at=now + 20 * DAY)
    assert bill.amount_minor == 10000 - 3000
    captured(bill, at=now + 20 * DAY)
    assert deferred(one) == 10000
    lasting.settle_due(now=now + 31 * DAY)
    holds(book)


def test_an_operator_ends_it_and_the_days_that_are_left_go_back_to_both_payments(
    tiers, join, cast, member_of, kiln, book, now
):
    """Joined for 30.00, up for 40.00 after 10 days, ended after 20: 30.00 goes back, the last
    payment first. A second press finds nothing to end.
    """
    one = join(cast.jonas, tiers.friends)
    join(cast.jonas, tiers.patrons, why=rules.UPGRADE, at=now + 10 * DAY)
    at, mei = now + 20 * DAY, member_of(kiln, cast.mei)
    assert ending.end(one=fresh(one), by=mei, now=at) == 3000
    assert fresh(one).state == rules.ENDED
    assert queries.level_of(kiln, cast.jonas) == 0
    returned = Bill.objects.order_by("pk").values_list("amount_minor", "returned_minor")
    assert list(returned) == [(3000, 0), (4000, 3000)]
    holds(book)
    assert pay_back(at=at) == 3000
    assert balance(book, "psp.sandbox").minor == 4000
    assert balance(book, "membership").minor == 4000
    holds(book)
    with pytest.raises(WrongMoment):
        ending.end(one=fresh(one), by=mei, now=at)
    purse = purses(cast.jonas.pseudonym)[0]
    assert (purse.paid.minor, purse.back.minor, purse.on_its_way.minor) == (7000, 3000, 0)


def test_a_large_refund_is_split_over_the_payments_it_came_from(
    tiers, join, cast, member_of, kiln, book, now
):
    one = join(cast.jonas, tiers.friends)
    join(cast.jonas, tiers.patrons, why=rules.UPGRADE, at=now)
    assert ending.end(one=fresh(one), by=member_of(kiln, cast.mei), now=now) == 9000
    refunds = PaymentRefund.objects.order_by("pk").values_list("amount_minor", flat=True)
    assert list(refunds) == [6000, 3000]
    assert pay_back(at=now) == 9000
    assert balance(book, "psp.sandbox").minor == 0
    assert balance(book, "membership").minor == 0
    holds(book)


def test_only_an_operator_of_this_place_ends_one(tiers, join, cast, member_of, kiln, tea, now):
    one = join(cast.jonas, tiers.friends)
    for member in (member_of(kiln, cast.jonas), member_of(kiln, cast.kenji),
                   member_of(tea, cast.sol)):  # fmt: skip
        with pytest.raises(NotAllowed):
            ending.end(one=one, by=member, now=now)


def test_a_pause_keeps_the_days_from_tomorrow_on_and_their_money(
    tiers, join, cast, member_of, kiln, book, now
):
    one = join(cast.jonas, tiers.friends)
    jonas = member_of(kiln, cast.jonas)
    lasting.pause(one=fresh(one), by=jonas, now=now + 9 * DAY)
    assert queries.level_of(kiln, cast.jonas) == 0
    for days in (10, 30, 45):
        lasting.settle_due(now=now + days * DAY)
        assert balance(book, "membership").minor == 1000
        assert fresh(one).state == rules.PAUSED
        holds(book)
    lasting.resume(one=fresh(one), by=jonas, now=now + 50 * DAY)
    one = fresh(one)
    assert (one.state, one.until_on) == (rules.ACTIVE, date(2026, 11, 22) + timedelta(days=70))
    lasting.settle_due(now=now + 60 * DAY)
    assert balance(book, "membership").minor == 2000
    lasting.settle_due(now=now + 70 * DAY)
    assert (deferred(one), fresh(one).state) == (0, rules.GRACE)
    holds(book)


def test_whoever_pauses_every_evening_pays_for_every_day(
    tiers, join, cast, member_of, kiln, book, now
):
    one, jonas = join(cast.jonas, tiers.friends), member_of(kiln, cast.jonas)
    for days in range(5):
        lasting.pause(one=fresh(one), by=jonas, now=now + days * DAY)
        lasting.resume(one=fresh(one), by=jonas, now=now + (days + 1) * DAY)
    assert fresh(one).until_on == date(2026, 12, 22)
    lasting.settle_due(now=now + 5 * DAY)
    assert balance(book, "membership").minor == 500


def test_a_pause_ends_by_itself_after_ninety_days(tiers, join, cast, member_of, kiln, book, now):
    one = join(cast.jonas, tiers.friends)
    lasting.pause(one=fresh(one), by=member_of(kiln, cast.jonas), now=now)
    lasting.settle_due(now=now + 90 * DAY)
    assert fresh(one).state == rules.PAUSED
    lasting.settle_due(now=now + 91 * DAY)
    one = fresh(one)
    assert one.state == rules.ACTIVE
    assert one.until_on == date(2026, 12, 22) + timedelta(days=90)
    holds(book)


def test_a_paused_one_is_ended_with_all_its_kept_days(
    tiers, join, cast, member_of, kiln, book, now
):
    one = join(cast.jonas, tiers.friends)
    lasting.pause(one=fresh(one), by=member_of(kiln, cast.jonas), now=now + 9 * DAY)
    at = now + 40 * DAY
    assert ending.end(one=fresh(one), by=member_of(kiln, cast.mei), now=at) == 2000
    holds(book)


def test_a_gift_begins_at_once_ends_by_itself_and_goes_back_to_the_giver(
    tiers, join, bill_of, cast, member_of, kiln, book, now
):
    one = join(cast.jonas, tiers.friends, why=rules.GIFT, to=cast.lan)
    assert (one.member.person, one.is_gift, one.state) == (cast.lan, True, rules.ACTIVE)
    with pytest.raises(joining.HasOne):
        bill_of(cast.kenji, tiers.friends, why=rules.GIFT, to=cast.lan)
    lasting.settle_due(now=now + 30 * DAY)
    assert fresh(one).state == rules.LAPSED
    other = join(cast.jonas, tiers.friends, why=rules.GIFT, to=cast.kenji, at=now + 30 * DAY)
    ending.end(one=fresh(other), by=member_of(kiln, cast.mei), now=now + 40 * DAY)
    refund = PaymentRefund.objects.select_related("payment").get()
    assert (refund.amount_minor, refund.payment.payer) == (2033, cast.jonas.pseudonym)
    holds(book)


def test_whoever_was_given_one_goes_on_by_paying(tiers, join, cast, book, now):
    one = join(cast.jonas, tiers.friends, why=rules.GIFT, to=cast.lan)
    join(cast.lan, tiers.friends, why=rules.RENEW, at=now + 29 * DAY)
    lasting.settle_due(now=now + 31 * DAY)
    one = fresh(one)
    assert (one.state, one.is_gift, one.until_on) == (rules.ACTIVE, False, date(2027, 1, 22))
    holds(book)


def test_paying_in_the_grace_leaves_no_day_out(tiers, join, cast, book, now):
    one = join(cast.jonas, tiers.friends)
    at = now + 34 * DAY
    lasting.settle_due(now=at)
    assert fresh(one).state == rules.GRACE
    join(cast.jonas, tiers.friends, why=rules.RENEW, at=at)
    one = fresh(one)
    assert (one.state, one.until_on) == (rules.ACTIVE, date(2027, 1, 22))
    assert balance(book, "membership").minor == 3000 + 3000 * 4 // 31
    holds(book)


def test_a_sweep_that_stood_still_takes_nobody_the_days_of_grace(tiers, join, cast, book, now):
    one = join(cast.jonas, tiers.friends)
    at = now + 80 * DAY
    lasting.settle_due(now=at)
    one = fresh(one)
    assert (one.state, one.grace_until_on) == (rules.GRACE, date(2026, 11, 22) + 87 * DAY)
    join(cast.jonas, tiers.friends, why=rules.RENEW, at=at)
    one = fresh(one)
    assert one.state == rules.ACTIVE
    assert one.until_on > date(2026, 11, 22) + 80 * DAY
    holds(book)


def test_the_next_term_is_paid_once_ahead_and_may_be_of_another_level(
    tiers, join, bill_of, cast, kiln, book, now
):
    one = join(cast.jonas, tiers.patrons)
    join(cast.jonas, tiers.friends, why=rules.RENEW, at=now + 20 * DAY)
    with pytest.raises(joining.PaidAhead):
        bill_of(cast.jonas, tiers.friends, why=rules.RENEW, at=now + 21 * DAY)
    assert queries.level_of(kiln, cast.jonas) == 2
    lasting.settle_due(now=now + 30 * DAY)
    assert (fresh(one).state, queries.level_of(kiln, cast.jonas)) == (rules.ACTIVE, 1)
    holds(book)


def test_a_cancelled_one_lasts_to_its_end_and_can_be_kept(
    tiers, join, cast, member_of, kiln, book, now
):
    one, jonas = join(cast.jonas, tiers.friends), member_of(kiln, cast.jonas)
    lasting.cancel(one=fresh(one), by=jonas, now=now)
    assert queries.level_of(kiln, cast.jonas) == 1
    with pytest.raises(WrongMoment):
        lasting.cancel(one=fresh(one), by=jonas, now=now)
    lasting.keep(one=fresh(one), by=jonas, now=now)
    assert fresh(one).state == rules.ACTIVE
    lasting.cancel(one=fresh(one), by=jonas, now=now)
    lasting.settle_due(now=now + 30 * DAY)
    assert fresh(one).state == rules.ENDED
    assert queries.level_of(kiln, cast.jonas) == 0
    with pytest.raises(WrongMoment):
        lasting.keep(one=fresh(one), by=jonas, now=now + 31 * DAY)
    holds(book)


def test_nobody_steers_what_is_somebody_elses(tiers, join, cast, member_of, kiln, now):
    one, lan = join(cast.jonas, tiers.friends), member_of(kiln, cast.lan)
    for act in (lasting.pause, lasting.cancel, lasting.keep, lasting.resume):
        with pytest.raises(NotAllowed):
            act(one=one, by=lan, now=now)


def test_a_trial_is_for_nothing_once_and_closes_by_itself(
    tiers, join, cast, member_of, kiln, book, now
):
    jonas = member_of(kiln, cast.jonas)
    given = {"tier": tiers.friends, "period": rules.MONTH, "member": jonas}
    one = joining.begin_trial(**given, now=now)
    assert queries.level_of(kiln, cast.jonas) == 1
    lasting.settle_due(now=now + 13 * DAY)
    assert fresh(one).state == rules.TRIAL
    lasting.settle_due(now=now + 14 * DAY)
    assert fresh(one).state == rules.LAPSED
    with pytest.raises(joining.TriedAlready):
        joining.begin_trial(**given, now=now + 15 * DAY)
    assert Bill.objects.count() == 0
    join(cast.jonas, tiers.friends, why=rules.RENEW, at=now + 20 * DAY)
    assert fresh(one).state == rules.ACTIVE
    holds(book)


def test_a_trial_that_is_paid_begins_its_term_when_the_trial_ends(
    tiers, join, cast, member_of, kiln, book, now
):
    one = joining.begin_trial(
        tier=tiers.friends, period=rules.MONTH, member=member_of(kiln, cast.jonas), now=now
    )
    join(cast.jonas, tiers.friends, why=rules.RENEW, at=now + 3 * DAY)
    lasting.settle_due(now=now + 14 * DAY)
    assert balance(book, "membership").minor == 0
    lasting.settle_due(now=now + 24 * DAY)
    assert balance(book, "membership").minor == 3000 * 10 // 31
    assert fresh(one).until_on == date(2027, 1, 6)
    holds(book)


def test_two_bills_for_one_wish_end_as_one_membership_and_the_other_money_goes_back(
    tiers, bill_of, cast, kiln, book, now
):
    first = bill_of(cast.jonas, tiers.friends)
    early = joining.pay(bill=first, now=now)
    second = bill_of(cast.jonas, tiers.patrons)
    late = joining.pay(bill=second, now=now)
    first.refresh_from_db()
    assert first.state == rules.VOID
    hear(late, at=now)
    hear(early, at=now)
    first.refresh_from_db()
    assert first.state == rules.RETURNED
    assert Subscription.objects.get().tier == tiers.patrons
    assert pay_back(at=now) == 3000
    assert balance(book, "psp.sandbox").minor == 9000
    holds(book)


def test_a_payment_heard_twice_counts_once_and_a_second_one_goes_back(
    tiers, bill_of, cast, book, now
):
    bill = bill_of(cast.jonas, tiers.friends)
    payment = joining.pay(bill=bill, now=now)
    assert joining.pay(bill=bill, now=now).pk == payment.pk
    for _twice in range(2):
        hear(payment, at=now)
    bill.refresh_from_db()
    with pytest.raises(WrongMoment):
        joining.pay(bill=bill, now=now)
    assert Payment.objects.count() == 1
    holds(book)


def test_money_for_what_has_changed_meanwhile_goes_back(
    tiers, join, bill_of, cast, member_of, kiln, book, now
):
    """A higher level is paid after the membership was paused: nothing to go up from."""
    one = join(cast.jonas, tiers.friends)
    bill = bill_of(cast.jonas, tiers.patrons, why=rules.UPGRADE)
    payment = joining.pay(bill=bill, now=now)
    lasting.pause(one=fresh(one), by=member_of(kiln, cast.jonas), now=now)
    hear(payment, at=now)
    bill.refresh_from_db()
    assert (bill.state, fresh(one).tier) == (rules.RETURNED, tiers.friends)
    assert pay_back(at=now) == 6000
    holds(book)


def test_a_gift_for_somebody_who_joined_meanwhile_goes_back(tiers, join, bill_of, cast, book, now):
    gift = bill_of(cast.jonas, tiers.friends, why=rules.GIFT, to=cast.lan)
    payment = joining.pay(bill=gift, now=now)
    join(cast.lan, tiers.friends)
    hear(payment, at=now)
    gift.refresh_from_db()
    assert gift.state == rules.RETURNED
    assert pay_back(at=now) == 3000
    holds(book)


def test_money_of_somebody_who_left_meanwhile_goes_back(
    tiers, bill_of, cast, member_of, kiln, book, now
):
    bill = bill_of(cast.jonas, tiers.friends)
    payment = joining.pay(bill=bill, now=now)
    communities.leave(member=member_of(kiln, cast.jonas), now=now)
    hear(payment, at=now)
    bill.refresh_from_db()
    assert bill.state == rules.RETURNED
    assert not Subscription.objects.exists()
    holds(book)


def test_whoever_leaves_is_asked_for_nothing_more(tiers, join, cast, member_of, kiln, book, now):
    one = join(cast.jonas, tiers.friends)
    communities.leave(member=member_of(kiln, cast.jonas), now=now)
    assert fresh(one).state == rules.CANCELLED
    lasting.settle_due(now=now + 30 * DAY)
    assert fresh(one).state == rules.ENDED
    holds(book)


def test_the_price_shown_is_the_price_charged(tiers, bill_of, cast, member_of, kiln, now):
    mei = member_of(kiln, cast.mei)
    offering.change(
        tier=tiers.friends, by=mei, now=now, name="Friends", words="", level=1, month_minor=3500,
        year_minor=None, trial_days=0,
    )  # fmt: skip
    with pytest.raises(joining.CostsOtherwise):
        bill_of(cast.jonas, tiers.friends, price=3000)
    assert (
        bill_of(cast.jonas, Tier.objects.get(pk=tiers.friends.pk), price=3500).amount_minor == 3500
    )


def test_what_is_off_sale_is_renewed_by_who_has_it_and_joined_by_nobody(
    tiers, join, bill_of, cast, member_of, kiln, now
):
    join(cast.jonas, tiers.friends)
    offering.turn(tier=tiers.friends, to=rules.OFF, by=member_of(kiln, cast.mei), now=now)
    with pytest.raises(joining.NotSold):
        bill_of(cast.lan, tiers.friends)
    assert (
        bill_of(cast.jonas, tiers.friends, why=rules.RENEW, at=now + 28 * DAY).amount_minor == 3000
    )


def test_a_higher_level_that_costs_no_more_is_had_for_nothing(
    tiers, new_tier, join, cast, member_of, kiln, book, now
):
    same = new_tier("Old friends", level=5, month_minor=2000)
    one, jonas = join(cast.jonas, tiers.friends), member_of(kiln, cast.jonas)
    with pytest.raises(WrongMoment):
        paying.lift_for_nothing(one=fresh(one), tier=tiers.patrons, by=jonas, now=now)
    paying.lift_for_nothing(one=fresh(one), tier=same, by=jonas, now=now + 3 * DAY)
    assert queries.level_of(kiln, cast.jonas) == 5
    lasting.settle_due(now=now + 30 * DAY)
    assert balance(book, "membership").minor == 3000
    holds(book)


def test_the_shops_figures_take_memberships_in(tiers, join, cast, kiln, book, now):
    one = join(cast.jonas, tiers.friends)
    lasting.settle_due(now=now + 10 * DAY)
    found = flow(book)
    assert (found.sold.minor, found.held.minor, found.yours.minor) == (3000, 2000, 1000)
    figures = queries.figures(kiln, book)
    assert (figures.deferred.minor, figures.earned.minor) == (deferred(one), 1000)
