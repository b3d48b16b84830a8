"""What happens to backers' money: every story from the pledge to its end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.funding import rules
from banyan.funding.actions import closing, delivering, planning, pledging
from banyan.funding.models import Milestone, Pledge, Project, Reward
from banyan.ledger.models import Entry
from banyan.payments import hearing
from banyan.payments.models import Payment, PaymentRefund
from banyan.payments.providers import RefundWord

from .conftest import DAY, PARTS, fresh, holds, pay_back, whole

pytestmark = pytest.mark.django_db


def to_delivery(made: Project, now) -> Project:
    """Through the deadline and the days after it."""
    closing.keep_time(now=now + 10 * DAY)
    closing.keep_time(now=now + 13 * DAY)
    return fresh(made)


def test_a_project_below_its_goal_pays_everybody_back_exactly_once(project, pledge, cast, now):
    made = project()
    mine = [pledge(cast.jonas, made, 9999), pledge(cast.lan, made, 20000)]
    assert (fresh(made).pledged_minor, fresh(made).backers) == (29999, 2)
    at = now + 10 * DAY
    closing.keep_time(now=at - timedelta(seconds=1))
    assert fresh(made).state == rules.LIVE
    for _twice in range(2):
        closing.keep_time(now=at)
    made = fresh(made)
    assert (made.state, made.final_minor, made.final_backers) == (rules.FAILED, 29999, 2)
    refunds = PaymentRefund.objects.order_by("pk")
    assert [one.amount_minor for one in refunds] == [9999, 20000]
    assert [one.payment.source_id for one in refunds] == [one.pk for one in mine]
    pay_back(at)
    assert {whole(one).state for one in mine} == {rules.REFUNDED}
    assert fresh(made).settled_at == at
    assert (fresh(made).held_minor, fresh(made).backers) == (0, 0)
    closing.keep_time(now=at + DAY)
    assert refunds.count() == 2
    holds(made)


def test_exactly_the_goal_is_enough_and_the_money_goes_out_by_milestones(
    project, pledge, cast, kiln, member_of, books, now
):
    made = project(milestones=PARTS)
    paid = [pledge(cast.jonas, made, 10000), pledge(cast.lan, made, 20000, place=2)]
    made = to_delivery(made, now)
    assert (made.state, made.held_minor) == (rules.DELIVERING, 30000)
    assert {whole(one).state for one in paid} == {rules.COLLECTED}
    assert books("sales") == 0
    mei, at = member_of(kiln, cast.mei), now + 14 * DAY
    first, last = Milestone.objects.select_related("project__book").order_by("position")
    with pytest.raises(delivering.OneAfterTheOther):
        delivering.show(milestone=last, by=mei, evidence="Done", picture=None, now=at)
    delivering.show(milestone=first, by=mei, evidence="Bricks", picture=None, now=at)
    too_soon = at + rules.OBJECTION - timedelta(seconds=1)
    assert delivering.pay_out_due(now=too_soon) == 0
    assert not delivering.pay_out(milestone=first, now=too_soon)
    assert delivering.pay_out_due(now=at + rules.OBJECTION) == 1
    assert delivering.pay_out_due(now=at + rules.OBJECTION) == 0
    assert (books("sales"), fresh(made).held_minor) == (9999, 20001)
    at += 5 * DAY
    last = Milestone.objects.select_related("project__book").get(pk=last.pk)
    delivering.show(milestone=last, by=mei, evidence="Sent", picture=None, now=at)
    delivering.pay_out_due(now=at + rules.OBJECTION)
    assert (books("sales"), books(made.account)) == (30000, 0)
    assert fresh(made).state == rules.DELIVERING  # rewards are still owed
    for one in paid:
        delivering.deliver(pledge=whole(one), by=mei, done=True, now=at)
    assert fresh(made).state == rules.CLOSED
    assert PaymentRefund.objects.count() == 0
    holds(made)


def test_tax_in_what_was_pledged_is_kept_apart_when_it_is_paid_out(
    project, pledge, cast, kiln, member_of, books, now
):
    kiln.switches = {**kiln.switches, "orders.tax_bp": 1300}
    kiln.save()
    made = project(milestones=[rules.MilestonePlan("All", 10000)])
    pledge(cast.jonas, made, 33900)
    made = to_delivery(made, now)
    mei, at = member_of(kiln, cast.mei), now + 14 * DAY
    part = Milestone.objects.select_related("project__book").get()
    delivering.show(milestone=part, by=mei, evidence="Done", picture=None, now=at)
    delivering.pay_out_due(now=at + rules.OBJECTION)
    assert (books("sales"), books("tax_payable.shop")) == (30000, 3900)
    holds(made)


def test_a_backer_takes_the_pledge_back_until_the_deadline_and_not_after(
    project, pledge, cast, kiln, member_of, now
):
    made = project()
    one = pledge(cast.jonas, made, 20000, place=2)
    jonas = member_of(kiln, cast.jonas)
    with pytest.raises(NotAllowed):
        pledging.take_back(pledge=whole(one), by=member_of(kiln, cast.lan), now=now)
    pledging.take_back(pledge=whole(one), by=jonas, now=now)
    with pytest.raises(WrongMoment):
        pledging.take_back(pledge=whole(one), by=jonas, now=now)
    assert (fresh(made).pledged_minor, fresh(made).backers, fresh(made).held_minor) == (0, 0, 0)
    assert Reward.objects.get(project=made, position=2).taken == 0
    pay_back(now)
    assert whole(one).state == rules.REFUNDED
    other = pledge(cast.jonas, made, 6000)  # another mind, another pledge
    with pytest.raises(pledging.TooLateToTakeBack):
        pledging.take_back(pledge=whole(other), by=jonas, now=now + 10 * DAY)
    holds(made)


def test_paid_after_it_was_taken_back_goes_back_even_while_the_project_is_live(
    project, begin, capture, cast, kiln, member_of, now
):
    made = project()
    one = begin(cast.jonas, made, 15000)
    pledging.take_back(pledge=whole(one), by=member_of(kiln, cast.jonas), now=now)
    assert whole(one).state == rules.RELEASED
    assert capture(one).state == rules.REFUNDING  # paid in another tab
    assert fresh(made).pledged_minor == 0
    pay_back(now)
    assert whole(one).state == rules.REFUNDED
    holds(made)


def test_what_is_not_paid_is_not_counted_and_lets_its_reward_go(project, begin, pledge, cast, now):
    made = project()
    begin(cast.jonas, made, 20000, place=2)
    pledge(cast.lan, made, 20000, place=2)
    assert fresh(made).pledged_minor == 20000
    with pytest.raises(pledging.RewardIsGone):
        begin(cast.kenji, made, 20000, place=2)
    assert pledging.release_due(now=now + timedelta(minutes=14)) == 0
    assert pledging.release_due(now=now + timedelta(minutes=15)) == 1
    begin(cast.kenji, made, 20000, place=2, at=now + timedelta(minutes=16))
    holds(made)


def test_paid_after_its_time_counts_while_the_reward_is_left(
    project, begin, capture, pledge, cast, now
):
    made, later = project(), now + timedelta(minutes=20)
    late = [begin(cast.jonas, made, 20000, place=2), begin(cast.kenji, made, 20000, place=2)]
    pledging.release_due(now=later)
    pledge(cast.lan, made, 20000, place=2, at=later)
    assert capture(late[0], at=later).state == rules.CAPTURED
    assert capture(late[1], at=later).state == rules.REFUNDING  # nothing is left of it
    assert fresh(made).pledged_minor == 40000
    pay_back(later)
    assert whole(late[1]).state == rules.REFUNDED
    holds(made)


def test_paid_after_the_deadline_counts_until_somebody_has_counted(
    project, begin, capture, pledge, cast, now
):
    made = project()
    end = now + 10 * DAY
    late = [
        begin(person, made, 15000, at=end - timedelta(minutes=1))
        for person in (cast.jonas, cast.lan, cast.kenji)
    ]
    for one in late[:2]:  # the sweep has not been there
        assert capture(one, at=end + timedelta(seconds=1)).state == rules.CAPTURED
    closing.keep_time(now=end + timedelta(seconds=2))
    assert fresh(made).state == rules.COLLECTING
    assert whole(late[2]).state == rules.RELEASED
    assert capture(late[2], at=end + timedelta(seconds=3)).state == rules.REFUNDING
    refund = PaymentRefund.objects.get()
    assert (refund.amount_minor, refund.payment.source_id) == (15000, late[2].pk)
    pay_back(end + timedelta(seconds=9))
    assert whole(late[2]).state == rules.REFUNDED
    assert fresh(made).pledged_minor == 30000
    holds(made)


def test_of_two_payments_for_one_pledge_the_second_goes_back_by_itself(
    project, begin, capture, cast, now
):
    made = project()
    one = begin(cast.jonas, made, 15000)
    first = pledging.attempts(one)[0]
    Payment.objects.filter(pk=first.pk).update(state="failed")
    second = pledging.pay_again(pledge=whole(one), key="2", now=now)
    capture(one, payment=second)
    capture(one, payment=first)
    assert whole(one).state == rules.CAPTURED
    twice = PaymentRefund.objects.get()
    pledging.take_back(pledge=whole(one), by=whole(one).member, now=now)
    word = RefundWord(twice.provider_key, "executed", twice.amount_minor, twice.currency)
    hearing.settle_refund(twice, word, now=now)
    assert whole(one).state == rules.REFUNDING  # its own money is still on its way
    pay_back(now)
    assert whole(one).state == rules.REFUNDED
    assert sorted(PaymentRefund.objects.values_list("amount_minor", flat=True)) == [15000, 15000]
    holds(made)


def test_the_same_word_of_the_provider_twice_counts_once(project, pledge, capture, cast):
    made = project()
    one = pledge(cast.jonas, made, 15000)
    capture(one)
    assert (fresh(made).pledged_minor, fresh(made).backers) == (15000, 1)
    assert Entry.objects.filter(key=f"pledge:{one.oid}:paid").count() == 1


def test_a_pledge_lost_after_the_deadline_makes_the_creator_choose(
    project, pledge, cast, kiln, member_of, now
):
    made = project()
    lost = pledge(cast.jonas, made, 15000)
    pledge(cast.lan, made, 15000)
    end = now + 10 * DAY
    closing.keep_time(now=end)
    mei = member_of(kiln, cast.mei)
    pledging.hand_back(pledge=whole(lost), by=mei, now=end + DAY)
    closing.keep_time(now=end + 3 * DAY)
    made = fresh(made)
    assert (made.state, made.decide_until) == (rules.COLLECTING, end + 10 * DAY)
    with pytest.raises(NotAllowed):
        closing.choose(project=made, by=member_of(kiln, cast.lan), proceeds=True, now=end)
    closing.choose(project=made, by=mei, proceeds=True, now=end + 4 * DAY)
    assert (fresh(made).state, fresh(made).held_minor) == (rules.DELIVERING, 15000)
    with pytest.raises(WrongMoment):
        closing.choose(project=fresh(made), by=mei, proceeds=False, now=end + 4 * DAY)
    holds(made)


@pytest.mark.parametrize("chooses", [True, False])
def test_without_a_choice_in_a_week_or_by_choice_all_is_paid_back(
    chooses, project, pledge, cast, kiln, member_of, now
):
    made = project()
    lost, kept = pledge(cast.jonas, made, 15000), pledge(cast.lan, made, 15000)
    end, mei = now + 10 * DAY, member_of(kiln, cast.mei)
    closing.keep_time(now=end)
    pledging.hand_back(pledge=whole(lost), by=mei, now=end + DAY)
    closing.keep_time(now=end + 3 * DAY)
    if chooses:
        closing.choose(project=fresh(made), by=mei, proceeds=False, now=end + 4 * DAY)
    closing.keep_time(now=end + 10 * DAY)
    assert fresh(made).state == rules.FAILED
    pay_back(end + 10 * DAY)
    assert {whole(one).state for one in (lost, kept)} == {rules.REFUNDED}
    assert fresh(made).held_minor == 0
    holds(made)


def test_calling_it_off_pays_everybody_back_and_closes_open_payments(
    project, pledge, begin, capture, cast, kiln, member_of, now
):
    made = project()
    one, unpaid = pledge(cast.jonas, made, 15000), begin(cast.lan, made, 7000)
    mei = member_of(kiln, cast.mei)
    closing.cancel(project=fresh(made), by=mei, reason="The clay is gone", now=now)
    with pytest.raises(WrongMoment):
        closing.cancel(project=fresh(made), by=mei, reason="Again", now=now)
    closing.keep_time(now=now)
    assert whole(unpaid).state == rules.RELEASED
    assert capture(unpaid).state == rules.REFUNDING  # paid in spite of it
    pay_back(now)
    assert {whole(p).state for p in (one, unpaid)} == {rules.REFUNDED}
    assert fresh(made).state == rules.CANCELLED
    holds(made)


def test_objections_of_thirty_percent_hold_the_money_and_somebody_decides(
    project, pledge, cast, kiln, crowd, member_of, books, now
):
    made = project()
    people = crowd(3)
    paid = [pledge(person, made, minor) for person, minor in zip(people, (29999, 40001, 30000),
                                                                 strict=True)]  # fmt: skip
    made, mei = to_delivery(made, now), member_of(kiln, cast.mei)
    at = now + 14 * DAY
    part = Milestone.objects.select_related("project__book").order_by("position")[0]
    delivering.show(milestone=part, by=mei, evidence="Bricks", picture=None, now=at)

    def again() -> Milestone:
        return Milestone.objects.select_related("project__book").get(pk=part.pk)

    delivering.object_to(milestone=again(), pledge=whole(paid[0]), reason="No bricks", now=at)
    assert fresh(made).state == rules.DELIVERING  # 29.999 %
    with pytest.raises(delivering.ObjectedAlready):
        delivering.object_to(milestone=again(), pledge=whole(paid[0]), reason="Twice", now=at)
    late = at + rules.OBJECTION
    with pytest.raises(WrongMoment):
        delivering.object_to(milestone=again(), pledge=whole(paid[2]), reason="Late", now=late)
    delivering.object_to(milestone=again(), pledge=whole(paid[2]), reason="None", now=at)
    assert fresh(made).state == rules.DISPUTED
    assert delivering.pay_out_due(now=late) == 0
    assert books("sales") == 0
    delivering.resolve(project=fresh(made), by=mei, releases=True, reason="", now=late)
    assert fresh(made).state == rules.DELIVERING
    assert books("sales") == 33330
    holds(made)


def test_after_a_dispute_what_is_left_goes_back_by_share_to_the_last_coin(
    project, pledge, cast, kiln, crowd, member_of, books, now
):
    made = project(milestones=[rules.MilestonePlan("a", 3333), rules.MilestonePlan("b", 6667)])
    people = crowd(3)
    paid = [pledge(person, made, 10001) for person in people]
    made, mei = to_delivery(made, now), member_of(kiln, cast.mei)
    at = now + 14 * DAY
    for part in Milestone.objects.order_by("position"):
        part = Milestone.objects.select_related("project__book").get(pk=part.pk)
        delivering.show(milestone=part, by=mei, evidence="Look", picture=None, now=at)
        if part.position == 1:
            at += rules.OBJECTION
            delivering.pay_out_due(now=at)
    released = books("sales")
    assert released == 10000
    part = Milestone.objects.select_related("project__book").get(position=2)
    delivering.object_to(milestone=part, pledge=whole(paid[0]), reason="No", now=at)
    delivering.resolve(project=fresh(made), by=mei, releases=False, reason="No bowls", now=at)
    closing.keep_time(now=at)
    pay_back(at)
    backs = list(Pledge.objects.order_by("pk").values_list("back_minor", flat=True))
    assert sum(backs) + released == 30003
    assert backs == [6668, 6668, 6667]
    assert (fresh(made).state, books(made.account), books("sales")) == (rules.CANCELLED, 0, 10000)
    holds(made)


def test_a_refund_that_the_provider_refuses_waits_and_is_not_lost(project, pledge, cast, now):
    made = project()
    one = pledge(cast.jonas, made, 5000)
    closing.keep_time(now=now + 10 * DAY)
    pay_back(now + 10 * DAY, state="failed")
    assert whole(one).state == rules.REFUNDING
    assert PaymentRefund.objects.get().state == "failed"
    pay_back(now + 11 * DAY)
    assert whole(one).state == rules.REFUNDED


def test_terms_stand_still_from_going_live(project, cast, kiln, member_of, now):
    made, mei = project(), member_of(kiln, cast.mei)
    with pytest.raises(WrongMoment):
        planning.change(
            project=made, by=mei, title="Other", story="", goal_minor=1, now=now,
            ends_at=now + DAY, rewards=_rewards(), milestones=PARTS,
        )  # fmt: skip
    with pytest.raises(WrongMoment):
        planning.discard(project=made, by=mei)
    assert fresh(made).title == "A second kiln"


def _rewards():
    from .conftest import REWARDS

    return REWARDS
