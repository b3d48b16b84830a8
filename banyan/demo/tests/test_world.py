"""The default world, built once: every figure is counted again from its rows."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.test import Client

from banyan.catalog import rules as catalog_rules
from banyan.catalog.models import Product, StockChange, Variant
from banyan.challenges.models import Challenge, CheckIn
from banyan.communities.models import Community, Member
from banyan.content import rules as content_rules
from banyan.content.models import Comment, Like, Post
from banyan.core.jobs.models import Job
from banyan.core.models import Activity
from banyan.culture.goals import queries as goal_queries
from banyan.culture.models import Amendment, Example, Goal, Page, PulseAnswer, Turn
from banyan.culture.pulse import queries as pulse_queries
from banyan.demo import big, stories
from banyan.demo.build.hands import Hands
from banyan.demo.plan.shapes import Plan
from banyan.demo.tests.conftest import NOW
from banyan.funding.models import Pledge, Project
from banyan.habits.actions.gifts import standing_of
from banyan.habits.models import Gift, Habit
from banyan.health import queries as boards
from banyan.health import stages
from banyan.health.models import Board, Change, Day
from banyan.ledger import queries as ledger
from banyan.ledger import seals
from banyan.ledger.models import Account, Cost, Leg
from banyan.orders import rules as order_rules
from banyan.orders.models import Order, OrderLine, Refund, RefundLine
from banyan.payments import rules as payment_rules
from banyan.payments.models import Payment, PaymentRefund
from banyan.people.models import Person
from banyan.sellers.models import Book
from banyan.tiers.models import Bill, Inner, Subscription, Term
from banyan.wishes import queries as queues
from banyan.wishes.models import Wait, Wish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]


def test_everything_planned_is_there(plan: Plan) -> None:
    assert Person.objects.filter(is_demo=True).count() == len(plan.people) == 240
    assert Community.objects.count() == 3
    assert Product.objects.on_shelf().count() == len(plan.products)
    assert Post.objects.published().count() == len(plan.posts)
    assert Comment.objects.published().count() == sum(len(p.comments) for p in plan.posts)
    assert Order.objects.count() == len(plan.orders)
    assert Cost.objects.count() == len(plan.costs)


def test_members_are_counted_right() -> None:
    for place in Community.objects.all():
        here = Member.objects.filter(community=place, state="joined")
        assert place.member_count == here.count()
        numbers = list(
            Member.objects.filter(community=place, number__isnull=False).values_list(
                "number", flat=True
            )
        )
        assert sorted(numbers) == list(range(1, place.last_number + 1))


def test_likes_and_comments_are_counted_right() -> None:
    likes = Counter(Like.objects.values_list("post_id", flat=True))
    answers = Counter(Comment.objects.published().values_list("post_id", flat=True))
    for post in Post.objects.all():
        assert post.like_count == likes[post.pk]
        assert post.comment_count == answers[post.pk]
        assert post.score == content_rules.heat(
            published_seconds=int(post.published_at.timestamp()),
            likes=post.like_count, comments=post.comment_count,
        )  # fmt: skip
    liked = Counter(Like.objects.values_list("comment_id", flat=True))
    assert all(c.like_count == liked[c.pk] for c in Comment.objects.all())


def test_stock_and_sales_are_counted_right(plan: Plan) -> None:
    assert not Variant.objects.filter(Q(on_hand__lt=0) | ~Q(reserved=0)).exists()
    taken: Counter[int] = Counter()
    for line in OrderLine.objects.filter(order__paid_at__isnull=False):
        taken[line.variant_id] += line.quantity
    for line in RefundLine.objects.filter(restocked=True).select_related("line"):
        taken[line.line.variant_id] -= line.quantity
    lost: Counter[int] = Counter()
    for change in StockChange.objects.filter(why=catalog_rules.LOST):
        lost[change.variant_id] -= change.step
    planned = {
        (p.community, p.slug, n + 1): v.on_hand
        for p in plan.products for n, v in enumerate(p.variants)
    }  # fmt: skip
    sold: Counter[int] = Counter()
    for variant in Variant.objects.for_sale().select_related("product__community"):
        place = (variant.product.community.slug, variant.product.slug, variant.position)
        assert variant.on_hand == planned[place] - taken[variant.pk] - lost[variant.pk]
        sold[variant.product_id] += taken[variant.pk]
    for product in Product.objects.all():
        assert product.sold_count == sold[product.pk]
        assert product.cover_id is not None
        assert product.search_version == product.version


def test_days_and_quests_add_up_to_what_members_were_given() -> None:
    """Every standing is counted again from what stands; one gift was taken back, with a reason."""
    gifts = Gift.objects.select_related("lot")
    assert 60 <= gifts.filter(day__isnull=False).count() <= 120
    assert gifts.filter(quest__isnull=False, state="given").count() >= 10
    assert gifts.exclude(reason="").count() == 1
    for gift in gifts.filter(lot__isnull=False):
        assert gift.lot is not None
        assert gift.lot.amount_minor == gift.minor
        assert gift.state == "given" or gift.lot.reversed_minor == gift.minor
    assert Habit.objects.filter(days__gte=14).exists()
    assert len(set(Habit.objects.values_list("level", flat=True))) >= 3
    for habit in Habit.objects.select_related("member"):
        assert habit.points == standing_of(habit.member)


def test_people_wish_and_wait_for_what_is_sold_out() -> None:
    assert Wish.objects.filter(mark_minor__isnull=False).count() >= 10
    assert 40 <= Wish.objects.count() <= 160
    for wait in Wait.objects.select_related("variant__product"):
        assert not wait.variant.is_in_stock
        assert wait.variant.product.needs_shipping
    for community in Community.objects.all():
        assert queues.most_wished(community)


def test_the_books_are_in_order() -> None:
    assert not list(seals.verify())
    for book in Book.objects.all():
        assert set(ledger.trial_balance(book).values()) == {0}
    sums = dict(Leg.objects.values_list("account").annotate(Sum("minor")))
    for account in Account.objects.exclude(balance_minor=None):
        assert account.balance_minor == -sums.get(account.pk, 0)


def test_escrow_holds_what_open_orders_paid() -> None:
    held = {
        account.code.partition(".")[2]: account.balance_minor
        for account in Account.objects.filter(family="escrow")
    }
    for order in Order.objects.all():
        is_open = order.is_paid and order.state != order_rules.COMPLETED
        assert held.get(order.oid, 0) == (order.left.minor if is_open else 0), order.number


def test_the_money_of_each_shop_adds_up() -> None:
    for book in Book.objects.all():
        orders = Order.objects.filter(book=book)
        flow = ledger.flow(book)
        bills = Bill.objects.filter(community=book.community, state="paid")
        paid = orders.aggregate(s=Sum("paid_minor"))["s"]
        paid += bills.aggregate(s=Sum("amount_minor"))["s"] or 0
        refunded = orders.aggregate(s=Sum("refunded_minor"))["s"]
        costs = Cost.objects.filter(community=book.community).aggregate(s=Sum("amount_minor"))["s"]
        fees = Payment.objects.filter(book=book).aggregate(s=Sum("fee_minor"))["s"]
        pledges = Pledge.objects.filter(project__book=book, paid_at__isnull=False)
        paid += pledges.aggregate(s=Sum("amount_minor"))["s"] or 0
        refunded += pledges.filter(state="refunded").aggregate(s=Sum("back_minor"))["s"] or 0
        assert (flow.sold.minor, flow.refunded.minor) == (paid, refunded)
        assert (flow.fees.minor, flow.costs.minor) == (fees, costs)
        assert (
            flow.sold
            == flow.held + flow.refunded + flow.fees + flow.costs + flow.shared + flow.yours
        )
        assert flow.on_its_way.minor == 0


def test_one_project_fell_short_one_is_being_made_one_is_open() -> None:
    projects = list(Project.objects.select_related("book").order_by("live_at"))
    assert [one.state for one in projects] == ["failed", "delivering", "live"]
    for one in projects:
        paid = Pledge.objects.filter(project=one, state__in=("captured", "collected"))
        assert one.pledged_minor == sum(pledge.amount_minor for pledge in paid)
        assert one.backers == paid.count()
        assert one.held_minor == ledger.balance(one.book, one.account).minor
    assert set(projects[0].pledges.values_list("state", flat=True)) == {"refunded"}
    assert projects[1].final_minor >= projects[1].goal_minor
    assert projects[1].pledges.exclude(delivered_at=None).count() == 4
    assert 40 <= projects[2].percent <= 90


def test_memberships_are_in_every_state_and_add_up() -> None:
    """Six bills: Lan active with a renewal, Jonas by her gift, Yusuf in grace, Sol up and run out,
    Kenji trying it; what stands deferred is what their days have not earned.
    """
    states = dict(Subscription.objects.values_list("member__person__name", "state"))
    assert sorted(states.values()) == ["active", "active", "grace", "lapsed", "trial"]
    assert Bill.objects.filter(state="paid").count() == 6
    terms = Term.objects.aggregate(v=Sum("value_minor"), e=Sum("earned_minor"))
    assert Bill.objects.aggregate(s=Sum("amount_minor"))["s"] == terms["v"]
    accounts = Account.objects.filter(family="deferred")
    deferred = accounts.aggregate(s=Sum("balance_minor"))["s"]
    assert deferred == terms["v"] - terms["e"] > 0
    assert Inner.objects.count() == 1


def test_orders_add_up() -> None:
    for order in Order.objects.prefetch_related("lines"):
        lines = order.lines.all()
        assert order.items_minor == sum(line.total_minor for line in lines)
        back = sum(line.refunded_minor for line in lines) + order.post_refunded_minor
        assert order.refunded_minor == back
        moments = [order.placed_at, order.paid_at, order.packed_at, order.shipped_at,
                   order.received_at, order.completed_at]  # fmt: skip
        known = [m for m in moments if m]
        assert known == sorted(known)
        assert known[-1] <= NOW
    refunds = Refund.objects.values("order").annotate(s=Sum("amount_minor"))
    told = dict(refunds.values_list("order", "s"))
    assert all(o.refunded_minor == told.get(o.pk, 0) for o in Order.objects.all())


def test_payments_agree_with_orders() -> None:
    assert not Payment.objects.filter(state__in=payment_rules.OPEN).exists()
    assert not PaymentRefund.objects.exclude(state=payment_rules.EXECUTED).exists()
    for payment in Payment.objects.filter(counts=True, source_kind="order"):
        order = Order.objects.get(pk=payment.source_id)
        assert order.payment_id == payment.pk
        assert payment.refunded_minor == order.refunded_minor
    for payment in Payment.objects.filter(counts=True, source_kind="pledge"):
        pledge = Pledge.objects.get(pk=payment.source_id)
        assert (pledge.payment_id, pledge.back_minor) == (payment.pk, payment.refunded_minor)
    declined = Payment.objects.filter(state=payment_rules.FAILED, source_kind="order").values_list(
        "source_id", flat=True
    )
    assert Order.objects.filter(pk__in=declined, paid_at__isnull=False).exists()


def test_nothing_is_left_to_do_and_nobody_got_a_letter(mailoutbox: list[Any]) -> None:
    assert not Job.objects.exists()
    assert not mailoutbox


def test_every_deed_is_in_the_log_with_what_it_answers(plan: Plan) -> None:
    verbs = dict(Activity.objects.values_list("verb").annotate(Count("id")))
    assert verbs["PostPublished"] == len(plan.posts)
    assert verbs["Commented"] == Comment.objects.count()
    assert verbs["Liked"] == Like.objects.count()
    assert verbs["OrderPlaced"] == Order.objects.count()
    assert verbs["OrderPaid"] == Order.objects.filter(paid_at__isnull=False).count()
    answers = Activity.objects.filter(verb__in=["Commented", "Liked"])
    assert not answers.filter(parent_id=None).exists()
    assert not Activity.objects.filter(at__gt=NOW + timedelta(minutes=1)).exists()
    wrong = 0
    born = dict(Activity.objects.values_list("pk", "at"))
    for at, parent in answers.values_list("at", "parent_id"):
        wrong += at < born[parent]
    assert wrong == 0


def test_invitations_can_be_followed_in_the_log(plan: Plan, hands: Hands) -> None:
    for join in plan.joins:
        if join.invited_by and join.outcome == "joined":
            actor = hands.people[join.person].pseudonym
            row = Activity.objects.get(
                verb="MemberJoined" if not join.asked_at else "MemberApplied",
                object_id=hands.members[join.person, join.community].pk,
            )
            assert (row.share, row.source) == (join.share, "share")
            assert row.actor == actor
            assert row.first_touch["share"].startswith(join.invited_by)


def test_stories_can_be_found_by_their_rows(plan: Plan) -> None:
    told = stories.remembered()
    assert [story["name"] for story in told["stories"]] == [s.name for s in plan.stories]
    tea = told["stories"][0]
    assert Post.objects.filter(pk__in=tea["posts"].values()).count() == len(tea["posts"])
    late = told["stories"][1]
    waiting = Order.objects.filter(number__in=late["orders"].values())
    assert waiting.late(now=NOW).count() == 2


def test_who_may_sign_in_can(hands: Hands) -> None:
    assert hands.people["mei"].check_password("banyan-demo")
    assert not hands.people["sol"].has_usable_password()
    assert hands.members["mei", "kiln"].role == "owner"
    assert Member.objects.get(community=hands.places["kiln"], person=hands.people["dara"]).role == (
        "operator"
    )


def test_the_stranger_is_outside(hands: Hands) -> None:
    assert Member.objects.get(person=hands.people["rafe"]).state == "refused"


def test_a_big_world_keeps_its_books(plan: Plan, hands: Hands) -> None:
    with transaction.atomic():
        big.grow(plan, hands, posts=len(plan.posts) + 300, orders=len(plan.orders) + 60,
                 say=lambda what, done, whole: None)  # fmt: skip
        assert Post.objects.count() == len(plan.posts) + 300
        assert Order.objects.count() == len(plan.orders) + 60
        assert Activity.objects.filter(verb="PostPublished").count() == len(plan.posts) + 300
        for check in (
            test_the_books_are_in_order,
            test_escrow_holds_what_open_orders_paid,
            test_the_money_of_each_shop_adds_up,
            test_orders_add_up,
            test_payments_agree_with_orders,
        ):
            check()
        transaction.set_rollback(True)


@pytest.mark.parametrize("slug", ["kiln", "four", "wax"])
def test_every_page_of_a_place_opens(slug: str, hands: Hands) -> None:
    client = Client()
    client.force_login(hands.owner(slug))
    for path in ("", "shop", "members", "charter"):
        assert client.get(f"/{slug}/{path}", follow=True).status_code == 200
    for path in ("today", "members", "content", "catalog", "orders", "money"):
        assert client.get(f"/studio/{slug}/{path}", follow=True).status_code == 200


def test_what_slow_kiln_is_at_together_can_be_counted_from_its_rows(hands: Hands) -> None:
    kiln = hands.places["kiln"]
    change = Amendment.objects.of(kiln).get()
    assert (change.state, change.charter.version) == ("adopted", 2)
    assert change.yes + change.no == change.ballots.count()
    assert set(change.ballots.values_list("choice", flat=True)) == {""}
    challenge = Challenge.objects.of(kiln).get()
    assert challenge.state == "running"
    for entry in challenge.entries.all():
        days = CheckIn.objects.filter(challenge=challenge, member=entry.member)
        assert entry.done == days.count()
        assert entry.made_up == days.filter(is_made_up=True).count()
    reached, running = Goal.objects.of(kiln).order_by("pk")
    assert (reached.state, running.state) == ("reached", "running")
    assert running.progress == goal_queries.counted(running, now=NOW) < running.target
    assert Example.objects.of(kiln).filter(state="accepted").count() == 3
    assert Turn.objects.of(kiln).filter(host__isnull=False).count() == 3
    month = pulse_queries.months(kiln, now=NOW)[0]
    assert month.all.answers == PulseAnswer.objects.filter(community=kiln).count() >= 8
    kinds = set(Page.objects.of(kiln).values_list("kind", flat=True))
    assert {"founded", "members", "voted", "goal", "challenge", "sale", "team"} <= kinds
    client = Client()
    client.force_login(hands.owner("kiln"))
    for path in ("goals", "rituals", "chronicle", "charter/history", "challenges/30-cups"):
        assert client.get(f"/kiln/{path}").status_code == 200
    for path in ("culture", "pulse", "experiments", "examples", "challenges/30-cups"):
        assert client.get(f"/studio/kiln/{path}").status_code == 200


def test_each_community_has_grown_by_stages_with_their_evidence(hands: Hands) -> None:
    """Nobody set a stage: the weekly figures did, and the board stands on what there is."""
    for place in hands.places.values():
        place.refresh_from_db()
        board = Board.objects.get(community=place)
        steps = list(Change.objects.of(place).exclude(before="", after="").order_by("pk"))
        grown = [step.after for step in steps if step.after in stages.ORDER]
        assert place.stage == (grown[-1] if grown else stages.SEED)
        assert all(step.evidence for step in steps)
        days = Day.objects.of(place)
        standing = Post.objects.filter(community=place, state=content_rules.PUBLISHED)
        assert days.aggregate(n=Sum("posts"))["n"] == standing.count()
        assert days.latest("day").members == place.member_count
        assert board.upto == days.latest("day").day
    kiln = hands.places["kiln"]
    assert kiln.stage == stages.MARKET
    span = boards.span_of(Board.objects.get(community=kiln), 90)
    assert span is not None
    found = boards.health(Board.objects.get(community=kiln), span)
    assert len(found.cohorts) > 8
    assert found.survival.is_told
    assert found.replies.is_told
